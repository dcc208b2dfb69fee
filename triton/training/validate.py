"""Training: what the model does on sources it never saw: folds by source, calibration and thresholds from the other
folds only, and the figures of the model card."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from sklearn.model_selection import StratifiedGroupKFold

from dataset import Examples, Table
from forest import train_boosted

FOLDS = 6
NORMAL = "Normal"

# A label's threshold is the lowest at which, in validation, at most this share of benign captures and of benign flows
# gets a detection of the label.
BENIGN_CAPTURES = 0.0025
BENIGN_FLOWS = 0.001
GRID = np.concatenate([np.arange(0.40, 0.95, 0.025), np.arange(0.95, 0.9991, 0.005)])


def folds_by_source(table: Table, seed: int) -> np.ndarray:
    """Fold of every capture; all captures of a source are in one fold."""
    names = np.array([c.label for c in table.captures])
    sources = np.array([c.source for c in table.captures])
    fold = np.zeros(len(names), int)
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    for index, (_, test) in enumerate(splitter.split(names, names, sources)):
        fold[test] = index
    return fold


def held_out_scores(table: Table, train: Examples, classes: list[str], fold_of_capture, seed: int) -> np.ndarray:
    """Raw scores of every flow by a model that saw nothing of the flow's source."""
    fold_of_row = fold_of_capture[table.capture_of_rows()]
    scores = np.zeros((len(table.matrix), len(classes)), np.float32)
    known = train.only(np.isin(train.labels, classes))
    target = np.array([classes.index(name) for name in known.labels])
    for fold in range(FOLDS):
        use = known.fold != fold
        booster = train_boosted(
            known.matrix[use], target[use], known.weight[use], table.features, len(classes), seed + fold
        )
        test = np.flatnonzero(fold_of_row == fold)
        if len(test) > 0:
            scores[test] = booster.predict(table.matrix[test], raw_score=True)
    return scores


def softmax(scores: np.ndarray, temperature: float) -> np.ndarray:
    scaled = scores / temperature
    scaled = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return scaled / scaled.sum(axis=1, keepdims=True)


def fit_temperature(scores, target, weight) -> float:
    """The temperature with the least weighted log loss."""

    def loss(log_temperature: float) -> float:
        probability = softmax(scores, np.exp(log_temperature))[np.arange(len(target)), target]
        return float(-(weight * np.log(np.maximum(probability, 1e-12))).sum() / weight.sum())

    return float(np.exp(minimize_scalar(loss, bounds=(-1.5, 2.5), method="bounded").x))


def choose_thresholds(classes: list[str], labels, captures, probability) -> dict[str, float]:
    """Per label the lowest threshold of the grid that keeps its false alarms on benign traffic within bounds."""
    normal = labels == NORMAL
    best = probability[normal].argmax(axis=1)
    score = probability[normal].max(axis=1)
    captures = captures[normal]
    most_captures = BENIGN_CAPTURES * len(np.unique(captures))
    most_flows = BENIGN_FLOWS * len(best)
    chosen = {}
    for k, name in enumerate(classes):
        for threshold in GRID if name != NORMAL else ():
            false = (best == k) & (score >= threshold)
            if len(np.unique(captures[false])) <= most_captures and false.sum() <= most_flows:
                chosen[name] = round(float(threshold), 4)
                break
    return chosen


@dataclass
class HeldOut:
    """Every flow as a model judged it that saw nothing of its source, in training, calibration or thresholds."""

    classes: list[str]
    probability: np.ndarray
    detected: np.ndarray
    best: np.ndarray
    temperature: float
    thresholds: dict[str, float]


def judge(table: Table, train: Examples, classes, fold_of_capture, scores) -> HeldOut:
    """Calibrate and threshold each fold by the others; the whole's own values are what the shipped model gets."""
    capture = table.capture_of_rows()
    fold_of_row = fold_of_capture[capture]
    known = train.only(np.isin(train.labels, classes) & (train.fold >= 0))
    target = np.array([classes.index(name) for name in known.labels])

    def fit(examples_mask, flows_mask) -> tuple[float, dict[str, float]]:
        rows = known.rows[examples_mask]
        temperature = fit_temperature(scores[rows], target[examples_mask], known.weight[examples_mask])
        probability = softmax(scores[flows_mask], temperature)
        return temperature, choose_thresholds(classes, table.labels[flows_mask], capture[flows_mask], probability)

    probability = np.zeros_like(scores)
    detected = np.zeros(len(scores), bool)
    best = scores.argmax(axis=1)
    for fold in range(FOLDS):
        own = fold_of_row == fold
        temperature, thresholds = fit(known.fold != fold, ~own)
        probability[own] = softmax(scores[own], temperature)
        limit = np.array([thresholds.get(name, 2.0) for name in classes])
        detected[own] = probability[own].max(axis=1) >= limit[best[own]]
    temperature, thresholds = fit(np.ones(len(known.rows), bool), np.ones(len(scores), bool))
    return HeldOut(classes, probability, detected, best, temperature, thresholds)
