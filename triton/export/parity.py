"""Export: does the graph say what PyTorch says? The same seeded lines through both, alone and in padded batches."""

from dataclasses import asdict, dataclass

import numpy as np
import onnxruntime
import torch
from transformers import DistilBertConfig, DistilBertForSequenceClassification

from checkpoint import Checkpoint
from lines import open_tokenizer, packet_lines, token_ids

BATCH = 8
SEED = 20261128

# The most that a logit may differ, in standard deviations of the logits, and the least share of equal labels among clear
# inputs. int8 is bounded by what random models do; a trained one should be far within.
TOLERANCE = {"fp32": (1e-3, 1.0), "fp16": (0.05, 1.0), "int8": (0.75, 0.95)}

# A label is clear where PyTorch's best is above its second by half a standard deviation. A random model is full of closer
# ones; that they change places says little.
CLEAR = 0.5


@dataclass(frozen=True)
class Parity:
    """`batchDifference`: how far a packet's logits move with its companions (int8 quantises a batch as one)."""

    inputs: int
    tokens: list[int]
    paddedBatches: int
    maxDifference: float
    meanDifference: float
    deviation: float
    labelAgreement: float
    clear: int
    clearAgreement: float
    labels: int
    batchDifference: float
    allowedDifference: float
    allowedAgreement: float

    def within(self) -> bool:
        return self.maxDifference <= self.allowedDifference and self.clearAgreement >= self.allowedAgreement

    def as_json(self) -> dict:
        return {key: round(value, 7) if isinstance(value, float) else value for key, value in asdict(self).items()}


def torch_model(checkpoint: Checkpoint) -> torch.nn.Module:
    """The library's own model, which knows nothing of our graph."""
    config = DistilBertConfig.from_dict(checkpoint.config)
    config.num_labels = checkpoint.shape.labels
    model = DistilBertForSequenceClassification(config)
    model.load_state_dict({name: torch.from_numpy(value) for name, value in checkpoint.tensors.items()}, strict=True)
    return model.eval()


def by_torch(model: torch.nn.Module, ids: np.ndarray, mask: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        return model(input_ids=torch.from_numpy(ids), attention_mask=torch.from_numpy(mask)).logits.numpy()


def open_session(model: bytes) -> onnxruntime.InferenceSession:
    onnxruntime.disable_telemetry_events()
    return onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])


def by_onnx(session: onnxruntime.InferenceSession, ids: np.ndarray, mask: np.ndarray) -> np.ndarray:
    return session.run(None, {"input_ids": ids, "attention_mask": mask})[0]


def pad(rows: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    ids = np.zeros((len(rows), max(map(len, rows))), np.int64)
    mask = np.zeros_like(ids)
    for k, row in enumerate(rows):
        ids[k, : len(row)] = row
        mask[k, : len(row)] = 1
    return ids, mask


def measure(checkpoint: Checkpoint, model: bytes, precision: str, count: int) -> Parity:
    rows = token_ids(open_tokenizer(checkpoint.vocabulary), packet_lines(count, SEED))
    # The last batch is of one length, so that both ways of masking are tried.
    batches = [pad(rows[start : start + BATCH]) for start in range(0, count, BATCH)]
    batches.append(pad([row for row in rows if len(row) == max(map(len, rows))][:BATCH]))
    reference, session = torch_model(checkpoint), open_session(model)
    alone = [pad([row]) for row in rows]
    expected = np.concatenate([by_torch(reference, *x) for x in alone])
    single = np.concatenate([by_onnx(session, *x) for x in alone])
    expected_batches = np.concatenate([by_torch(reference, *x) for x in batches])
    found_batches = np.concatenate([by_onnx(session, *x) for x in batches])
    every, found = np.concatenate([expected, expected_batches]), np.concatenate([single, found_batches])
    difference = np.abs(found - every)
    deviation = float(every.std())
    second, best = np.sort(every, axis=1)[:, -2:].T
    clear = best - second >= CLEAR * deviation
    equal = found.argmax(axis=1) == every.argmax(axis=1)
    allowed, agreement = TOLERANCE[precision]
    return Parity(
        inputs=count,
        tokens=sorted(set(map(len, rows))),
        paddedBatches=len(batches),
        maxDifference=float(np.nan_to_num(difference, nan=np.inf).max()),
        meanDifference=float(difference.mean()),
        deviation=deviation,
        labelAgreement=float(equal.mean()),
        clear=int(clear.sum()),
        clearAgreement=float(equal[clear].mean()) if clear.any() else 1.0,
        labels=len(set(expected.argmax(axis=1).tolist())),
        batchDifference=float(np.abs(found_batches[:count] - single).max()),
        allowedDifference=allowed * deviation,
        allowedAgreement=agreement,
    )
