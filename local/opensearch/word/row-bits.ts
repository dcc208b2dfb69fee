// local/opensearch/word: rows as they are found, in any order and some of them twice, as bits.

export class RowBits {
  /** How many different ones. */
  count = 0;
  private readonly base: number;
  private readonly bits: Uint8Array;
  private first = Number.POSITIVE_INFINITY;
  private last = -1;

  /** All of them lie between two, both included. */
  constructor(from: number, to: number) {
    this.base = Math.floor(from / 8) * 8 - 8;
    this.bits = new Uint8Array(((to - this.base) >>> 3) + 2);
  }

  add(row: number): void {
    const at = row - this.base;
    const byte = at >>> 3;
    const mask = 128 >>> (at & 7);
    const before = this.bits[byte] ?? 0;
    if ((before & mask) !== 0) return;
    this.bits[byte] = before | mask;
    this.count += 1;
    if (row < this.first) this.first = row;
    if (row > this.last) this.last = row;
  }

  /** Only as many bytes as they need, behind one that is 0 and between two that are clear; `first` is a multiple of 8. */
  bytes(): { readonly first: number; readonly bytes: Uint8Array } {
    const from = ((this.first - this.base) >>> 3) - 1;
    const to = ((this.last - this.base) >>> 3) + 2;
    const bytes = new Uint8Array(1 + to - from);
    bytes.set(this.bits.subarray(from, to), 1);
    return { first: this.base + from * 8, bytes };
  }
}
