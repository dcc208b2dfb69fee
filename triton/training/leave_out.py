"""Evaluation: an attack family that training never saw: what the rest of the model makes of it, and whether the anomaly
score notices."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

import dataset
import train as trainer
from dataset import LABELS, Examples, Table
from detectors import DETECTORS
from families import FAMILIES, FAMILY
from flow_report import NORMAL
from forest import squash, train_boosted, train_isolation
from validate import add_detectors, by_family, choose, detections_of, fit_calibration, place

# Folds whose benign flows stand beside the family's: each is one more training.
HELD_FOLDS = 2
BENIGN_SHARE = 0.01


@dataclass
class Learnt:
    """What a model says of a table's flows: of the family left out and of the fold held out; of others nothing."""

    # The label of each detection, an empty string elsewhere.
    said: np.ndarray
    # How strange a flow is: the higher the stranger.
    anomaly: np.ndarray


def learn(table: Table, train: Examples, left_out: set[str], fold_of_row: np.ndarray, fold: int, seed: int) -> Learnt:
    """The one place that knows how the trainer learns: without a family's flows and detectors, and without a fold, by
    which calibration and thresholds are chosen as training chooses them by the folds it did not learn from."""
    family = np.isin(train.labels, list(left_out))
    known = train.only((train.fold != fold) & ~family)
    classes = sorted(set(known.labels), key=LABELS.index)
    target = np.array([classes.index(name) for name in known.labels])
    booster = train_boosted(known.matrix, target, known.weight, table.features, len(classes), seed)
    normal = (known.labels == NORMAL) & (known.fold >= 0)
    columns = [k for k, name in enumerate(table.features) if not name.startswith(("service", "tcpState"))]
    forest = train_isolation(known.matrix[normal], known.weight[normal], columns, seed)

    hostile = np.array([capture.label in left_out for capture in table.captures])[table.capture_of_rows()]
    asked = np.flatnonzero((fold_of_row == fold) | np.isin(table.labels, list(left_out)))
    scores = np.zeros((len(table.matrix), len(classes)), np.float32)
    scores[asked] = booster.predict(table.matrix[asked], raw_score=True)
    held = np.flatnonzero((fold_of_row == fold) & ~hostile)
    calibration = fit_calibration(table, scores, classes, held)
    holds = detections_of(table)
    holds[:, [one.label in left_out for one in DETECTORS]] = False
    odds = place(scores, classes, calibration)
    kept, thresholds = choose(table, odds, holds, held)
    probability = by_family(add_detectors(odds[asked], holds[asked], kept))
    best = probability.argmax(axis=1)
    limit = np.array([2.0 if name == NORMAL else thresholds.get(name, 2.0) for name in LABELS])
    said = np.full(len(table.matrix), "", dtype="<U32")
    said[asked] = np.where(probability.max(axis=1) >= limit[best], np.array(LABELS)[best], "")
    anomaly = np.zeros(len(table.matrix))
    anomaly[asked] = -forest.score_samples(squash(table.matrix[np.ix_(asked, columns)].astype(np.float64)))
    return Learnt(said, anomaly)


def training_examples(table: Table, fold_of_capture: np.ndarray, folder: Path, seed: int) -> Examples:
    """As train.py takes them, generated flows among them, which lie in `folder` where it was run with --generated."""
    generated_table = folder / "generated.arrow"
    if not generated_table.exists():
        dataset.write_generated(folder, trainer.GENERATED_PER_KIND, seed)
        dataset.write_table(folder / "captures", generated_table)
    generated = dataset.load_generated(generated_table, folder)
    rng = np.random.default_rng(seed)
    return dataset.examples(
        table, generated, fold_of_capture, trainer.FLOWS_PER_CAPTURE, trainer.NORMAL_SHARE, rng
    )


def mean_by_capture(values: np.ndarray, capture: np.ndarray) -> float:
    return float(np.mean([values[capture == one].mean() for one in np.unique(capture)]))


def anomaly_figures(attack: np.ndarray, capture: np.ndarray, benign: np.ndarray, benign_capture: np.ndarray) -> dict:
    """AUC with every capture weighing the same on its side; recall where 1 % of the benign flows lie above."""
    weights = []
    for of in (capture, benign_capture):
        _, inverse, numbers = np.unique(of, return_inverse=True, return_counts=True)
        weights.append(1.0 / numbers[inverse] / len(numbers))
    truth = np.concatenate([np.ones(len(attack)), np.zeros(len(benign))])
    auc = roc_auc_score(truth, np.concatenate([attack, benign]), sample_weight=np.concatenate(weights))
    above = attack > np.quantile(benign, 1 - BENIGN_SHARE)
    return {
        "auc": float(auc),
        "recall_flows": float(above.mean()),
        "recall_mean_of_captures": mean_by_capture(above, capture),
        "captures_with_a_flow_above": float(np.mean([above[capture == one].any() for one in np.unique(capture)])),
    }


def one_round(table: Table, train: Examples, left_out: set[str], fold_of_row, fold: int, seed: int) -> dict:
    """A model without a family and without a fold, over the family's flows and the fold's benign ones."""
    learnt = learn(table, train, left_out, fold_of_row, fold, seed)
    capture = table.capture_of_rows()
    family = np.flatnonzero(np.isin(table.labels, list(left_out)))
    benign = np.flatnonzero((fold_of_row == fold) & (table.labels == NORMAL))
    own, said = capture[family], learnt.said[family]
    return {
        "captures_detected": float(np.mean([(said[own == one] != "").any() for one in np.unique(own)])),
        "flows_detected": mean_by_capture(said != "", own),
        "said": {str(name): mean_by_capture(said == name, own) for name in np.unique(said) if name != ""},
        **anomaly_figures(learnt.anomaly[family], own, learnt.anomaly[benign], capture[benign]),
    }


def average(rounds: list[dict]) -> dict:
    result = {key: float(np.mean([one[key] for one in rounds])) for key in rounds[0] if key != "said"}
    said: Counter[str] = Counter()
    for one in rounds:
        said.update({name: share / len(rounds) for name, share in one["said"].items()})
    return {**result, "said": dict(said.most_common()), "rounds": len(rounds)}


def run_leave_out(
    table: Table, fold_of_capture: np.ndarray, generated: Path, seed: int, note: Callable[[str], None] = print
) -> dict:
    """Per family that has labelled flows."""
    train = training_examples(table, fold_of_capture, generated, seed)
    fold_of_row = fold_of_capture[table.capture_of_rows()]
    with_benign = [int(fold) for fold in np.unique(fold_of_row[table.labels == NORMAL])]
    results = {}
    for name, members in FAMILIES.items():
        # Guessing at a web form is of two families: it is left out with the first.
        left_out = {label for label in members if FAMILY[label] == name} & set(table.labels)
        if not left_out:
            continue
        rounds = [one_round(table, train, left_out, fold_of_row, fold, seed) for fold in with_benign[:HELD_FOLDS]]
        family = np.isin(table.labels, list(left_out))
        results[name] = {
            "labels": sorted(map(str, left_out)),
            "flows": int(family.sum()),
            "captures": len(np.unique(table.capture_of_rows()[family])),
            **average(rounds),
        }
        note(f"left out {name}: {results[name]['captures_detected']:.3f} detected, AUC {results[name]['auc']:.3f}")
    return results
