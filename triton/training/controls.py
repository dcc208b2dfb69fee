"""Evaluation: shortcut controls: the same captures with one thing changed that is no part of an attack, judged by the same
models. What falls was learnt from the accident."""

import json
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from capture_report import capture_report
from dataset import REPOSITORY, load_table, write_table
from fold_models import Folds, verdicts
from in_process import judge_captures
from scan import NODE
from sources import Capture

MODULE = REPOSITORY / "local/features/perturb-capture.ts"

# As PERTURBATIONS in local/features/perturb/perturbation.ts, and in words.
CONTROLS = {
    "none": "written anew, nothing changed",
    "source-ports": "every connection's source port drawn anew",
    "ports": "source ports drawn anew, every service moved to a port above 1023",
    "stretch-0.5": "times at half their length",
    "stretch-2": "times at twice their length",
    "drop-5-percent": "5 % of the packets lost",
    "mtu-576": "TCP packets with more than 600 bytes of payload cut into segments of 536",
    "cut-256": "packets cut to 256 bytes, as the folder's already are",
    "cut-128": "packets cut to 128 bytes",
    "ttl-and-mac": "TTL drawn for each packet, MAC addresses for each card",
}


def perturb(folder: Path, files: list[str], out: Path, name: str, seed: int) -> list[str]:
    """Changed copies of the files under `out`; returns those that are no capture."""
    script = (
        f"Promise.all([import({str(MODULE)!r}), import('node:stream/consumers')])"
        ".then(async ([{ perturbCaptures }, { json }]) => {"
        " const { folder, files, out, name, seed } = await json(process.stdin);"
        " console.log(JSON.stringify(await perturbCaptures(folder, files, out, name, seed))); })"
    )
    order = {"folder": str(folder), "files": files, "out": str(out), "name": name, "seed": seed}
    done = subprocess.run(
        [str(NODE), "--eval", script], input=json.dumps(order), stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(done.stdout)


def run_controls(
    folder: Path, captures: list[Capture], folds: Folds, work: Path, seed: int, note: Callable[[str], None] = print
) -> dict[str, dict]:
    """Per control the capture table, in process: a detection as the product has it, no alert stage."""
    reports = {}
    for name in CONTROLS:
        started = time.time()
        copies, table_file = work / "perturbed", work / "perturbed.arrow"
        shutil.rmtree(copies, ignore_errors=True)
        try:
            perturb(folder, [capture.file for capture in captures], copies, name, seed)
            write_table(copies, table_file)
            table = load_table(table_file, copies, captures)
        finally:
            shutil.rmtree(copies, ignore_errors=True)
            table_file.unlink(missing_ok=True)
        report = capture_report(judge_captures(table, verdicts(table, folds).said))
        # Sources and classes stand in the product's own table.
        reports[name] = {key: report[key] for key in ("macro", "attacks", "benign", "captures", "by_class")}
        note(f"control {name}: {report['macro']['detected']:.3f} detected, {time.time() - started:.0f} s")
    return reports
