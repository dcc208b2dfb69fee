"""Training: the model as one ONNX file: `features` FP32[-1, N] in, `probabilities` FP32[-1, 24] and `anomaly`
FP32[-1, 1] out."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from forest import Nodes
from validate import FURTHEST, MEMBERS, NAME_SHARPNESS, NEVER, NORMAL_AT, Calibration, temper

OPSET = 17
ML_OPSET = 3
IR_VERSION = 8


def tree_node(nodes: Nodes, inputs: str, output: str, targets: int) -> onnx.NodeProto:
    leaves = [i for i, leaf in enumerate(nodes.is_leaf) if leaf]
    attributes = {
        "n_targets": targets,
        "aggregate_function": "SUM",
        "post_transform": "NONE",
        "nodes_treeids": nodes.tree,
        "nodes_nodeids": nodes.node,
        "nodes_featureids": nodes.feature,
        "nodes_modes": ["LEAF" if leaf else "BRANCH_LEQ" for leaf in nodes.is_leaf],
        "nodes_values": nodes.threshold,
        "nodes_truenodeids": nodes.true,
        "nodes_falsenodeids": nodes.false,
        "target_treeids": [nodes.tree[i] for i in leaves],
        "target_nodeids": [nodes.node[i] for i in leaves],
        "target_ids": [nodes.target[i] for i in leaves],
        "target_weights": [nodes.value[i] for i in leaves],
    }
    return helper.make_node("TreeEnsembleRegressor", [inputs], [output], domain="ai.onnx.ml", **attributes)


def constant(name: str, value) -> onnx.TensorProto:
    return numpy_helper.from_array(np.array(value, dtype=np.float32), name)


def build_model(
    boosted: Nodes,
    detectors: Nodes,
    isolation: Nodes,
    features: int,
    claimed: list[int],
    calibration: Calibration,
    reliability: np.ndarray,
    anomaly_range: tuple[float, float],
) -> onnx.ModelProto:
    """Odds = trees / temperature + what Normal gets + detectors; probabilities as validate.Judge makes them of odds.
    anomaly = (2^isolation - low) / (high - low), cut at 0 and 1."""
    low, high = anomaly_range
    labels = len(MEMBERS)
    # Not the node's base_values: onnxruntime 1.32 leaves them out for targets without leaves.
    base = [0.0 if k in claimed else NEVER for k in range(labels)]
    base[NORMAL_AT] += calibration.benign
    nodes = [
        tree_node(boosted, "features", "logits", labels),
        tree_node(detectors, "features", "certain", labels),
        helper.make_node("Mul", ["logits", "inverse_temperature"], ["scaled"]),
        helper.make_node("Add", ["scaled", "base"], ["based"]),
        helper.make_node("Add", ["based", "certain"], ["raw_odds"]),
        helper.make_node("ReduceMax", ["raw_odds"], ["highest"], axes=[1], keepdims=1),
        helper.make_node("Sub", ["raw_odds", "highest"], ["odds"]),
        helper.make_node("Exp", ["odds"], ["even"]),
        helper.make_node("MatMul", ["even", "members"], ["family_sum"]),
        helper.make_node("ReduceSum", ["family_sum", "along"], ["whole"], keepdims=1),
        helper.make_node("Div", ["family_sum", "whole"], ["family"]),
        helper.make_node("Max", ["odds", "furthest"], ["behind_at_most"]),
        helper.make_node("Mul", ["behind_at_most", "sharpness"], ["sharpened"]),
        helper.make_node("Exp", ["sharpened"], ["sharp"]),
        helper.make_node("MatMul", ["sharp", "members"], ["sharp_sum"]),
        helper.make_node("MatMul", ["sharp_sum", "members_turned"], ["sharp_of_label"]),
        helper.make_node("Div", ["sharp", "sharp_of_label"], ["name"]),
        helper.make_node("MatMul", ["family", "members_turned"], ["family_of_label"]),
        helper.make_node("Mul", ["name", "family_of_label"], ["plain"]),
        helper.make_node("MatMul", ["plain", "temper"], ["probabilities"]),
        tree_node(isolation, "features", "exponent", 1),
        helper.make_node("Pow", ["two", "exponent"], ["isolation"]),
        helper.make_node("Sub", ["isolation", "low"], ["above"]),
        helper.make_node("Mul", ["above", "inverse_range"], ["relative"]),
        helper.make_node("Clip", ["relative", "zero", "one"], ["anomaly"]),
    ]
    constants = {
        "inverse_temperature": 1.0 / calibration.temperature,
        "base": base,
        "members": MEMBERS,
        "members_turned": MEMBERS.T,
        "furthest": FURTHEST,
        "sharpness": NAME_SHARPNESS,
        "temper": temper(reliability),
        "two": 2.0,
        "low": low,
        "inverse_range": 1.0 / (high - low),
        "zero": 0.0,
        "one": 1.0,
    }
    along = numpy_helper.from_array(np.array([1], np.int64), "along")
    graph = helper.make_graph(
        nodes,
        "flow_net",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["flows", features])],
        [
            helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["flows", labels]),
            helper.make_tensor_value_info("anomaly", TensorProto.FLOAT, ["flows", 1]),
        ],
        [*(constant(name, value) for name, value in constants.items()), along],
    )
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", ML_OPSET)]
    model = helper.make_model(graph, opset_imports=opsets, producer_name="smart-ids")
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model)
    return model


def write_model(model: onnx.ModelProto, path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = model.SerializeToString(deterministic=True)
    path.write_bytes(data)
    return data
