// local/opensearch/value: an index's postings of exact values: which rows may have one that few rows have.
// What it does not know it says: those rows are read. So nothing that is missing here, or dropped, or of before, makes a
// search wrong.
import { hashOfBytes } from '../database/byte-hash.ts';
import type { RowBatch } from '../database/row-batch.ts';
import { type RowSet, unionOf } from './row-set.ts';
import { MAX_DISTANCE, ValueBatch } from './value-batch.ts';
import { encodeValues, findInPage, pageBitsOf, pageOf, type ValuePage } from './value-segment.ts';
import type { ValueSegment, ValueStore } from './value-store.ts';

/** Of a segment: a lookup reads from each, so they should be few. */
const SEGMENT_DOCUMENTS = 32_768;
/** And of fields with lists: 6 bytes each before they are written. */
const SEGMENT_ENTRIES = 2_000_000;
const NOT_RECORDED = -1;

interface Found {
  readonly listed: number[];
  readonly ranges: [number, number][];
}

export class ValueIndex {
  private readonly store: ValueStore;
  private readonly table: number;
  private segments: ValueSegment[];
  private batch = new ValueBatch();
  /** No row has a number below. */
  private floor = 0;
  /** All rows from here on that are in no segment are in the batch. */
  private from = 0;

  constructor(store: ValueStore, table: number) {
    this.store = store;
    this.table = table;
    this.segments = store.segments(table);
    this.from = (this.segments.at(-1)?.last ?? -1) + 1;
  }

  /** What the table holds when it is opened: rows that no segment has were written before there were any, or before a crash. */
  open(firstSeqNo: number, lastSeqNo: number): void {
    this.floor = firstSeqNo;
    this.from = Math.max(this.from, lastSeqNo + 1);
  }

  /** Rows of a batch before they go anywhere. Those that are known already, from before a crash, are left out. */
  add(batch: RowBatch): void {
    const seqNos = batch.column('_seq', 'BIGINT');
    let row = 0;
    while (row < batch.rows && seqNos.integer(row) < this.from) row += 1;
    while (row < batch.rows && seqNos.integer(row) <= this.batch.lastSeqNo) row += 1;
    while (row < batch.rows) {
      if (this.isFull || !this.reaches(seqNos.integer(row))) this.seal();
      const base = this.batch.base < 0 ? seqNos.integer(row) : this.batch.base;
      let end = row + 1;
      while (end < batch.rows && seqNos.integer(end) - base <= MAX_DISTANCE) end += 1;
      this.batch.add(batch, row, end);
      row = end;
    }
  }

  private reaches(seqNo: number): boolean {
    return this.batch.base < 0 || seqNo - this.batch.base <= MAX_DISTANCE;
  }

  private get isFull(): boolean {
    return this.batch.documents >= SEGMENT_DOCUMENTS || this.batch.entries >= SEGMENT_ENTRIES;
  }

  /** Writes the values in memory out; their rows need not be in the table yet. */
  seal(): void {
    const { batch, from: first } = this;
    if (batch.documents === 0) return;
    const fields = new Map<number, number>();
    for (const [field, postings] of batch.postings())
      fields.set(field, postings === undefined ? NOT_RECORDED : pageBitsOf(postings.hashes.length));
    const segment = { first, last: batch.lastSeqNo, base: batch.base, fields };
    this.store.write(this.table, segment, pagesOf(batch));
    this.segments.push(segment);
    this.from = segment.last + 1;
    this.batch = new ValueBatch();
  }

  /** Segments of documents that are all gone: none of the table has a number below. */
  dropBelow(seqNo: number): void {
    this.floor = Math.max(this.floor, seqNo);
    const gone = this.segments.filter(({ last }) => last < seqNo);
    if (gone.length === 0) return;
    this.store.drop(this.table, gone);
    this.segments = this.segments.filter(({ last }) => last >= seqNo);
  }

  dropAll(): void {
    this.dropBelow(Number.POSITIVE_INFINITY);
  }

  /** No search sees a row that is not within these, both included. */
  get bounds(): readonly [number, number] {
    return [this.floor, Math.max(this.from - 1, this.batch.lastSeqNo)];
  }

  /** Whether a lookup leaves out at least half of the rows. */
  knows(field: number): boolean {
    const unknown = this.unknownRanges(field).reduce((sum, [from, to]) => sum + to - from + 1, 0);
    const [first, last] = this.bounds;
    return unknown * 2 <= last + 1 - first;
  }

  /** Rows that may have the value; there are no others. */
  find(field: number, hash: number): RowSet {
    const listed = this.batch.isRecorded(field) ? this.batch.find(field, hash) : [];
    const ranges = this.unknownRanges(field);
    this.store.reading(() => {
      for (const segment of this.segments) this.findIn(segment, field, hash, { listed, ranges });
    });
    return unionOf([{ listed, ranges }]);
  }

  private findIn(segment: ValueSegment, field: number, hash: number, found: Found): void {
    const bits = segment.fields.get(field);
    if (bits === undefined || bits === NOT_RECORDED) return;
    const page = this.store.page(this.table, segment, field, pageOf(hash, bits));
    if (page === undefined) return;
    const distances = findInPage(page, hash, bits);
    if (distances === undefined) found.ranges.push([segment.first, segment.last]);
    else for (const distance of distances) found.listed.push(segment.base + distance);
  }

  /** Rows whose values of the field are not known here. */
  private unknownRanges(field: number): [number, number][] {
    const ranges: [number, number][] = [];
    let known = this.floor;
    for (const { first, last, fields } of this.segments) {
      if (first > known) ranges.push([known, first - 1]);
      if (fields.get(field) === NOT_RECORDED) ranges.push([Math.max(first, this.floor), last]);
      known = Math.max(known, last + 1);
    }
    if (this.from > known) ranges.push([known, this.from - 1]);
    if (!this.batch.isRecorded(field)) ranges.push([this.from, this.batch.lastSeqNo]);
    return ranges;
  }
}

function* pagesOf(batch: ValueBatch): Generator<ValuePage> {
  for (const [field, postings] of batch.postings()) if (postings !== undefined) yield* encodeValues(field, postings);
}

/** Of a text, as its bytes in a column are hashed. */
export function hashOfText(text: string): number {
  const bytes = Buffer.from(text, 'utf8');
  return hashOfBytes(bytes, 0, bytes.length);
}

/** Of an address. */
export function hashOfWhole(value: bigint): number {
  const bytes = Buffer.allocUnsafe(16);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value), 0);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value >> 64n), 8);
  return hashOfBytes(bytes, 0, 16);
}
