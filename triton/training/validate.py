"""Training: what the model does on sources it never saw: folds by source; detectors, calibration and thresholds from
the other folds only."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from sklearn.model_selection import StratifiedGroupKFold

from dataset import LABELS, Examples, Table
from detectors import DETECTORS, Detector
from families import DECIDED, same_family
from forest import train_boosted

FOLDS = 6
NORMAL = "Normal"
NORMAL_AT = LABELS.index(NORMAL)

# How strongly a name is decided within its family: q = softmax of this many times the log-odds.
NAME_SHARPNESS = 8.0
# A name is never further behind the likeliest of all than this: keeps the powers apart from 0.
FURTHEST = -10.0
MEMBERS = np.array([[label in labels for labels in DECIDED.values()] for label in LABELS], np.float32)

# A detector is left out where training's benign captures that it is wrong about are more than this many, and than this
# share of the attack captures it speaks of.
FEW_WRONG = 5
WRONG_SHARE = 0.2

# A label's trees may speak if they are right, at least by family, on this many sources they never saw.
MIN_SOURCES = 2
# And from so many steps of GRID on above the likeliest benign flow.
MARGIN_STEPS = 8

# Above the first, only detectors speak.
GRID = np.concatenate([1 - np.geomspace(0.0025, 0.05, 12), np.arange(0.94, 0.49, -0.02)])


def folds_by_source(table: Table, seed: int) -> np.ndarray:
    """Fold of every capture; all captures of a source are in one fold."""
    names = np.array([c.label for c in table.captures])
    sources = np.array([c.source for c in table.captures])
    fold = np.zeros(len(names), int)
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    for index, (_, test) in enumerate(splitter.split(names, names, sources)):
        fold[test] = index
    return fold


def held_out_scores(table: Table, train: Examples, classes: list[str], fold_of_capture, seed: int):
    """Log-odds of every flow by boosted trees that saw nothing of its source, and each fold's trees."""
    fold_of_row = fold_of_capture[table.capture_of_rows()]
    scores = np.zeros((len(table.matrix), len(classes)), np.float32)
    known = train.only(np.isin(train.labels, classes))
    target = np.array([classes.index(name) for name in known.labels])
    boosters = []
    for fold in range(FOLDS):
        use = known.fold != fold
        booster = train_boosted(
            known.matrix[use], target[use], known.weight[use], table.features, len(classes), seed + fold
        )
        boosters.append(booster)
        test = np.flatnonzero(fold_of_row == fold)
        if len(test) > 0:
            scores[test] = booster.predict(table.matrix[test], raw_score=True)
    return scores, boosters


@dataclass(frozen=True)
class Calibration:
    """What makes the trees' scores log-odds: scores / temperature, and so much more for Normal. Trees are taught with
    half of all weight on attacks; where they are asked, attacks are rare."""

    temperature: float
    benign: float


def fit_calibration(table: Table, scores: np.ndarray, classes: list[str], rows: np.ndarray) -> Calibration:
    """The one with the least log loss over the labelled flows of `rows`, where every capture weighs the same."""
    rows = rows[np.isin(table.labels[rows], classes)]
    _, at, counts = np.unique(table.capture_of_rows()[rows], return_inverse=True, return_counts=True)
    weight = 1.0 / counts[at] / len(counts)
    target = np.array([classes.index(name) for name in table.labels[rows]])
    own, each = scores[rows].astype(float), np.arange(len(rows))

    def loss(values: np.ndarray) -> float:
        odds = own * np.exp(-values[0])
        odds[:, classes.index(NORMAL)] += values[1]
        odds -= odds.max(axis=1, keepdims=True)
        return float((weight * (np.log(np.exp(odds).sum(axis=1)) - odds[each, target])).sum())

    best = minimize(loss, [0.5, 0.0], method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-6}).x
    return Calibration(float(np.exp(best[0])), float(best[1]))


