"""Bench: the GPU bench's own forward pass against the library's model, and the script as a whole on a CPU."""

import pytest
import torch
from transformers import DistilBertConfig, DistilBertForSequenceClassification

import gpu


def test_forward_is_distilbert_with_and_without_padding():
    shape = gpu.SMOKE
    weights = gpu.make_weights(shape, 3)
    sizes = dict(vocab_size=shape.vocabulary, dim=shape.dim, hidden_dim=shape.hidden, n_heads=1, n_layers=shape.layers)
    model = DistilBertForSequenceClassification(DistilBertConfig(num_labels=24, **sizes)).eval()
    model.load_state_dict(weights, strict=True)
    ready = gpu.prepare(weights, shape, "cpu", torch.float32)
    for batch in gpu.make_batches(shape, [5, 31, 32, 64, 64, 200], 128, 1, False):
        mask = torch.ones_like(batch.ids) if batch.mask is None else batch.mask
        with torch.no_grad():
            expected = model(input_ids=batch.ids, attention_mask=mask).logits
            found = gpu.forward(ready, shape, batch.ids, batch.mask)
        assert torch.allclose(found, expected, atol=1e-4)


def test_every_packet_is_in_one_batch_with_its_length():
    lengths = gpu.assumed_lengths(500, 9)
    batches = gpu.make_batches(gpu.SMOKE, lengths, 2048, 1, False)
    found = [n for b in batches for n in ([b.ids.shape[1]] * len(b.ids) if b.mask is None else b.mask.sum(1).tolist())]
    assert sorted(found) == sorted(lengths)
    assert all(b.ids.shape[1] % 32 == 0 and b.ids.numel() <= 2048 for b in batches)


def test_work_is_counted_from_the_configuration():
    assert gpu.flops(gpu.Shape(), 512) == pytest.approx(42.1e9, rel=0.01)
    assert gpu.flops(gpu.Shape(), 64) < gpu.flops(gpu.Shape(), 512) / 8


def test_the_script_runs_on_a_cpu_and_says_that_it_was_one(tmp_path):
    (tmp_path / "lengths").write_text("30\n64\n512\n")
    arguments = ["--device", "cpu", "--smoke", "--repeats", "1", "--lengths", str(tmp_path / "lengths")]
    result = gpu.bench(gpu.parse_options(arguments))
    assert result["device"].startswith("cpu") and result["smoke"] is True
    assert result["runs"]["not padded"]["packets"] == 3
    for run in result["runs"].values():
        assert run["packetsPerSecond"] > 0 and run["labelAgreement"] == 1.0 and run["maxDifference"] < 1e-3


def test_without_a_gpu_it_says_so(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(SystemExit, match="no CUDA device here"):
        gpu.bench(gpu.parse_options([]))
