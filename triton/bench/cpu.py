"""Bench: what a sequence costs on this CPU, by token length, batch and precision, against the graph that torch traces:
`python cpu.py MODEL_FOLDER`. Takes turns between the graphs and keeps the least of each. One thread (the default) is
measured in CPU time, which what else runs on the machine hardly changes; more are measured by the clock on the wall."""

import argparse
import io
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "export"))

import numpy as np
import onnxruntime
import torch

from checkpoint import Checkpoint, read_checkpoint
from distilbert import build_model, plan_for, serialise
from parity import torch_model

CELLS = ((1, 16), (1, 32), (8, 32), (1, 64), (8, 64), (1, 128), (4, 128), (1, 256), (1, 512))


def traced(checkpoint: Checkpoint) -> bytes:
    """The usual way to ONNX."""

    class Logits(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = torch_model(checkpoint)
            self.model.config._attn_implementation = "eager"

        def forward(self, ids, mask):
            return self.model(input_ids=ids, attention_mask=mask).logits

    ids = torch.full((2, 16), 104)
    names = ["input_ids", "attention_mask"]
    axes = {name: {0: "batch", 1: "tokens"} for name in names} | {"logits": {0: "batch"}}
    file = io.BytesIO()
    torch.onnx.export(
        Logits(), (ids, torch.ones_like(ids)), file, input_names=names, output_names=["logits"],
        dynamic_axes=axes, opset_version=17, dynamo=False,
    )  # fmt: skip
    return file.getvalue()


def open_session(model: bytes, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def seconds(sessions: list, ids: np.ndarray, runs: int, clock) -> float:
    """Of one sequence, with every session in a thread of its own."""
    feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids)}

    def work(session) -> None:
        for _ in range(runs):
            session.run(None, feeds)

    threads = [threading.Thread(target=work, args=(session,)) for session in sessions]
    start = clock()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return (clock() - start) / (runs * len(ids) * len(sessions))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", help="a folder, as random_model.py makes one")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=6)
    options = parser.parse_args()
    onnxruntime.disable_telemetry_events()
    checkpoint = read_checkpoint(options.model, None, True, True)
    graphs = {"traced fp32": traced(checkpoint)}
    for precision in ("fp32", "fp16", "int8"):
        graphs[precision] = serialise(build_model(checkpoint, plan_for(precision, "fused", 8)))
    ways = {name: [open_session(graph, options.threads)] for name, graph in graphs.items()}
    if options.threads > 1:
        ways["int8, two sessions"] = [open_session(graphs["int8"], options.threads // 2) for _ in range(2)]
    clock = time.process_time if options.threads == 1 else time.perf_counter
    rng = np.random.default_rng(1)
    least: dict[tuple, float] = {}
    for _ in range(options.repeats):
        for cell in CELLS:
            ids = rng.integers(104, checkpoint.shape.vocabulary, cell).astype(np.int64)
            for name, sessions in ways.items():
                runs = max(1, 256 // ids.size)
                least[name, cell] = min(least.get((name, cell), np.inf), seconds(sessions, ids, runs, clock))
    unit = "CPU ms" if options.threads == 1 else "ms"
    print(f"| {unit} a sequence | " + " | ".join(f"{batch} × {tokens}" for batch, tokens in CELLS) + " |")
    print("|---" * (len(CELLS) + 1) + "|")
    for name in ways:
        print(f"| {name} | " + " | ".join(f"{least[name, cell] * 1e3:.2f}" for cell in CELLS) + " |")


if __name__ == "__main__":
    main()
