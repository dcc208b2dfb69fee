// local/opensearch/word: the rows that have a word, by their sequence numbers; sets of them are put together, cut and lessened.
import { bitsFrom, bitsUpTo, countBits, firstPlace, lastPlace, PLACE_BITS, WORD_ROWS } from './bit-words.ts';
import type { RowBits } from './row-bits.ts';

/** Up to so many are a list, more are bits. */
const MAX_LIST = 4_096;
const NO_WORDS = new Int32Array(0);
const BYTE_ROWS = 8;

/** As DuckDB's BIT is bound: a bit a row from `first` on, behind a byte that is 0. */
export interface RowBytes {
  readonly first: number;
  readonly bytes: Uint8Array;
}

type Words = Int32Array<ArrayBuffer>;

/** From, to, both included. */
export type Bounds = readonly [number, number];

export class WordRows {
  /** Ascending, each once; undefined: they are in the words. */
  readonly list: readonly number[] | undefined;
  private readonly words: Words;
  /** The row of the words' first bit: a multiple of 32. */
  private readonly first: number;
  private counted: number | undefined;

  private constructor(list: readonly number[] | undefined, first: number, words: Words, count?: number) {
    this.list = list;
    this.first = first;
    this.words = words;
    this.counted = count;
  }

  static readonly empty = new WordRows([], 0, NO_WORDS);

  /** Of sequence numbers in any order, some of them twice. */
  static of(found: readonly number[]): WordRows {
    if (found.length <= MAX_LIST) return WordRows.ofList([...new Set(found)].sort((left, right) => left - right));
    const { first, words } = wordsOf(found);
    return new WordRows(undefined, first, words);
  }

  /** They are not changed after. */
  static ofBits(found: RowBits): WordRows {
    if (found.count === 0) return WordRows.empty;
    const { first, words } = found.words();
    return new WordRows(undefined, first, words, found.count).asListOfFew();
  }

  private static ofList(list: readonly number[]): WordRows {
    return list.length === 0 ? WordRows.empty : new WordRows(list, 0, NO_WORDS);
  }

  private asListOfFew(): WordRows {
    return this.count <= MAX_LIST ? WordRows.ofList(this.rows()) : this;
  }

  get count(): number {
    if (this.list !== undefined) return this.list.length;
    this.counted ??= this.words.reduce((sum, word) => sum + countBits(word), 0);
    return this.counted;
  }

  private asWords(): { readonly first: number; readonly words: Words } {
    return this.list === undefined ? { first: this.first, words: this.words } : wordsOf(this.list);
  }

  /** The rows as bits; the first eight and the last are clear. */
  asBits(): RowBytes {
    const { first, words } = this.asWords();
    const bytes = new Uint8Array(1 + 1 + words.byteLength + 1);
    bytes.set(bytesOf(words), 2);
    return { first: first - BYTE_ROWS, bytes };
  }

  /** The same with a bit for every row from `from` to `to`; undefined where that would be more than twice as many. */
  asBitsOfAll([from, to]: Bounds): RowBytes | undefined {
    const { first: start, words } = this.asWords();
    const end = start + words.length * WORD_ROWS;
    if (words.length === 0 || from > to || (end - start) * 2 < to - from) return undefined;
    const first = Math.min(start, from - (from % BYTE_ROWS));
    const bytes = new Uint8Array(1 + (Math.max(end, to - (to % BYTE_ROWS) + BYTE_ROWS) - first) / BYTE_ROWS);
    bytes.set(bytesOf(words), 1 + (start - first) / BYTE_ROWS);
    return { first, bytes };
  }

  or(other: WordRows): WordRows {
    if (this.list?.length === 0) return other;
    if (other.list?.length === 0) return this;
    if (this.list === undefined) return this.joined(other);
    return other.list === undefined ? other.joined(this) : WordRows.of([...this.list, ...other.list]);
  }

  /** Of these, which are in words, and those of any other. */
  private joined(other: WordRows): WordRows {
    const [low, high] = other.ends();
    const first = Math.min(this.first, low - (low % WORD_ROWS));
    const end = Math.max(this.first + this.words.length * WORD_ROWS, high + 1);
    const words = new Int32Array(Math.ceil((end - first) / WORD_ROWS));
    words.set(this.words, (this.first - first) / WORD_ROWS);
    if (other.list !== undefined) for (const row of other.list) set(words, row - first);
    else {
      const shift = (other.first - first) / WORD_ROWS;
      for (let at = 0; at < other.words.length; at += 1)
        words[at + shift] = (words[at + shift] ?? 0) | (other.words[at] ?? 0);
    }
    return new WordRows(undefined, first, words);
  }

