// local/opensearch/word: a segment's words in blocks: each word with where it stands.
// A block: for each word its length in bytes, the word, its postings' length in bytes, the postings. A
// posting: the document's distance from the one before; then the place, or where the document is the same, the distance to
// it. All numbers are varints: seven bits a byte, the lowest first.
import type { RowBits } from './row-bits.ts';
import type { Posting, WordPosting } from './word-batch.ts';

/** A lookup reads one block a segment. Unpacking it, had it been zstd, took three times as long as finding and reading it. */
const BLOCK_BYTES = 2_048;
const MAX_VARINT_BYTES = 5;

export interface WordBlock {
  readonly field: number;
  /** The first word. */
  readonly word: string;
  readonly data: Uint8Array;
}

/** Blocks of words that come sorted; each block holds words of one field. */
export function encodeWords(words: Iterable<WordPosting>): WordBlock[] {
  const blocks: WordBlock[] = [];
  const writer = new ByteWriter();
  let first: WordPosting | undefined;
  const end = (): void => {
    if (first !== undefined) blocks.push({ field: first.field, word: first.word, data: Buffer.from(writer.bytes()) });
    writer.clear();
    first = undefined;
  };
  for (const one of words) {
    if (first !== undefined && (first.field !== one.field || writer.length >= BLOCK_BYTES)) end();
    first ??= one;
    writer.text(one.word);
    writer.posting(one.posting);
  }
  end();
  return blocks;
}

class ByteWriter {
  length = 0;
  private buffer = Buffer.allocUnsafe(BLOCK_BYTES * 2);

  clear(): void {
    this.length = 0;
  }

  bytes(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  text(text: string): void {
    const bytes = Buffer.byteLength(text);
    this.reserve(bytes + MAX_VARINT_BYTES);
    this.varint(bytes);
    this.length += this.buffer.write(text, this.length, 'utf8');
  }

  posting({ documents, places }: Posting): void {
    this.reserve(MAX_VARINT_BYTES * (2 * documents.length + 1));
    // the length comes first, and is known last
    const start = this.length + MAX_VARINT_BYTES;
    this.length = start;
    let document = 0;
    let place = 0;
    for (let at = 0; at < documents.length; at += 1) {
      const nextDocument = documents[at] ?? 0;
      const nextPlace = places[at] ?? 0;
      const step = nextDocument - document;
      this.varint(step);
      this.varint(step === 0 && at > 0 ? nextPlace - place : nextPlace);
      document = nextDocument;
      place = nextPlace;
    }
    const end = this.length;
    this.length = start - MAX_VARINT_BYTES;
    this.varint(end - start);
    this.buffer.copyWithin(this.length, start, end);
    this.length += end - start;
  }

  private varint(value: number): void {
    let left = value;
    while (left > 127) {
      this.buffer[this.length] = (left & 127) | 128;
      this.length += 1;
      left >>>= 7;
    }
    this.buffer[this.length] = left;
    this.length += 1;
  }

  private reserve(bytes: number): void {
    if (this.length + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length + bytes));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}

/** Reads a block's words one after the other; postings are unpacked only where they are asked for. */
export class OpenWordBlock {
  private readonly bytes: Buffer;
  private at = 0;
  private postingEnd = 0;

  constructor(data: Uint8Array) {
    this.bytes = Buffer.from(data.buffer, data.byteOffset, data.length);
  }

  /** The next word; undefined at the end. */
  next(): string | undefined {
    this.at = this.postingEnd;
    if (this.at >= this.bytes.length) return undefined;
    const length = this.varint();
    const word = this.bytes.toString('utf8', this.at, this.at + length);
    this.at += length;
    const size = this.varint();
    this.postingEnd = this.at + size;
    return word;
  }

  /** Of the word that `next` gave last. */
  posting(base: number): Posting {
    const room = (this.postingEnd - this.at) >>> 1;
    const documents = new Uint32Array(room);
    const places = new Uint32Array(room);
    let document = 0;
    let place = 0;
    let count = 0;
    while (this.at < this.postingEnd) {
      const step = this.varint();
      const next = this.varint();
      place = step === 0 && count > 0 ? place + next : next;
      document += step;
      documents[count] = document;
      places[count] = place;
      count += 1;
    }
    return { base, documents: documents.subarray(0, count), places: places.subarray(0, count) };
  }

  /** The documents alone of the word that `next` gave last. */
  collect(base: number, rows: RowBits): void {
    const { bytes, postingEnd } = this;
    let { at } = this;
    let document = base;
    let isFirst = true;
    while (at < postingEnd) {
      let byte = bytes[at] ?? 0;
      at += 1;
      let step = byte & 127;
      for (let shift = 7; byte > 127; shift += 7) {
        byte = bytes[at] ?? 0;
        at += 1;
        step |= (byte & 127) << shift;
      }
      // the place
      while ((bytes[at] ?? 0) > 127) at += 1;
      at += 1;
      document += step >>> 0;
      if (step !== 0 || isFirst) rows.add(document);
      isFirst = false;
    }
    this.at = at;
  }

  private varint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at] ?? 0;
      this.at += 1;
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
  }
}
