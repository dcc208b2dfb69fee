"""Export: Hugging Face's answer. Reads lines on stdin, writes each line's ids as JSON, one line each:
`python reference_ids.py VOCABULARY < lines > ids`. `--transformers` asks the BertTokenizer of transformers instead."""

import argparse
import json
import sys
from pathlib import Path

from lines import MAX_TOKENS, open_tokenizer

BATCH = 4096


def batches(stream):
    batch = []
    for line in stream:
        batch.append(line.rstrip("\n"))
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def open_encoder(vocabulary: Path, by_transformers: bool):
    if not by_transformers:
        tokenizer = open_tokenizer(vocabulary)
        return lambda lines: [encoding.ids for encoding in tokenizer.encode_batch(lines)]
    from transformers import BertTokenizer

    tokenizer = BertTokenizer(str(vocabulary), do_lower_case=False)
    return lambda lines: tokenizer(lines, truncation=True, max_length=MAX_TOKENS)["input_ids"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("vocabulary", type=Path, help="vocab.txt")
    parser.add_argument("--transformers", action="store_true")
    options = parser.parse_args()
    encode = open_encoder(options.vocabulary, options.transformers)
    for batch in batches(sys.stdin):
        sys.stdout.write("".join(json.dumps(ids, separators=(",", ":")) + "\n" for ids in encode(batch)))


if __name__ == "__main__":
    main()
