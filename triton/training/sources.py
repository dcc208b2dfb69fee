"""Training: which capture comes from where. A source (repository) never stands on both sides of a split."""

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

# Repositories that carry each other's captures, or come from one author or one exercise: one source each.
FAMILIES = {
    "zeek and its packages": (
        "zeek/zeek",
        "idaholab/Malcolm-Test-Artifacts",
        "corelight/",
        "0xl3x1/",
        "precurse/zeek-httpattacks",
        "ncsa/bro-simple-scan",
    ),
    "malware-traffic-analysis.net": (
        "tatsuiman/malware-traffic-analysis.net",
        "hatching/httpreplay",
        "jbremer/httpreplay",
    ),
    "industrial collections": (
        "ITI/ICS-Security-Tools",
        "w3h/icsmaster",
        "automayt/ICS-pcap",
        "e0em/scada_security_training",
    ),
    "cryptography course, exercise 2": (
        "Cristobal1202/Lab2-Criptografia",
        "LucasIbPe28/Laboratorio-2-Criptografia",
        "Mono510/Lab2-Cripto",
        "cvtalrc/lab2-cripto",
        "jabit0g23/Lab2Criptografia",
    ),
}

SAME_BYTES = "same bytes in "


@dataclass(frozen=True)
class Capture:
    """One line of labels.tsv."""

    file: str
    label: str
    confidence: str
    source: str
    what: str


def family(repository: str) -> str:
    """The source a repository counts for."""
    for name, members in FAMILIES.items():
        if any(repository.startswith(member) for member in members):
            return name
    return repository


def source_of(repository: str, what: str) -> str:
    """A capture that lies in several repositories counts for the first known family among them."""
    copies = what.split(SAME_BYTES, 1)[1].split(", ") if SAME_BYTES in what else []
    for name in (repository, *copies):
        if family(name) != name:
            return family(name)
    return repository


def read_captures(folder: Path) -> list[Capture]:
    """All captures of `labelled/labels.tsv`, in its order."""
    with open(folder / "labels.tsv", newline="", encoding="utf-8") as lines:
        return [
            Capture(row["file"], row["class"], row["confidence"], source_of(row["source"], row["what"]), row["what"])
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]


def data_checksum(folder: Path, captures: list[Capture]) -> str:
    """sha256 over the names and bytes of all captures: says which data a model was trained from."""
    digest = hashlib.sha256()
    for capture in sorted(captures, key=lambda c: c.file):
        digest.update(capture.file.encode())
        digest.update(hashlib.sha256((folder / capture.file).read_bytes()).digest())
    return digest.hexdigest()
