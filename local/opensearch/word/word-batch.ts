// local/opensearch/word: the words of documents written lately: which document has them, and where; until they fill a segment.

import type { Field } from '../mapping/field.ts';
import type { ColumnValue } from '../mapping/field-value.ts';
import { doubled, WordTable } from './word-table.ts';

const FIRST_ENTRIES = 4_096;
/** Places between the last word of one value and the first of the next, as OpenSearch's position_increment_gap has it. */
const VALUE_GAP = 100;
const SPACE = 32;

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

/** Texts of a document, as `tokenText` cuts them, by where they lie in `bytes`. */
export interface TextBytes {
  readonly fields: readonly Field[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly bytes: Uint8Array;
}

export class WordBatch {
  documents = 0;
  firstSeqNo = Number.POSITIVE_INFINITY;
  lastSeqNo = -1;
  private readonly table = new WordTable();
  /** Of the document being added: where the next value of a field begins. */
  private readonly nextPlaces = new Map<number, number>();
  private entries = 0;
  /** By the word's number: how many entries it has, and the last of them. */
  private counts = new Uint32Array(FIRST_ENTRIES);
  private lastOf = new Uint32Array(FIRST_ENTRIES);
  /** Of each entry: the word's entry before it, the document as distance from the batch's base, the place. */
  private previousOf = new Uint32Array(FIRST_ENTRIES);
  private documentOf = new Uint32Array(FIRST_ENTRIES);
  private placeOf = new Uint32Array(FIRST_ENTRIES);
  /** What documents are counted from. */
  base = -1;

  /** Adds a document's texts, as `tokenText` cuts them. Sequence numbers only grow. */
  add(seqNo: number, fields: readonly Field[], values: readonly ColumnValue[]): void {
    const texts = { fields: [] as Field[], starts: [] as number[], ends: [] as number[] };
    const pieces: Buffer[] = [];
    let end = 0;
    for (const [at, field] of fields.entries()) {
      const value = values[at];
      if (field.family !== 'text' || typeof value !== 'string') continue;
      const piece = Buffer.from(value);
      pieces.push(piece);
      texts.fields.push(field);
      texts.starts.push(end);
      end += piece.length;
      texts.ends.push(end);
    }
    const [only] = pieces;
    this.addTexts(seqNo, { ...texts, bytes: pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces) });
  }

  /** The same, the texts as bytes. */
  addTexts(seqNo: number, { fields, starts, ends, bytes }: TextBytes): void {
    if (this.base < 0) this.base = seqNo;
    this.documents += 1;
    if (seqNo < this.firstSeqNo) this.firstSeqNo = seqNo;
    if (seqNo > this.lastSeqNo) this.lastSeqNo = seqNo;
    const { nextPlaces } = this;
    nextPlaces.clear();
    for (let at = 0; at < fields.length; at += 1) {
      const ordinal = fields[at]?.ordinal ?? 0;
      const start = starts[at] ?? 0;
      const end = ends[at] ?? 0;
      if (start === end) continue;
      const from = nextPlaces.get(ordinal) ?? 0;
      nextPlaces.set(ordinal, this.addText(ordinal, seqNo - this.base, bytes, start, end, from) + VALUE_GAP);
    }
  }

  /** Returns the place after the last word. */
  private addText(
    field: number,
    document: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    from: number,
  ): number {
    let place = from;
    for (let wordStart = start + 1; wordStart < end; ) {
      let wordEnd = wordStart;
      while (wordEnd < end && bytes[wordEnd] !== SPACE) wordEnd += 1;
      this.addEntry(this.table.numberOf(field, bytes, wordStart, wordEnd), document, place);
      place += 1;
      wordStart = wordEnd + 1;
    }
    return place;
  }

  private addEntry(word: number, document: number, place: number): void {
    const entry = this.entries;
    if (entry === this.previousOf.length) {
      this.previousOf = doubled(this.previousOf);
      this.documentOf = doubled(this.documentOf);
      this.placeOf = doubled(this.placeOf);
    }
    while (word >= this.counts.length) {
      this.counts = doubled(this.counts);
      this.lastOf = doubled(this.lastOf);
    }
    this.previousOf[entry] = this.lastOf[word] ?? 0;
    this.lastOf[word] = entry;
    this.counts[word] = (this.counts[word] ?? 0) + 1;
    this.documentOf[entry] = document;
    this.placeOf[entry] = place;
    this.entries += 1;
  }

  /** Words of a field that pass, in no order. */
  wordsLike(field: number, passes: (word: string) => boolean): string[] {
    return this.table
      .wordsOf(field)
      .map((number) => this.table.text(number))
      .filter(passes);
  }

  find(field: number, word: string): Posting | undefined {
    const number = this.table.find(field, word);
    return number < 0 ? undefined : this.postingOf(number);
  }

  /** All words by field, each field's in the order of JavaScript's strings, with their postings. */
  *sorted(): Generator<WordPosting> {
    const { table } = this;
    for (const field of table.usedFields.toSorted((left, right) => left - right)) {
      const numbers = new Map(table.wordsOf(field).map((number) => [table.text(number), number]));
      for (const word of [...numbers.keys()].sort())
        yield { field, word, posting: this.postingOf(numbers.get(word) ?? 0) };
    }
  }

  private postingOf(word: number): Posting {
    const count = this.counts[word] ?? 0;
    const documents = new Uint32Array(count);
    const places = new Uint32Array(count);
    let entry = this.lastOf[word] ?? 0;
    for (let at = count - 1; at >= 0; at -= 1) {
      documents[at] = this.documentOf[entry] ?? 0;
      places[at] = this.placeOf[entry] ?? 0;
      entry = this.previousOf[entry] ?? 0;
    }
    return { base: this.base, documents, places };
  }
}
