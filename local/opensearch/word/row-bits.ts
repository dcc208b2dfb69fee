// local/opensearch/word: rows as they are found, in any order and some of them twice, as bits.
import { PLACE_BITS, WORD_ROWS } from './bit-words.ts';

export class RowBits {
  /** How many different ones. */
  count = 0;
  private readonly base: number;
  private readonly all: Int32Array<ArrayBuffer>;
  private first = Number.POSITIVE_INFINITY;
  private last = -1;

  /** All of them lie between two, both included. */
  constructor(from: number, to: number) {
    this.base = Math.floor(from / WORD_ROWS) * WORD_ROWS;
    this.all = new Int32Array(((to - this.base) >>> 5) + 1);
  }

  add(row: number): void {
    const at = row - this.base;
    const word = at >>> 5;
    const before = this.all[word] ?? 0;
    const after = before | (PLACE_BITS[at & 31] ?? 0);
    if (after === before) return;
    this.all[word] = after;
    this.count += 1;
    if (row < this.first) this.first = row;
    if (row > this.last) this.last = row;
  }

  /** Only as many as are needed, from row `first` on, a multiple of 32; not copied. */
  words(): { readonly first: number; readonly words: Int32Array<ArrayBuffer> } {
    const from = (this.first - this.base) >>> 5;
    const to = (this.last - this.base) >>> 5;
    return { first: this.base + from * WORD_ROWS, words: this.all.subarray(from, to + 1) };
  }
}
