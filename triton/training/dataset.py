"""Training: the table of flows as `smart-ids features` writes it, with labels, sources and weights."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from labels import label_flows
from sources import Capture

GENERATED = "our own generator"

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


def write_generated(folder: Path, per_kind: int, first_seed: int) -> None:
    """Synthetic captures of the product's own generator, with the truth about every record."""
    module = REPOSITORY / "local/features/synthetic-captures.ts"
    script = f"import({str(module)!r}).then((m) => m.writeSyntheticCaptures({str(folder)!r}, {per_kind}, {first_seed}))"
    subprocess.run([str(REPOSITORY / "node_modules/.bin/node"), "--eval", script], check=True)


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


def read_table(path: Path) -> tuple[int, list[str], dict[str, list[pa.RecordBatch]]]:
    """Feature version, column names, and the batches of each file."""
    with pa.memory_map(str(path)) as source:
        reader = pa.ipc.open_file(source)
        by_file: dict[str, list[pa.RecordBatch]] = {}
        for index in range(reader.num_record_batches):
            batch = reader.get_batch(index)
            by_file.setdefault(batch.column("_file")[0].as_py(), []).append(batch)
        return int(reader.schema.metadata[b"featureVersion"]), reader.schema.names, by_file


def columns_of(batches: list[pa.RecordBatch], names: list[str]) -> dict[str, np.ndarray]:
    return {name: np.concatenate([b.column(name).to_numpy(zero_copy_only=False) for b in batches]) for name in names}


def assemble(version, names, captures, parts) -> Table:
    """`parts` holds a capture's columns and labels, or nothing where it has no flow."""
    features = [name for name in names if not name.startswith("_")]
    starts, matrices, labels = [0], [], []
    for part in parts:
        count = 0 if part is None else len(part[1])
        starts.append(starts[-1] + count)
        if part is not None:
            matrices.append(np.stack([part[0][name] for name in features], axis=1).astype(np.float32))
            labels.append(part[1])
    return Table(captures, np.array(starts), version, features, np.concatenate(matrices), np.concatenate(labels).astype(str))


def load_table(path: Path, folder: Path, captures: list[Capture]) -> Table:
    """Read the table and label its flows; captures without any flow are kept, with no rows."""
    version, names, by_file = read_table(path)
    batches = {relative(file, folder): found for file, found in by_file.items()}
    parts = []
    for capture in captures:
        columns = columns_of(batches[capture.file], names) if capture.file in batches else None
        labelled = columns and label_flows(capture.file, capture.source, capture.label, columns).labels
        parts.append(None if columns is None else (columns, labelled))
    return assemble(version, names, captures, parts)


def load_generated(path: Path, folder: Path) -> Table:
    """A generated flow has the label of its first record."""
    version, names, by_file = read_table(path)
    captures, parts = [], []
    for file in sorted(by_file):
        columns = columns_of(by_file[file], names)
        truth = np.frombuffer((folder / "labels" / f"{Path(file).stem}.labels").read_bytes(), np.uint8)
        label = [LABELS[k] for k in truth[columns["_record"].astype(int)]]
        kind = Path(file).stem.rsplit("-", 1)[0]
        captures.append(Capture(relative(file, folder), kind, "high", f"{GENERATED}: {kind}", "generated"))
        parts.append((columns, np.array(label, dtype=object)))
    return assemble(version, names, captures, parts)


def relative(file: str, folder: Path) -> str:
    """The path as labels.tsv writes it."""
    return str(Path(file).resolve().relative_to(folder.resolve()))


def sample_rows(table: Table, most: int, rng: np.random.Generator) -> np.ndarray:
    """Labelled rows, at most `most` of each capture, so that no capture outweighs all others in time or memory."""
    picked = []
    for begin, end in zip(table.starts, table.starts[1:]):
        rows = np.arange(begin, end)[table.labels[begin:end] != ""]
        picked.append(rng.choice(rows, most, replace=False) if len(rows) > most else rows)
    return np.sort(np.concatenate(picked)) if picked else np.zeros(0, int)


@dataclass
class Examples:
    """Flows for training, of both tables; `fold` is -1 for generated ones: they are never judged."""

    matrix: np.ndarray
    labels: np.ndarray
    sources: np.ndarray
    captures: np.ndarray
    fold: np.ndarray
    rows: np.ndarray
    weight: np.ndarray

    def only(self, mask: np.ndarray) -> "Examples":
        return Examples(*(getattr(self, name)[mask] for name in self.__dataclass_fields__))


def examples(table: Table, generated: Table, fold_of_capture, most: int, normal_share: float, rng) -> Examples:
    parts = []
    for one, fold, first in ((table, fold_of_capture, 0), (generated, None, len(table.captures))):
        rows = sample_rows(one, most if fold is not None else most // 4, rng)
        capture = one.capture_of_rows()[rows]
        sources = np.array([c.source for c in one.captures], dtype=object)[capture].astype(str)
        folds = np.full(len(rows), -1) if fold is None else fold[capture]
        index = rows if fold is not None else np.full(len(rows), -1)
        parts.append((one.matrix[rows], one.labels[rows], sources, capture + first, folds, index))
    matrix, labels, sources, captures, fold, rows = (np.concatenate(both) for both in zip(*parts))
    weight = weights(labels, sources, captures, normal_share)
    return Examples(matrix, labels, sources, captures, fold, rows, weight)


def weights(labels, sources, captures, normal_share: float) -> np.ndarray:
    """Weights of flows, with mean 1. Normal has `normal_share` of all weight, the other labels the rest in proportion
    to the root of their sources; within a label a source counts with the root of its captures, a capture counts the
    same as any other of its source, and so do the flows of a capture."""
    weight = np.zeros(len(labels))
    label_weight = {}
    for name in np.unique(labels):
        of_label = labels == name
        of_sources = np.unique(sources[of_label])
        label_weight[name] = np.sqrt(len(of_sources))
        for one in of_sources:
            of_source = of_label & (sources == one)
            found, inverse, counts = np.unique(captures[of_source], return_inverse=True, return_counts=True)
            weight[of_source] = np.sqrt(len(found)) / len(found) / counts[inverse]
        weight[of_label] /= weight[of_label].sum()
    attacks = sum(value for name, value in label_weight.items() if name != "Normal")
    for name, value in label_weight.items():
        weight[labels == name] *= normal_share if name == "Normal" else (1 - normal_share) * value / attacks
    return weight * len(labels) / weight.sum()
