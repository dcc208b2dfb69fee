"""The card: written from results made by hand."""

import numpy as np

import card
from capture_report import Judged
from evaluate import Kept, pick_sample, with_and_without_contradicted
from flow_report import Verdicts, flow_report
from sources import Capture

PARTS = ("scan", "flows", "baselines", "controls", "leave-out", "speed")
METADATA = {
    "sha256": "aa",
    "featureVersion": 3,
    "features": ["size"],
    "claimed": ["DoS", "Normal"],
    "thresholds": {"DoS": 0.5},
}
DATA = {"captures": 2, "sources": 2, "flows": 9, "labelled": 9, "features": 1, "by_class": {}, "sha256": "dd"}


def written(folds=None, sample=None, **results):
    return card.model_card(
        {name: results.get(name) for name in PARTS},
        data=DATA,
        training=None,
        metadata=METADATA,
        folds=folds or {"held_out": True, "models": [], "is_todays": True},
        measured={"sample": sample, "seconds": {}},
    )


def test_what_was_not_measured_is_said_to_be_missing():
    text = written()
    assert text.count("Not measured in this run") == 5
    assert "nothing below is held out" not in text


def test_a_sample_and_one_model_for_all_folds_are_told_first():
    text = written({"held_out": False, "models": [], "is_todays": True}, 120)
    assert "nothing below is held out" in text and "not the card of the model" in text


def test_the_captures_stand_beside_what_was_to_be_reached_and_what_was_not():
    judged = [
        Judged("dos/a.pcap", "DoS", "one", 300, {"DoS": 9}, ("DoS",)),
        Judged("worms/b.pcap", "Worms", "two", 2),
        Judged("normal/c.pcap", "Normal", "two", 1000, {"DoS": 1}, ("DoS",)),
    ]
    text = written(scan=with_and_without_contradicted(judged))
    assert "| **flow_net**, `smart-ids scan`, every source held out | 50.0 % | 50.0 % | 50.0 % | 100.0 % (21–100) | 1.00 |" in text
    assert "Classes of which no capture was detected: Worms." in text
    assert "| more than 200 | 1 | 1 | 100.0 % (21–100) |" in text


def test_a_precision_without_a_false_alarm_is_only_its_bound():
    truth = np.array(["DoS", "DoS", "Normal", "Normal"])
    report = flow_report(truth, Verdicts(np.array(["DoS", "", "", ""])), np.array([0, 0, 1, 1]), np.array(["s"] * 4))
    captures = with_and_without_contradicted([])
    text = written(flows={"report": report, "captures": captures, "by_detectors": captures["all"], "by_trees": captures["all"]})
    assert "| DoS | 0.500 | 0 of 2 | 0 (≤ 0.6576) | – (≥ 0.1 %) |" in text


def test_a_part_is_measured_once_as_long_as_nothing_changed(tmp_path):
    calls = []

    def measure():
        calls.append(1)
        return {"figure": len(calls)}

    assert Kept(tmp_path, "key", False, ("scan",)).part("scan", measure) == {"figure": 1}
    assert Kept(tmp_path, "key", False, ("scan",)).part("scan", measure) == {"figure": 1}
    assert Kept(tmp_path, "key", False, ("card",)).part("scan", measure) == {"figure": 1}
    assert Kept(tmp_path, "key", True, ("scan",)).part("scan", measure) == {"figure": 2}
    assert Kept(tmp_path, "other", False, ("scan",)).part("scan", measure) == {"figure": 3}
    assert Kept(tmp_path, "third", False, ("card",)).part("scan", measure) is None


def test_a_sample_has_every_class_before_it_has_one_twice():
    captures = [Capture(f"{k}.pcap", label, "high", "s", "") for k, label in enumerate(["Bot"] * 9 + ["Worms"] + ["Normal"] * 9)]
    picked = [capture.label for capture in pick_sample(captures, 6, 1)]
    assert sorted(picked) == ["Bot", "Bot", "Normal", "Normal", "Normal", "Worms"]
