"""Training: gradient boosted trees for the labels and an isolation forest for what looks like nothing seen, both as
plain node tables, so that ONNX gets exactly the comparisons that were learnt."""

import re
from dataclasses import dataclass, field

import lightgbm as lgb
import numpy as np
from sklearn.ensemble import IsolationForest

from detectors import Detector

ROUNDS = 18
PARAMETERS = {
    "objective": "multiclass",
    "learning_rate": 0.22,
    "num_leaves": 15,
    "min_data_in_leaf": 20,
    "min_sum_hessian_in_leaf": 1.0,
    "lambda_l2": 5.0,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "max_bin": 127,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 2,
    "verbose": -1,
}

# Exact sizes and gaps tell the sources of this folder apart better than the attacks: without them unseen sources do
# better (Infiltration 60 % of captures detected instead of 21 %, at the same false alarms).
UNUSED = re.compile(r"first(Size|Gap)|(source|destination)?([sS]ize|[gG]ap)(Min|Max|Mean|Std)|.*PayloadLength\d")

ISOLATION_TREES = 32
ISOLATION_SAMPLES = 256


@dataclass
class Nodes:
    """Nodes of many trees, in the form of ONNX TreeEnsembleRegressor: go to `true` where value <= threshold."""

    tree: list[int] = field(default_factory=list)
    node: list[int] = field(default_factory=list)
    feature: list[int] = field(default_factory=list)
    threshold: list[float] = field(default_factory=list)
    true: list[int] = field(default_factory=list)
    false: list[int] = field(default_factory=list)
    is_leaf: list[bool] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    target: list[int] = field(default_factory=list)

    def extend(self, other: "Nodes") -> None:
        for name in self.__dataclass_fields__:
            getattr(self, name).extend(getattr(other, name))

    def add(self, tree, node, feature, threshold, true, false, is_leaf, value, target) -> None:
        for name, one in zip(self.__dataclass_fields__, (tree, node, feature, threshold, true, false, is_leaf, value, target)):
            getattr(self, name).append(one)


def float32_below(threshold: float) -> float:
    """The largest 32-bit float that is not above: for 32-bit inputs the comparison stays the same."""
    single = np.float32(threshold)
    return float(np.nextafter(single, np.float32(-np.inf)) if float(single) > threshold else single)


def train_boosted(matrix, classes, weight, features: list[str], class_count: int, seed: int) -> lgb.Booster:
    worth = [0.0 if UNUSED.match(name) else 1.0 for name in features]
    parameters = {**PARAMETERS, "num_class": class_count, "seed": seed, "feature_contri": worth}
    return lgb.train(parameters, lgb.Dataset(matrix, classes, weight=weight), ROUNDS)


def boosted_nodes(booster: lgb.Booster, targets: list[int]) -> Nodes:
    """`targets[k]` is the output column of the booster's class k."""
    nodes = Nodes()
    for tree_index, tree in enumerate(booster.dump_model()["tree_info"]):
        target = targets[tree_index % len(targets)]
        counter = iter(range(1 << 20))

        def walk(node, tree_index=tree_index, target=target, counter=counter) -> int:
            own = next(counter)
            if "leaf_value" in node:
                nodes.add(tree_index, own, 0, 0.0, 0, 0, True, node["leaf_value"], target)
                return own
            if node["decision_type"] != "<=":
                raise ValueError(f"decision {node['decision_type']} is not supported")
            at = len(nodes.tree)
            nodes.add(tree_index, own, node["split_feature"], float32_below(node["threshold"]), 0, 0, False, 0.0, target)
            nodes.true[at] = walk(node["left_child"])
            nodes.false[at] = walk(node["right_child"])
            return own

        walk(tree["tree_structure"])
    return nodes


def detector_nodes(detectors: list[Detector], features: list[str], labels: list[str], first_tree: int) -> Nodes:
    """A tree a detector: one condition below the other, its weight where all hold."""
    nodes = Nodes()
    for offset, one in enumerate(detectors):
        tree, target, count = first_tree + offset, labels.index(one.label), len(one.conditions)
        for k, (feature, operator, value) in enumerate(one.conditions):
            # Each condition has a leaf of its own for where it does not hold: a node has one parent.
            holds, miss = 2 * (k + 1), 2 * k + 1
            true, false = (holds, miss) if operator == "<=" else (miss, holds)
            nodes.add(tree, 2 * k, features.index(feature), float(np.float32(value)), true, false, False, 0.0, target)
            nodes.add(tree, miss, 0, 0.0, 0, 0, True, 0.0, target)
        nodes.add(tree, 2 * count, 0, 0.0, 0, 0, True, one.weight, target)
    return nodes


def squash(values):
    """Sizes, times and counts span many orders: an isolation forest cuts uniformly, so cut their logarithm."""
    return np.sign(values) * np.log1p(np.abs(values))


def stretch(value: float) -> float:
    return float(np.sign(value) * np.expm1(abs(value)))


def path_length(samples: float) -> float:
    """Mean path length of an unsuccessful search in a binary tree of this many samples (Liu 2008, equation 1)."""
    if samples <= 1:
        return 0.0
    if samples == 2:
        return 1.0
    return 2.0 * (np.log(samples - 1.0) + np.euler_gamma) - 2.0 * (samples - 1.0) / samples


def train_isolation(matrix, weight, columns: list[int], seed: int) -> IsolationForest:
    """Rows are drawn by weight first: IsolationForest knows no weights in its draw."""
    rng = np.random.default_rng(seed)
    rows = rng.choice(len(matrix), size=min(50_000, len(matrix)), p=weight / weight.sum())
    forest = IsolationForest(n_estimators=ISOLATION_TREES, max_samples=ISOLATION_SAMPLES, random_state=seed, n_jobs=1)
    return forest.fit(squash(matrix[rows][:, columns].astype(np.float64)))


def isolation_nodes(forest: IsolationForest, columns: list[int]) -> Nodes:
    """Leaves hold minus the path length, divided by the number of trees and the mean length: their sum is log2 of the score."""
    nodes = Nodes()
    scale = len(forest.estimators_) * path_length(ISOLATION_SAMPLES)
    for tree_index, (estimator, picked) in enumerate(zip(forest.estimators_, forest.estimators_features_)):
        tree = estimator.tree_
        depth = np.zeros(tree.node_count)
        for node in range(tree.node_count):
            left, right = tree.children_left[node], tree.children_right[node]
            if left < 0:
                length = depth[node] + path_length(tree.n_node_samples[node])
                nodes.add(tree_index, node, 0, 0.0, 0, 0, True, -length / scale, 0)
                continue
            depth[left] = depth[right] = depth[node] + 1
            feature = columns[picked[tree.feature[node]]]
            threshold = float32_below(stretch(tree.threshold[node]))
            nodes.add(tree_index, node, feature, threshold, int(left), int(right), False, 0.0, 0)
    return nodes
