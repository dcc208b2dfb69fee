"""Export: a DistilBERT checkpoint of the packet model becomes `model.onnx`, `vocab.txt` and `model.json` of a Triton
model's version, if the graph says what PyTorch says: `python export.py SOURCE --out REPOSITORY/bert_packet/1`."""

import argparse
import hashlib
import json
import os
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

from checkpoint import MAX_TOKENS, Checkpoint, Refused, read_checkpoint, sha256_of
from distilbert import INPUTS, OUTPUT, build_model, plan_for, serialise
from labels import LABELS

PRECISIONS = ("fp32", "fp16", "int8")
TOOLS = ("torch", "transformers", "onnx", "onnxruntime")


def describe(checkpoint: Checkpoint, out: Path, precision: str, model: bytes, parity: dict) -> dict:
    return {
        "kind": "packet",
        "model": out.parent.name,
        "version": out.name,
        "precision": precision,
        "maxTokens": MAX_TOKENS,
        "lowerCase": False,
        "labels": LABELS,
        "inputs": INPUTS,
        "output": OUTPUT,
        "source": checkpoint.source,
        "sha256": hashlib.sha256(model).hexdigest(),
        "vocabularySha256": sha256_of(checkpoint.vocabulary),
        "weightsSha256": checkpoint.weights_sha256,
        "parity": parity,
        "tools": {name: version(name) for name in TOOLS},
    }


def write_synced(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def write_version(out: Path, files: dict[str, bytes]) -> None:
    """All files appear at once, or none: the folder is made aside and renamed. Triton takes only folders named by a
    number for versions, so that it never sees the unfinished one."""
    fresh = out.parent / f".{out.name}.new-{os.getpid()}"
    old = out.parent / f".{out.name}.old-{os.getpid()}"
    fresh.mkdir(parents=True)
    try:
        for name, data in files.items():
            write_synced(fresh / name, data)
        if out.exists():
            out.rename(old)
        fresh.rename(out)
    finally:
        if not out.exists() and old.exists():
            old.rename(out)
        for folder in (fresh, old):
            shutil.rmtree(folder, ignore_errors=True)


def parse_options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", help="a Hugging Face id or a local folder")
    parser.add_argument("--out", type=Path, required=True, help="REPOSITORY/bert_packet/VERSION")
    parser.add_argument("--precision", choices=PRECISIONS, default="int8")
    parser.add_argument("--revision", help="commit of the Hugging Face repository")
    parser.add_argument("--weights-sha256", help="refuse weights with any other checksum")
    parser.add_argument("--assume-labels", action="store_true", help="take our class order where the model names none")
    parser.add_argument("--assume-cased", action="store_true", help="take a tokenizer that says nothing for cased")
    parser.add_argument("--replace", action="store_true", help="write over a version that is there")
    parser.add_argument("--inputs", type=int, default=64, help="lines of the parity check; 8 at least")
    parser.add_argument("--standard", action="store_true", help="ONNX operators only, for TensorRT; not for int8")
    parser.add_argument("--weight-bits", type=int, choices=(7, 8), default=8, help="int8: 7 for CPUs without VNNI")
    options = parser.parse_args(arguments)
    if not options.out.name.isdecimal() or int(options.out.name) < 1:
        parser.error(f"--out {options.out}: the last folder is the version, a number from 1")
    if options.inputs < 8:
        parser.error(f"--inputs {options.inputs}: 8 at least")
    if options.standard and options.precision == "int8":
        parser.error("--standard: int8 needs onnxruntime's own operators")
    return options


def export(options: argparse.Namespace) -> dict:
    if options.out.exists() and not options.replace:
        raise Refused(f"{options.out} is there already: take the next number, or --replace it (results name the version)")
    checkpoint = read_checkpoint(options.source, options.revision, options.assume_labels, options.assume_cased)
    pinned = options.weights_sha256
    if pinned and pinned.lower() != checkpoint.weights_sha256:
        raise Refused(f"weights have sha256 {checkpoint.weights_sha256}, {pinned} is expected")
    attention = "standard" if options.standard else "fused"
    plan = plan_for(options.precision, attention, options.weight_bits)
    model = serialise(build_model(checkpoint, plan))
    # Here and not above: transformers takes seconds to load, and a refusal needs nothing of it.
    from parity import measure

    parity = measure(checkpoint, model, options.precision, options.inputs)
    if not parity.within():
        raise Refused(f"not written, the graph does not say what PyTorch says: {json.dumps(parity.as_json())}")
    description = describe(checkpoint, options.out.absolute(), options.precision, model, parity.as_json())
    text = json.dumps(description, indent=2) + "\n"
    files = {"model.onnx": model, "vocab.txt": checkpoint.vocabulary.read_bytes(), "model.json": text.encode()}
    write_version(options.out.absolute(), files)
    return description


def main() -> int:
    options = parse_options(sys.argv[1:])
    try:
        description = export(options)
    except (Refused, OSError) as refusal:
        print(f"export: {refusal}", file=sys.stderr)
        return 1
    print(json.dumps({key: description[key] for key in ("model", "version", "precision", "sha256", "weightsSha256", "parity")}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
