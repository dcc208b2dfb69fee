"""Train flow_net: one command, seeded, CPU only.

    python train.py --captures FOLDER [--table FILE.arrow] [--seed N]

FOLDER holds `labelled/` with labels.tsv; default: SMARTIDS_CAPTURES. Writes triton/models/flow_net."""

import argparse
import hashlib
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

# Its telemetry client starts with the library; captures are nobody else's business.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
import onnxruntime

import card
import evaluate
from dataset import LABELS, REPOSITORY, examples, load_generated, load_table, write_generated, write_table
from export import build_model, write_model
from forest import boosted_nodes, isolation_nodes, train_boosted, train_isolation
from labels import LEFT_OUT, TRAINED_AS
from sources import data_checksum, read_captures
from validate import NORMAL, folds_by_source, held_out_scores, judge, softmax

MODEL_VERSION = "1"
FLOWS_PER_CAPTURE = 400
NORMAL_SHARE = 0.5
# A label may be claimed if validation found it on so many sources it had not seen, in such a share of the captures of
# a source (mean over sources) and of all captures.
MIN_SOURCES = 2
MIN_SOURCE_RECALL = 0.2
MIN_CAPTURE_RECALL = 0.1
# Share of the captures in which validation found the label that it must be right about, at least by family.
MIN_PRECISION = 0.4
GENERATED_PER_KIND = 10
QUANTILES = (0.001, 0.01, 0.05, 0.5, 0.95, 0.99, 0.999)
IMPORTANT_FEATURES = 16
PARITY_ROWS = 5000


def claimed_labels(table, held) -> list[str]:
    """Labels that validation found on enough sources it had not seen, often enough, and mostly rightly so."""
    said = evaluate.verdict_labels(table, held)
    capture = table.capture_of_rows()
    source = np.array([c.source for c in table.captures])
    family = np.array([evaluate.FAMILY.get(c.label, c.label) for c in table.captures])[capture]
    claimed = []
    for name in held.classes:
        true = table.labels == name
        there = np.unique(capture[true])
        found = np.isin(there, capture[true & (said == name)])
        by_source = {one: found[source[there] == one].mean() for one in np.unique(source[there])}
        recall = float(np.mean(list(by_source.values())))
        wrong = len(np.unique(capture[(family != evaluate.FAMILY.get(name)) & (table.labels != "") & (said == name)]))
        precision = float(found.sum() / max(1, found.sum() + wrong))
        sources = sum(share > 0 for share in by_source.values())
        often = recall >= MIN_SOURCE_RECALL and found.mean() >= MIN_CAPTURE_RECALL
        if name == NORMAL or (sources >= MIN_SOURCES and often and precision >= MIN_PRECISION):
            claimed.append(name)
        print(f"  {name}: found on {sources} of {len(by_source)} sources, {recall:.2f}, right {precision:.2f}")
    return claimed


def validated(table, train, classes, fold, seed):
    scores = held_out_scores(table, train, classes, fold, seed)
    return judge(table, train, classes, fold, scores)


def importances(booster, train, features, classes, rng) -> dict[str, list]:
    """Per label: mean of what each feature added to its score, over flows of the label."""
    result = {}
    for k, name in enumerate(classes):
        if name == NORMAL:
            continue
        own = np.flatnonzero(train.labels == name)
        own = rng.choice(own, 1500, replace=False) if len(own) > 1500 else own
        share = booster.predict(train.matrix[own], pred_contrib=True).reshape(len(own), len(classes), -1)[:, k, :-1]
        mean = np.average(np.maximum(share, 0), axis=0, weights=train.weight[own])
        best = np.argsort(-mean, kind="stable")[:IMPORTANT_FEATURES]
        result[name] = [[features[f], round(float(mean[f]), 5)] for f in best if mean[f] > 0]
    return result


def weighted_quantiles(values, weight) -> list[float]:
    order = np.argsort(values, kind="stable")
    share = np.cumsum(weight[order]) / weight.sum()
    picked = values[order][np.minimum(np.searchsorted(share, QUANTILES), len(values) - 1)]
    return [float(f"{value:.6g}") for value in picked]


