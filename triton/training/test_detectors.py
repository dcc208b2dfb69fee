"""Training: detectors by hand and in the graph, families before names, and who may speak."""

import re

import numpy as np
import onnxruntime

from dataset import LABELS, Table
from detectors import CERTAIN, CLOSER, DETECTORS, LIKELY, detector
from export import build_model
from families import FAMILY, same_family
from forest import Nodes, detector_nodes
from sources import Capture
from validate import GRID, NORMAL_AT, Calibration, add_detectors, by_family, choose, fit_calibration, place, reliability_of, temper

FEATURES = ["ports", "answers", "posts"]
INDEX = {name: k for k, name in enumerate(FEATURES)}
SWEEP = detector("many-ports", "Port Scan", "ports > 8; answers <= 0.5")
POSTS = detector("many-posts", "DoS", "posts > 100", weight=LIKELY)


PLAIN = Calibration(1.0, 0.0)
RELIABLE = np.array([[1.0, 0.0]] * len(LABELS))


def empty_trees(target: int) -> Nodes:
    nodes = Nodes()
    nodes.add(0, 0, 0, 0.0, 0, 0, True, 0.0, target)
    return nodes


def test_conditions_are_read_and_hold_at_their_bounds():
    assert SWEEP.conditions == (("ports", ">", 8.0), ("answers", "<=", 0.5))
    matrix = np.array([[9, 0.5, 0], [8, 0.5, 0], [9, 0.6, 0]], np.float32)
    assert SWEEP.holds(matrix, INDEX).tolist() == [True, False, False]


def test_names_are_unique_and_labels_known():
    names = [one.name for one in DETECTORS]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", name) for name in names)
    assert all(one.label in FAMILY for one in DETECTORS)


def test_the_graph_adds_a_weight_exactly_where_all_conditions_hold():
    rng = np.random.default_rng(1)
    matrix = rng.choice([0.0, 0.5, 0.6, 8.0, 8.5, 100.0, 101.0], (500, 3)).astype(np.float32)
    trees = detector_nodes([SWEEP, POSTS], FEATURES, LABELS, 0)
    model = build_model(empty_trees(NORMAL_AT), trees, empty_trees(0), 3, list(range(len(LABELS))), PLAIN, RELIABLE, (0.0, 1.0))
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    said = session.run(["probabilities"], {"features": matrix})[0]
    odds = np.zeros((len(matrix), len(LABELS)), np.float32)
    for one in (SWEEP, POSTS):
        odds[one.holds(matrix, INDEX), LABELS.index(one.label)] += one.weight
    assert np.abs(said - by_family(odds)).max() < 1e-6


def test_the_family_is_decided_before_the_name():
    odds = np.full((1, len(LABELS)), -9.0)
    # Each of two names of one family is less likely than Normal, both together are more likely.
    odds[0, NORMAL_AT], odds[0, LABELS.index("Bot")], odds[0, LABELS.index("Exploits")] = 0.0, -0.3, -0.5
    probability = by_family(odds)
    assert abs(probability.sum() - 1) < 1e-9
    assert LABELS[probability.argmax()] == "Bot"
    assert probability.max() > 0.45


def test_of_two_detectors_the_closer_names():
    odds = np.zeros((1, len(LABELS)))
    odds[0, LABELS.index("Exploits")], odds[0, LABELS.index("Worms")] = CERTAIN, CLOSER
    probability = by_family(odds)
    assert LABELS[probability.argmax()] == "Worms"
    assert probability.max() > GRID[0]


def test_odds_far_apart_stay_finite():
    odds = np.full((1, len(LABELS)), -60.0)
    odds[0, NORMAL_AT] = 40.0
    assert np.isfinite(by_family(odds)).all()


def table_of(captures: list[tuple[str, str]]) -> Table:
    """One flow a capture; (label, source)."""
    rows = [Capture(f"{k}.pcap", label, "high", source, "") for k, (label, source) in enumerate(captures)]
    labels = np.array([label for label, _ in captures])
    return Table(rows, np.arange(len(rows) + 1), 2, FEATURES, np.zeros((len(rows), 3), np.float32), labels)


