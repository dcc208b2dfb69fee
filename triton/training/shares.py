"""Evaluation: shares with their uncertainty, and what a detector's word is worth where attacks are rare."""

from dataclasses import dataclass
from math import sqrt

Z = 1.96  # 95 %


def wilson(part: float, whole: float) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927). Its parts count as independent: flows of one capture, and captures of one
    source, are not quite, so the truth is wider."""
    if whole == 0:
        return 0.0, 1.0
    p = part / whole
    middle = (p + Z * Z / (2 * whole)) / (1 + Z * Z / whole)
    half = Z * sqrt(p * (1 - p) / whole + Z * Z / (4 * whole * whole)) / (1 + Z * Z / whole)
    return (0.0 if part == 0 else max(0.0, middle - half)), (1.0 if part == whole else min(1.0, middle + half))


def f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0


@dataclass(frozen=True)
class AtPrevalence:
    """Precision where this share of all flows is attack; `at_least` is it with the false positive rate at the upper end
    of its interval: where no false alarm was seen the precision itself says nothing."""

    prevalence: float
    precision: float | None
    at_least: float


def precision_at(prevalence: float, recall: float, false_alarms: int, benign: int) -> AtPrevalence:
    """By Bayes: recall and false positive rate are the detector's, how rare attacks are is the line's."""

    def precision(rate: float) -> float:
        right = recall * prevalence
        return right / (right + rate * (1 - prevalence)) if right > 0 else 0.0

    most = wilson(false_alarms, benign)[1]
    seen = precision(false_alarms / benign) if false_alarms > 0 else None
    return AtPrevalence(prevalence, seen, precision(most))
