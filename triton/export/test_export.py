"""Export: what is refused and in which words, and what a written version holds, on a small random model."""

import hashlib
import json
import os
import pickle
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from safetensors.torch import load_file, save_file

import export as command
import parity
from checkpoint import Refused, read_checkpoint
from distilbert import build_model
from labels import LABELS
from lines import open_tokenizer, packet_lines, token_ids
from random_model import make_model, make_vocabulary

ROOT = Path(__file__).resolve().parents[2]
LAYERS, DIM, VOCABULARY, SEED = 2, 128, 4000, 7


@pytest.fixture(scope="session")
def original(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model") / "random"
    make_model(folder, LAYERS, DIM, VOCABULARY, SEED)
    return folder


@pytest.fixture
def folder(original, tmp_path):
    return Path(shutil.copytree(original, tmp_path / "random"))


def run(folder, out, *more):
    options = command.parse_options([str(folder), "--out", str(out), "--inputs", "16", *more])
    return command.export(options)


def change_json(path, **changes):
    value = json.loads(path.read_text())
    path.write_text(json.dumps({key: item for key, item in {**value, **changes}.items() if item is not None}))


def refusal(folder, **assumed):
    with pytest.raises(Refused) as caught:
        read_checkpoint(str(folder), None, assumed.get("labels", False), assumed.get("cased", False))
    return str(caught.value)


def change_weights(folder, change):
    weights = load_file(folder / "model.safetensors")
    change(weights)
    save_file(weights, folder / "model.safetensors")


def to_pickle(folder, value=None):
    torch.save(load_file(folder / "model.safetensors") if value is None else value, folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()


def test_the_classes_are_those_of_the_pipeline_in_its_order():
    text = (ROOT / "lib/detection/labels.ts").read_text()
    assert re.findall(r"^  '([^']+)',$", text, re.MULTILINE) == LABELS
    assert LABELS == sorted(LABELS)


@pytest.mark.parametrize("precision", ["fp32", "fp16", "int8"])
def test_a_version_has_the_graph_the_vocabulary_and_what_they_are(original, tmp_path, precision):
    out = tmp_path / "bert_packet" / "3"
    run(original, out, "--precision", precision)
    assert sorted(os.listdir(out)) == ["model.json", "model.onnx", "vocab.txt"]
    assert os.listdir(out.parent) == ["3"]
    written = json.loads((out / "model.json").read_text())
    assert list(written) == [
        "kind", "model", "version", "precision", "maxTokens", "lowerCase", "labels", "inputs", "output", "source",
        "sha256", "vocabularySha256", "weightsSha256", "parity", "tools",
    ]  # fmt: skip
    assert (written["kind"], written["model"], written["version"]) == ("packet", "bert_packet", "3")
    assert (written["precision"], written["maxTokens"], written["lowerCase"]) == (precision, 512, False)
    assert (written["labels"], written["source"]) == (LABELS, "random")
    assert (written["inputs"], written["output"]) == (["input_ids", "attention_mask"], "logits")
    for key, file in (
        ("sha256", out / "model.onnx"),
        ("vocabularySha256", original / "vocab.txt"),
        ("weightsSha256", original / "model.safetensors"),
    ):
        assert written[key] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert written["parity"]["maxDifference"] <= written["parity"]["allowedDifference"]
    assert 512 in written["parity"]["tokens"] and len(written["parity"]["tokens"]) > 5


def test_the_graph_has_the_types_and_shapes_that_the_client_expects(original, tmp_path):
    out = tmp_path / "bert_packet" / "1"
    run(original, out, "--precision", "fp16")
    model = onnx.load(out / "model.onnx")

    def described(values):
        return [
            (v.name, v.type.tensor_type.elem_type, [d.dim_value or d.dim_param for d in v.type.tensor_type.shape.dim])
            for v in values
        ]

    int64, float32 = onnx.TensorProto.INT64, onnx.TensorProto.FLOAT
    axes = ["batch", "tokens"]
    assert described(model.graph.input) == [("input_ids", int64, axes), ("attention_mask", int64, axes)]
    assert described(model.graph.output) == [("logits", float32, ["batch", 24])]
    assert {o.domain: o.version for o in model.opset_import} == {"": 17, "com.microsoft": 1}
    kinds = {i.data_type for i in model.graph.initializer}
    assert float32 not in kinds and onnx.TensorProto.FLOAT16 in kinds


def test_a_model_of_standard_operators_names_no_other_domain(original, tmp_path):
    out = tmp_path / "bert_packet" / "1"
    run(original, out, "--precision", "fp16", "--standard")
    assert {node.domain for node in onnx.load(out / "model.onnx").graph.node} == {""}


def test_the_same_folder_gives_the_same_bytes(original, tmp_path):
    first = run(original, tmp_path / "a" / "1")["sha256"]
    assert run(original, tmp_path / "b" / "1")["sha256"] == first


def test_seven_bits_bound_the_weights_so_that_pairs_of_products_fit_sixteen_bits(original, tmp_path):
    out = tmp_path / "bert_packet" / "1"
    run(original, out, "--weight-bits", "7")
    whole = [onnx.numpy_helper.to_array(i) for i in onnx.load(out / "model.onnx").graph.initializer if "lin" in i.name]
    peak = max(np.abs(value.astype(int)).max() for value in whole if value.dtype == np.int8)
    assert peak == 63 and 2 * 255 * peak < 2**15


def test_a_version_that_is_there_is_replaced_as_a_whole_where_that_is_asked_for(original, tmp_path):
    out = tmp_path / "bert_packet" / "1"
    out.mkdir(parents=True)
    (out / "left.txt").write_text("of before")
    with pytest.raises(Refused, match="is there already: take the next number, or --replace it"):
        run(original, out)
    assert os.listdir(out) == ["left.txt"]
    run(original, out, "--replace")
    assert sorted(os.listdir(out)) == ["model.json", "model.onnx", "vocab.txt"]
    assert os.listdir(out.parent) == ["1"]


def test_a_graph_that_differs_is_not_written(original, tmp_path, monkeypatch):
    monkeypatch.setattr(parity, "TOLERANCE", {"int8": (1e-6, 1.0)})
    with pytest.raises(Refused, match="not written, the graph does not say what PyTorch says"):
        run(original, tmp_path / "bert_packet" / "1")
    assert not (tmp_path / "bert_packet").exists()


def test_a_graph_with_two_layers_in_the_wrong_order_is_not_written(original, tmp_path, monkeypatch):
    def swap(name):
        return name.replace("layer.0", "layer.x").replace("layer.1", "layer.0").replace("layer.x", "layer.1")

    def built(checkpoint, plan):
        return build_model(replace(checkpoint, tensors={swap(k): v for k, v in checkpoint.tensors.items()}), plan)

    monkeypatch.setattr(command, "build_model", built)
    with pytest.raises(Refused, match="not written"):
        run(original, tmp_path / "bert_packet" / "1")


def test_a_write_that_fails_leaves_the_version_of_before(original, tmp_path, monkeypatch):
    out = tmp_path / "bert_packet" / "1"
    run(original, out)
    before = (out / "model.json").read_bytes()

    def full(path, data):
        raise OSError("no space left on device")

    monkeypatch.setattr(command, "write_synced", full)
    with pytest.raises(OSError):
        run(original, out, "--replace")
    assert (out / "model.json").read_bytes() == before and os.listdir(out.parent) == ["1"]


def test_the_weights_can_be_pinned(original, tmp_path):
    with pytest.raises(Refused, match="weights have sha256"):
        run(original, tmp_path / "bert_packet" / "1", "--weights-sha256", "0" * 64)


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"model_type": "bert"}, "model_type is 'bert', 'distilbert' is expected"),
        ({"vocab_size": VOCABULARY + 1}, f"vocab.txt: {VOCABULARY} words, config.json says vocab_size {VOCABULARY + 1}"),
        ({"vocab_size": "many"}, "vocab_size is 'many'"),
        ({"max_position_embeddings": 256}, "max_position_embeddings is 256, 512 is expected"),
        ({"activation": "relu"}, "activation is 'relu', 'gelu' is expected"),
        ({"n_heads": 3}, "dim 128 is no multiple of n_heads 3"),
        ({"problem_type": "multi_label_classification"}, "problem_type is 'multi_label_classification'"),
        ({"id2label": {str(k): name for k, name in enumerate(LABELS[1:])}}, "id2label has 23 entries"),
        ({"id2label": None}, "id2label has None entries"),
    ],
)
def test_a_configuration_of_another_model_is_refused(folder, changes, words):
    change_json(folder / "config.json", **changes)
    assert words in refusal(folder)


