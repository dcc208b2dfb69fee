// local/opensearch/word: an index's inverted table: which documents have a word or a phrase in a text field.
// Words of the latest documents are in memory; whenever they are many enough they become a segment.
import type { Field } from '../mapping/field.ts';
import type { ColumnValue } from '../mapping/field-value.ts';
import { RowBits } from './row-bits.ts';
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
    const rows = this.store.reading(() => WordRows.ofBits(this.find(query)));
    this.asked.set(key, rows);
    return rows;
  }

  /** Among them may be rows of documents that are gone. */
  private find(query: WordQuery): RowBits {
    const { batch, segments } = this;
    const { field, words, isPrefix } = query;
    const last = Math.max(segments.at(-1)?.last ?? -1, batch.lastSeqNo);
    const rows = new RowBits(Math.min(segments[0]?.first ?? batch.firstSeqNo, last), last);
    const [word = ''] = words;
    if (words.length === 1) {
      for (const segment of segments)
        this.read(segment, query, word, isPrefix, (open) => open.collect(segment.base, rows));
      for (const posting of this.readBatch(field, word, isPrefix)) collect(posting, rows);
      return rows;
    }
    for (const segment of segments)
      findIn((one, isBeginning) => this.postings(segment, query, one, isBeginning), query, rows);
    findIn((one, isBeginning) => this.readBatch(field, one, isBeginning), query, rows);
    return rows;
  }

  private readBatch(field: number, word: string, isPrefix: boolean): readonly Posting[] {
    const words = isPrefix ? this.batch.wordsLike(field, (one) => one.startsWith(word)) : [word];
    return words.flatMap((one) => this.batch.find(field, one) ?? []);
  }

  private postings(segment: Segment, query: WordQuery, word: string, isPrefix: boolean): readonly Posting[] {
    const postings: Posting[] = [];
    this.read(segment, query, word, isPrefix, (open) => postings.push(open.posting(segment.base)));
    return postings;
  }

  /** Lets `take` read the posting of each word that is meant, as the block tells it next. */
  private read(
    segment: Segment,
    { field }: WordQuery,
    word: string,
    isPrefix: boolean,
    take: (open: OpenWordBlock) => void,
  ): void {
    const data = this.store.block(this.table, segment, field, word);
    if (data !== undefined && !readBlock(data)) return;
    // What a block before would hold comes first in the next where the block before has nothing so large.
    if (isPrefix)
      for (const next of this.store.blocksAfter(this.table, segment, field, word)) if (!readBlock(next)) break;

    /** False where nothing behind can fit. */
    function readBlock(block: Uint8Array): boolean {
      const open = new OpenWordBlock(block);
      for (let one = open.next(); one !== undefined; one = open.next()) {
        if (one < word) continue;
        if (isPrefix ? one.startsWith(word) : one === word) take(open);
        else return false;
      }
      return isPrefix;
    }
  }
}

function findIn(
  read: (word: string, isPrefix: boolean) => readonly Posting[],
  { words, isPrefix }: WordQuery,
  rows: RowBits,
): void {
  const last = words.length - 1;
  let together: Posting | undefined;
  for (const [at, word] of words.entries()) {
    const postings = read(word, isPrefix && at === last);
    if (postings.length === 0) return;
    together = followedBy(together, merged(postings), at);
  }
  if (together !== undefined) collect(together, rows);
}

function collect({ base, documents }: Posting, rows: RowBits): void {
  for (const document of documents) rows.add(base + document);
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
