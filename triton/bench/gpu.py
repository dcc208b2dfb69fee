"""Bench: packets a second of the packet model on a GPU, at 512 tokens and at the lengths of packets that are not padded,
with the ceiling that the hardware sets beside it: `python gpu.py`. Needs torch only; the model is made from a seed, its
scores mean nothing. `--device cpu --smoke` tries the script where there is no GPU."""

import argparse
import json
import platform
import random
import time
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F

LABELS = 24
BUCKET = 32
GOALS = {"512 tokens": 8000, "not padded": 30000}

# Shares of packets by tokens where nothing is padded: an assumption, until --lengths names a file with a sample's own.
ASSUMED_LENGTHS = ((30, 64, 0.45), (65, 128, 0.2), (129, 256, 0.15), (257, 511, 0.05), (512, 512, 0.15))


@dataclass(frozen=True)
class Shape:
    vocabulary: int = 28996
    tokens: int = 512
    dim: int = 768
    hidden: int = 3072
    heads: int = 12
    layers: int = 6


SMOKE = Shape(vocabulary=500, dim=64, hidden=256, heads=1, layers=2)
Weights = dict[str, torch.Tensor]


def make_weights(shape: Shape, seed: int) -> Weights:
    """Named as DistilBertForSequenceClassification names them."""
    generator = torch.Generator().manual_seed(seed)
    weights: Weights = {}

    def add(name: str, *size: int) -> None:
        is_norm = name.endswith("orm")
        deviation = 0.1 if is_norm else size[-1] ** -0.5
        weights[f"{name}.weight"] = torch.randn(size, generator=generator) * deviation + (1.0 if is_norm else 0.0)
        weights[f"{name}.bias"] = torch.randn(size[0], generator=generator) * 0.02

    dim = shape.dim
    for name, rows in (("word", shape.vocabulary), ("position", shape.tokens)):
        table = torch.randn((rows, dim), generator=generator) * 0.05
        weights[f"distilbert.embeddings.{name}_embeddings.weight"] = table
    add("distilbert.embeddings.LayerNorm", dim)
    for k in range(shape.layers):
        layer = f"distilbert.transformer.layer.{k}"
        for part in ("q_lin", "k_lin", "v_lin", "out_lin"):
            add(f"{layer}.attention.{part}", dim, dim)
        add(f"{layer}.sa_layer_norm", dim)
        add(f"{layer}.ffn.lin1", shape.hidden, dim)
        add(f"{layer}.ffn.lin2", dim, shape.hidden)
        add(f"{layer}.output_layer_norm", dim)
    add("pre_classifier", dim, dim)
    add("classifier", LABELS, dim)
    return weights


def prepare(weights: Weights, shape: Shape, device: str, number: torch.dtype) -> Weights:
    """On the device, and q, k and v as one product."""
    ready = {name: tensor.to(device, number) for name, tensor in weights.items()}
    for k in range(shape.layers):
        attention = f"distilbert.transformer.layer.{k}.attention"
        for part in ("weight", "bias"):
            parts = [ready[f"{attention}.{name}.{part}"] for name in ("q_lin", "k_lin", "v_lin")]
            ready[f"{attention}.qkv.{part}"] = torch.cat(parts)
    return ready


