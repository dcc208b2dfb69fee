// local/opensearch/word: an index's inverted table: which documents have a word or a phrase in a text field.
// Words of the latest documents are in memory; whenever they are many enough they become a segment.
import type { Field } from '../mapping/field.ts';
import type { ColumnValue } from '../mapping/field-value.ts';
import type { Segment } from '../segment/segment-file.ts';
import type { SegmentSet } from '../segment/segment-set.ts';
import { SEGMENT_ROWS } from '../segment/tier.ts';
import { findPhrase, findPhraseOfSeveral } from './phrase.ts';
import { type PostingBytes, PostingCursor } from './posting-cursor.ts';
import { RowBits } from './row-bits.ts';
import { type TextBytes, WordBatch } from './word-batch.ts';
import { byteText, mayContinue, OpenWordPage, wordKey, wordKeyEnd } from './word-page.ts';
import { WordRows } from './word-rows.ts';

/** What is looked for: words next to each other in order; `isPrefix`: the last need only be the beginning of one. */
export interface WordQuery {
  readonly field: number;
  readonly words: readonly string[];
  readonly isPrefix: boolean;
}

/** Documents of very many words fill a segment sooner: each of them takes twelve bytes before it is written. */
const SEGMENT_ENTRIES = 4_000_000;
const NO_DETAIL = new Uint8Array(0);

/** Where words are found: postings by words as `byteText` has them. */
interface WordSource {
  readonly base: number;
  /** The parts of the word's posting. */
  find(word: string): readonly PostingBytes[];
  /** Of each word that begins so. */
  findLike(prefix: string): Iterable<PostingBytes>;
}

interface Leaving {
  readonly batch: WordBatch;
  readonly segment: Segment;
  /** Resolves when it is written, or could not be. */
  written: Promise<void>;
}

export class WordIndex {
  private readonly segments: SegmentSet;
  private batch = new WordBatch();
  /** Full, and being written beside: until it is in the segments its words are found here. */
  private leaving: Leaving | undefined;
  /** Written, and empty: room for the next. Left to the collector, each segment's 40 MiB stayed for a while. */
  private spare: WordBatch | undefined;
  /** What the search under way has asked already: the same conditions stand in several statements. */
  private readonly asked = new Map<string, WordRows>();
  private askedMs = 0;
  private askedAt = -1;
  /** Words of documents up to this sequence number are in segments. */
  covered: number;

  constructor(segments: SegmentSet) {
    this.segments = segments;
    this.covered = segments.list.at(-1)?.last ?? -1;
  }

  /** Sequence numbers only grow; what a segment has already, from before a crash, is left out. */
  add(seqNo: number, fields: readonly Field[], values: readonly ColumnValue[]): void {
    if (seqNo > this.covered) this.batch.add(seqNo, fields, values);
  }

  addTexts(seqNo: number, texts: TextBytes): void {
    if (seqNo > this.covered) this.batch.addTexts(seqNo, texts);
  }

  get isFull(): boolean {
    return this.batch.documents >= SEGMENT_ROWS || this.batch.entries >= SEGMENT_ENTRIES;
  }

  /** Writes the words in memory out, before any search sees their rows or after. */
  seal(): void {
    if (this.batch.documents === 0) return;
    this.segments.add(segmentOf(this.batch), this.batch.pages());
    this.begin();
  }

  /** The same beside, where there is a thread for it: resolves when those before are written, and these under way. */
  async sealBeside(): Promise<void> {
    if (!this.segments.isWrittenBeside) {
      this.seal();
      return;
    }
    await this.leaving?.written;
    // those before could not be written: they are tried again, and these go on gathering
    let { leaving } = this;
    if (leaving === undefined) {
      if (this.batch.documents === 0) return;
      const segment = { ...segmentOf(this.batch), id: this.segments.file.newId() };
      leaving = { batch: this.batch, segment, written: Promise.resolve() };
      this.leaving = leaving;
      this.begin();
    }
    leaving.written = this.write(leaving);
  }

  private begin(): void {
    this.covered = this.batch.lastSeqNo;
    this.batch = this.spare ?? new WordBatch();
    this.spare = undefined;
  }

  private async write({ batch, segment }: Leaving): Promise<void> {
    if (!(await this.segments.addBeside(segment, batch.shared))) return;
    this.leaving = undefined;
    batch.clear();
    if (batch.room <= SEGMENT_ENTRIES) this.spare = batch;
  }

