"""Export: a DistilBERT folder, read with distrust: tensors only, no pickle that runs code, and every figure of the
configuration compared with what is there."""

import hashlib
import json
import pickle
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from labels import LABELS

MAX_TOKENS = 512
FILES = ["config.json", "vocab.txt", "tokenizer_config.json", "model.safetensors", "pytorch_model.bin"]
SPECIALS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")

# Buffers of older library versions: the numbers 0 to 511, no parameter.
IGNORED = "distilbert.embeddings.position_ids"


class Refused(Exception):
    """What is wrong with the folder, in words for the person who gave it."""


@dataclass(frozen=True)
class Shape:
    vocabulary: int
    tokens: int
    dim: int
    hidden: int
    heads: int
    layers: int
    labels: int


@dataclass(frozen=True)
class Checkpoint:
    source: str
    config: dict
    shape: Shape
    vocabulary: Path
    tensors: dict[str, np.ndarray]
    weights_sha256: str


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def find_source(source: str, revision: str | None) -> tuple[str, Path]:
    """The name that is written down, and the folder. What is no folder here is a Hugging Face id."""
    folder = Path(source)
    if folder.is_dir():
        return folder.resolve().name, folder
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", source) or source.startswith("."):
        raise Refused(f"{source}: no such folder, and not a Hugging Face id (owner/name)")
    from huggingface_hub import snapshot_download

    try:
        return source, Path(snapshot_download(source, revision=revision, allow_patterns=FILES))
    except Exception as error:  # the library has dozens of kinds, for the network and for the hub
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise Refused(f"{source} could not be fetched: {first}; a local folder works, too") from error


