"""Evaluation: the tables, on captures and flows made by hand."""

import numpy as np
import pytest

from capture_report import Judged, capture_report
from flow_report import Verdicts, flow_report

CAPTURES = [
    Judged("a", "DoS Hulk", "one", 5, {"DoS": 2}, ("DoS",)),
    Judged("b", "DoS Hulk", "one", 300),
    Judged("c", "DoS Hulk", "two", 1, {"DoS Hulk": 1}, ("DoS Hulk", "Port Scan")),
    Judged("d", "Worms", "two", 20, {"DoS": 1}, ("DoS",)),
    Judged("e", "Normal", "one", 90, {"Bot": 3}, ("Bot",)),
    Judged("f", "Normal", "three", 10),
    Judged("g", "Normal", "three", 0, state="error"),
]


def test_an_attack_is_detected_by_any_alert_and_named_by_its_family_or_itself():
    row = capture_report(CAPTURES)["by_class"]["DoS Hulk"]
    assert (row["captures"], row["sources"], row["detected"], row["by_family"], row["exactly"]) == (3, 2, 2, 2, 1)
    other = capture_report(CAPTURES)["by_class"]["Worms"]
    assert (other["detected"], other["by_family"], other["exactly"]) == (1, 0, 0)


def test_in_the_macro_every_class_counts_the_same_and_normal_is_none():
    report = capture_report(CAPTURES)
    assert report["classes"] == 2
    assert report["macro"]["detected"] == pytest.approx((2 / 3 + 1) / 2)
    assert report["macro"]["exactly"] == pytest.approx((1 / 3 + 0) / 2)


def test_by_source_a_source_with_many_captures_counts_once():
    assert capture_report(CAPTURES)["macro_by_source"]["detected"] == pytest.approx(((1 / 2 + 1) / 2 + 1) / 2)


def test_false_alarms_are_counted_by_capture_and_by_flow():
    benign = capture_report(CAPTURES)["benign"]
    assert (benign["captures"], benign["alerted"], benign["false_flows"]) == (3, 1, 3)
    assert benign["false_flows_per_1000"] == pytest.approx(30)
    assert benign["detections_by_label"] == {"Bot": 3}


def test_captures_stand_by_their_size():
    sizes = {row["flows"]: row for row in capture_report(CAPTURES)["by_size"]}
    assert {name: row["attacks"]["captures"] for name, row in sizes.items()} == {
        "0": 0,
        "1–2": 1,
        "3–17": 1,
        "18–200": 1,
        "more than 200": 1,
    }
    assert sizes["0"]["benign"]["captures"] == 1


def test_nothing_to_judge_is_no_division_by_zero():
    assert capture_report([])["macro"]["detected"] == 0.0


TRUTH = np.array(["DoS", "DoS", "DoS", "Bot", "Normal", "Normal", "Normal", "Normal", ""])
SAID = np.array(["DoS", "DoS", "", "DoS", "", "", "", "Bot", "DoS"])
CAPTURE = np.array([0, 0, 0, 1, 2, 2, 3, 3, 0])
SOURCE = np.array(["one"] * 9)


def report(**more):
    return flow_report(TRUTH, Verdicts(SAID, **more), CAPTURE, SOURCE)


def test_a_flow_without_a_detection_counts_as_normal_and_one_without_a_label_not_at_all():
    rows = report()["by_class"]
    assert report()["left_out"] == 1
    assert (rows["DoS"]["precision"], rows["DoS"]["recall"]) == (pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert (rows["Normal"]["precision"], rows["Normal"]["recall"]) == (pytest.approx(3 / 4), pytest.approx(3 / 4))
    assert (rows["Bot"]["said"], rows["Bot"]["right"], rows["Bot"]["f1"]) == (1, 0, 0.0)


def test_macro_f1_is_the_mean_over_classes_whatever_their_number():
    assert report()["macro_f1"] == pytest.approx((2 / 3 + 3 / 4 + 0) / 3)
    assert report()["macro_f1_attacks"] == pytest.approx((2 / 3 + 0) / 2)


def test_the_confusion_holds_every_labelled_flow():
    assert report()["confusion"] == {
        "Bot": {"DoS": 1},
        "DoS": {"DoS": 2, "Normal": 1},
        "Normal": {"Bot": 1, "Normal": 3},
    }


def test_false_positives_are_those_of_benign_flows_only():
    rows = report()["prevalence"]
    assert (rows["DoS"]["false_alarms"], rows["DoS"]["benign_flows"]) == (0, 4)
    assert rows["Bot"]["false_positive_rate"] == pytest.approx(1 / 4)
    assert rows["any attack"]["recall"] == pytest.approx(3 / 4)
    assert report()["false_alarms_per_1000_benign_flows"] == pytest.approx(250)
    assert report()["false_alarms_per_benign_capture"] == pytest.approx(1 / 2)


def test_calibration_is_that_of_the_likeliest_label_where_scores_are_given():
    assert "ece_by_flows" not in report()
    best = np.where(TRUTH == "", "DoS", TRUTH)
    exact = report(best=best, score=np.full(9, 0.75))
    assert exact["ece_by_flows"] == pytest.approx(0.25)
