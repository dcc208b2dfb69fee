"""Measure flow_net on sources it never saw, and write its card.

    npm run evaluate [-- --sample 200] [-- --part scan --part card] [-- --fresh]

For each fold of sources a model that training wrote without it; over the fold's captures by `smart-ids scan --json`
itself, and over the table of their flows. What was measured is kept in the work folder: a part is measured again when
the models, the captures or the product's code changed, or with --fresh. SMARTIDS_CAPTURES names the captures' folder."""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import card
import fold_models
from baselines import all_baselines
from capture_report import Judged, capture_report
from controls import run_controls
from dataset import REPOSITORY, Table, load_table, write_table
from flow_report import NORMAL, flow_report
from in_process import judge_captures
from labels import CONTRADICTED
from leave_out import run_leave_out
from scan import judged, scan_all
from sources import Capture, data_checksum, read_captures
from validate import folds_by_source

PARTS = ("scan", "flows", "baselines", "controls", "leave-out", "speed", "card")
MODEL = REPOSITORY / "triton/models/flow_net"
SPEED_ROWS = 65_536
GENERATED = "generated"
# Benign captures with an alert that the card names.
FALSE_ALARMS = 25
# Rooms of the local product that a scan runs, beside lib/ and functions/.
SCANNED_BY = ("cli", "opensearch", "runtime", "s3", "stack")


def cache_folder() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "smart-ids"


def newest_source(*folders: str) -> float:
    return max(file.stat().st_mtime for folder in folders for file in (REPOSITORY / folder).rglob("*.ts"))