def read_json(folder: Path, name: str) -> dict:
    try:
        value = json.loads((folder / name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Refused(f"{name}: missing") from None
    except ValueError as error:
        raise Refused(f"{name}: no JSON: {error}") from None
    if not isinstance(value, dict):
        raise Refused(f"{name}: no object")
    return value


def check_labels(config: dict, assume_labels: bool) -> None:
    """The order is what gives the 24 numbers a meaning; a checkpoint that does not name it is not believed unasked."""
    named = config.get("id2label")
    if not isinstance(named, dict) or sorted(map(str, named)) != sorted(str(k) for k in range(len(LABELS))):
        size = len(named) if isinstance(named, dict) else named
        raise Refused(f"config.json: id2label has {size} entries, ids 0 to {len(LABELS) - 1} are needed")
    names = [named[str(k)] for k in range(len(LABELS))]
    if names == LABELS:
        return
    if names == [f"LABEL_{k}" for k in range(len(LABELS))]:
        if assume_labels:
            return
        raise Refused(
            "config.json: id2label is generic (LABEL_0 to LABEL_23) and does not say which class is which;"
            " --assume-labels takes our order (alphabetical, capital letters first)"
        )
    place = next(k for k, name in enumerate(names) if name != LABELS[k])
    raise Refused(f"config.json: wrong label order: id {place} is {names[place]!r}, {LABELS[place]!r} is expected")


def check_config(config: dict) -> Shape:
    expected = {"model_type": "distilbert", "activation": "gelu", "max_position_embeddings": MAX_TOKENS}
    for key, value in expected.items():
        if config.get(key) != value:
            raise Refused(f"config.json: {key} is {config.get(key)!r}, {value!r} is expected")
    problem = config.get("problem_type")
    if problem not in (None, "single_label_classification"):
        raise Refused(f"config.json: problem_type is {problem!r}, 'single_label_classification' is expected")
    names = ("vocab_size", "max_position_embeddings", "dim", "hidden_dim", "n_heads", "n_layers")
    for name in names:
        if type(config.get(name)) is not int or config[name] < 1:
            raise Refused(f"config.json: {name} is {config.get(name)!r}, a whole number from 1 is expected")
    shape = Shape(*(config[name] for name in names), labels=len(LABELS))
    if shape.dim % shape.heads != 0:
        raise Refused(f"config.json: dim {shape.dim} is no multiple of n_heads {shape.heads}")
    return shape


def check_vocabulary(path: Path, size: int) -> None:
    if not path.is_file():
        raise Refused("vocab.txt: missing")
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused(f"vocab.txt: not UTF-8 at byte {error.start}") from None
    words = text.removesuffix("\n").split("\n")
    if len(words) != size:
        raise Refused(f"vocab.txt: {len(words)} words, config.json says vocab_size {size}")
    if len(set(words)) != len(words):
        raise Refused(f"vocab.txt: {len(words) - len(set(words))} words stand there twice")
    absent = [word for word in SPECIALS if word not in words]
    if absent:
        raise Refused(f"vocab.txt: without {', '.join(absent)}")


def check_tokenizer(folder: Path, assume_cased: bool) -> None:
    """BertTokenizer lower-cases where nobody says otherwise, so silence is not good enough."""
    path = folder / "tokenizer_config.json"
    if not path.is_file():
        if assume_cased:
            return
        raise Refused("tokenizer_config.json: missing, so nothing says that the model is cased; --assume-cased does")
    config = read_json(folder, path.name)
    lower = config.get("do_lower_case")
    if lower is None and assume_cased:
        return
    if lower is not False:
        raise Refused(f"tokenizer_config.json: do_lower_case is {lower!r}, false is expected (distilbert-base-cased)")
    longest = config.get("model_max_length", MAX_TOKENS)
    if longest < MAX_TOKENS:
        raise Refused(f"tokenizer_config.json: model_max_length is {longest}, {MAX_TOKENS} is expected")


def load_weights(folder: Path) -> tuple[Path, dict[str, torch.Tensor]]:
    """safetensors where present; else the pickle, by a reader that builds tensors and nothing else."""
    safe, pickled = folder / "model.safetensors", folder / "pytorch_model.bin"
    if safe.is_file():
        try:
            return safe, load_file(safe)
        except SafetensorError as error:
            raise Refused(f"{safe.name}: damaged: {error}") from None
    if not pickled.is_file():
        raise Refused("no weights: neither model.safetensors nor pytorch_model.bin")
    try:
        loaded = torch.load(pickled, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        reason = re.search(r"GLOBAL [\w.]+|global `?[\w.]+`?", str(error))
        named = f" ({reason.group(0)})" if reason else ""
        raise Refused(f"{pickled.name}: a pickle that holds more than tensors{named}: refused, nothing of it was run")
    except (RuntimeError, EOFError, ValueError) as error:
        raise Refused(f"{pickled.name}: damaged: {str(error).splitlines()[0]}") from None
    if not isinstance(loaded, dict) or not all(isinstance(value, torch.Tensor) for value in loaded.values()):
        raise Refused(f"{pickled.name}: no table of tensors")
    return pickled, loaded


def expected_tensors(shape: Shape) -> dict[str, tuple[int, ...]]:
    dim, wide = shape.dim, shape.hidden
    shapes = {
        "distilbert.embeddings.word_embeddings.weight": (shape.vocabulary, dim),
        "distilbert.embeddings.position_embeddings.weight": (shape.tokens, dim),
    }

    def add(name: str, *weight: int) -> None:
        shapes[f"{name}.weight"] = weight
        shapes[f"{name}.bias"] = weight[:1]

    add("distilbert.embeddings.LayerNorm", dim)
    for k in range(shape.layers):
        layer = f"distilbert.transformer.layer.{k}"
        for part in ("q_lin", "k_lin", "v_lin", "out_lin"):
            add(f"{layer}.attention.{part}", dim, dim)
        add(f"{layer}.sa_layer_norm", dim)
        add(f"{layer}.ffn.lin1", wide, dim)
        add(f"{layer}.ffn.lin2", dim, wide)
        add(f"{layer}.output_layer_norm", dim)
    add("pre_classifier", dim, dim)
    add("classifier", shape.labels, dim)
    return shapes


def named(names: set[str]) -> str:
    listed = sorted(names)
    return ", ".join(listed[:4]) + (f" and {len(listed) - 4} more" if len(listed) > 4 else "")


def check_weights(file: str, loaded: dict[str, torch.Tensor], shape: Shape) -> dict[str, np.ndarray]:
    """@raises where a parameter is missing, unknown, of another shape, or not a finite number."""
    expected = expected_tensors(shape)
    present = set(loaded) - {IGNORED}
    if expected.keys() - present:
        raise Refused(f"{file}: missing weights: {named(expected.keys() - present)}")
    if present - expected.keys():
        raise Refused(f"{file}: unknown weights: {named(present - expected.keys())}")
    tensors = {}
    for name, size in expected.items():
        if tuple(loaded[name].shape) != size:
            raise Refused(f"{file}: {name} has shape {tuple(loaded[name].shape)}, {size} is expected")
        if not loaded[name].is_floating_point():
            raise Refused(f"{file}: {name} holds {loaded[name].dtype}, floating point is expected")
        tensors[name] = loaded[name].to(torch.float32).numpy()
        if not np.isfinite(tensors[name]).all():
            raise Refused(f"{file}: {name} holds NaN or infinity")
    return tensors


def read_checkpoint(source: str, revision: str | None, assume_labels: bool, assume_cased: bool) -> Checkpoint:
    """Everything small is checked before the weights are opened."""
    name, folder = find_source(source, revision)
    config = read_json(folder, "config.json")
    shape = check_config(config)
    check_labels(config, assume_labels)
    check_vocabulary(folder / "vocab.txt", shape.vocabulary)
    check_tokenizer(folder, assume_cased)
    file, loaded = load_weights(folder)
    tensors = check_weights(file.name, loaded, shape)
    return Checkpoint(name, config, shape, folder / "vocab.txt", tensors, sha256_of(file))
