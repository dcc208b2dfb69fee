// local/opensearch/word: the words of documents written lately: which document has them, and where; until they fill a segment.

import type { Field } from '../mapping/field.ts';
import type { ColumnValue } from '../mapping/field-value.ts';

const FIRST_ENTRIES = 4_096;
/** Places between the last word of one value and the first of the next, as OpenSearch's position_increment_gap has it. */
const VALUE_GAP = 100;

/** Where a word stands: an entry each time, documents ascending as distances from the base, in each the places ascending. */
export interface Posting {
  readonly base: number;
  readonly documents: Uint32Array;
  readonly places: Uint32Array;
}

export interface WordPosting {
  readonly field: number;
  readonly word: string;
  readonly posting: Posting;
}

export class WordBatch {
  documents = 0;
  firstSeqNo = Number.POSITIVE_INFINITY;
  lastSeqNo = -1;
  /** Per field, the number of each word. */
  private readonly numbers = new Map<number, Map<string, number>>();
  private words = 0;
  private entries = 0;
  /** Of each entry: the word's number, the document as distance from the batch's base, the place. */
  private wordOf = new Uint32Array(FIRST_ENTRIES);
  private documentOf = new Uint32Array(FIRST_ENTRIES);
  private placeOf = new Uint32Array(FIRST_ENTRIES);
  /** What documents are counted from. */
  base = -1;

  /** Adds a document's texts, as `tokenText` cuts them. Sequence numbers only grow. */
  add(seqNo: number, fields: readonly Field[], values: readonly ColumnValue[]): void {
    if (this.base < 0) this.base = seqNo;
    this.documents += 1;
    if (seqNo < this.firstSeqNo) this.firstSeqNo = seqNo;
    if (seqNo > this.lastSeqNo) this.lastSeqNo = seqNo;
    let next: Map<number, number> | undefined;
    for (let at = 0; at < fields.length; at += 1) {
      const field = fields[at];
      const value = values[at];
      if (field?.family !== 'text' || typeof value !== 'string' || value === '') continue;
      const from = next?.get(field.ordinal) ?? 0;
      next ??= new Map();
      next.set(field.ordinal, this.addText(field.ordinal, seqNo - this.base, value, from) + VALUE_GAP);
    }
  }

  /** Returns the place after the last word. */
  private addText(field: number, document: number, text: string, from: number): number {
    let numbers = this.numbers.get(field);
    if (numbers === undefined) {
      numbers = new Map();
      this.numbers.set(field, numbers);
    }
    let place = from;
    for (let start = 1; start < text.length; ) {
      const end = text.indexOf(' ', start);
      const word = text.slice(start, end);
      let number = numbers.get(word);
      if (number === undefined) {
        number = this.words;
        this.words += 1;
        numbers.set(word, number);
      }
      this.addEntry(number, document, place);
      place += 1;
      start = end + 1;
    }
    return place;
  }

  private addEntry(word: number, document: number, place: number): void {
    if (this.entries === this.wordOf.length) {
      this.wordOf = doubled(this.wordOf);
      this.documentOf = doubled(this.documentOf);
      this.placeOf = doubled(this.placeOf);
    }
    this.wordOf[this.entries] = word;
    this.documentOf[this.entries] = document;
    this.placeOf[this.entries] = place;
    this.entries += 1;
  }

  /** Words of a field that pass, in no order. */
  wordsLike(field: number, passes: (word: string) => boolean): string[] {
    return [...(this.numbers.get(field)?.keys() ?? [])].filter(passes);
  }

  find(field: number, word: string): Posting | undefined {
    const number = this.numbers.get(field)?.get(word);
    if (number === undefined) return undefined;
    const documents: number[] = [];
    const places: number[] = [];
    for (let entry = 0; entry < this.entries; entry += 1) {
      if (this.wordOf[entry] !== number) continue;
      documents.push(this.documentOf[entry] ?? 0);
      places.push(this.placeOf[entry] ?? 0);
    }
    return { base: this.base, documents: Uint32Array.from(documents), places: Uint32Array.from(places) };
  }

  /** All words by field, each field's in the order of JavaScript's strings, with their postings. */
  *sorted(): Generator<WordPosting> {
    const { base } = this;
    const ends = new Uint32Array(this.words);
    for (let entry = 0; entry < this.entries; entry += 1) count(ends, this.wordOf[entry] ?? 0);
    let sum = 0;
    for (let word = 0; word < this.words; word += 1) {
      const own = ends[word] ?? 0;
      ends[word] = sum;
      sum += own;
    }
    const documents = new Uint32Array(this.entries);
    const places = new Uint32Array(this.entries);
    for (let entry = 0; entry < this.entries; entry += 1) {
      const at = count(ends, this.wordOf[entry] ?? 0);
      documents[at] = this.documentOf[entry] ?? 0;
      places[at] = this.placeOf[entry] ?? 0;
    }
    for (const field of [...this.numbers.keys()].sort((left, right) => left - right)) {
      const numbers = this.numbers.get(field) ?? new Map<string, number>();
      for (const word of [...numbers.keys()].sort()) {
        const number = numbers.get(word) ?? 0;
        const from = number === 0 ? 0 : (ends[number - 1] ?? 0);
        const to = ends[number] ?? 0;
        yield {
          field,
          word,
          posting: { base, documents: documents.subarray(from, to), places: places.subarray(from, to) },
        };
      }
    }
  }
}

/** Adds one; the count before. */
function count(counts: Uint32Array, at: number): number {
  const before = counts[at] ?? 0;
  counts[at] = before + 1;
  return before;
}

function doubled(values: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(values.length * 2);
  larger.set(values);
  return larger;
}