def pick_sample(captures: list[Capture], count: int, seed: int) -> list[Capture]:
    """Some captures of every class, in turns; half of them benign."""
    rng = np.random.default_rng(seed)
    order = [captures[k] for k in rng.permutation(len(captures))]
    groups: dict[str, list[Capture]] = {}
    for capture in order:
        groups.setdefault(capture.label, []).append(capture)
    normal = groups.pop(NORMAL, [])
    attacks = [capture for turn in range(len(captures)) for group in groups.values() for capture in group[turn : turn + 1]]
    picked = {capture.file for capture in [*attacks[: count - count // 2], *normal[: count // 2]]}
    return [capture for capture in captures if capture.file in picked]


def make_tables(folder: Path, work: Path) -> float:
    """The table of all captures' flows, and room for training's generated captures, both made again where the code that
    makes them is newer; returns when the table was made."""
    file, generated = work / "features.arrow", work / GENERATED
    if not file.exists() or file.stat().st_mtime < newest_source("lib", "local/features"):
        write_table(folder, work / "features.new")
        (work / "features.new").rename(file)
    if generated.exists() and generated.stat().st_mtime < newest_source("lib", "local/features", "local/generate"):
        shutil.rmtree(generated)
    return file.stat().st_mtime


def train_folds(folds: Path, work: Path, captures: Path) -> None:
    command = [sys.executable, Path(__file__).with_name("train.py"), "--captures", captures]
    kept = ["--table", work / "features.arrow", "--generated", work / GENERATED]
    (work / "model" / "1").mkdir(parents=True, exist_ok=True)
    out = ["--out", work / "model", "--folds-out", folds]
    subprocess.run([*map(str, [*command, *kept, *out])], check=True)


def read_folds(options, work: Path, folder: Path, every: list[Capture]) -> fold_models.Folds:
    if options.one_model is not None:
        model = fold_models.load_model(options.one_model)
        # Folds need labels only.
        fold = folds_by_source(Table(every, np.zeros(1), 0, [], np.zeros((0, 0)), np.zeros(0)), options.seed)
        of_file = {capture.file: int(k) for capture, k in zip(every, fold)}
        return fold_models.Folds(of_file, [model] * (int(fold.max()) + 1), held_out=False)
    folds = options.folds or work / "folds"
    if not (folds / "folds.json").exists():
        train_folds(folds, work, folder.parent)
    return fold_models.load_folds(folds)


class Kept:
    """Results of parts, as files of a work folder."""

    def __init__(self, folder: Path, key: str, fresh: bool, parts: tuple[str, ...]):
        self.folder, self.key, self.fresh, self.parts = folder, key, fresh, parts
        folder.mkdir(parents=True, exist_ok=True)

    def part(self, name: str, measure: Callable[[], dict | list]) -> dict | list | None:
        """What is kept of this part, or measured now; None where it is neither there nor wanted."""
        file = self.folder / f"{name}.json"
        kept = json.loads(file.read_text()) if file.exists() else None
        if kept is not None and kept["key"] == self.key and not (self.fresh and name in self.parts):
            return kept["result"]
        if name not in self.parts:
            return None
        print(f"{name} …")
        started = time.time()
        result = measure()
        seconds = time.time() - started
        file.write_text(json.dumps({"key": self.key, "seconds": seconds, "result": result}))
        print(f"{name}: {seconds:.0f} s")
        return result

    def seconds(self) -> dict[str, float]:
        return {file.stem: json.loads(file.read_text())["seconds"] for file in self.folder.glob("*.json")}


def with_and_without_contradicted(results: list[Judged]) -> dict:
    contradicted = [one for one in results if one.file in CONTRADICTED]
    false_alarms = sorted((one for one in results if one.label == NORMAL and one.detected), key=lambda one: -one.false_flows)
    return {
        "all": capture_report(results),
        "false_alarms": [
            {"file": one.file, "source": one.source, "flows": one.flows, "detections": one.detections}
            for one in false_alarms[:FALSE_ALARMS]
        ],
        "without_contradicted": capture_report([one for one in results if one.file not in CONTRADICTED]),
        "contradicted": [
            {"file": one.file, "label": one.label, "source": one.source, "flows": one.flows, "alerts": list(one.alerts)}
            for one in contradicted
        ],
    }


def data_facts(table: Table, captures: list[Capture]) -> dict:
    """Per class: captures, sources and flows that stand behind it, by the files' labels and by those of their flows."""
    capture_of_row = table.capture_of_rows()
    source = np.array([capture.source for capture in captures])
    label = np.array([capture.label for capture in captures])
    by_class = {}
    for name in sorted(set(label) | set(table.labels) - {""}):
        rows = table.labels == name
        files = label == name
        by_class[str(name)] = {
            "captures": int(files.sum()),
            "sources": len(set(source[files])),
            "flows_in_captures": int(np.diff(table.starts)[files].sum()),
            "labelled_flows": int(rows.sum()),
            "labelled_captures": len(np.unique(capture_of_row[rows])),
            "labelled_sources": len(np.unique(source[capture_of_row[rows]])),
        }
    return {
        "captures": len(captures),
        "sources": len(set(source)),
        "flows": len(table.matrix),
        "labelled": int((table.labels != "").sum()),
        "feature_version": table.feature_version,
        "features": len(table.features),
        "by_class": by_class,
    }


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--captures", type=Path, default=os.environ.get("SMARTIDS_CAPTURES"))
    arguments.add_argument("--work", type=Path, default=cache_folder() / "evaluation", help="where results are kept")
    arguments.add_argument("--folds", type=Path, help="models of train.py --folds-out; default: in the work folder")
    arguments.add_argument("--one-model", type=Path, help="a model repository whose flow_net stands in for every fold's")
    arguments.add_argument("--part", action="append", choices=PARTS, help="only this, several times for several")
    arguments.add_argument("--sample", type=int, help="so many captures of all classes; the card stays in the work folder")
    arguments.add_argument("--fresh", action="store_true", help="measure again what is kept")
    arguments.add_argument("--seed", type=int, default=20261123)
    options = arguments.parse_args()
    if options.captures is None:
        arguments.error("--captures or SMARTIDS_CAPTURES must name the folder of captures")
    parts = tuple(options.part or PARTS)
    folder = (Path(options.captures) / "labelled").resolve()
    options.work.mkdir(parents=True, exist_ok=True)
    work = options.work.resolve()

    every = read_captures(folder)
    captures = every if options.sample is None else pick_sample(every, options.sample, options.seed)
    made = make_tables(folder, work)
    folds = read_folds(options, work, folder, every)
    table = load_table(work / "features.arrow", folder, captures)
    known = "\n".join([str(made), str(options.seed), *(m.sha256 for m in folds.models), *(c.file for c in captures)])
    key = hashlib.sha256((known + json.dumps(folds.of_file, sort_keys=True)).encode()).hexdigest()
    kept = Kept(work / ("results" if options.sample is None else "sample"), key, options.fresh, parts)
    fold_of_capture = np.array([folds.of_file[capture.file] for capture in captures])
    capture_of_row = table.capture_of_rows()
    source_of_row = np.array([capture.source for capture in captures])[capture_of_row]
    verdicts = fold_models.verdicts(table, folds)

    def measure_scan() -> dict:
        scanned = work / "scan"
        newest = newest_source("lib", "functions", *(f"local/{room}" for room in SCANNED_BY))
        for file in scanned.glob("*.jsonl"):
            if options.fresh or file.stat().st_mtime < newest:
                file.unlink()
        return with_and_without_contradicted(judged(captures, scan_all(folder, captures, folds, scanned)))

    def measure_flows() -> dict:
        held = fold_models.detector_flows(table, folds)
        return {
            "report": flow_report(table.labels, verdicts, capture_of_row, source_of_row),
            "captures": with_and_without_contradicted(judge_captures(table, verdicts.said)),
            "by_detectors": capture_report(judge_captures(table, np.where(held, verdicts.said, ""))),
            "by_trees": capture_report(judge_captures(table, np.where(held, "", verdicts.said))),
        }

    def measure_baselines() -> dict:
        said, rules = all_baselines(table, fold_of_capture, options.seed)
        rows = {}
        for name, labels in said.items():
            flows = flow_report(table.labels, fold_models.Verdicts(labels), capture_of_row, source_of_row)
            rows[name] = {
                "captures": capture_report(judge_captures(table, labels)),
                "flows": {key: value for key, value in flows.items() if key != "confusion"},
            }
        return {"rows": rows, "one_rule": rules}

    def measure_controls() -> dict:
        return run_controls(folder, captures, folds, work, options.seed)

    def measure_leave_out() -> dict:
        return run_leave_out(table, fold_of_capture, work / GENERATED, options.seed)

    def measure_speed() -> dict:
        shipped = fold_models.load_model(MODEL.parent)
        # A fold's model is as large; the shipped one may be of other features while training is under way.
        fits = shipped.metadata["features"] == table.features
        model = shipped if fits else folds.models[0]
        rng = np.random.default_rng(options.seed)
        rows = rng.choice(len(table.matrix), min(SPEED_ROWS, len(table.matrix)), replace=False)
        speed = fold_models.flows_per_second(model, table.matrix[rows])
        return {"flows_per_second": speed, "batch": fold_models.BATCH, "model": "model.onnx" if fits else "a fold's model"}

    results = {
        "scan": kept.part("scan", measure_scan),
        "flows": kept.part("flows", measure_flows),
        "baselines": kept.part("baselines", measure_baselines),
        "controls": kept.part("controls", measure_controls),
        "leave-out": kept.part("leave-out", measure_leave_out),
        "speed": kept.part("speed", measure_speed),
    }
    if "card" not in parts:
        return
    training, metadata = MODEL / "training.json", json.loads((MODEL / "1/features.json").read_text())
    # What training gave here beside the folds' models: with this code and these captures it gives the shipped one, too.
    today = work / "model/1/features.json"
    is_todays = options.folds is not None or not today.exists() or json.loads(today.read_text())["sha256"] == metadata["sha256"]
    text = card.model_card(
        results,
        data={**data_facts(table, captures), "sha256": data_checksum(folder, captures)},
        training=json.loads(training.read_text()) if training.exists() else None,
        metadata=metadata,
        folds={"held_out": folds.held_out, "models": [model.sha256 for model in folds.models], "is_todays": is_todays},
        measured={"sample": options.sample, "seconds": kept.seconds()},
    )
    whole = options.sample is None and folds.held_out
    target = (MODEL if whole else work) / "MODEL_CARD.md"
    target.write_text(text)
    print(f"card: {target}")


if __name__ == "__main__":
    main()
