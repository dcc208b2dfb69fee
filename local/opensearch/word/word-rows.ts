// local/opensearch/word: the rows that have a word, by their sequence numbers; sets of them are put together, cut and lessened.
import type { RowBits } from './row-bits.ts';

/** Up to so many are a list, more are bits. */
const MAX_LIST = 4_096;
const NOTHING = new Uint8Array(1);

interface RowBytes {
  readonly first: number;
  readonly bytes: Uint8Array;
}

/** From, to, both included. */
export type Bounds = readonly [number, number];

export class WordRows {
  /** Ascending, each once; undefined: they are in the bits. */
  readonly list: readonly number[] | undefined;
  /** A bit a row from `first` on, the highest bit of a byte first, behind a byte that is 0; its ends are clear. */
  private readonly bits: Uint8Array;
  /** A multiple of 8. */
  private readonly first: number;

  private constructor(list: readonly number[] | undefined, first: number, bits: Uint8Array) {
    this.list = list;
    this.first = first;
    this.bits = bits;
  }

  static readonly empty = new WordRows([], 0, NOTHING);

  /** Of sequence numbers in any order, some of them twice. */
  static of(found: readonly number[]): WordRows {
    if (found.length <= MAX_LIST) return WordRows.ofList([...new Set(found)].sort((left, right) => left - right));
    return new WordRows(undefined, ...bitsOf(found));
  }

  static ofBits(found: RowBits): WordRows {
    if (found.count === 0) return WordRows.empty;
    const { first, bytes } = found.bytes();
    const set = new WordRows(undefined, first, bytes);
    return found.count <= MAX_LIST ? WordRows.ofList(set.rows()) : set;
  }

  private static ofList(list: readonly number[]): WordRows {
    return list.length === 0 ? WordRows.empty : new WordRows(list, 0, NOTHING);
  }

  /** The rows as bits: `bytes` has one that is 0 in front, `first` is the row of the first bit. */
  asBits(): RowBytes {
    if (this.list === undefined) return { first: this.first, bytes: this.bits };
    if (this.list.length === 0) return { first: 0, bytes: NOTHING };
    const [first, bytes] = bitsOf(this.list);
    return { first, bytes };
  }

  /** The same with a bit for every row from `from` to `to`; undefined where that would be more than twice as many. */
  asBitsOfAll([from, to]: Bounds): RowBytes | undefined {
    const own = this.asBits();
    if (from > to || (endOf(own) - own.first) * 2 < to - from) return undefined;
    // without the clear byte in front: the rows of a new table begin with 0
    const start = own.first + 8;
    const first = Math.min(start, Math.floor(from / 8) * 8);
    const end = Math.max(endOf(own), Math.floor(to / 8) * 8 + 8);
    const bytes = new Uint8Array(1 + (end - first) / 8);
    bytes.set(own.bytes.subarray(2), 1 + (start - first) / 8);
    return { first, bytes };
  }

  or(other: WordRows): WordRows {
    if (this.list?.length === 0) return other;
    if (other.list?.length === 0) return this;
    if (this.list !== undefined && other.list !== undefined) return WordRows.of([...this.list, ...other.list]);
    const one = this.asBits();
    const two = other.asBits();
    const first = Math.min(one.first, two.first);
    const end = Math.max(endOf(one), endOf(two));
    const bytes = new Uint8Array(1 + (end - first) / 8);
    bytes.set(one.bytes.subarray(1), 1 + (one.first - first) / 8);
    const shift = (two.first - first) / 8;
    for (let at = 1; at < two.bytes.length; at += 1)
      bytes[at + shift] = (bytes[at + shift] ?? 0) | (two.bytes[at] ?? 0);
    return new WordRows(undefined, first, bytes);
  }

  and(other: WordRows): WordRows {
    return this.kept(other, true);
  }

  without(other: WordRows): WordRows {
    return this.kept(other, false);
  }

  private kept(other: WordRows, inOther: boolean): WordRows {
    if (this.list !== undefined) return WordRows.ofList(this.list.filter((row) => other.has(row) === inOther));
    if (inOther && other.list !== undefined) return other.kept(this, true);
    const two = other.asBits();
    const bytes = new Uint8Array(this.bits.length);
    const shift = (this.first - two.first) / 8;
    let count = 0;
    for (let at = 1; at < bytes.length; at += 1) {
      // outside its bytes the other has nothing: at 0 stands the byte that is none
      const theirs = at + shift < 1 ? 0 : (two.bytes[at + shift] ?? 0);
      const both = (this.bits[at] ?? 0) & (inOther ? theirs : ~theirs);
      bytes[at] = both;
      for (let left = both; left !== 0; left &= left - 1) count += 1;
    }
    const set = new WordRows(undefined, this.first, bytes);
    return count <= MAX_LIST ? WordRows.ofList(set.rows()) : set;
  }

  /** How many lie from one number to another, both included. */
  countWithin(from: number, to: number): number {
    if (this.list !== undefined) return Math.max(0, placeOf(this.list, to + 1) - placeOf(this.list, from));
    let count = 0;
    const last = Math.min(to - this.first, (this.bits.length - 1) * 8 - 1);
    for (let at = Math.max(0, from - this.first); at <= last; ) {
      const byte = this.bits[1 + (at >>> 3)] ?? 0;
      if ((at & 7) === 0 && at + 7 <= last) {
        for (let left = byte; left !== 0; left &= left - 1) count += 1;
        at += 8;
      } else {
        if ((byte & (128 >>> (at & 7))) !== 0) count += 1;
        at += 1;
      }
    }
    return count;
  }

  private has(row: number): boolean {
    if (this.list !== undefined) return hasSorted(this.list, row);
    const at = row - this.first;
    return at >= 0 && ((this.bits[1 + (at >>> 3)] ?? 0) & (128 >>> (at & 7))) !== 0;
  }

  /** Ascending. */
  rows(): readonly number[] {
    if (this.list !== undefined) return this.list;
    const rows: number[] = [];
    for (let at = 1; at < this.bits.length; at += 1) {
      const byte = this.bits[at] ?? 0;
      for (let bit = 0; byte !== 0 && bit < 8; bit += 1)
        if ((byte & (128 >>> bit)) !== 0) rows.push(this.first + (at - 1) * 8 + bit);
    }
    return rows;
  }
}

function endOf({ first, bytes }: RowBytes): number {
  return first + (bytes.length - 1) * 8;
}

function bitsOf(rows: readonly number[]): [number, Uint8Array] {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = 0;
  for (const row of rows) {
    if (row < lowest) lowest = row;
    if (row > highest) highest = row;
  }
  // a clear byte at either end, for whatever lies beyond
  const first = Math.floor(lowest / 8) * 8 - 8;
  const bits = new Uint8Array(1 + Math.floor((highest - first) / 8) + 2);
  for (const row of rows) {
    const at = row - first;
    const byte = 1 + (at >>> 3);
    bits[byte] = (bits[byte] ?? 0) | (128 >>> (at & 7));
  }
  return [first, bits];
}

function hasSorted(list: readonly number[], row: number): boolean {
  return list[placeOf(list, row)] === row;
}

/** How many of the list are smaller. */
function placeOf(list: readonly number[], row: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle] ?? 0) < row) low = middle + 1;
    else high = middle;
  }
  return low;
}
