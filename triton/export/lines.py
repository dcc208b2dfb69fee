"""Export: seeded input lines of the packet model's kind (field reference 5.2), and their ids by Hugging Face's tokenizer."""

import random
from pathlib import Path

from tokenizers import BertWordPieceTokenizer

PAYLOAD_BYTES = 500
MAX_TOKENS = 512


def packet_line(rng: random.Random, payload_bytes: int, padded: bool) -> str:
    """A packet's line; payloads are text, binary or one byte repeated, like those of captures."""
    rates = [0, rng.randrange(60), rng.randrange(4000), rng.randrange(10**6)]
    ports = [rng.choice((80, 443, 22, 21, 445, 8080)), rng.randrange(1024, 65536)]
    rng.shuffle(ports)
    kind = rng.choice(("text", "binary", "same"))
    one = rng.randrange(256)
    if kind == "text":
        payload = [rng.choice((10, 13, 32, *range(45, 58), *range(97, 123))) for _ in range(payload_bytes)]
    else:
        payload = [one if kind == "same" else rng.randrange(256) for _ in range(payload_bytes)]
    head = [rng.choice(rates), rng.choice(rates), rng.choice(rates), -1, *ports]
    head += [payload_bytes + 40, payload_bytes, rng.choice((52, 63, 64, 128, 254)), 0, rng.choice((5, 8)), 3, -1]
    padding = [-1] * (PAYLOAD_BYTES - payload_bytes) if padded else []
    return " ".join(str(number) for number in head + payload[:PAYLOAD_BYTES] + padding)


def packet_lines(count: int, seed: int) -> list[str]:
    """Short, middle and long payloads in turn; every fourth line is padded to 500 bytes, so that it has 512 tokens."""
    rng = random.Random(seed)
    lengths = (1, 8, 24, 60, 120, 250, 400, 500)
    return [packet_line(rng, lengths[k % len(lengths)], padded=k % 4 == 3) for k in range(count)]


def open_tokenizer(vocabulary: Path) -> BertWordPieceTokenizer:
    """Cased, cut at 512 ids with [CLS] and [SEP], as the model was trained."""
    tokenizer = BertWordPieceTokenizer(str(vocabulary), lowercase=False, strip_accents=False)
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer


def token_ids(tokenizer: BertWordPieceTokenizer, lines: list[str]) -> list[list[int]]:
    return [encoding.ids for encoding in tokenizer.encode_batch(lines)]
