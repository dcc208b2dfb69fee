"""The model card, written from what `evaluate.py` measured and training said of itself; and Triton's configuration."""

import platform

import numpy as np

import card_captures as captures
import card_checks as checks
import card_facts as said
import card_flows as flows
from detectors import DETECTORS
from forest import ISOLATION_TREES, PARAMETERS, ROUNDS
from validate import FEW_WRONG, FOLDS, MIN_SOURCES, WRONG_SHARE


def triton_config(features: int, labels: int) -> str:
    return f"""name: "flow_net"
backend: "onnxruntime"
version_policy: {{ all {{ }} }}
max_batch_size: 0
input [{{ name: "features", data_type: TYPE_FP32, dims: [ -1, {features} ] }}]
output [
  {{ name: "probabilities", data_type: TYPE_FP32, dims: [ -1, {labels} ] }},
  {{ name: "anomaly", data_type: TYPE_FP32, dims: [ -1, 1 ] }}
]
instance_group [{{ kind: KIND_CPU, count: 1 }}]
"""


def training_facts(*, table, generated, train, held, metadata, facts: dict) -> dict:
    """What only training knows, for `training.json` beside the model. `facts` has bytes, parity, seed, commit, data
    (checksum) and seconds; where folds were written, `fold_models`: their models' checksums in the order of the folds;
    `tried`, a sentence for each thing that did not help."""
    labels, numbers = np.unique(generated.labels, return_counts=True)
    per_label = {str(name): int(number) for name, number in zip(labels, numbers) if name}
    return {
        "sha256": metadata["sha256"],
        "feature_version": table.feature_version,
        "labels": held.classes,
        "examples": len(train.labels),
        "calibration": {"temperature": held.whole.calibration.temperature, "benign": held.whole.calibration.benign},
        "trees": {"rounds": ROUNDS, "leaves": PARAMETERS["num_leaves"], "isolation": ISOLATION_TREES},
        "detectors": {
            "written": len(DETECTORS),
            "kept": len(held.whole.detectors),
            "dropped": [DETECTORS[k].name for k in range(len(DETECTORS)) if k not in held.whole.detectors],
            "kept_by_fold": [len(one.detectors) for one in held.folds],
        },
        "thresholds_by_fold": [one.thresholds for one in held.folds],
        "folds": FOLDS,
        "threshold_rule": {"few_wrong": FEW_WRONG, "wrong_share": WRONG_SHARE, "min_sources": MIN_SOURCES},
        "generated": {"captures": len(generated.captures), "flows": len(generated.matrix), "by_label": per_label},
        "python": platform.python_version(),
        **facts,
    }


def model_card(results: dict, *, data: dict, training: dict | None, metadata: dict, folds: dict, measured: dict) -> str:
    """`results` has a part's result, or None where it was not measured; its section then says so."""
    lines = [
        *said.head(training, metadata, data, folds, measured),
        *said.purpose(training, metadata),
        *said.measured_how(training),
        *captures.reach(results["scan"], results["flows"], results["baselines"]),
        *captures.by_capture(results["scan"]),
        *flows.by_flow(results["flows"]),
        *flows.baselines(results["baselines"], results["flows"]),
        *checks.controls(results["controls"]),
        *checks.leave_out(results["leave-out"]),
        *said.data(data, training),
        *said.not_reached(results["scan"], training),
        *said.origin(results["speed"], data, training, metadata, measured),
    ]
    return "\n".join(lines).rstrip() + "\n"
