"""Evaluation: the baselines, on tables made by hand."""

from pathlib import Path

import numpy as np

from baselines import best_rule, many_flows, one_rule, plain_columns, training_rows
from dataset import Table
from fold_models import Model, by_detector
from leave_out import anomaly_figures, mean_by_capture
from sources import Capture
from threshold_rules import RULES, say


def table(values, labels, captures):
    """One feature; capture k has the rows whose entry in `captures` is k."""
    count = max(captures) + 1
    starts = np.searchsorted(np.array(captures), np.arange(count + 1))
    made = [Capture(f"{k}.pcap", "", "high", f"source {k}", "") for k in range(count)]
    return Table(made, starts, 1, ["size"], np.array(values, np.float32)[:, None], np.array(labels))


def test_the_best_rule_is_the_comparison_that_parts_a_class_from_the_rest():
    matrix = np.array([[1, 5], [2, 6], [3, 1], [4, 2]], np.float32)
    score, feature, threshold, above, precision = best_rule(matrix, np.array([True, True, False, False]), np.ones(4))
    assert (score, precision) == (1.0, 1.0)
    fits = matrix[:, feature] > threshold if above else matrix[:, feature] <= threshold
    assert list(fits) == [True, True, False, False]


def test_one_rule_judges_a_fold_by_what_the_others_say():
    values = [1, 1, 9, 9] * 3
    flows = table(values, ["Normal", "Normal", "DoS", "DoS"] * 3, [0] * 4 + [1] * 4 + [2] * 4)
    said, rules = one_rule(flows, np.array([0, 1, 2]), 1)
    assert list(said) == ["", "", "DoS", "DoS"] * 3
    assert rules == {"DoS": ["size > 1"] * 3}


def test_in_training_half_of_the_weight_is_normal_and_sources_of_a_class_count_the_same():
    flows = table(range(7), ["Normal"] * 2 + ["DoS"] * 3 + ["DoS"] + [""], [0, 0, 1, 1, 1, 2, 2])
    rows, weight = training_rows(flows, np.array([1, 1, 1]), {0}, np.random.default_rng(1))
    assert list(rows) == [0, 1, 2, 3, 4, 5]
    assert np.allclose(weight / weight.sum(), [1 / 4, 1 / 4, 1 / 12, 1 / 12, 1 / 12, 1 / 4])


def test_many_flows_are_more_than_seventeen():
    flows = table(range(35), [""] * 35, [0] * 17 + [1] * 18)
    assert list(many_flows(flows)) == [""] * 17 + ["?"] * 18


def test_plain_statistics_hold_neither_windows_nor_payload_nor_service():
    names = ["durationSeconds", "sourceFinShare", "tcpStateS0", "firstGap3", "gapMean", "sourceSizeStd"]
    others = ["sourceWindowFlows", "serviceWeb", "httpGet", "sourcePayloadEntropy", "sourceFirstEntropy"]
    assert plain_columns([*names, *others]) == list(range(len(names)))


FEATURES = sorted(
    {
        *("sourceWindowUnanswered sourceWindowRefused sourceWindowPairPorts sourceWindowPeers sourceWindowSamePort".split()),
        *("tcp icmpEcho sourceWindowIcmp sourceFinShare sourceUrgShare sourceAckShare sourceSyn sourceRst".split()),
        *("sourcePayloadBytes serviceSsh sshBanners destinationWindowSamePairPort destinationPayloadBytes".split()),
        *("serviceFtp ftpLogin httpLoginWords httpBasicAuthorization httpRefused destinationWindowFlows".split()),
        *("destinationWindowRate destinationWindowHalfOpen destinationWindowUnanswered destinationWindowSamePort".split()),
        *("serviceWeb serviceTls httpGet httpPost udp icmp sourcePacketShare sourcePackets multicast".split()),
        *("packetsPerSecond httpUnfinishedRequest destinationWindowOpenIdle httpSqlWords httpScriptWords".split()),
        "tlsHeartbeatExcess",
    }
)


def test_a_rule_says_its_label_and_the_first_that_fits_counts():
    def flow(**values):
        return [values.get(name, 0.0) for name in FEATURES]

    sweep = flow(tcp=1, sourceSyn=1, sourceWindowPairPorts=40, sourceWindowRefused=0.9)
    guess = flow(tcp=1, sourceSyn=1, sourceAckShare=0.9, sshBanners=2, destinationWindowSamePairPort=15)
    quiet = flow(tcp=1, sourceSyn=1, sourceAckShare=0.9)
    both = flow(tcp=1, sourceSyn=1, httpSqlWords=3, sourceWindowPairPorts=40, sourceWindowRefused=0.9)
    said = say(FEATURES, np.array([sweep, guess, quiet, both], np.float32))
    assert list(said) == ["Port Scan", "SSH Patator", "", "Web Attack - SQL Injection"]
    assert len(RULES) >= 12


def test_an_anomaly_score_that_parts_them_has_area_one_and_captures_weigh_the_same():
    benign, attack = np.linspace(0, 1, 200), np.array([2.0, 2.0, 0.0])
    figures = anomaly_figures(attack, np.array([0, 0, 1]), benign, np.zeros(200))
    assert figures["recall_flows"] == 2 / 3
    assert figures["recall_mean_of_captures"] == 0.5
    assert figures["captures_with_a_flow_above"] == 0.5
    assert abs(figures["auc"] - 0.5) < 0.01
    assert mean_by_capture(np.array([1, 0, 1]), np.array([0, 0, 1])) == 0.75


def test_a_detector_holds_where_all_its_conditions_do():
    detectors = [{"name": "large-and-slow", "label": "DoS", "weight": 18, "all": [["size", ">", 10], ["rate", "<=", 2]]}]
    model = Model(Path(), None, {"features": ["size", "rate"], "detectors": detectors})
    assert list(by_detector(model, np.array([[11, 2], [10, 2], [11, 3]], np.float32))) == [True, False, False]
