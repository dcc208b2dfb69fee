"""Evaluation: what a dozen textbook rules over host windows and counters find, without any training: a baseline. Written
once, from what is said of these attacks everywhere; not fitted to the captures."""

from collections.abc import Callable, Mapping

import numpy as np

Columns = Mapping[str, np.ndarray]

MANY_PORTS = 20
MANY_HOSTS = 20
MANY_ATTEMPTS = 10
FLOOD_FLOWS = 90
FLOOD_RATE = 50
FLOOD_PACKETS_PER_SECOND = 1000
SLOW_OPEN = 20


def is_sweep_of_ports(c: Columns) -> np.ndarray:
    """One host tries at least 20 ports of another, most of them without success."""
    failed = c["sourceWindowUnanswered"] + c["sourceWindowRefused"]
    return (c["sourceWindowPairPorts"] >= MANY_PORTS) & (failed >= 0.5)


def is_sweep_of_hosts(c: Columns) -> np.ndarray:
    """One host tries at least 20 others at one port, most of them without success; names and pings apart."""
    failed = c["sourceWindowUnanswered"] + c["sourceWindowRefused"]
    return (c["sourceWindowPeers"] >= MANY_HOSTS) & (c["sourceWindowSamePort"] >= 0.8) & (failed >= 0.5) & (c["tcp"] > 0)


def is_ping_sweep(c: Columns) -> np.ndarray:
    """At least 20 hosts pinged within a minute."""
    return (c["icmpEcho"] > 0) & (c["sourceWindowPeers"] >= MANY_HOSTS) & (c["sourceWindowIcmp"] >= 0.8)


def is_odd_flags(c: Columns) -> np.ndarray:
    """A probe that no stack sends: FIN, URG and PSH, or no flag at all, in a flow without a handshake."""
    xmas = (c["sourceFinShare"] >= 0.9) & (c["sourceUrgShare"] >= 0.9)
    none = (c["tcp"] > 0) & (c["sourceAckShare"] == 0) & (c["sourceSyn"] == 0) & (c["sourceFinShare"] == 0)
    return (c["tcp"] > 0) & (xmas | none & (c["sourceRst"] == 0) & (c["sourcePayloadBytes"] == 0))


def is_ssh_guessing(c: Columns) -> np.ndarray:
    """At least 10 short SSH sessions of one host with another within a minute."""
    ssh = (c["serviceSsh"] > 0) | (c["sshBanners"] > 0)
    return ssh & (c["destinationWindowSamePairPort"] >= MANY_ATTEMPTS) & (c["destinationPayloadBytes"] < 10_000)


def is_ftp_guessing(c: Columns) -> np.ndarray:
    """At least 10 FTP control connections of one host with another within a minute."""
    ftp = (c["serviceFtp"] > 0) | (c["ftpLogin"] > 0)
    return ftp & (c["destinationWindowSamePairPort"] >= MANY_ATTEMPTS)


def is_form_guessing(c: Columns) -> np.ndarray:
    """At least 10 requests to one web server that speak of a login, or are refused one, within a minute."""
    login = (c["httpLoginWords"] > 0) | (c["httpBasicAuthorization"] > 0) | (c["httpRefused"] > 0)
    return login & (c["destinationWindowSamePairPort"] >= MANY_ATTEMPTS)


def is_syn_flood(c: Columns) -> np.ndarray:
    """A host that gets at least 50 connections a second, nearly all of them half-open."""
    return (
        (c["tcp"] > 0)
        & (c["destinationWindowFlows"] >= FLOOD_FLOWS)
        & (c["destinationWindowRate"] >= FLOOD_RATE)
        & (c["destinationWindowHalfOpen"] + c["destinationWindowUnanswered"] >= 0.9)
        & (c["destinationWindowSamePort"] >= 0.9)
    )


def is_request_flood(c: Columns) -> np.ndarray:
    """A web server that gets at least 50 connections a second from one host."""
    web = (c["serviceWeb"] + c["serviceTls"] > 0) | (c["httpGet"] + c["httpPost"] > 0)
    return web & (c["destinationWindowSamePairPort"] >= FLOOD_FLOWS) & (c["destinationWindowRate"] >= FLOOD_RATE)


def is_packet_flood(c: Columns) -> np.ndarray:
    """UDP or ICMP at more than 1,000 packets a second one way."""
    datagrams = (c["udp"] > 0) | (c["icmp"] > 0)
    one_way = (c["sourcePacketShare"] >= 0.99) & (c["sourcePackets"] >= 500) & (c["multicast"] == 0)
    return datagrams & one_way & (c["packetsPerSecond"] >= FLOOD_PACKETS_PER_SECOND)


def is_slow_http(c: Columns) -> np.ndarray:
    """At least 20 web connections open at once from one host that say nothing for more than 5 s."""
    web = (c["serviceWeb"] + c["serviceTls"] > 0) | (c["httpUnfinishedRequest"] > 0)
    return web & (c["destinationWindowOpenIdle"] >= SLOW_OPEN) & (c["destinationWindowSamePairPort"] >= SLOW_OPEN)


def is_sql_in_request(c: Columns) -> np.ndarray:
    """A request that says it in two words of SQL."""
    return c["httpSqlWords"] >= 2


def is_script_in_request(c: Columns) -> np.ndarray:
    """A request with a script in it."""
    return c["httpScriptWords"] >= 1


def is_heartbleed(c: Columns) -> np.ndarray:
    """A TLS heartbeat that claims more than it carries."""
    return c["tlsHeartbeatExcess"] > 0


# The first that fits says the label: the more particular come first.
RULES: tuple[tuple[str, Callable[[Columns], np.ndarray]], ...] = (
    ("Heartbleed", is_heartbleed),
    ("Web Attack - SQL Injection", is_sql_in_request),
    ("Web Attack - XSS", is_script_in_request),
    ("SSH Patator", is_ssh_guessing),
    ("FTP Patator", is_ftp_guessing),
    ("Web Attack - Brute Force", is_form_guessing),
    ("DoS Slowloris", is_slow_http),
    ("Port Scan", is_sweep_of_ports),
    ("Port Scan", is_sweep_of_hosts),
    ("Port Scan", is_ping_sweep),
    ("Port Scan", is_odd_flags),
    ("DoS", is_syn_flood),
    ("DoS", is_request_flood),
    ("DoS", is_packet_flood),
)


def say(features: list[str], matrix: np.ndarray) -> np.ndarray:
    """The label of each flow that a rule fits, an empty string elsewhere."""
    columns = {name: matrix[:, k] for k, name in enumerate(features)}
    said = np.full(len(matrix), "", dtype="<U32")
    for label, rule in RULES:
        said[(said == "") & rule(columns)] = label
    return said