def forward(w: Weights, shape: Shape, ids: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
    """Logits of [batch, tokens] ids; the last layer for [CLS] only. `mask` is None where nothing is padded: that is the
    way to the fastest attention kernels."""
    heads, size = shape.heads, shape.dim // shape.heads
    batch, tokens = ids.shape

    def linear(x: torch.Tensor, name: str) -> torch.Tensor:
        return F.linear(x, w[f"{name}.weight"], w[f"{name}.bias"])

    def norm(x: torch.Tensor, name: str) -> torch.Tensor:
        return F.layer_norm(x, (shape.dim,), w[f"{name}.weight"], w[f"{name}.bias"], 1e-12)

    def split(x: torch.Tensor) -> torch.Tensor:
        return x.view(batch, -1, heads, size).transpose(1, 2)

    embeddings = "distilbert.embeddings"
    x = F.embedding(ids, w[f"{embeddings}.word_embeddings.weight"])
    x = norm(x + w[f"{embeddings}.position_embeddings.weight"][:tokens], f"{embeddings}.LayerNorm")
    counts = None if mask is None else mask.bool()[:, None, None, :]
    for k in range(shape.layers):
        layer = f"distilbert.transformer.layer.{k}"
        query, key, value = linear(x, f"{layer}.attention.qkv").chunk(3, dim=-1)
        if k == shape.layers - 1:
            x, query = x[:, :1], query[:, :1]
        mixed = F.scaled_dot_product_attention(split(query), split(key), split(value), attn_mask=counts)
        mixed = mixed.transpose(1, 2).reshape(batch, -1, shape.dim)
        x = norm(linear(mixed, f"{layer}.attention.out_lin") + x, f"{layer}.sa_layer_norm")
        wide = F.gelu(linear(x, f"{layer}.ffn.lin1"))
        x = norm(linear(wide, f"{layer}.ffn.lin2") + x, f"{layer}.output_layer_norm")
    return linear(F.relu(linear(x[:, 0], "pre_classifier")), "classifier").float()


def flops(shape: Shape, tokens: int) -> float:
    """Of one sequence as `forward` computes it; a multiplication and an addition are two."""
    dim, hidden = shape.dim, shape.hidden
    token = 2 * (4 * dim * dim + 2 * dim * hidden)
    attention = 4 * tokens * tokens * dim
    last = 2 * tokens * 3 * dim * dim + 4 * tokens * dim + token
    head = 2 * dim * (dim + LABELS)
    return (shape.layers - 1) * (tokens * token + attention) + last + head


@dataclass(frozen=True)
class Batch:
    ids: torch.Tensor
    mask: torch.Tensor | None


def make_batches(shape: Shape, lengths: list[int], tokens_a_batch: int, seed: int, pinned: bool) -> list[Batch]:
    """Sorted by length, as the pipeline's buckets: padded to the next multiple of 32 and about as many tokens in each."""
    generator = torch.Generator().manual_seed(seed)
    buckets: dict[int, list[int]] = {}
    for length in sorted(lengths):
        buckets.setdefault(min(shape.tokens, -(-length // BUCKET) * BUCKET), []).append(length)
    batches = []
    for width, members in buckets.items():
        rows = max(1, tokens_a_batch // width)
        for start in range(0, len(members), rows):
            part = torch.tensor(members[start : start + rows])
            mask = (torch.arange(width)[None, :] < part[:, None]).to(torch.int64)
            ids = torch.randint(104, shape.vocabulary, (len(part), width), generator=generator) * mask
            whole = bool((part == width).all())
            tensors = (ids, None if whole else mask)
            batches.append(Batch(*(t.pin_memory() if pinned and t is not None else t for t in tensors)))
    return batches


def assumed_lengths(count: int, seed: int) -> list[int]:
    rng = random.Random(seed)
    ranges = rng.choices(ASSUMED_LENGTHS, [share for *_, share in ASSUMED_LENGTHS], k=count)
    return [rng.randint(low, high) for low, high, _ in ranges]


def synchronise(device: str) -> None:
    if device == "cuda":
        torch.cuda.synchronize()


def torch_runner(weights: Weights, shape: Shape, device: str, compiled: bool):
    number = torch.float16 if device == "cuda" else torch.float32
    ready = prepare(weights, shape, device, number)
    run = torch.compile(forward, dynamic=True) if compiled else forward

    def score(batch: Batch) -> torch.Tensor:
        ids = batch.ids.to(device, non_blocking=True)
        mask = None if batch.mask is None else batch.mask.to(device, non_blocking=True)
        return run(ready, shape, ids, mask)

    return score


def onnx_runner(path: Path, device: str):
    import numpy as np
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    provider = "CUDAExecutionProvider" if device == "cuda" else "CPUExecutionProvider"
    session = onnxruntime.InferenceSession(str(path), providers=[provider])
    if provider not in session.get_providers():
        raise SystemExit(f"onnxruntime has no {provider} here: pip install onnxruntime-gpu")

    def score(batch: Batch) -> torch.Tensor:
        mask = torch.ones_like(batch.ids) if batch.mask is None else batch.mask
        feeds = {"input_ids": np.asarray(batch.ids), "attention_mask": np.asarray(mask)}
        return torch.from_numpy(session.run(None, feeds)[0])

    return score


def timed(score, batches: list[Batch], device: str, repeats: int) -> list[float]:
    """Seconds of each pass over all batches, ids on the host at first and logits on the host at last. The first pass,
    in which memory is taken and kernels are chosen, does not count."""
    seconds = []
    with torch.inference_mode():
        for _ in range(repeats + 1):
            synchronise(device)
            start = time.perf_counter()
            logits = [score(batch) for batch in batches]
            torch.cat([part.to("cpu", non_blocking=False) for part in logits])
            seconds.append(time.perf_counter() - start)
    return seconds[1:]


def matmul_peak(device: str, size: int) -> float:
    """The most FLOP/s that a large product reaches here, the best of several."""
    number = torch.float16 if device == "cuda" else torch.float32
    a, b = (torch.randn(size, size, device=device).to(number) for _ in range(2))
    best = float("inf")
    for _ in range(8):
        synchronise(device)
        start = time.perf_counter()
        for _ in range(4):
            a @ b
        synchronise(device)
        best = min(best, (time.perf_counter() - start) / 4)
    return 2 * size**3 / best


def agreement(weights: Weights, shape: Shape, score, batches: list[Batch]) -> tuple[float, float]:
    """Against fp32 on the CPU, on a few rows: a fast kernel that is wrong is no result."""
    exact = prepare(weights, shape, "cpu", torch.float32)
    found, expected = [], []
    with torch.inference_mode():
        for batch in batches[:: max(1, len(batches) // 4)]:
            few = Batch(batch.ids[:4], None if batch.mask is None else batch.mask[:4])
            found.append(score(few).cpu())
            expected.append(forward(exact, shape, few.ids, few.mask))
    f, e = torch.cat(found), torch.cat(expected)
    return (f - e).abs().max().item(), (f.argmax(1) == e.argmax(1)).float().mean().item()


def read_lengths(path: Path) -> list[int]:
    """One number of tokens on a line."""
    lengths = [int(line) for line in path.read_text().split()]
    if not lengths or min(lengths) < 2 or max(lengths) > 512:
        raise SystemExit(f"{path}: numbers from 2 to 512 are expected, one a line")
    return lengths


def parse_options(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    parser.add_argument("--smoke", action="store_true", help="a tiny model and few packets: does the script run?")
    parser.add_argument("--packets", type=int, default=16384)
    parser.add_argument("--tokens-a-batch", type=int, default=65536)
    parser.add_argument("--lengths", type=Path, help="a sample's token lengths, one a line")
    parser.add_argument("--compile", action="store_true", help="torch.compile: fuses norms and GELU")
    parser.add_argument("--onnx", type=Path, help="an exported model.onnx by onnxruntime instead of torch")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seed", type=int, default=20261128)
    return parser.parse_args(arguments)


def bench(options: argparse.Namespace) -> dict:
    device = options.device
    if device == "cuda" and not torch.cuda.is_available():
        raise SystemExit("no CUDA device here; --device cpu --smoke tries the script without one")
    shape = SMOKE if options.smoke else Shape()
    packets, tokens = (64, 2048) if options.smoke else (options.packets, options.tokens_a_batch)
    weights = make_weights(shape, options.seed)
    by_onnx = options.onnx is not None
    score = onnx_runner(options.onnx, device) if by_onnx else torch_runner(weights, shape, device, options.compile)
    sample = read_lengths(options.lengths) if options.lengths else assumed_lengths(packets, options.seed)
    peak = matmul_peak(device, 512 if options.smoke else 8192)
    result = {
        "device": torch.cuda.get_device_name() if device == "cuda" else f"cpu ({platform.machine()})",
        "runtime": f"onnxruntime, {options.onnx.name}" if by_onnx else f"torch {torch.__version__}",
        "compiled": options.compile,
        "numbers": "the file's" if by_onnx else ("float16" if device == "cuda" else "float32"),
        "smoke": options.smoke,
        "matmulTeraflops": round(peak / 1e12, 3),
        "lengths": str(options.lengths.name) if options.lengths else "assumed",
        "runs": {},
    }
    for name, lengths in (("512 tokens", [shape.tokens] * packets), ("not padded", sample)):
        batches = make_batches(shape, lengths, tokens, options.seed, device == "cuda")
        seconds = timed(score, batches, device, options.repeats)
        work = sum(flops(shape, length) for length in lengths)
        padded = sum(batch.ids.numel() for batch in batches)
        run = {
            "packets": len(lengths),
            "meanTokens": round(sum(lengths) / len(lengths), 1),
            "padding": round(padded / sum(lengths) - 1, 3),
            "batches": len(batches),
            "packetsPerSecond": round(len(lengths) / min(seconds), 1),
            "medianPacketsPerSecond": round(len(lengths) / sorted(seconds)[len(seconds) // 2], 1),
            "ceilingPacketsPerSecond": round(len(lengths) / (work / peak), 1),
            "shareOfCeiling": round(work / peak / min(seconds), 3),
            "goal": GOALS[name],
        }
        if not by_onnx:
            run["maxDifference"], run["labelAgreement"] = agreement(weights, shape, score, batches)
        result["runs"][name] = run
    return result


METHOD = """Method: ids and masks lie in host memory (pinned on a GPU), logits end there; tokenizing is not part of it.
Batches hold one bucket of lengths (multiples of 32) and about equal numbers of tokens. Best of the repeats, after one
that does not count. Ceiling: packets a second if every FLOP of the forward pass, counted from the configuration without
padding, ran at the speed of a large square product measured here (matmulTeraflops)."""


def main() -> None:
    print(METHOD)
    print(json.dumps(bench(parse_options()), indent=2))


if __name__ == "__main__":
    main()
