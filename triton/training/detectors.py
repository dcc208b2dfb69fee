"""Training: the layer of detectors: what a behaviour or a request is known by, as conjunctions of feature thresholds.

Written by hand from what the attack has to do to be one (a sweep must ask many, a guess must be refused, a flood must
press); each is one tree of the ONNX graph that adds its weight to its label's log-odds where all conditions hold.
`train.py` never fits a threshold here: held-out sources measure them like everything else."""

import re
from dataclasses import dataclass

import numpy as np

CONDITION = re.compile(r"(\w+) (<=|>) (-?[\d.]+(?:e\d+)?)")
# Log-odds, above all that trees give and as far apart: where a detector holds, its label is the verdict. Of several, the
# more certain; of two that are, the one that says more closely what it is.
LIKELY, CERTAIN, CLOSER, CLOSEST = 16.0, 26.0, 36.0, 46.0


@dataclass(frozen=True)
class Detector:
    name: str
    label: str
    weight: float
    conditions: tuple[tuple[str, str, float], ...]

    def holds(self, matrix: np.ndarray, index: dict[str, int]) -> np.ndarray:
        """Which rows it holds for, by 32-bit comparisons as the graph does them."""
        found = np.ones(len(matrix), bool)
        for feature, operator, value in self.conditions:
            column, bound = matrix[:, index[feature]], np.float32(value)
            found &= column > bound if operator == ">" else column <= bound
        return found


def detector(name: str, label: str, *conditions: str, weight: float = CERTAIN) -> Detector:
    parsed = []
    for text in "; ".join(conditions).split("; "):
        match = CONDITION.fullmatch(text)
        if match is None:
            raise ValueError(f"detector {name}: no condition: {text!r}")
        parsed.append((match[1], match[2], float(match[3])))
    return Detector(name, label, weight, tuple(parsed))


# Own flow of a probe: next to nothing said.
PROBE = "sourcePayloadBytes <= 64; destinationPayloadBytes <= 0; sourcePackets <= 6; multicast <= 0"
BARE = "sourcePayloadBytes <= 0; destinationPayloadBytes <= 0"

