"""Training: the figures of the model card, from flows judged by models that never saw their source."""

from collections import Counter
from math import sqrt

import numpy as np

from dataset import Examples, Table
from labels import TRAINED_AS
from validate import NORMAL, HeldOut

FAMILY = {
    "Port Scan": "probing",
    "Reconnaissance": "probing",
    "Analysis": "probing",
    "SSH Patator": "guessing",
    "FTP Patator": "guessing",
    "Web Attack - Brute Force": "guessing",
    "Web Attack - SQL Injection": "web attack",
    "Web Attack - XSS": "web attack",
    "DoS": "denial of service",
    "DoS Hulk": "denial of service",
    "DoS GoldenEye": "denial of service",
    "DoS Slowloris": "denial of service",
    "DoS SlowHTTPTest": "denial of service",
    "DDoS": "denial of service",
    "Bot": "intrusion",
    "Backdoor": "intrusion",
    "Exploits": "intrusion",
    "Infiltration": "intrusion",
    "Shellcode": "intrusion",
    "Heartbleed": "intrusion",
    "Worms": "intrusion",
}

MANY_FLOWS = 17


def wilson(part: int, whole: int) -> tuple[float, float]:
    """95 % interval of a share."""
    if whole == 0:
        return 0.0, 1.0
    z, p = 1.96, part / whole
    middle = (p + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z * sqrt(p * (1 - p) / whole + z * z / (4 * whole * whole)) / (1 + z * z / whole)
    return max(0.0, middle - half), min(1.0, middle + half)


def verdict_labels(table: Table, held: HeldOut) -> np.ndarray:
    """The label of each detection, an empty string elsewhere."""
    names = np.array(held.classes)
    return np.where(held.detected, names[held.best], "")


def flow_table(table: Table, held: HeldOut) -> list[dict]:
    """Per label, over labelled flows in their natural numbers: a detection counts as the label, the rest as Normal."""
    said = verdict_labels(table, held)
    said = np.where(said == "", NORMAL, said)
    known = table.labels != ""
    sources = np.array([c.source for c in table.captures])[table.capture_of_rows()]
    result = []
    for name in sorted(set(table.labels[known])):
        true = known & (table.labels == name)
        right = int((true & (said == name)).sum())
        claimed = int((known & (said == name)).sum())
        precision = right / claimed if claimed else 0.0
        recall = right / int(true.sum())
        f1 = 2 * precision * recall / (precision + recall) if right else 0.0
        result.append(
            {
                "label": name,
                "flows": int(true.sum()),
                "captures": len(np.unique(table.capture_of_rows()[true])),
                "sources": len(np.unique(sources[true])),
                "precision": precision,
                "recall": recall,
                "f1": f1,
                "threshold": held.thresholds.get(name),
            }
        )
    return result


def capture_table(table: Table, held: HeldOut) -> list[dict]:
    """Per file label, the way a person judges a capture: detected (any detection), named by family, named exactly."""
    said = verdict_labels(table, held)
    result: dict[str, Counter] = {}
    for index, capture in enumerate(table.captures):
        begin, end = table.starts[index], table.starts[index + 1]
        labels = set(said[begin:end]) - {""}
        row = result.setdefault(capture.label, Counter())
        row["captures"] += 1
        row["detected"] += bool(labels)
        row["family"] += any(FAMILY.get(name) == FAMILY.get(capture.label, "?") for name in labels)
        row["named"] += TRAINED_AS.get(capture.label, "?") in labels
        row["flows"] += int(end - begin)
        row["detections"] += int((said[begin:end] != "").sum())
        row["many"] += bool(end - begin > MANY_FLOWS)
    return [{"label": label, **row} for label, row in sorted(result.items())]


def macro(rows: list[dict], what: str) -> float:
    """Mean over the attack labels of the share of captures, whatever their number."""
    shares = [row[what] / row["captures"] for row in rows if row["label"] != NORMAL]
    return sum(shares) / len(shares)


def calibration_error(train: Examples, held: HeldOut, bins: int = 10) -> float:
    """Expected calibration error of the likeliest label's probability, weighted as in training."""
    known = train.only(np.isin(train.labels, held.classes) & (train.fold >= 0))
    score = held.probability[known.rows].max(axis=1)
    right = np.array(held.classes)[held.best[known.rows]] == known.labels
    bin_of = np.minimum((score * bins).astype(int), bins - 1)
    error = 0.0
    for k in range(bins):
        inside = bin_of == k
        if inside.any():
            error += abs((known.weight * (right - score))[inside].sum())
    return float(error / known.weight.sum())
