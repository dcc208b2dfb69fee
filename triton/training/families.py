"""Training and evaluation: which labels are one family. A model decides the family first and the name late: what tells
an exploit from a backdoor is thinner than what tells both from ordinary traffic. And a person sent by "DoS Hulk" to what
is a Slowloris finds it; sent by "Port Scan", does not."""

FAMILIES: dict[str, tuple[str, ...]] = {
    "probing": ("Port Scan", "Reconnaissance", "Analysis"),
    "guessing": ("SSH Patator", "FTP Patator", "Web Attack - Brute Force"),
    "web attack": ("Web Attack - SQL Injection", "Web Attack - XSS"),
    "denial of service": ("DoS", "DoS Hulk", "DoS GoldenEye", "DoS Slowloris", "DoS SlowHTTPTest", "DDoS"),
    "intrusion": ("Bot", "Backdoor", "Exploits", "Infiltration", "Shellcode", "Heartbleed", "Worms"),
    "fuzzing": ("Fuzzers",),
    "generic": ("Generic",),
}

# What the model decides between first.
DECIDED = {"normal": ("Normal",), **FAMILIES}

# One family a label.
FAMILY = {label: family for family, labels in FAMILIES.items() for label in labels}

# How a person judges a name: guessing at a web form is an attack on the web, too.
ALSO = {"Web Attack - Brute Force": "web attack"}


def families_of(label: str) -> set[str]:
    """None for Normal and for names that are no class."""
    return {name for name in (FAMILY.get(label), ALSO.get(label)) if name is not None}


def same_family(label: str, other: str) -> bool:
    return not families_of(label).isdisjoint(families_of(other))