PROBING = [
    detector("ports-of-one-host-unanswered", "Port Scan", "tcp > 0", PROBE, "sourceWindowPairPorts > 8; sourceWindowUnanswered > 0.5; sourceWindowRate <= 20000"),
    detector("ports-of-one-host-refused", "Port Scan", "tcp > 0", PROBE, "sourceWindowPairPorts > 8; sourceWindowRefused > 0.5"),
    detector("ports-of-one-host-half-open", "Port Scan", "tcp > 0", PROBE, "sourceWindowPairPorts > 8; sourceWindowEstablished <= 0.3; sourceWindowMeanSourceBytes <= 20"),
    detector("ports-of-one-host-nothing-said", "Port Scan", "tcp > 0", PROBE, "sourceWindowPairPorts > 20; sourceWindowMeanSourceBytes <= 20"),
    detector("one-port-of-many-hosts-unanswered", "Port Scan", "tcp > 0", PROBE, "icmpUnreachable <= 0; sourceWindowRate > 0.5; sourceWindowPeers > 6; sourceWindowSamePort > 0.7; sourceWindowUnanswered > 0.5; sourceWindowEstablished <= 0.3; sourceWindowMeanSourceBytes <= 40"),
    detector("one-port-of-many-hosts-refused", "Port Scan", "tcp > 0", PROBE, "icmpUnreachable <= 0; sourceWindowRate > 0.5; sourceWindowPeers > 6; sourceWindowSamePort > 0.7; sourceWindowRefused > 0.4; sourceWindowEstablished <= 0.3; sourceWindowMeanSourceBytes <= 40"),
    detector("one-port-of-many-hosts-nothing-said", "Port Scan", "tcp > 0", PROBE, "sourceWindowRate > 0.5; sourceWindowPeers > 12; sourceWindowSamePort > 0.8; sourceWindowMeanSourceBytes <= 10"),
    detector("one-port-of-many-hosts-some-unanswered", "Port Scan", "tcp > 0", PROBE, "sourceWindowPeers > 20; sourceWindowSamePort > 0.85; sourceWindowUnanswered > 0.25; sourceWindowMeanPackets <= 15; sourceWindowRate > 0.5", weight=LIKELY),
    detector("many-hosts-and-ports-unanswered", "Port Scan", "tcp > 0", PROBE, "icmpUnreachable <= 0; sourceWindowRate > 0.5; sourceWindowServices > 6; sourceWindowUnanswered > 0.8; sourceWindowEstablished <= 0.05; sourceWindowUdp <= 0.2; sourceWindowMeanSourceBytes <= 10"),
    detector("udp-ports-of-one-host", "Port Scan", "udp > 0", PROBE, "destinationPackets <= 0; sourceWindowPairPorts > 12; sourceWindowUdp > 0.6; sourceWindowUnanswered > 0.6; sourceWindowRate <= 200; sourceFirstEntropy <= 4.5"),
    detector("no-flag-that-opens", "Port Scan", "tcp > 0", PROBE, "sourceSyn <= 0; sourceAckShare <= 0; sourceWindowPairPorts > 5; sourceWindowMeanPackets <= 5"),
    detector("hosts-asked-by-echo", "Reconnaissance", "icmpEcho > 0; sourceWindowIcmp > 0.6; sourceWindowPeers > 10"),
    detector("hosts-asked-by-a-query", "Reconnaissance", "udp > 0; multicast <= 0; serviceHousekeeping > 0; sourceWindowPeers > 20; sourceWindowSamePort > 0.8; sourceWindowUnanswered > 0.5"),
    detector("zone-transferred", "Reconnaissance", "dnsTransfer > 0"),
    detector("directory-read-at-large", "Reconnaissance", "ldap > 0; destinationPayloadBytes > 100000; sourceWindowPeers <= 5", weight=LIKELY),
    detector("programs-asked-of-a-port-mapper", "Reconnaissance", "sunRpcPortmap > 0; sourceWindowPeers > 2"),
    detector("scanner-by-its-name", "Analysis", "httpAgentScanner > 0"),
    detector("places-nobody-links-to", "Analysis", "httpScanWords > 0; httpClientError > 0; sourceWindowSamePairPort > 8"),
    detector("framed-twice", "Analysis", "httpFramingConflict > 0; httpAgentBrowser <= 0", weight=LIKELY),
]

GUESSING = [
    detector("logins-at-ssh", "SSH Patator", "sshBanners > 0; sourceWindowSamePairPort > 5; sourceWindowMeanPackets <= 80; sourceWindowSourceBytesVariation <= 0.8; sourceWindowMeanSourceBytes > 100"),
    detector("logins-at-ftp", "FTP Patator", "ftpLogin > 0; sourceWindowSamePairPort > 5; sourceWindowMeanPackets <= 60"),
    detector("logins-at-a-web-page", "Web Attack - Brute Force", "httpLoginWords > 0; httpPost > 0; sourceWindowSamePairPort > 6; httpSqlWords <= 0; sourceWindowSourceBytesVariation <= 0.6"),
    detector("passwords-side-by-side-with-names", "Web Attack - Brute Force", "httpCredentials > 0; sourceWindowSamePairPort > 5; httpSqlWords <= 0"),
    detector("posts-to-one-page-refused", "Web Attack - Brute Force", "httpPost > 0; httpRefused > 0; sourceWindowSamePairPort > 10; httpSqlWords <= 0"),
    detector("passwords-in-a-header", "Web Attack - Brute Force", "httpBasicAuthorization > 0; sourceWindowSamePairPort > 6; httpRefused > 0"),
]

WEB = [
    detector("words-of-sql", "Web Attack - SQL Injection", "httpSqlWords > 1"),
    detector("a-word-of-sql-in-a-query", "Web Attack - SQL Injection", "httpSqlWords > 0; httpScriptWords <= 0; httpCommandWords <= 0", weight=LIKELY),
    detector("words-of-script", "Web Attack - XSS", "httpScriptWords > 1; httpSqlWords <= 1; httpCommandWords <= 1"),
    detector("a-word-of-script", "Web Attack - XSS", "httpScriptWords > 0; httpSqlWords <= 0; httpCommandWords <= 0", weight=LIKELY),
    detector("commands-in-a-request", "Exploits", "httpCommandWords > 0; httpSqlWords <= 1; httpScriptWords <= 1"),
]

