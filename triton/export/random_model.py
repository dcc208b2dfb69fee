"""Export: a randomly initialised DistilBERT folder of the packet model's shape, with a vocabulary of bert-base-cased's
kind, for tests and benches: the published weights are not in the repository. Seeded; it knows nothing about traffic."""

import argparse
import json
import random
import string
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from transformers import DistilBertConfig, DistilBertForSequenceClassification

from labels import LABELS
from lines import MAX_TOKENS, open_tokenizer, packet_lines, token_ids

VOCABULARY = 28996
HEAD_SIZE = 64
SPREAD = 3.0


def make_vocabulary(size: int, seed: int) -> list[str]:
    """Like bert-base-cased's: specials at its places, single characters, many but not all numbers up to 2020 as whole
    words, every `##d`, some longer digit pieces, and words that no packet line has."""
    rng = random.Random(seed)
    words = ["[PAD]", *(f"[unused{k}]" for k in range(1, 100)), "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    words += [character for character in map(chr, range(33, 127))]
    words += [f"##{character}" for character in string.ascii_letters + string.digits]
    shares = ((range(10, 100), 0.97), (range(100, 1000), 0.5), (range(1000, 1800), 0.1), (range(1800, 2021), 0.9))
    words += [str(number) for numbers, share in shares for number in numbers if rng.random() < share]
    words += ["000", "00", *(f"##{k:02}" for k in range(100) if rng.random() < 0.8)]
    words += [f"##{k:03}" for k in range(1000) if rng.random() < 0.1]
    known = set(words)
    while len(words) < size:
        word = "".join(rng.choice(string.ascii_lowercase) for _ in range(rng.randrange(3, 9)))
        word = rng.choice((word, word, word.capitalize(), f"##{word}"))
        if word not in known:
            known.add(word)
            words.append(word)
    return words


def draw_weights(model: torch.nn.Module, seed: int) -> None:
    """Wider than the library's start (0.02), so that attention has peaks and labels depend on the input: with the
    library's start one label wins always, and no precision could do harm."""
    generator = np.random.default_rng(seed)

    def normal(tensor: torch.Tensor, deviation: float) -> torch.Tensor:
        return torch.from_numpy(generator.normal(0, deviation, tuple(tensor.shape)).astype(np.float32))

    with torch.no_grad():
        for name, tensor in sorted(model.named_parameters()):
            if "LayerNorm" in name or "layer_norm" in name:
                tensor.copy_(normal(tensor, 0.1) + (1.0 if name.endswith("weight") else 0.0))
            elif "embeddings" in name:
                tensor.copy_(normal(tensor, 0.05))
            elif name.endswith("bias"):
                tensor.copy_(normal(tensor, 0.02))
            else:
                peaked = 1.5 if ("q_lin" in name or "k_lin" in name) else 1.0
                tensor.copy_(normal(tensor, peaked * tensor.shape[1] ** -0.5))


def spread_logits(model: DistilBertForSequenceClassification, inputs: list[list[int]]) -> None:
    """Scales the classifier so that, over inputs, every logit has mean 0 and deviation 3, as in a trained model."""
    with torch.no_grad():
        logits = torch.cat([model(input_ids=torch.tensor([ids])).logits for ids in inputs])
        scale = SPREAD / logits.std(dim=0)
        model.classifier.weight.mul_(scale[:, None])
        model.classifier.bias.copy_((model.classifier.bias - logits.mean(dim=0)) * scale)


def make_config(size: int, layers: int, dim: int) -> DistilBertConfig:
    return DistilBertConfig(
        vocab_size=size,
        max_position_embeddings=MAX_TOKENS,
        n_layers=layers,
        n_heads=max(1, dim // HEAD_SIZE),
        dim=dim,
        hidden_dim=4 * dim,
        id2label=dict(enumerate(LABELS)),
        label2id={name: k for k, name in enumerate(LABELS)},
        architectures=["DistilBertForSequenceClassification"],
    )


def make_model(folder: Path, layers: int, dim: int, vocabulary: int, seed: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    words = make_vocabulary(vocabulary, seed)
    (folder / "vocab.txt").write_text("".join(f"{word}\n" for word in words), encoding="utf-8")
    tokenizer = {"do_lower_case": False, "model_max_length": MAX_TOKENS, "tokenizer_class": "DistilBertTokenizer"}
    (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer))
    model = DistilBertForSequenceClassification(make_config(len(words), layers, dim)).eval()
    draw_weights(model, seed)
    spread_logits(model, token_ids(open_tokenizer(folder / "vocab.txt"), packet_lines(32, seed)))
    model.config.save_pretrained(folder)
    save_file({name: tensor.contiguous() for name, tensor in model.state_dict().items()}, folder / "model.safetensors")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--dim", type=int, default=768, help="a multiple of 64")
    parser.add_argument("--vocabulary", type=int, default=VOCABULARY, help="words; 4,000 at least")
    parser.add_argument("--seed", type=int, default=20261128)
    options = parser.parse_args()
    if options.dim % HEAD_SIZE != 0:
        parser.error(f"--dim {options.dim}: not a multiple of {HEAD_SIZE}")
    if options.vocabulary < 4000:
        parser.error(f"--vocabulary {options.vocabulary}: 4,000 at least")
    make_model(options.folder, options.layers, options.dim, options.vocabulary, options.seed)


if __name__ == "__main__":
    main()
