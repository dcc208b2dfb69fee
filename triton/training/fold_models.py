"""Evaluation: the models that training wrote for each fold of sources, run as the product runs them."""

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dataset import Table
from flow_report import NORMAL, Verdicts

# Its telemetry client starts with the library; captures are nobody else's business.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
import onnxruntime

BATCH = 4096
SPEED_SECONDS = 3.0


@dataclass
class Model:
    """flow_net as it lies in a model repository."""

    repository: Path
    session: onnxruntime.InferenceSession
    metadata: dict

    @property
    def sha256(self) -> str:
        return self.metadata["sha256"]


def load_model(repository: Path) -> Model:
    repository = repository.resolve()
    folder = repository / "flow_net" / "1"
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
    return Model(repository, session, json.loads((folder / "features.json").read_text()))


@dataclass
class Folds:
    """Model k saw nothing of the captures whose fold is k."""

    of_file: dict[str, int]
    models: list[Model]
    # False where one model stands in for all: then nothing here is held out.
    held_out: bool = True


def load_folds(folder: Path) -> Folds:
    of_file = json.loads((folder / "folds.json").read_text())
    models = [load_model(folder / f"fold-{fold}") for fold in range(max(of_file.values()) + 1)]
    return Folds(of_file, models)


def score(model: Model, features: list[str], matrix: np.ndarray) -> Verdicts:
    """As lib/detection/flow-verdict.ts: the likeliest label; a detection where it is not Normal and its probability is at
    least the label's threshold."""
    if model.metadata["features"] != features:
        raise SystemExit(f"{model.repository}: other features than the table has: train again")
    labels = np.array(model.metadata["labels"])
    limit = np.array([2.0 if name == NORMAL else model.metadata["thresholds"].get(name, 2.0) for name in labels])
    best, top, anomaly = [np.zeros(0, int)], [np.zeros(0, np.float32)], [np.zeros(0, np.float32)]
    for start in range(0, len(matrix), BATCH):
        outputs = model.session.run(["probabilities", "anomaly"], {"features": matrix[start : start + BATCH]})
        best.append(outputs[0].argmax(axis=1))
        top.append(outputs[0].max(axis=1))
        anomaly.append(outputs[1][:, 0])
    index, probability = np.concatenate(best), np.concatenate(top)
    said = np.where(probability >= limit[index], labels[index], "")
    return Verdicts(said, labels[index], probability, np.concatenate(anomaly))


def verdicts(table: Table, folds: Folds) -> Verdicts:
    """Every flow by the model that saw nothing of its source."""
    fold = np.array([folds.of_file[capture.file] for capture in table.captures])[table.capture_of_rows()]
    count = len(table.matrix)
    result = Verdicts(
        np.full(count, "", dtype="<U32"), np.full(count, "", dtype="<U32"), np.zeros(count), np.zeros(count)
    )
    for k, model in enumerate(folds.models):
        rows = np.flatnonzero(fold == k)
        own = score(model, table.features, table.matrix[rows])
        for name in ("said", "best", "score", "anomaly"):
            getattr(result, name)[rows] = getattr(own, name)
    return result


def by_detector(model: Model, matrix: np.ndarray) -> np.ndarray:
    """Flows that a detector of the model's own list holds for: there the trees have no say."""
    index = {name: k for k, name in enumerate(model.metadata["features"])}
    held = np.zeros(len(matrix), bool)
    for detector in model.metadata.get("detectors", []):
        own = np.ones(len(matrix), bool)
        for feature, operator, value in detector["all"]:
            column, bound = matrix[:, index[feature]], np.float32(value)
            own &= column > bound if operator == ">" else column <= bound
        held |= own
    return held


def detector_flows(table: Table, folds: Folds) -> np.ndarray:
    """The same over a table, each flow by the detectors that its fold's model kept."""
    fold = np.array([folds.of_file[capture.file] for capture in table.captures])[table.capture_of_rows()]
    held = np.zeros(len(table.matrix), bool)
    for k, model in enumerate(folds.models):
        held[fold == k] = by_detector(model, table.matrix[fold == k])
    return held


def flows_per_second(model: Model, matrix: np.ndarray) -> float:
    """Of one core, in batches of BATCH, the rows of the table again and again."""
    batches = [matrix[k : k + BATCH] for k in range(0, len(matrix) - BATCH + 1, BATCH)] or [matrix]
    model.session.run(["probabilities", "anomaly"], {"features": batches[0]})
    done, started = 0, time.perf_counter()
    while time.perf_counter() - started < SPEED_SECONDS:
        batch = batches[(done // BATCH) % len(batches)]
        model.session.run(["probabilities", "anomaly"], {"features": batch})
        done += len(batch)
    return done / (time.perf_counter() - started)
