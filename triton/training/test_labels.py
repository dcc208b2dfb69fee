"""Training: the labelling rules on flows made by hand."""

import numpy as np

from labels import RULES, label_flows
from sources import source_of

DEFAULTS = {
    "_source": "10.0.0.1",
    "_destination": "10.0.0.2",
    "_destinationPort": 80,
    "_protocol": 6,
    "_tcpState": "SF",
    "multicast": 0,
    "sourcePackets": 5,
    "destinationPackets": 5,
    "sourcePayloadPackets": 1,
    "sourcePayloadBytes": 100,
    "destinationPayloadBytes": 100,
    "httpGet": 0,
    "httpPost": 0,
    "httpQueryLength": 0,
    "httpSqlWords": 0,
    "httpScriptWords": 0,
    "sshBanners": 0,
    "ftpLogin": 0,
}


def flows(*rows):
    columns = {name: np.array([row.get(name, value) for row in rows]) for name, value in DEFAULTS.items()}
    return {"_record": np.arange(len(rows)), **columns}


def probe(port, **change):
    return {
        "_destinationPort": port,
        "_tcpState": "REJ",
        "sourcePackets": 1,
        "destinationPackets": 1,
        "sourcePayloadPackets": 0,
        "sourcePayloadBytes": 0,
        "destinationPayloadBytes": 0,
        **change,
    }


def picked(rule, *rows):
    return list(RULES[rule](flows(*rows)))


def test_a_scan_is_the_probes_of_a_host_that_tries_many_ports():
    talk = {"sourcePackets": 40, "destinationPackets": 40, "sourcePayloadPackets": 20}
    answer = probe(53, _source="10.0.0.9", _protocol=17)
    assert picked("Port Scan", *[probe(port) for port in range(1, 9)], talk, answer) == [True] * 8 + [False, False]


def test_seven_ports_are_no_scan_among_other_traffic():
    others = [{"_destinationPort": 443, "sourcePackets": 30} for _ in range(4)]
    assert not any(picked("Port Scan", *[probe(port) for port in range(1, 8)], *others))


def test_a_sweep_of_one_service_by_many_hosts_is_its_unanswered_attempts():
    rows = [probe(23, _source=f"10.1.0.{k}", _tcpState="S0", destinationPackets=0) for k in range(5)]
    assert picked("Port Scan", *rows) == [True] * 5


def test_guessing_is_the_most_active_host_at_the_most_visited_login():
    tries = [{"_destinationPort": 22, "sshBanners": 2} for _ in range(3)]
    other = {"_destinationPort": 22, "sshBanners": 2, "_source": "10.0.0.7"}
    assert picked("SSH Patator", *tries, other, {}) == [True, True, True, False, False]


def test_two_logins_are_no_guessing():
    assert not any(picked("SSH Patator", *[{"_destinationPort": 22, "sshBanners": 2} for _ in range(2)]))


def test_a_request_that_says_sql_is_the_injection_and_others_are_not():
    said = {"httpGet": 1, "httpSqlWords": 2, "httpQueryLength": 30}
    plain = {"httpGet": 1, "httpQueryLength": 5}
    assert picked("Web Attack - SQL Injection", said, plain) == [True, False]
    assert picked("Web Attack - SQL Injection", plain, {"httpGet": 1}) == [True, False]


def test_a_flood_is_the_most_visited_service():
    assert picked("DoS", *[{} for _ in range(4)], {"_destinationPort": 53, "_protocol": 17}) == [True] * 4 + [False]


def test_names_and_silence_are_not_what_malware_says():
    silent = {"destinationPayloadBytes": 0}
    assert picked("Bot", {"_destinationPort": 8080}, {"_destinationPort": 53}, silent) == [True, False, False]


def test_every_flow_of_a_normal_capture_is_normal_and_the_rest_of_an_attack_is_left_out():
    assert list(label_flows("normal/a.pcap", "s", "Normal", flows({}, {})).labels) == ["Normal", "Normal"]
    web = {"_destinationPort": 443}
    found = label_flows("ssh-patator/a.pcap", "s", "SSH Patator", flows(*[{"_destinationPort": 22}] * 3, web)).labels
    assert list(found) == ["SSH Patator"] * 3 + [""]


def test_a_contradicted_or_unclear_capture_gives_no_labels():
    assert list(label_flows("port-scan/672834a742-nmap.pcapng", "s", "Port Scan", flows({})).labels) == [""]
    assert list(label_flows("normal/b.pcap", "cryptography course, exercise 2", "Normal", flows({})).labels) == [""]


def test_captures_that_lie_in_several_repositories_count_for_one_source():
    assert source_of("elizabeth16b/SnortCap", "guessing | same bytes in zeek/zeek") == "zeek and its packages"
    assert source_of("corelight/zerologon", "x") == source_of("idaholab/Malcolm-Test-Artifacts", "y")
    assert source_of("somebody/else", "x") == "somebody/else"