def test_another_order_of_the_classes_is_refused_whatever_is_assumed(folder):
    swapped = [LABELS[1], LABELS[0], *LABELS[2:]]
    change_json(folder / "config.json", id2label={str(k): name for k, name in enumerate(swapped)})
    expected = "config.json: wrong label order: id 0 is 'Backdoor', 'Analysis' is expected"
    assert refusal(folder) == refusal(folder, labels=True) == expected


def test_generic_labels_are_taken_only_where_that_is_asked_for(folder):
    change_json(folder / "config.json", id2label={str(k): f"LABEL_{k}" for k in range(24)})
    assert "id2label is generic" in refusal(folder) and "--assume-labels" in refusal(folder)
    assert read_checkpoint(str(folder), None, True, False).shape.labels == 24


@pytest.mark.parametrize("value, words", [(True, "do_lower_case is True"), (None, "do_lower_case is None")])
def test_a_tokenizer_that_lower_cases_or_does_not_say_is_refused(folder, value, words):
    change_json(folder / "tokenizer_config.json", do_lower_case=value)
    assert words in refusal(folder)


def test_silence_about_case_can_be_assumed_and_lower_case_cannot(folder):
    change_json(folder / "tokenizer_config.json", do_lower_case=True)
    assert "do_lower_case is True" in refusal(folder, cased=True)
    (folder / "tokenizer_config.json").unlink()
    assert "--assume-cased" in refusal(folder)
    assert read_checkpoint(str(folder), None, False, True).source == "random"


