"""Evaluation: what the product itself says of captures: `smart-ids scan --json`, with the model of the captures' fold."""

import json
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from capture_report import Judged
from dataset import REPOSITORY
from fold_models import Folds
from sources import Capture

# Captures of one stack: what is done is kept when a run is broken off.
BATCH = 250
# Settings of a person's own stack or shell would change what is measured.
OURS = "SMARTIDS_"

NODE = REPOSITORY / "node_modules/.bin/node"
COMMAND = REPOSITORY / "local/cli/smart-ids.js"


def summary(report: dict, folder: Path) -> dict:
    """What of a scan's line is judged by."""
    ledger = report["ledger"]
    return {
        "file": str(Path(report["file"]).relative_to(folder)),
        "state": report["state"],
        "flows": ledger["flows"],
        "scored": ledger["scored"].get("flow_net", 0),
        "detections": ledger["detections"],
        "alerts": [alert["label"] for alert in report["alerts"]],
        **({"error": report["error"]["code"]} if "error" in report else {}),
    }


def scan_files(folder: Path, files: list[str], repository: Path) -> list[dict]:
    """One scan; a line for each file, whatever became of it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    environment["SMARTIDS_MODEL_REPOSITORY"] = str(repository)
    command = [NODE, COMMAND, "scan", "--json", *(folder / file for file in files)]
    # It ends with 1 where one of many files is in error, and says of each what became of it. The folder has no .env.
    done = subprocess.run(
        [*map(str, command)], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    found = [summary(json.loads(line), folder) for line in done.stdout.splitlines()]
    if {one["file"] for one in found} != set(files):
        raise SystemExit(f"scan told of {len(found)} files of {len(files)}: {done.stderr[-2000:]}")
    return found


def scan_all(
    folder: Path, captures: list[Capture], folds: Folds, kept: Path, note: Callable[[str], None] = print
) -> list[dict]:
    """All captures, each by the model of its fold; what was scanned before with the same model is read from `kept`."""
    results: dict[str, dict] = {}
    for fold, model in enumerate(folds.models):
        own = [capture.file for capture in captures if folds.of_file[capture.file] == fold]
        lines = kept / f"{model.sha256[:16]}.jsonl"
        known = {one["file"]: one for one in map(json.loads, lines.read_text().splitlines())} if lines.exists() else {}
        missing = [file for file in own if file not in known]
        started = time.time()
        for start in range(0, len(missing), BATCH):
            batch = missing[start : start + BATCH]
            found = scan_files(folder, batch, model.repository)
            kept.mkdir(parents=True, exist_ok=True)
            with open(lines, "a", encoding="utf-8") as out:
                out.writelines(json.dumps(one) + "\n" for one in found)
            known.update({one["file"]: one for one in found})
            note(f"scan: fold {fold}, {start + len(batch)} of {len(missing)} files, {time.time() - started:.0f} s")
        results.update({file: known[file] for file in own})
    return [results[capture.file] for capture in captures]


def judged(captures: list[Capture], found: list[dict]) -> list[Judged]:
    return [
        Judged(
            capture.file,
            capture.label,
            capture.source,
            one["flows"],
            one["detections"],
            tuple(one["alerts"]),
            one["state"],
        )
        for capture, one in zip(captures, found, strict=True)
    ]


