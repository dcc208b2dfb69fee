"""Evaluation: captures judged by their flows' detections alone, where there is no alert stage to ask: baselines, controls.
A detection is one as the product has it; an alert stands wherever there is a detection, and has its label."""

from collections import Counter

import numpy as np

from capture_report import Judged
from dataset import Table


def judge_captures(table: Table, said: np.ndarray) -> list[Judged]:
    judged = []
    for index, capture in enumerate(table.captures):
        begin, end = table.starts[index], table.starts[index + 1]
        detections = Counter(str(label) for label in said[begin:end] if label != "")
        judged.append(
            Judged(capture.file, capture.label, capture.source, int(end - begin), dict(detections), tuple(detections))
        )
    return judged