  /** In the order of their rows. */
  private get inMemory(): readonly WordBatch[] {
    return this.leaving === undefined ? [this.batch] : [this.leaving.batch, this.batch];
  }

  /** Segments of documents that are all gone: none of the table has a number below. */
  dropBelow(seqNo: number): void {
    this.segments.dropBelow(seqNo);
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
    const rows = this.segments.file.reading(() => WordRows.ofBits(this.find(query)));
    this.asked.set(key, rows);
    return rows;
  }

  /** Among them may be rows of documents that are gone. */
  private find({ field, words, isPrefix }: WordQuery): RowBits {
    const { inMemory, segments } = this;
    const last = Math.max(segments.list.at(-1)?.last ?? -1, ...inMemory.map(({ lastSeqNo }) => lastSeqNo));
    const first = segments.list[0]?.first ?? Math.min(...inMemory.map(({ firstSeqNo }) => firstSeqNo));
    const rows = new RowBits(Math.min(first, last), last);
    const texts = words.map(byteText);
    for (const segment of segments.list) findIn(this.sourceOf(segment, field), texts, isPrefix, rows);
    for (const batch of inMemory) {
      const source: WordSource = {
        base: batch.base,
        find: (word) => batch.find(field, word),
        findLike: (prefix) => batch.findLike(field, prefix),
      };
      findIn(source, texts, isPrefix, rows);
    }
    return rows;
  }

  private sourceOf(segment: Segment, field: number): WordSource {
    const { file } = this.segments;
    return {
      base: segment.base,
      find(word) {
        const page = file.pageAt(segment, wordKey(field, word), wordKey(field, ''));
        if (page === undefined) return [];
        const open = new OpenWordPage(page);
        if (!open.find(word)) return [];
        if (!mayContinue(page)) return [open.posting];
        const parts = [open.posting];
        for (const next of file.pagesBetween(segment, wordKey(field, word), wordKeyEnd(field, word))) {
          const part = new OpenWordPage(next);
          if (!part.find(word)) break;
          parts.push(part.posting);
        }
        return parts;
      },
      *findLike(prefix) {
        const page = file.pageAt(segment, wordKey(field, prefix), wordKey(field, ''));
        // what a page before would hold comes first in the next where the page before has nothing so large
        if (page !== undefined && !(yield* postingsLike(page, prefix))) return;
        for (const next of file.pagesBetween(segment, wordKey(field, prefix), wordKey(field + 1, '')))
          if (!(yield* postingsLike(next, prefix))) return;
      },
    };
  }
}

function segmentOf({ firstSeqNo: first, lastSeqNo: last, base }: WordBatch): Omit<Segment, 'id'> {
  return { first, last, base, detail: NO_DETAIL };
}

/** Returns false where nothing behind can fit. */
function* postingsLike(page: Uint8Array, prefix: string): Generator<PostingBytes, boolean> {
  const open = new OpenWordPage(page);
  for (let word = open.next(); word !== undefined; word = open.next()) {
    if (word.startsWith(prefix)) yield open.posting;
    else if (word > prefix) return false;
  }
  return true;
}

function findIn(source: WordSource, words: readonly string[], isPrefix: boolean, rows: RowBits): void {
  const { base } = source;
  const exact = isPrefix ? words.slice(0, -1) : words;
  if (words.length === 1) {
    const postings = exact.length === 1 ? source.find(words[0] ?? '') : source.findLike(words[0] ?? '');
    for (const posting of postings) addDocuments(posting, base, rows);
    return;
  }
  const cursors: PostingCursor[] = [];
  for (const word of exact) {
    const parts = source.find(word);
    if (parts.length === 0) return;
    cursors.push(new PostingCursor(base, parts));
  }
  if (!isPrefix) findPhrase(cursors, rows);
  else {
    const last = Array.from(source.findLike(words.at(-1) ?? ''), (posting) => new PostingCursor(base, [posting]));
    if (last.length > 0) findPhraseOfSeveral(cursors, last, rows);
  }
}

/** The documents alone of a posting. */
function addDocuments({ bytes, start, end }: PostingBytes, base: number, rows: RowBits): void {
  let at = start;
  let document = base;
  let isFirst = true;
  while (at < end) {
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
}