def by_family(odds: np.ndarray) -> np.ndarray:
    """Probabilities from log-odds of all labels: the family first, then the name within it. The graph does the same."""
    odds = odds - odds.max(axis=1, keepdims=True)
    even = np.exp(odds)
    family = even @ MEMBERS
    family /= family.sum(axis=1, keepdims=True)
    sharp = np.exp(NAME_SHARPNESS * np.maximum(odds, FURTHEST))
    return sharp / ((sharp @ MEMBERS) @ MEMBERS.T) * (family @ MEMBERS.T)


# Log-odds of a label that the model does not claim: e^-60 of the others.
NEVER = -60.0


def place(scores: np.ndarray, classes: list[str], calibration: Calibration) -> np.ndarray:
    """Trees' log-odds in the columns of all labels."""
    odds = np.full((len(scores), len(LABELS)), NEVER, np.float32)
    odds[:, [LABELS.index(name) for name in classes]] = scores / calibration.temperature
    odds[:, NORMAL_AT] += calibration.benign
    return odds


def add_detectors(odds: np.ndarray, holds: np.ndarray, kept: list[int]) -> np.ndarray:
    """`holds`: rows × DETECTORS."""
    odds = odds.copy()
    for k in kept:
        odds[holds[:, k], LABELS.index(DETECTORS[k].label)] += DETECTORS[k].weight
    return odds


def detections_of(table: Table) -> np.ndarray:
    index = {name: k for k, name in enumerate(table.features)}
    return np.stack([one.holds(table.matrix, index) for one in DETECTORS], axis=1)


def choose(table: Table, odds: np.ndarray, holds: np.ndarray, rows: np.ndarray) -> tuple[list[int], dict[str, float]]:
    """Which detectors speak: all that training does not speak against. And per label the threshold of the trees (where a
    detector holds, the probability is above them all): the lowest at which they disturb no benign capture, if they are
    right on enough sources."""
    captures, at = np.unique(table.capture_of_rows()[rows], return_inverse=True)
    label = np.array([c.label for c in table.captures])[captures]
    source = np.array([c.source for c in table.captures])[captures]
    benign = np.zeros(len(captures), bool)
    benign[np.unique(at[table.labels[rows] == NORMAL])] = True
    own = holds[rows]
    kept = []
    for k in range(len(DETECTORS)):
        speaks = np.unique(at[own[:, k]])
        wrong, right = benign[speaks].sum(), (label[speaks] != NORMAL).sum()
        if wrong <= max(FEW_WRONG, WRONG_SHARE * right):
            kept.append(k)
    probability = by_family(odds[rows])
    best, score = probability.argmax(axis=1), probability.max(axis=1)
    silent = ~own[:, kept].any(axis=1)
    thresholds = {}
    for k, name in enumerate(LABELS):
        if name == NORMAL:
            continue
        mine = np.flatnonzero(silent & (best == k) & (score >= GRID[-1]))
        wrong = benign[at[mine]]
        highest = score[mine][wrong].max(initial=0.0)
        allowed = GRID[GRID > highest]
        limit = float(allowed[-1 - MARGIN_STEPS]) if len(allowed) > MARGIN_STEPS else float(GRID[0])
        right = np.unique(at[mine[score[mine] >= limit]])
        right = right[[same_family(name, label[one]) for one in right]] if len(right) > 0 else right
        thresholds[name] = round(limit if len(np.unique(source[right])) >= MIN_SOURCES else float(GRID[0]), 6)
    return kept, thresholds


# A label that seldom spoke in validation is as reliable as all labels together: as if so many captures more said so.
# Captures of one source are right or wrong together, so it takes many.
PRIOR_CAPTURES = 20.0
# Nothing else gets more than this share of what a label keeps.
RUNNER_UP = 0.8