DENIAL = [
    detector("half-open-one-source", "DoS", "tcp > 0", BARE, "destinationWindowRate > 40; destinationWindowHalfOpen > 0.6; sourceWindowSamePairPort > 50"),
    detector("half-open-many-sources", "DDoS", "tcp > 0", BARE, "destinationWindowRate > 20; destinationWindowFlows > 60; destinationWindowPeers > 30; destinationWindowEstablished <= 0.3"),
    detector("unanswered-one-source", "DoS", "tcp > 0", BARE, "destinationWindowRate > 100; destinationWindowUnanswered > 0.8; sourceWindowSamePair > 60; sourceWindowSamePairPort > 30"),
    detector("refused-one-source", "DoS", "tcp > 0", BARE, "destinationWindowRate > 30; destinationWindowEstablished <= 0.2; sourceWindowSamePairPort > 50"),
    detector("syns-of-one-flow", "DoS", "tcp > 0; sourceSyn > 30; sourcePayloadBytes <= 0; destinationPayloadBytes <= 0; packetsPerSecond > 20"),
    detector("half-open-some-sources", "DDoS", "tcp > 0", BARE, "destinationWindowRate > 50; destinationWindowHalfOpen > 0.8; destinationWindowPeers > 15; destinationWindowFlows > 60; destinationWindowSamePort > 0.9"),
    detector("datagrams-of-some-sources", "DDoS", "udp > 0; destinationPackets <= 0; multicast <= 0; destinationWindowRate > 200; destinationWindowPeers > 15; destinationWindowFlows > 60; destinationWindowUnanswered > 0.9"),
    detector("echoes-at-speed", "DoS", "icmpEcho > 0; sourcePackets > 200; packetsPerSecond > 200"),
    detector("icmp-of-many-sources", "DDoS", "icmp > 0; destinationWindowPeers > 40; destinationWindowRate > 100; destinationWindowIcmp > 0.9; multicast <= 0"),
    detector("requests-of-a-crowd", "DDoS", "httpRequest > 0; destinationWindowPeers > 15; destinationWindowRate > 40; destinationWindowFlows > 40; destinationWindowSourceBytesVariation <= 0.3", weight=LIKELY),
    detector("posts-to-one-page-at-speed", "DoS", "httpPost > 0; destinationWindowRate > 20; sourceWindowSamePairPort > 60; destinationWindowSourceBytesVariation <= 0.35; httpCredentials <= 0; httpLoginWords <= 0; httpRefused <= 0"),
    detector("requests-of-one-connection-at-speed", "DoS", "httpRequests > 100; durationSeconds <= 20", weight=LIKELY),
    detector("many-hosts-at-once", "DDoS", "udp > 0; destinationPackets <= 0; destinationWindowRate > 100; destinationWindowPeers > 30; multicast <= 0"),
    detector("datagrams-one-source", "DoS", "udp > 0; destinationPackets <= 0; multicast <= 0; sourceWindowSamePair > 60; sourceWindowRate > 200; sourceWindowUdp > 0.9"),
    detector("answers-nobody-asked-for", "DDoS", "reflectedAnswer > 0; destinationWindowFlows > 20; destinationWindowUdp > 0.8"),
    detector("one-flow-small-packets-one-way", "DoS", "multicast <= 0; packetsPerSecond > 3000; sourcePackets > 1000; sourcePacketShare > 0.9; sizeMean <= 300"),
    detector("echoes-one-way", "DoS", "icmp > 0; sourcePackets > 500; packetsPerSecond > 100; sourcePacketShare > 0.6"),
    detector("requests-for-one-page", "DoS", "httpGet > 0; destinationWindowSamePairPort > 60; destinationWindowSeconds <= 40; destinationWindowSourceBytesVariation <= 0.35; destinationWindowRate > 3; destinationWindowOpen > 2; httpSqlWords <= 0; httpCredentials <= 0"),
    detector("requests-for-one-page-at-speed", "DoS", "httpGet > 0; destinationWindowSamePairPort > 60; destinationWindowSourceBytesVariation <= 0.35; destinationWindowRate > 200; httpSqlWords <= 0; httpCredentials <= 0"),
    detector("requests-for-one-page-denied", "DoS", "httpGet > 0; destinationWindowSamePairPort > 60; destinationWindowSeconds <= 40; destinationWindowSourceBytesVariation <= 0.35; destinationWindowRate > 3; destinationWindowDenied > 0.5; httpSqlWords <= 0; httpCredentials <= 0"),
    detector("requests-with-made-up-queries", "DoS Hulk", "httpGet > 0; httpQueryLength > 4; sourceWindowSamePairPort > 60; sourceWindowRate > 6; httpSqlWords <= 0; httpLoginWords <= 0; httpQueryKeys <= 1; httpQueryEntropy > 1.5", weight=CLOSER),
    detector("made-up-queries-at-speed", "DoS Hulk", "httpGet > 0; httpQueryLength > 20; httpQueryEntropy > 4; sourceWindowSamePairPort > 60; sourceWindowRate > 25; sourceWindowSourceBytesVariation <= 0.35; httpSqlWords <= 0; httpLoginWords <= 0", weight=CLOSER),
    detector("requests-with-many-made-up-keys", "DoS GoldenEye", "httpGet > 0; httpQueryKeys > 1; httpQueryEntropy > 3.5; sourceWindowSamePairPort > 30; sourceWindowOpen > 10; httpSqlWords <= 0; httpLoginWords <= 0", weight=CLOSEST),
    detector("requests-that-nobody-answers", "DoS", "httpRequest > 0; destinationPackets <= 0; destinationWindowFlows > 50; destinationWindowUnanswered > 0.8; httpUnfinishedRequest <= 0"),
    detector("requests-never-finished", "DoS Slowloris", "httpUnfinishedRequest > 0; httpGet > 0; destinationPayloadBytes <= 0; sourceWindowSamePairPort > 15; sourceWindowOpen > 15; sourceWindowMeanSourceBytes <= 2000"),
    detector("requests-never-finished-by-many", "DoS Slowloris", "httpUnfinishedRequest > 0; destinationPayloadBytes <= 0; destinationWindowFlows > 50; sourcePayloadBytes <= 600; destinationWindowMeanDestinationBytes <= 50"),
    detector("one-request-dripped", "DoS Slowloris", "httpRequest > 0; httpUnfinishedRequest > 0; httpPost <= 0; destinationPackets > 2; destinationPayloadBytes <= 0; durationSeconds > 20; sourcePayloadPackets > 3; sourcePayloadBytes <= 1500"),
    detector("one-body-dripped", "DoS SlowHTTPTest", "httpPost > 0; httpContentLength > 200; destinationPackets > 2; destinationPayloadBytes <= 0; durationSeconds > 20; sourcePayloadPackets > 3; sourcePayloadBytes <= 4000", weight=CLOSER),
    detector("requests-timed-out", "DoS Slowloris", "httpTimedOut > 0; sourceWindowSamePairPort > 10; sourcePayloadBytes <= 1500"),
    detector("bodies-never-finished", "DoS SlowHTTPTest", "httpPost > 0; httpContentLength > 500; sourcePayloadBytes <= 600; sourceWindowOpen > 15; sourceWindowSamePairPort > 15", weight=CLOSER),
    detector("heads-asked-side-by-side", "DoS SlowHTTPTest", "httpRequest > 0; httpGet <= 0; httpPost <= 0; sourceWindowSamePairPort > 40; sourceWindowOpen > 20; destinationWindowSourceBytesVariation <= 0.35", weight=CLOSER),
    detector("headers-of-random-length-dripped", "DoS SlowHTTPTest", "httpHeaderFragment > 0; sourceWindowSamePairPort > 10; sourceWindowSourceBytesVariation > 0.15", weight=CLOSER),
    detector("headers-dripped", "DoS Slowloris", "httpHeaderFragment > 0; sourceWindowSamePairPort > 10"),
    detector("connections-held", "DoS Slowloris", "tcp > 0; sourceWindowSamePairPort > 60; sourceWindowOpen > 60; sourceWindowOpenIdle > 20; destinationPayloadBytes <= 20"),
    detector("connections-opened-and-left", "DoS", "tcp > 0; sourceWindowSamePairPort > 80; sourceWindowOpen > 80; sourceWindowRate > 20; destinationPayloadBytes <= 20; sourceWindowMeanDestinationBytes <= 50"),
]

