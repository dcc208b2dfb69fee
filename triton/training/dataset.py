"""Training: the table of flows as `smart-ids features` writes it, with labels, sources and weights."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from labels import label_flows
from sources import Capture

REPOSITORY = Path(__file__).resolve().parents[2]
LABELS = (
    "Analysis,Backdoor,Bot,DDoS,DoS,DoS GoldenEye,DoS Hulk,DoS SlowHTTPTest,DoS Slowloris,Exploits,FTP Patator,Fuzzers,"
    "Generic,Heartbleed,Infiltration,Normal,Port Scan,Reconnaissance,SSH Patator,Shellcode,Web Attack - Brute Force,"
    "Web Attack - SQL Injection,Web Attack - XSS,Worms"
).split(",")


def write_table(folder: Path, table: Path) -> None:
    """Run the product's own split stage over the captures."""
    command = [REPOSITORY / "node_modules/.bin/node", REPOSITORY / "local/cli/smart-ids.js", "features", folder]
    subprocess.run([*map(str, command), "--out", str(table)], check=True)


@dataclass
class Table:
    """Flows in the order of their captures: capture i has the rows [starts[i], starts[i + 1])."""

    captures: list[Capture]
    starts: np.ndarray
    feature_version: int
    features: list[str]
    matrix: np.ndarray
    labels: np.ndarray

    def capture_of_rows(self) -> np.ndarray:
        return np.repeat(np.arange(len(self.captures)), np.diff(self.starts))


def load_table(path: Path, folder: Path, captures: list[Capture]) -> Table:
    """Read the table and label its flows; captures without any flow are kept, with no rows."""
    with pa.memory_map(str(path)) as source:
        reader = pa.ipc.open_file(source)
        version = int(reader.schema.metadata[b"featureVersion"])
        names = reader.schema.names
        features = [name for name in names if not name.startswith("_")]
        by_file: dict[str, list[pa.RecordBatch]] = {}
        for index in range(reader.num_record_batches):
            batch = reader.get_batch(index)
            by_file.setdefault(relative(batch.column("_file")[0].as_py(), folder), []).append(batch)
        starts, matrices, labels = [0], [], []
        for capture in captures:
            batches = by_file.get(capture.file, [])
            columns = (
                {name: np.concatenate([b.column(name).to_numpy(zero_copy_only=False) for b in batches]) for name in names}
                if batches
                else {}
            )
            count = len(columns["_record"]) if batches else 0
            starts.append(starts[-1] + count)
            if count > 0:
                matrices.append(np.stack([columns[name] for name in features], axis=1).astype(np.float32))
                labels.append(label_flows(capture.file, capture.source, capture.label, columns).labels)
    return Table(
        captures, np.array(starts), version, features, np.concatenate(matrices), np.concatenate(labels).astype(str)
    )


def relative(file: str, folder: Path) -> str:
    """The path as labels.tsv writes it."""
    return str(Path(file).resolve().relative_to(folder.resolve()))


def sample_rows(table: Table, most: int, rng: np.random.Generator) -> np.ndarray:
    """Labelled rows, at most `most` of each capture, so that no capture outweighs all others in time or memory."""
    picked = []
    for begin, end in zip(table.starts, table.starts[1:]):
        rows = np.arange(begin, end)[table.labels[begin:end] != ""]
        picked.append(rng.choice(rows, most, replace=False) if len(rows) > most else rows)
    return np.sort(np.concatenate(picked))


def weights(table: Table, rows: np.ndarray, normal_share: float) -> np.ndarray:
    """Weights of these rows, with mean 1. Normal has `normal_share` of all weight, the other labels the rest in
    proportion to the root of their sources; within a label a source counts with the root of its captures, a capture
    counts the same as any other of its source, and so do the flows of a capture."""
    capture = table.capture_of_rows()[rows]
    source = np.array([c.source for c in table.captures])[capture]
    label = table.labels[rows]
    weight = np.zeros(len(rows))
    label_weight = {}
    for name in np.unique(label):
        of_label = label == name
        sources = np.unique(source[of_label])
        label_weight[name] = np.sqrt(len(sources))
        for one in sources:
            of_source = of_label & (source == one)
            files, counts = np.unique(capture[of_source], return_counts=True)
            size = dict(zip(files, counts))
            weight[of_source] = np.sqrt(len(files)) / len(files) / np.array([size[c] for c in capture[of_source]])
        weight[of_label] /= weight[of_label].sum()
    attacks = sum(value for name, value in label_weight.items() if name != "Normal")
    for name, value in label_weight.items():
        share = normal_share if name == "Normal" else (1 - normal_share) * value / attacks
        weight[label == name] *= share
    return weight * len(rows) / weight.sum()
