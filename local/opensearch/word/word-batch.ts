// local/opensearch/word: the words of documents written lately: which document has them, and where; until they fill a segment.

import type { Field } from '../mapping/field.ts';
import type { ColumnValue } from '../mapping/field-value.ts';
import type { SegmentPage } from '../segment/segment-file.ts';
import type { PostingBytes } from './posting-cursor.ts';
import { PostingWriter } from './posting-writer.ts';
import { doubled, type SharedNumbers, sharedNumbers } from './shared-numbers.ts';
import { WordPageWriter } from './word-page.ts';
import { type SharedWordTable, WordTable } from './word-table.ts';

const FIRST_ENTRIES = 4_096;
/** Places between the last word of one value and the first of the next, as OpenSearch's position_increment_gap has it. */
const VALUE_GAP = 100;
const SPACE = 32;

/** Texts of a document, as `tokenText` cuts them, by where they lie in `bytes`. */
export interface TextBytes {
  readonly fields: readonly Field[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly bytes: Uint8Array;
}

/** What another thread may read of a batch that nothing is added to any more. */
export interface SharedWords {
  readonly table: SharedWordTable;
  readonly counts: SharedNumbers;
  readonly lastOf: SharedNumbers;
  readonly previousOf: SharedNumbers;
  readonly documentOf: SharedNumbers;
  readonly placeOf: SharedNumbers;
}

export class WordBatch {
  documents = 0;
  firstSeqNo = Number.POSITIVE_INFINITY;
  lastSeqNo = -1;
  private table = new WordTable();
  /** Of the document being added: where the next value of a field begins. */
  private readonly nextPlaces = new Map<number, number>();
  /** Words of all documents, each as often as it stands. */
  entries = 0;
  /** By the word's number: how many entries it has, and the last of them. */
  private counts = sharedNumbers(FIRST_ENTRIES);
  private lastOf = sharedNumbers(FIRST_ENTRIES);
  /** Of each entry: the word's entry before it, the document as distance from the batch's base, the place. */
  private previousOf = sharedNumbers(FIRST_ENTRIES);
  private documentOf = sharedNumbers(FIRST_ENTRIES);
  private placeOf = sharedNumbers(FIRST_ENTRIES);
  /** Entries of a word that is being written, in order. */
  private order = new Uint32Array(FIRST_ENTRIES);
  /** What documents are counted from. */
  base = -1;

  /** One to make pages of. */
  static shared({ table, ...numbers }: SharedWords): WordBatch {
    return Object.assign(new WordBatch(), numbers, { table: WordTable.shared(table) });
  }

  /** For so many entries there is room already. */
  get room(): number {
    return this.placeOf.length;
  }

  /** Forgets everything, and keeps the room. */
  clear(): void {
    this.documents = 0;
    this.firstSeqNo = Number.POSITIVE_INFINITY;
    this.lastSeqNo = -1;
    this.base = -1;
    this.entries = 0;
    this.counts.fill(0);
    this.table.clear();
  }

  get shared(): SharedWords {
    const { counts, lastOf, previousOf, documentOf, placeOf } = this;
    return { table: this.table.shared, counts, lastOf, previousOf, documentOf, placeOf };
  }

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

  /** The posting of a word, as `byteText` has it; none where it is not known. */
  find(field: number, word: string): readonly PostingBytes[] {
    const number = this.table.find(field, Buffer.from(word, 'latin1'));
    return number < 0 ? [] : [this.encode(number)];
  }

  /** Of each word that begins so. */
  findLike(field: number, prefix: string): PostingBytes[] {
    const { table } = this;
    const numbers = table.wordsOf(field).filter((number) => table.text(number).startsWith(prefix));
    return numbers.map((number) => this.encode(number));
  }

  private encode(word: number): PostingBytes {
    const writer = new PostingWriter();
    this.writeTo(writer, word);
    const bytes = writer.bytes.copy();
    return { bytes, start: 0, end: bytes.length };
  }

  /** All words by field, each field's in the order of their bytes, with their postings. */
  *pages(): Generator<SegmentPage> {
    const { table } = this;
    const writer = new WordPageWriter();
    for (const field of table.usedFields.toSorted((left, right) => left - right)) {
      for (const word of table.inOrder(field)) {
        writer.begin(field, table.read(word));
        this.writeTo(writer, word);
        writer.end();
        yield* writer.take(false);
      }
    }
    yield* writer.take(true);
  }

  private writeTo(writer: PostingWriter | WordPageWriter, word: number): void {
    const count = this.counts[word] ?? 0;
    let entry = this.lastOf[word] ?? 0;
    if (this.order.length < count) this.order = new Uint32Array(count * 2);
    for (let at = count - 1; at >= 0; at -= 1) {
      this.order[at] = entry;
      entry = this.previousOf[entry] ?? 0;
    }
    for (let at = 0; at < count; at += 1) {
      const own = this.order[at] ?? 0;
      writer.add(this.documentOf[own] ?? 0, this.placeOf[own] ?? 0);
    }
  }
}