def reliability_of(table: Table, probability: np.ndarray, rows: np.ndarray, certain: np.ndarray) -> np.ndarray:
    """How often, over captures, each label is the right one where a detector says it (column 0), and how often Normal is
    (column 1). Shape: LABELS × 2; Normal is right about itself."""
    spoken = rows[certain & (table.labels[rows] != "")]
    best = probability[spoken].argmax(axis=1)
    true = table.labels[spoken]
    outcomes = np.stack([np.array(LABELS)[best] == true, true == NORMAL], axis=1).astype(float)
    pairs = np.stack([table.capture_of_rows()[spoken], best], axis=1)
    _, inverse, counts = np.unique(pairs, axis=0, return_inverse=True, return_counts=True)
    weight = (1.0 / counts[inverse.ravel()])[:, None] if len(spoken) > 0 else np.zeros((0, 1))
    overall = (weight * outcomes).sum(axis=0) / weight.sum() if len(spoken) > 0 else np.array([1.0, 0.0])
    result = np.zeros((len(LABELS), 2))
    for k in range(len(LABELS)):
        own = best == k
        spoke = (weight * outcomes)[own].sum(axis=0) + PRIOR_CAPTURES * overall
        result[k] = (1.0, 0.0) if k == NORMAL_AT else spoke / (weight[own].sum() + PRIOR_CAPTURES)
    return result


def temper(reliability: np.ndarray) -> np.ndarray:
    """A matrix for probabilities: a label keeps what it is reliable for, Normal gets what turned out to be Normal (but less
    than the label, which stays the likeliest: what else it was, was an attack, too), and all other labels share the rest."""
    labels = len(reliability)
    matrix = np.zeros((labels, labels))
    for k, (right, normal) in enumerate(reliability):
        if k == NORMAL_AT:
            matrix[k, k] = 1.0
            continue
        normal = min(normal, RUNNER_UP * right)
        matrix[k] = min((1.0 - right - normal) / (labels - 2), RUNNER_UP * right)
        matrix[k, k], matrix[k, NORMAL_AT] = right, normal
        matrix[k] /= matrix[k].sum()
    return matrix


@dataclass
class Judge:
    """What turns the trees' log-odds into verdicts."""

    classes: list[str]
    calibration: Calibration
    detectors: list[int]
    thresholds: dict[str, float]
    reliability: np.ndarray

    def probabilities(self, odds: np.ndarray) -> np.ndarray:
        """Of log-odds with the detectors in them. The graph does the same."""
        return by_family(odds) @ temper(self.reliability)

    def kept(self) -> list[Detector]:
        return [DETECTORS[k] for k in self.detectors]


@dataclass
class HeldOut:
    """Every flow as a model judged it that saw nothing of its source, in training, calibration or thresholds."""

    classes: list[str]
    probability: np.ndarray
    detected: np.ndarray
    best: np.ndarray
    folds: list[Judge]
    whole: Judge


def judge(table: Table, classes: list[str], fold_of_capture, scores) -> HeldOut:
    """Calibrate and threshold each fold by the others; the whole's own values are what the shipped model gets."""
    fold_of_row = fold_of_capture[table.capture_of_rows()]
    holds = detections_of(table)

    def fit(rows: np.ndarray) -> Judge:
        calibration = fit_calibration(table, scores, classes, rows)
        odds = place(scores, classes, calibration)
        kept, thresholds = choose(table, odds, holds, rows)
        probability = np.zeros((len(scores), len(LABELS)), np.float32)
        probability[rows] = by_family(add_detectors(odds[rows], holds[rows], kept))
        reliability = reliability_of(table, probability, rows, holds[rows][:, kept].any(axis=1))
        kept_share = np.diag(temper(reliability))
        tempered = {name: round(limit * float(kept_share[LABELS.index(name)]), 6) for name, limit in thresholds.items()}
        return Judge(classes, calibration, kept, tempered, reliability)

    probability = np.zeros((len(scores), len(LABELS)), np.float32)
    detected = np.zeros(len(scores), bool)
    judges = []
    for fold in range(FOLDS):
        own = np.flatnonzero(fold_of_row == fold)
        one = fit(np.flatnonzero(fold_of_row != fold))
        judges.append(one)
        probability[own] = one.probabilities(
            add_detectors(place(scores[own], classes, one.calibration), holds[own], one.detectors)
        )
        limit = np.array([one.thresholds.get(name, 2.0) for name in LABELS])
        detected[own] = probability[own].max(axis=1) >= limit[probability[own].argmax(axis=1)]
    whole = fit(np.arange(len(scores)))
    return HeldOut(classes, probability, detected, probability.argmax(axis=1), judges, whole)