def test_a_detector_that_training_speaks_against_is_left_out(monkeypatch):
    monkeypatch.setattr("validate.DETECTORS", [SWEEP, POSTS])
    table = table_of([("Normal", "a")] * 8 + [("Port Scan", "b")] * 8)
    holds = np.zeros((16, 2), bool)
    holds[:6, 0] = True  # wrong about six, right about one
    holds[8, 0] = True
    holds[:1, 1] = True  # wrong about one
    kept, _ = choose(table, np.zeros((16, len(LABELS))), holds, np.arange(16))
    assert kept == [1]


def test_trees_speak_above_every_benign_capture_and_only_where_two_sources_agree(monkeypatch):
    monkeypatch.setattr("validate.DETECTORS", [SWEEP])
    table = table_of([("Normal", "a"), ("Port Scan", "b"), ("Port Scan", "c"), ("Bot", "d")])
    scores = np.array([[0.0, 0.8], [0.0, 3.0], [0.0, 3.0], [0.0, -9.0]])
    odds = place(scores, ["Normal", "Port Scan"], PLAIN)
    odds[3, LABELS.index("Bot")] = 5.0
    _, thresholds = choose(table, odds, np.zeros((4, 1), bool), np.arange(4))
    benign = float(by_family(odds[:1])[0, LABELS.index("Port Scan")])
    assert benign < thresholds["Port Scan"] < float(by_family(odds[1:2]).max())
    assert thresholds["Bot"] == round(float(GRID[0]), 6)


def test_normal_gets_what_the_captures_say_it_is_worth_each_the_same():
    # Trees call one half of the flows attacks and are seldom right; one capture has most flows of all.
    table = table_of([("Normal", "a")] * 9 + [("Port Scan", "b")])
    table.captures[0:0] = [Capture("flood.pcap", "Port Scan", "high", "c", "")]
    table.starts = np.concatenate([[0], np.arange(91, 102) - 1])
    table.labels = np.concatenate([["Port Scan"] * 90, table.labels])
    table.matrix = np.zeros((100, 3), np.float32)
    scores = np.zeros((100, 2))
    found = fit_calibration(table, scores, ["Normal", "Port Scan"], np.arange(100))
    assert abs(found.benign - np.log(9 / 2)) < 0.01


def test_detectors_add_to_what_trees_say(monkeypatch):
    monkeypatch.setattr("validate.DETECTORS", [SWEEP])
    odds = add_detectors(np.zeros((2, len(LABELS))), np.array([[True], [False]]), [0])
    assert odds[0, LABELS.index("Port Scan")] == CERTAIN
    assert odds[1].sum() == 0


def test_a_label_keeps_what_it_is_reliable_for():
    reliability = RELIABLE.copy()
    reliability[LABELS.index("Bot")] = (0.4, 0.1)
    said = np.zeros((1, len(LABELS)))
    said[0, LABELS.index("Bot")] = 1.0
    tempered = said @ temper(reliability)
    assert abs(tempered.sum() - 1) < 1e-12
    assert LABELS[tempered.argmax()] == "Bot"
    assert abs(tempered[0, LABELS.index("Bot")] - 0.4) < 1e-12
    assert abs(tempered[0, NORMAL_AT] - 0.1) < 1e-12


def test_reliability_counts_captures_and_leans_on_all_labels_where_few_spoke():
    table = table_of([("Port Scan", "a")] * 6 + [("Normal", "b")] * 2)
    said = np.zeros((8, len(LABELS)))
    said[:, LABELS.index("Port Scan")] = 1.0
    reliability = reliability_of(table, said, np.arange(8), np.ones(8, bool))
    assert np.allclose(reliability[LABELS.index("Port Scan")], (0.75, 0.25))
    assert np.allclose(reliability[LABELS.index("Bot")], (0.75, 0.25))
    assert reliability[NORMAL_AT].tolist() == [1.0, 0.0]


def test_guessing_at_a_web_form_is_an_attack_on_the_web():
    assert same_family("Web Attack - SQL Injection", "Web Attack - Brute Force")
    assert same_family("SSH Patator", "Web Attack - Brute Force")
    assert not same_family("Normal", "Normal")
