// local/opensearch/word: an index's inverted table: which documents have a word or a phrase in a text field.
// Words of the latest documents are in memory; whenever they are many enough they become a segment.
import type { Field } from '../mapping/field.ts';
import type { ColumnValue } from '../mapping/field-value.ts';
import { type Posting, type TextBytes, WordBatch } from './word-batch.ts';
import { WordRows } from './word-rows.ts';
import { encodeWords, OpenWordBlock } from './word-segment.ts';
import type { Segment, WordStore } from './word-store.ts';

/** What is looked for: words next to each other in order; `isPrefix`: the last need only be the beginning of one. */
export interface WordQuery {
  readonly field: number;
  readonly words: readonly string[];
  readonly isPrefix: boolean;
}

/** Of a segment: a lookup reads from each, so they should be few; this many take some 20 MiB before they are written. */
const SEGMENT_DOCUMENTS = 32_768;

const NOTHING: Posting = { base: 0, documents: new Uint32Array(0), places: new Uint32Array(0) };

export class WordIndex {
  private readonly store: WordStore;
  private readonly table: number;
  private segments: Segment[];
  private batch = new WordBatch();
  /** What the search under way has asked already: the same conditions stand in several statements. */
  private readonly asked = new Map<string, WordRows>();
  private askedMs = 0;
  private askedAt = -1;
  /** Words of documents up to this sequence number are in segments. */
  covered: number;

  constructor(store: WordStore, table: number) {
    this.store = store;
    this.table = table;
    this.segments = store.segments(table);
    this.covered = this.segments.at(-1)?.last ?? -1;
  }

  /** Sequence numbers only grow; what a segment has already, from before a crash, is left out. */
  add(seqNo: number, fields: readonly Field[], values: readonly ColumnValue[]): void {
    if (seqNo > this.covered) this.batch.add(seqNo, fields, values);
  }

  addTexts(seqNo: number, texts: TextBytes): void {
    if (seqNo > this.covered) this.batch.addTexts(seqNo, texts);
  }

  get isFull(): boolean {
    return this.batch.documents >= SEGMENT_DOCUMENTS;
  }

  /** Writes the words in memory out, before any search sees their rows or after. */
  seal(): void {
    const { firstSeqNo: first, lastSeqNo: last, base } = this.batch;
    if (this.batch.documents === 0) return;
    const segment = { first, last, base };
    this.store.write(this.table, segment, encodeWords(this.batch.sorted()));
    this.segments.push(segment);
    this.covered = last;
    this.batch = new WordBatch();
  }

  /** Segments of documents that are all gone: none of the table has a number below. */
  dropBelow(seqNo: number): void {
    const gone = this.segments.filter(({ last }) => last < seqNo);
    if (gone.length === 0) return;
    this.store.drop(this.table, gone);
    this.segments = this.segments.filter(({ last }) => last >= seqNo);
  }

  dropAll(): void {
    this.dropBelow(Number.POSITIVE_INFINITY);
  }

  /** Of one search, which `nowMs` names. */
  rowsOf(query: WordQuery, nowMs: number): WordRows {
    const { lastSeqNo } = this.batch;
    if (nowMs !== this.askedMs || lastSeqNo !== this.askedAt) this.asked.clear();
    this.askedMs = nowMs;
    this.askedAt = lastSeqNo;
    const key = `${query.field} ${query.isPrefix} ${query.words.join(' ')}`;
    const known = this.asked.get(key);
    if (known !== undefined) return known;
    const rows = WordRows.of(this.find(query));
    this.asked.set(key, rows);
    return rows;
  }

  /** Sequence numbers in no order, some of them twice; among them may be such of documents that are gone. */
  private find(query: WordQuery): number[] {
    const found: number[] = [];
    for (const segment of this.segments)
      findIn((word, isPrefix) => this.read(segment, query.field, word, isPrefix), query, found);
    findIn((word, isPrefix) => this.readBatch(query.field, word, isPrefix), query, found);
    return found;
  }

  private readBatch(field: number, word: string, isPrefix: boolean): readonly Posting[] {
    const words = isPrefix ? this.batch.wordsLike(field, (one) => one.startsWith(word)) : [word];
    return words.flatMap((one) => this.batch.find(field, one) ?? []);
  }

  private read(segment: Segment, field: number, word: string, isPrefix: boolean): readonly Posting[] {
    const data = this.store.block(this.table, segment, field, word);
    const postings: Posting[] = [];
    if (data !== undefined && !readBlock(data)) return postings;
    // What a block before would hold comes first in the next where the block before has nothing so large.
    if (isPrefix)
      for (const next of this.store.blocksAfter(this.table, segment, field, word)) if (!readBlock(next)) break;
    return postings;

    /** False where nothing behind can fit. */
    function readBlock(block: Uint8Array): boolean {
      const open = new OpenWordBlock(block);
      for (let one = open.next(); one !== undefined; one = open.next()) {
        if (one < word) continue;
        if (isPrefix ? one.startsWith(word) : one === word) postings.push(open.posting(segment.base));
        else return false;
      }
      return isPrefix;
    }
  }
}

function findIn(
  read: (word: string, isPrefix: boolean) => readonly Posting[],
  { words, isPrefix }: WordQuery,
  found: number[],
): void {
  const last = words.length - 1;
  let together: Posting | undefined;
  for (const [at, word] of words.entries()) {
    const postings = read(word, isPrefix && at === last);
    if (postings.length === 0) return;
    if (last === 0) for (const posting of postings) collect(posting, found);
    else together = followedBy(together, merged(postings), at);
  }
  if (together !== undefined) collect(together, found);
}

function collect({ base, documents }: Posting, found: number[]): void {
  let before = -1;
  for (const document of documents) {
    if (document !== before) found.push(base + document);
    before = document;
  }
}

/** Entries of `first` that have one of `next` `distance` places on. */
function followedBy(first: Posting | undefined, next: Posting, distance: number): Posting {
  if (first === undefined) return next;
  const documents: number[] = [];
  const places: number[] = [];
  let right = 0;
  for (let left = 0; left < first.documents.length; left += 1) {
    const document = first.documents[left] ?? 0;
    const place = (first.places[left] ?? 0) + distance;
    while (right < next.documents.length && isBefore(next, right, document, place)) right += 1;
    if (right === next.documents.length) break;
    if (next.documents[right] !== document || next.places[right] !== place) continue;
    documents.push(document);
    places.push(place - distance);
  }
  return { base: first.base, documents: Uint32Array.from(documents), places: Uint32Array.from(places) };
}

function isBefore(posting: Posting, at: number, document: number, place: number): boolean {
  const own = posting.documents[at] ?? 0;
  return own < document || (own === document && (posting.places[at] ?? 0) < place);
}

function merged(postings: readonly Posting[]): Posting {
  const [first = NOTHING] = postings;
  if (postings.length <= 1) return first;
  const entries = postings.flatMap(({ documents, places }) =>
    Array.from(documents, (document, at) => [document, places[at] ?? 0] as const),
  );
  entries.sort((left, right) => left[0] - right[0] || left[1] - right[1]);
  return {
    base: first.base,
    documents: Uint32Array.from(entries, ([document]) => document),
    places: Uint32Array.from(entries, ([, place]) => place),
  };
}