def test_a_vocabulary_with_a_word_twice_or_without_a_special_is_refused(folder):
    words = (folder / "vocab.txt").read_text().splitlines()
    (folder / "vocab.txt").write_text("\n".join([*words[:-1], words[-2]]) + "\n")
    assert "1 words stand there twice" in refusal(folder)
    (folder / "vocab.txt").write_text("\n".join(word.replace("[CLS]", "[cls]") for word in words) + "\n")
    assert refusal(folder) == "vocab.txt: without [CLS]"


def test_missing_unknown_misshapen_and_infinite_weights_are_refused(folder):
    name = "distilbert.transformer.layer.1.ffn.lin1.weight"

    def infinite(weights):
        weights[name][0, 0] = float("nan")

    change_weights(folder, infinite)
    assert refusal(folder) == f"model.safetensors: {name} holds NaN or infinity"
    change_weights(folder, lambda weights: weights.update({name: torch.zeros(2, 2)}))
    assert f"{name} has shape (2, 2), (512, 128) is expected" in refusal(folder)
    change_weights(folder, lambda weights: weights.pop(name))
    assert refusal(folder) == f"model.safetensors: missing weights: {name}"
    change_weights(folder, lambda weights: weights.update({name: torch.zeros(512, 128), "surprise": torch.zeros(1)}))
    assert refusal(folder) == "model.safetensors: unknown weights: surprise"


def test_a_base_model_without_its_classifier_is_refused(folder):
    change_weights(folder, lambda w: [w.pop(key) for key in list(w) if "classifier" in key])
    assert "missing weights: classifier.bias, classifier.weight, pre_classifier.bias" in refusal(folder)


def test_a_pickle_of_tensors_gives_the_same_model_as_safetensors(original, folder, tmp_path):
    to_pickle(folder)
    first = run(original, tmp_path / "a" / "1")
    second = run(folder, tmp_path / "b" / "1")
    assert first["sha256"] == second["sha256"] and first["weightsSha256"] != second["weightsSha256"]


class Attack:
    def __init__(self, target):
        self.target = target

    def __reduce__(self):
        return os.mkdir, (str(self.target),)


@pytest.mark.parametrize("legacy", [False, True])
def test_a_pickle_with_code_is_refused_and_not_run(folder, tmp_path, legacy):
    target = tmp_path / "was-run"
    if legacy:
        (folder / "model.safetensors").unlink()
        (folder / "pytorch_model.bin").write_bytes(pickle.dumps({"classifier.weight": Attack(target)}, protocol=2))
    else:
        to_pickle(folder, {"classifier.weight": Attack(target)})
    words = refusal(folder)
    assert words.startswith("pytorch_model.bin: a pickle that holds more than tensors") and "refused" in words
    assert not target.exists()


def test_damaged_and_absent_weights_are_refused(folder):
    whole = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(whole[:-100])
    assert "model.safetensors: damaged" in refusal(folder)
    to_pickle_bytes = whole[:1000]
    (folder / "model.safetensors").unlink()
    assert refusal(folder) == "no weights: neither model.safetensors nor pytorch_model.bin"
    (folder / "pytorch_model.bin").write_bytes(to_pickle_bytes)
    assert "pytorch_model.bin" in refusal(folder)


def test_what_is_no_folder_and_no_id_is_refused():
    assert refusal("./absent") == "./absent: no such folder, and not a Hugging Face id (owner/name)"


@pytest.mark.parametrize("more", [["--out", "x/latest"], ["--out", "x/0"], ["--standard"], ["--inputs", "4"]])
def test_options_that_make_no_sense_are_refused(more, capsys):
    with pytest.raises(SystemExit):
        command.parse_options(["somewhere", "--out", "x/1", *more])
    assert more[0] in capsys.readouterr().err


def test_the_vocabulary_is_seeded_and_of_the_kind_of_the_cased_one():
    words = make_vocabulary(28996, 1)
    assert words == make_vocabulary(28996, 1) != make_vocabulary(28996, 2)
    assert len(words) == len(set(words)) == 28996
    assert [words[k] for k in (0, 100, 101, 102, 103)] == ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    known = set(words)
    whole = [number for number in range(65536) if str(number) in known]
    assert set(range(10)) <= set(whole) and 500 < len(whole) < 1200 and max(whole) <= 2020
    assert "-" in words and {f"##{k}" for k in range(10)} <= known


def test_a_packet_line_padded_to_500_bytes_has_512_tokens_and_others_fewer(original):
    tokenizer = open_tokenizer(original / "vocab.txt")
    lengths = [len(ids) for ids in token_ids(tokenizer, packet_lines(16, 3))]
    assert lengths[3::4] == [512] * 4 and min(lengths) < 40


def test_both_of_hugging_faces_tokenizers_give_the_same_ids(original):
    from reference_ids import open_encoder

    lines = [*packet_lines(8, 5), *(str(k) for k in range(0, 65536, 997)), "-99999999999999999999", "", "é [CLS] Ab"]
    fast, slow = (open_encoder(original / "vocab.txt", by)(lines) for by in (False, True))
    assert fast == slow
