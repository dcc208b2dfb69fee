"""Training: what the model does on sources it never saw: folds by source, calibration and thresholds from the other
folds only, and the figures of the model card."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from sklearn.model_selection import StratifiedGroupKFold

from dataset import Table
from forest import train_boosted

FOLDS = 6
NORMAL = "Normal"

# A label's threshold is the lowest at which, in validation, this share of benign captures and of benign flows gets
# its detection, and this share of its detections is right.
BENIGN_CAPTURES = 0.0025
BENIGN_FLOWS = 0.0003
PRECISION = 0.5
GRID = np.concatenate([np.arange(0.30, 0.95, 0.025), np.arange(0.95, 0.9991, 0.005)])


def folds_by_source(table: Table, seed: int) -> np.ndarray:
    """Fold of every capture; all captures of a source are in one fold."""
    names = np.array([c.label for c in table.captures])
    sources = np.array([c.source for c in table.captures])
    fold = np.zeros(len(names), int)
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    for index, (_, test) in enumerate(splitter.split(names, names, sources)):
        fold[test] = index
    return fold


def held_out_scores(table: Table, rows, weight, classes: list[str], fold_of_capture, seed: int) -> np.ndarray:
    """Raw scores of every flow by a model that saw nothing of the flow's source."""
    code = {name: k for k, name in enumerate(classes)}
    fold_of_row = fold_of_capture[table.capture_of_rows()]
    scores = np.zeros((len(table.matrix), len(classes)), np.float32)
    for fold in range(FOLDS):
        train = rows[fold_of_row[rows] != fold]
        train_weight = weight[fold_of_row[rows] != fold]
        known = np.isin(table.labels[train], classes)
        target = np.array([code[name] for name in table.labels[train[known]]])
        booster = train_boosted(table.matrix[train[known]], target, train_weight[known], len(classes), seed + fold)
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
    """Per label the lowest threshold of the grid that keeps false alarms within bounds; none where no threshold does."""
    normal = labels == NORMAL
    best = probability.argmax(axis=1)
    score = probability[np.arange(len(best)), best]
    benign_captures = len(np.unique(captures[normal]))
    chosen = {}
    for k, name in enumerate(classes):
        if name == NORMAL:
            continue
        for threshold in GRID:
            detected = (best == k) & (score >= threshold)
            false = detected & normal
            right = len(np.unique(captures[detected & (labels == name)]))
            wrong = len(np.unique(captures[detected & (labels != name) & (labels != "")]))
            if (
                len(np.unique(captures[false])) <= BENIGN_CAPTURES * benign_captures
                and false.sum() <= BENIGN_FLOWS * normal.sum()
                and right > 0
                and right >= PRECISION * (right + wrong)
            ):
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


def judge(table: Table, rows, weight, classes, fold_of_capture, scores) -> HeldOut:
    """Calibrate and threshold each fold by the others; the whole's own values are what the shipped model gets."""
    code = {name: k for k, name in enumerate(classes)}
    capture = table.capture_of_rows()
    fold_of_row = fold_of_capture[capture]
    known = np.isin(table.labels[rows], classes)
    known_rows, known_weight = rows[known], weight[known]
    target = np.array([code[name] for name in table.labels[known_rows]])

    def fit(use_rows, use_all) -> tuple[float, dict[str, float]]:
        temperature = fit_temperature(scores[known_rows[use_rows]], target[use_rows], known_weight[use_rows])
        probability = softmax(scores[use_all], temperature)
        return temperature, choose_thresholds(classes, table.labels[use_all], capture[use_all], probability)

    probability = np.zeros_like(scores)
    detected = np.zeros(len(scores), bool)
    best = scores.argmax(axis=1)
    for fold in range(FOLDS):
        own = fold_of_row == fold
        temperature, thresholds = fit(fold_of_row[known_rows] != fold, ~own)
        probability[own] = softmax(scores[own], temperature)
        limit = np.array([thresholds.get(name, 2.0) for name in classes])
        detected[own] = probability[own].max(axis=1) >= limit[best[own]]
    temperature, thresholds = fit(np.ones(len(known_rows), bool), np.ones(len(scores), bool))
    return HeldOut(classes, probability, detected, best, temperature, thresholds)
