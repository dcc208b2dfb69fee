"""Bench: a DistilBERT folder as torch exports it, unasked for anything: `python plain_export.py FOLDER model.onnx`."""

import sys

import torch
from transformers import DistilBertForSequenceClassification


class Logits(torch.nn.Module):
    def __init__(self, folder: str):
        super().__init__()
        self.model = DistilBertForSequenceClassification.from_pretrained(folder).eval()

    def forward(self, input_ids, attention_mask):
        return self.model(input_ids=input_ids, attention_mask=attention_mask).logits


ids = torch.ones(2, 16, dtype=torch.int64)
mask = torch.ones(2, 16, dtype=torch.int64)
mask[1, 8:] = 0
axes = {0: "batch", 1: "tokens"}
torch.onnx.export(
    Logits(sys.argv[1]),
    (ids, mask),
    sys.argv[2],
    input_names=["input_ids", "attention_mask"],
    output_names=["logits"],
    dynamic_axes={"input_ids": axes, "attention_mask": axes, "logits": {0: "batch"}},
    opset_version=14,
    dynamo=False,
)
