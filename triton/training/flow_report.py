"""Evaluation: how flows were judged, in their natural numbers: a detection counts as its label, anything else as Normal."""

from dataclasses import dataclass

import numpy as np

from calibration import expected_calibration_error, reliability
from shares import f1, precision_at, wilson

NORMAL = "Normal"
PREVALENCES = (1e-3, 1e-4)
ANY = "any attack"


@dataclass
class Verdicts:
    """What a detector says of every flow of a table: `said` is the label of a detection, an empty string where there is
    none; the other three only where it gives them."""

    said: np.ndarray
    best: np.ndarray | None = None
    score: np.ndarray | None = None
    anomaly: np.ndarray | None = None


def class_row(name: str, truth, said, capture, source) -> dict:
    true, claimed = truth == name, said == name
    right = int((true & claimed).sum())
    precision = right / int(claimed.sum()) if claimed.any() else 0.0
    recall = right / int(true.sum()) if true.any() else 0.0
    return {
        "flows": int(true.sum()),
        "captures": len(np.unique(capture[true])),
        "sources": len(np.unique(source[true])),
        "said": int(claimed.sum()),
        "right": right,
        "precision": precision,
        "precision_interval": wilson(right, int(claimed.sum())),
        "recall": recall,
        "recall_interval": wilson(right, int(true.sum())),
        "f1": f1(precision, recall),
    }


def prevalence_row(name: str, truth, said) -> dict | None:
    """Recall over the label's flows, false positives over benign ones only; None where the label is never said."""
    attack = truth != NORMAL if name == ANY else truth == name
    alarm = said != NORMAL if name == ANY else said == name
    if not alarm.any() or not attack.any():
        return None
    normal = truth == NORMAL
    false_alarms, count = int((alarm & normal).sum()), int(normal.sum())
    recall = float((alarm & attack).sum() / attack.sum())
    return {
        "recall": recall,
        "false_alarms": false_alarms,
        "benign_flows": count,
        "false_positive_rate": false_alarms / count if count else 0.0,
        "false_positive_interval": wilson(false_alarms, count),
        "at": [vars(precision_at(share, recall, false_alarms, count)) for share in PREVALENCES],
    }


def confusion(truth, said) -> dict[str, dict[str, int]]:
    table: dict[str, dict[str, int]] = {}
    for name in np.unique(truth):
        labels, numbers = np.unique(said[truth == name], return_counts=True)
        table[str(name)] = {str(label): int(number) for label, number in zip(labels, numbers)}
    return table


def flow_report(truth: np.ndarray, verdicts: Verdicts, capture: np.ndarray, source: np.ndarray) -> dict:
    """`truth` is the label of each flow, an empty string where no rule says: those flows are left out."""
    known = truth != ""
    truth, capture, source = truth[known], capture[known], source[known]
    said = np.where(verdicts.said[known] == "", NORMAL, verdicts.said[known])
    classes = sorted(set(truth))
    rows = {str(name): class_row(name, truth, said, capture, source) for name in classes}
    attacks = [row["f1"] for name, row in rows.items() if name != NORMAL]
    false_alarms = int(((truth == NORMAL) & (said != NORMAL)).sum())
    normal = int((truth == NORMAL).sum())
    benign_captures = len(np.unique(capture[truth == NORMAL]))
    prevalence = {name: prevalence_row(name, truth, said) for name in (ANY, *map(str, classes)) if name != NORMAL}
    report = {
        "flows": int(len(truth)),
        "left_out": int((~known).sum()),
        "by_class": rows,
        "macro_f1": float(np.mean([row["f1"] for row in rows.values()])) if rows else 0.0,
        "macro_f1_attacks": float(np.mean(attacks)) if attacks else 0.0,
        "confusion": confusion(truth, said),
        "prevalence": {name: row for name, row in prevalence.items() if row is not None},
        "false_alarms": false_alarms,
        "false_alarms_per_1000_benign_flows": 1000 * false_alarms / normal if normal else 0.0,
        "false_alarms_per_benign_capture": false_alarms / benign_captures if benign_captures else 0.0,
    }
    if verdicts.score is not None and verdicts.best is not None:
        right = (verdicts.best[known] == truth).astype(float)
        score = verdicts.score[known].astype(float)
        _, inverse, numbers = np.unique(capture, return_inverse=True, return_counts=True)
        for name, weight in (("flows", None), ("captures", 1.0 / numbers[inverse])):
            table = reliability(score, right, weight)
            report[f"reliability_by_{name}"] = table
            report[f"ece_by_{name}"] = expected_calibration_error(table)
    return report
