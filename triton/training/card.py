"""The model card, written from what `evaluate.py` measured and training said of itself; and Triton's configuration."""

import platform
from collections import Counter

import numpy as np

import card_sections as sections
from labels import TRAINED_AS
from validate import BENIGN_CAPTURES, BENIGN_FLOWS, FOLDS


def triton_config(features: int, labels: int) -> str:
    return f"""name: "flow_net"
backend: "onnxruntime"
max_batch_size: 0
input [{{ name: "features", data_type: TYPE_FP32, dims: [ -1, {features} ] }}]
output [
  {{ name: "probabilities", data_type: TYPE_FP32, dims: [ -1, {labels} ] }},
  {{ name: "anomaly", data_type: TYPE_FP32, dims: [ -1, 1 ] }}
]
instance_group [{{ kind: KIND_CPU, count: 1 }}]
"""


def training_facts(*, table, generated, metadata, description: str, not_claimed: dict, left_out: dict, facts: dict) -> dict:
    """What only training knows, for `training.json` beside the model. `description` is a sentence on what the model is;
    `not_claimed` says why of each label that was tried; `facts` has size, parity, seed, commit, data (checksum), seconds,
    temperature, and where folds were written their models' checksums (`fold_models`, in the order of the folds)."""
    labels, numbers = np.unique(generated.labels, return_counts=True)
    per_label = Counter(dict(zip(map(str, labels), map(int, numbers))))
    return {
        "sha256": metadata["sha256"],
        "feature_version": table.feature_version,
        "description": description,
        "claimed": metadata["claimed"],
        "thresholds": metadata["thresholds"],
        "not_claimed": not_claimed,
        "left_out": left_out,
        "trained_as": {name: to for name, to in TRAINED_AS.items() if name != to},
        "folds": FOLDS,
        "threshold_rule": {"benign_captures": BENIGN_CAPTURES, "benign_flows": BENIGN_FLOWS},
        "generated": {
            "captures": len(generated.captures),
            "flows": len(generated.matrix),
            "by_label": {name: number for name, number in sorted(per_label.items()) if name},
        },
        "python": platform.python_version(),
        **facts,
    }


def model_card(results: dict, *, data: dict, training: dict | None, metadata: dict, folds: dict, measured: dict) -> str:
    """`results` has a part's result, or None where it was not measured; its section then says so."""
    lines = [
        *sections.head(training, metadata, data, folds, measured),
        *sections.purpose(training, metadata),
        *sections.reach(results["scan"], results["flows"], results["baselines"]),
        *sections.by_capture(results["scan"]),
        *sections.by_flow(results["flows"]),
        *sections.baselines(results["baselines"], results["flows"]),
        *sections.controls(results["controls"]),
        *sections.leave_out(results["leave-out"]),
        *sections.data(data, training),
        *sections.not_reached(results["scan"], training),
        *sections.origin(results["speed"], data, training, metadata, measured),
    ]
    return "\n".join(lines).rstrip() + "\n"