  /** Rows that no other lies before, or behind. */
  private ends(): Bounds {
    if (this.list !== undefined) return [this.list[0] ?? 0, this.list.at(-1) ?? 0];
    return [this.first, this.first + this.words.length * WORD_ROWS - 1];
  }

  and(other: WordRows): WordRows {
    if (this.list === undefined && other.list !== undefined) return other.and(this);
    return this.kept(other, true);
  }

  without(other: WordRows): WordRows {
    return other.list?.length === 0 ? this : this.kept(other, false);
  }

  private kept(other: WordRows, inOther: boolean): WordRows {
    if (this.list !== undefined) return WordRows.ofList(this.list.filter((row) => other.has(row) === inOther));
    const { first, words: theirs } = other.asWords();
    const words = this.words.slice();
    const shift = (this.first - first) / WORD_ROWS;
    for (let at = 0; at < words.length; at += 1) {
      const their = theirs[at + shift] ?? 0;
      words[at] = (words[at] ?? 0) & (inOther ? their : ~their);
    }
    return new WordRows(undefined, this.first, words).asListOfFew();
  }

  /** How many lie from one number to another, both included. */
  countWithin(from: number, to: number): number {
    if (this.list !== undefined) return Math.max(0, placeOf(this.list, to + 1) - placeOf(this.list, from));
    const start = Math.max(0, from - this.first);
    const end = Math.min(this.words.length * WORD_ROWS - 1, to - this.first);
    if (start > end) return 0;
    if (start === 0 && end === this.words.length * WORD_ROWS - 1) return this.count;
    const [one, other] = [start >>> 5, end >>> 5];
    let count = 0;
    for (let at = one; at <= other; at += 1) {
      let word = this.words[at] ?? 0;
      if (at === one) word &= bitsFrom(start & 31);
      if (at === other) word &= bitsUpTo(end & 31);
      count += countBits(word);
    }
    return count;
  }

  private has(row: number): boolean {
    if (this.list !== undefined) return this.list[placeOf(this.list, row)] === row;
    const at = row - this.first;
    return at >= 0 && ((this.words[Math.floor(at / WORD_ROWS)] ?? 0) & (PLACE_BITS[at % WORD_ROWS] ?? 0)) !== 0;
  }

  /** Ascending. */
  rows(): readonly number[] {
    if (this.list !== undefined) return this.list;
    const rows: number[] = [];
    for (let at = 0; at < this.words.length; at += 1)
      for (let left = this.words[at] ?? 0; left !== 0; ) {
        const place = firstPlace(left);
        rows.push(this.first + at * WORD_ROWS + place);
        left &= ~(PLACE_BITS[place] ?? 0);
      }
    return rows;
  }

  /** The first and the last row of each stretch that has some; a stretch is of `words` times 32 rows. */
  eachStretch(words: number, take: (first: number, last: number) => void): void {
    const all = this.asWords();
    for (let from = 0; from < all.words.length; from += words) {
      let low = from;
      let high = Math.min(from + words, all.words.length) - 1;
      while (low <= high && all.words[low] === 0) low += 1;
      if (low > high) continue;
      while (all.words[high] === 0) high -= 1;
      const start = all.first + low * WORD_ROWS + firstPlace(all.words[low] ?? 0);
      take(start, all.first + high * WORD_ROWS + lastPlace(all.words[high] ?? 0));
    }
  }
}

function set(words: Words, at: number): void {
  const word = at >>> 5;
  words[word] = (words[word] ?? 0) | (PLACE_BITS[at & 31] ?? 0);
}

function wordsOf(rows: readonly number[]): { readonly first: number; readonly words: Words } {
  if (rows.length === 0) return { first: 0, words: NO_WORDS };
  let lowest = Number.POSITIVE_INFINITY;
  let highest = 0;
  for (const row of rows) {
    if (row < lowest) lowest = row;
    if (row > highest) highest = row;
  }
  const first = lowest - (lowest % WORD_ROWS);
  const words = new Int32Array(((highest - first) >>> 5) + 1);
  for (const row of rows) set(words, row - first);
  return { first, words };
}

function bytesOf(words: Words): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
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
