"""Training: which labels are one family. A model decides the family first and the name late: what tells an exploit from a
backdoor is thinner than what tells both from ordinary traffic."""

FAMILIES: dict[str, tuple[str, ...]] = {
    "normal": ("Normal",),
    "probing": ("Port Scan", "Reconnaissance", "Analysis"),
    "guessing": ("SSH Patator", "FTP Patator", "Web Attack - Brute Force"),
    "web attack": ("Web Attack - SQL Injection", "Web Attack - XSS"),
    "denial of service": ("DoS", "DoS Hulk", "DoS GoldenEye", "DoS Slowloris", "DoS SlowHTTPTest", "DDoS"),
    "intrusion": ("Bot", "Backdoor", "Exploits", "Infiltration", "Shellcode", "Heartbleed", "Worms"),
    "fuzzing": ("Fuzzers",),
    "generic": ("Generic",),
}

FAMILY_OF = {label: family for family, labels in FAMILIES.items() for label in labels}

# How a person judges a name: guessing at a web page is an attack on the web, too.
ALSO = {"Web Attack - Brute Force": ("web attack",)}


def same_family(said: str, label: str) -> bool:
    families = {FAMILY_OF[label], *ALSO.get(label, ())}
    return FAMILY_OF[said] in families or not families.isdisjoint(ALSO.get(said, ()))
