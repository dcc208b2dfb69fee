"""Evaluation: which classes count as named when another of their family is said. A person sent by "DoS Hulk" to what
is a Slowloris finds it; sent by "Port Scan", does not."""

FAMILIES = {
    "probing": {"Port Scan", "Reconnaissance", "Analysis"},
    "guessing": {"SSH Patator", "FTP Patator", "Web Attack - Brute Force"},
    # Guessing at a web form is both.
    "web attack": {"Web Attack - Brute Force", "Web Attack - SQL Injection", "Web Attack - XSS"},
    "denial of service": {"DoS", "DoS Hulk", "DoS GoldenEye", "DoS Slowloris", "DoS SlowHTTPTest", "DDoS"},
    "intrusion": {"Bot", "Backdoor", "Exploits", "Infiltration", "Shellcode", "Heartbleed", "Worms"},
    "fuzzing": {"Fuzzers"},
    "generic": {"Generic"},
}

# The first of its families: a label has one where a table has one column.
FAMILY = {label: next(name for name, members in FAMILIES.items() if label in members) for label in set().union(*FAMILIES.values())}


def same_family(label: str, other: str) -> bool:
    """False for Normal and for names that are no class."""
    return any(label in members and other in members for members in FAMILIES.values())