def main() -> None:
    started = time.time()
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--captures", type=Path, default=os.environ.get("SMARTIDS_CAPTURES"))
    arguments.add_argument("--table", type=Path, help="a table of smart-ids features over FOLDER/labelled, made before")
    arguments.add_argument("--seed", type=int, default=20261123)
    arguments.add_argument("--out", type=Path, default=REPOSITORY / "triton/models/flow_net")
    options = arguments.parse_args()
    if options.captures is None:
        arguments.error("--captures or SMARTIDS_CAPTURES must name the folder of captures")
    folder = Path(options.captures) / "labelled"
    captures = read_captures(folder)
    with tempfile.TemporaryDirectory() as temporary:
        table_file = options.table or Path(temporary) / "features.arrow"
        if options.table is None:
            write_table(folder, table_file)
        table = load_table(table_file, folder, captures)
        synthetic = Path(temporary) / "generated"
        write_generated(synthetic, GENERATED_PER_KIND, options.seed)
        write_table(synthetic / "captures", Path(temporary) / "generated.arrow")
        generated = load_generated(Path(temporary) / "generated.arrow", synthetic)
    rng = np.random.default_rng(options.seed)
    fold = folds_by_source(table, options.seed)
    every = examples(table, generated, fold, FLOWS_PER_CAPTURE, NORMAL_SHARE, rng)
    print(f"{len(table.matrix)} flows, {len(every.labels)} for training, {time.time() - started:.0f} s")

    first = validated(table, every, sorted(set(TRAINED_AS.values()) & set(table.labels)), fold, options.seed)
    classes = claimed_labels(table, first)
    held = validated(table, every, classes, fold, options.seed)
    print(f"claimed: {', '.join(classes)}; {time.time() - started:.0f} s")

    train = every.only(np.isin(every.labels, classes))
    target = np.array([classes.index(name) for name in train.labels])
    booster = train_boosted(train.matrix, target, train.weight, table.features, len(classes), options.seed)

    normal = (train.labels == NORMAL) & (train.fold >= 0)
    normal_matrix, normal_weight = train.matrix[normal], train.weight[normal]
    columns = [k for k in range(len(table.features)) if not table.features[k].startswith(("service", "tcpState"))]
    isolation = train_isolation(normal_matrix, normal_weight, columns, options.seed)
    isolation_table = isolation_nodes(isolation, columns)

    outputs = [LABELS.index(name) for name in classes]
    boosted_table = boosted_nodes(booster, outputs)
    unit = build_model(boosted_table, isolation_table, len(table.features), len(LABELS), outputs, held.temperature, (0, 1))
    raw = onnxruntime.InferenceSession(unit.SerializeToString(), providers=["CPUExecutionProvider"])
    normal_scores = raw.run(["anomaly"], {"features": normal_matrix})[0][:, 0]
    ordinary, oddest = (float(np.quantile(normal_scores, q)) for q in (0.5, 0.9995))
    model = build_model(
        boosted_table, isolation_table, len(table.features), len(LABELS), outputs, held.temperature, (ordinary, oddest)
    )
    data = write_model(model, options.out / MODEL_VERSION / "model.onnx")

    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    probe = table.matrix[rng.choice(len(table.matrix), min(PARITY_ROWS, len(table.matrix)), replace=False)]
    probabilities = session.run(["probabilities"], {"features": probe})[0][:, outputs]
    parity = float(np.abs(probabilities - softmax(booster.predict(probe, raw_score=True), held.temperature)).max())
    if parity > 1e-4:
        raise SystemExit(f"ONNX differs from LightGBM by {parity}")
    print(f"model.onnx {len(data)} bytes, parity {parity:.1e}")

    metadata = {
        "model": "flow_net",
        "version": MODEL_VERSION,
        "featureVersion": table.feature_version,
        "features": table.features,
        "sha256": hashlib.sha256(data).hexdigest(),
        "labels": LABELS,
        "claimed": sorted(classes, key=LABELS.index),
        "thresholds": {name: held.thresholds[name] for name in classes if name in held.thresholds},
        "priors": {name: round(float(train.weight[train.labels == name].sum() / train.weight.sum()), 6) for name in classes},
        "importances": importances(booster, train, table.features, classes, rng),
        "normalQuantiles": [
            weighted_quantiles(normal_matrix[:, k].astype(float), normal_weight) for k in range(len(table.features))
        ],
    }
    (options.out / MODEL_VERSION / "features.json").write_text(json.dumps(metadata, separators=(",", ":")) + "\n")
    (options.out / "config.pbtxt").write_text(card.triton_config(len(table.features), len(LABELS)))
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=REPOSITORY, capture_output=True, text=True).stdout.strip()
    (options.out / "MODEL_CARD.md").write_text(
        card.model_card(
            table=table,
            held=held,
            first=first,
            train=every,
            generated=generated,
            metadata=metadata,
            left_out=LEFT_OUT,
            facts={
                "size": len(data),
                "parity": parity,
                "seed": options.seed,
                "commit": commit,
                "data": data_checksum(folder, captures),
                "seconds": time.time() - started,
            },
        )
    )
    print(f"done in {time.time() - started:.0f} s")


if __name__ == "__main__":
    main()
