"""Evaluation: an attack family that training never saw: what the rest of the model makes of it, and whether the anomaly
score notices."""

import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

import dataset
import train as trainer
from dataset import Examples, Table
from families import FAMILIES, FAMILY
from flow_report import NORMAL
from forest import squash, train_boosted, train_isolation
from validate import choose_thresholds, fit_temperature, softmax

# Folds whose benign flows stand beside the family's: each is one more training.
HELD_FOLDS = 2
BENIGN_SHARE = 0.01


@dataclass
class Learnt:
    """A model as this file needs it: raw scores of its classes, and how strange a flow is."""

    classes: list[str]
    scores: Callable[[np.ndarray], np.ndarray]
    anomaly: Callable[[np.ndarray], np.ndarray]


def learn(train: Examples, features: list[str], classes: list[str], seed: int) -> Learnt:
    """The one place that knows how the trainer learns."""
    known = train.only(np.isin(train.labels, classes))
    target = np.array([classes.index(name) for name in known.labels])
    booster = train_boosted(known.matrix, target, known.weight, features, len(classes), seed)
    normal = (known.labels == NORMAL) & (known.fold >= 0)
    columns = [k for k, name in enumerate(features) if not name.startswith(("service", "tcpState"))]
    forest = train_isolation(known.matrix[normal], known.weight[normal], columns, seed)
    return Learnt(
        classes,
        lambda matrix: booster.predict(matrix, raw_score=True),
        lambda matrix: -forest.score_samples(squash(matrix[:, columns].astype(np.float64))),
    )


def training_examples(table: Table, fold_of_capture: np.ndarray, seed: int) -> Examples:
    """As train.py takes them, generated flows among them."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "generated"
        dataset.write_generated(folder, trainer.GENERATED_PER_KIND, seed)
        dataset.write_table(folder / "captures", Path(temporary) / "generated.arrow")
        generated = dataset.load_generated(Path(temporary) / "generated.arrow", folder)
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
    classes = sorted(set(train.labels) - left_out - {""})
    use = (train.fold != fold) & ~np.isin(train.labels, list(left_out))
    learnt = learn(train.only(use), table.features, classes, seed)
    capture = table.capture_of_rows()
    family = np.flatnonzero(np.isin(table.labels, list(left_out)))
    # Thresholds and temperature as training chooses them, on the held-out fold without the family.
    held = np.flatnonzero((fold_of_row == fold) & np.isin(table.labels, classes))
    raw = learnt.scores(table.matrix[held])
    target = np.array([classes.index(name) for name in table.labels[held]])
    _, inverse, numbers = np.unique(capture[held], return_inverse=True, return_counts=True)
    temperature = fit_temperature(raw, target, 1.0 / numbers[inverse])
    thresholds = choose_thresholds(classes, table.labels[held], capture[held], softmax(raw, temperature))
    probability = softmax(learnt.scores(table.matrix[family]), temperature)
    best = np.array(classes)[probability.argmax(axis=1)]
    limit = np.array([2.0 if name == NORMAL else thresholds.get(name, 2.0) for name in classes])
    detected = probability.max(axis=1) >= limit[probability.argmax(axis=1)]
    own = capture[family]
    benign = held[table.labels[held] == NORMAL]
    said = {
        str(name): mean_by_capture((best == name) & detected, own) for name in np.unique(best[detected]) if name != NORMAL
    }
    return {
        "captures_detected": float(np.mean([detected[own == one].any() for one in np.unique(own)])),
        "flows_detected": mean_by_capture(detected, own),
        "said": said,
        **anomaly_figures(
            learnt.anomaly(table.matrix[family]), own, learnt.anomaly(table.matrix[benign]), capture[benign]
        ),
    }


def average(rounds: list[dict]) -> dict:
    result = {key: float(np.mean([one[key] for one in rounds])) for key in rounds[0] if key != "said"}
    said: Counter[str] = Counter()
    for one in rounds:
        said.update({name: share / len(rounds) for name, share in one["said"].items()})
    return {**result, "said": dict(said.most_common()), "rounds": len(rounds)}


def run_leave_out(table: Table, fold_of_capture: np.ndarray, seed: int, note: Callable[[str], None] = print) -> dict:
    """Per family that has labelled flows."""
    train = training_examples(table, fold_of_capture, seed)
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