WINDOWS = "rpcReplication rpcServiceControl rpcTaskScheduler rpcManagement rpcRemoteActivation rpcRegistry rpcPrintSpooler rpcFileEncryption".split()
INTRUSION = [
    detector("heartbeat-that-asks-for-more", "Heartbleed", "tlsHeartbeatExcess > 0"),
    detector("heartbeats-both-ways", "Heartbleed", "tlsHeartbeatRequest > 0"),
    detector("overflow-of-the-resolution-service", "Worms", "sqlResolutionOverflow > 0"),
    detector("directory-replication-asked-for", "Infiltration", "rpcReplication > 0; destinationPayloadBytes > 3000"),
    detector("old-smb-for-host-after-host", "Worms", "smb1 > 0; sourceWindowPeers > 15; sourceWindowSamePort > 0.7; sourceWindowUnanswered > 0.2", weight=CLOSEST),
    detector("one-datagram-for-many-hosts", "Worms", "udp > 0; multicast <= 0; destinationPackets <= 0; sourceWindowPeers > 20; sourceWindowSamePort > 0.9; sourcePayloadBytes > 200; sourceWindowSourceBytesVariation <= 0.05; sourceWindowRate > 1", weight=CLOSEST),
    detector("worm-over-telnet", "Worms", "shellWords > 0; serviceTelnet > 0; sourceWindowPeers > 5", weight=CLOSEST),
    detector("commands-for-host-after-host", "Worms", "httpCommandWords > 0; sourceWindowPeers > 10; sourceWindowSamePort > 0.7", weight=CLOSEST),
    detector("services-controlled-from-afar", "Infiltration", "rpcServiceControl > 0; sourcePayloadBytes > 800"),
    detector("tasks-planned-from-afar", "Infiltration", "rpcTaskScheduler > 0; sourcePayloadBytes > 800"),
    detector("managed-from-afar", "Infiltration", "rpcManagement > 0"),
    detector("objects-activated-from-afar", "Infiltration", "rpcRemoteActivation > 0", weight=LIKELY),
    detector("program-copied-to-a-share", "Infiltration", "smbExecutable > 0", weight=LIKELY),
    detector("administrator-s-share", "Infiltration", "smbAdminShare > 0", weight=LIKELY),
    detector("remote-management", "Infiltration", "winRemoteManagement > 0", weight=LIKELY),
    detector("files-encrypted-from-afar", "Exploits", "rpcFileEncryption > 0; sourcePayloadBytes > 800"),
    detector("print-spooler-from-afar", "Exploits", "rpcPrintSpooler > 0", weight=LIKELY),
    detector("logon-service-asked-again-and-again", "Exploits", "rpcNetlogon > 0; sourceWindowPairPorts > 1; rpcRequests > 1", weight=LIKELY),
    detector("transactions-that-overflow", "Exploits", "smb1Exploit > 0", weight=CLOSER),
    detector("transactions-that-overflow-host-after-host", "Worms", "smb1Exploit > 0; sourceWindowPeers > 2", weight=CLOSEST),
    detector("shell-in-clear", "Backdoor", "shellWords > 1; sourcePayloadBytes > 0; destinationPayloadBytes > 0"),
    detector("one-line-of-a-shell", "Backdoor", "shellWords > 0; sourcePayloadBytes > 0; destinationPayloadBytes > 0; shellBanner > 0; serviceTelnet <= 0; serviceMail <= 0; serviceFtp <= 0; serviceMessaging <= 0; serviceOtherHigh > 0", weight=LIKELY),
    detector("sled-of-no-operations", "Shellcode", "noOperations > 15"),
    detector("tls-without-a-name-to-an-odd-port", "Backdoor", "tlsOddPort > 0; tlsNoServerName > 0; tlsGrease <= 0", weight=LIKELY),
    detector("asks-for-its-own-address", "Bot", "httpAddressLookup > 0; httpReferer <= 0; httpAgentTool <= 0", weight=LIKELY),
    detector("asks-for-its-own-address-over-tls", "Bot", "tlsNameAddressLookup > 0", weight=LIKELY),
    detector("program-fetched-with-bare-words", "Bot", "executableBytes > 0; httpGet > 0; httpReferer <= 0; httpAcceptLanguage <= 0", weight=LIKELY),
    detector("program-from-an-address", "Bot", "httpExecutable > 0; httpHostAddress > 0", weight=LIKELY),
    detector("bare-post-to-a-script", "Bot", "httpPost > 0; destinationPackets > 0; httpScript > 0; httpReferer <= 0; httpAcceptLanguage <= 0; httpAgentBrowser <= 0; sourceWindowSamePairPort <= 20", weight=LIKELY),
    detector("bare-post-to-a-script-by-an-old-browser", "Bot", "httpPost > 0; httpForm > 0; httpReferer <= 0; httpAcceptLanguage <= 0; httpAgentOld > 0; sourceWindowSamePairPort <= 20", weight=LIKELY),
    detector("post-in-an-old-protocol", "Bot", "httpPost > 0; httpScript > 0; httpOldProtocol > 0; httpReferer <= 0; sourceWindowSamePairPort <= 20", weight=LIKELY),
    detector("binary-where-tls-should-be", "Bot", "tlsPortOther > 0; rawBinary > 0; sourceFirstEntropy > 5", weight=LIKELY),
    detector("peers-that-do-not-answer", "Bot", "udp > 0; multicast <= 0; serviceOtherHigh > 0; sourcePayloadBytes > 0; sourceWindowPeers > 20; sourceWindowUnanswered > 0.7; sourceWindowPairPorts <= 2; sourceWindowSamePort > 0.7", weight=LIKELY),
    detector("mail-to-many-servers", "Bot", "serviceMail > 0; sourceWindowPeers > 8; sourceWindowSamePort > 0.3", weight=LIKELY),
    detector("compressed-behind-a-mark", "Backdoor", "compressedBehindHeader > 0; sameStartBytes > 3", weight=LIKELY),
    detector("hello-to-a-zone-bought-for-a-day", "Bot", "tlsNameRareZone > 0; tlsGrease <= 0; tlsAlpn <= 0", weight=LIKELY),
    detector("post-to-a-zone-bought-for-a-day", "Bot", "httpHostRareZone > 0; httpPost > 0; httpReferer <= 0", weight=LIKELY),
    detector("name-that-changes-at-will", "Backdoor", "dnsDynamicZone > 0; dnsUnknownName <= 0", weight=LIKELY),
    detector("long-random-names", "Bot", "dnsLongestLabel > 50; dnsNameEntropy > 3.8", weight=LIKELY),
    detector("large-file-for-bare-words", "Bot", "httpAgentMissing > 0; httpGet > 0; httpOk > 0; destinationPayloadBytes > 20000; httpReferer <= 0", weight=LIKELY),
    detector("large-file-for-an-old-browser", "Bot", "httpAgentOld > 0; httpGet > 0; httpReferer <= 0; httpAcceptLanguage <= 0; destinationPayloadBytes > 80000", weight=LIKELY),
    detector("large-file-from-a-zone-bought-for-a-day", "Bot", "httpHostRareZone > 0; httpGet > 0; httpReferer <= 0; destinationPayloadBytes > 80000", weight=LIKELY),
    detector("long-random-query-to-a-root", "Exploits", "httpGet > 0; httpQueryLength > 100; httpQueryEntropy > 5; httpTargetDepth <= 1; httpTargetLength > 110; destinationPayloadBytes > 10000", weight=LIKELY),
    detector("web-in-clear-where-tls-should-be", "Bot", "tlsPortOther > 0; httpRequest > 0", weight=LIKELY),
]

FUZZING = [
    detector("a-short-message-then-a-reset-again-and-again", "Fuzzers", "tcpStateRSTO > 0; sourcePayloadBytes > 0; sourcePayloadBytes <= 300; sourceWindowSamePairPort > 60; sourceWindowMeanPackets <= 20; httpRequest <= 0; sshBanners <= 0; ftpLogin <= 0", weight=LIKELY),
    detector("no-method-and-no-text", "Fuzzers", "httpMalformed > 0; httpUnknownMethod > 0", weight=LIKELY),
]

DETECTORS: list[Detector] = [*PROBING, *GUESSING, *WEB, *DENIAL, *INTRUSION, *FUZZING]
