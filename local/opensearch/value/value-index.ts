// local/opensearch/value: an index's postings of exact values: which rows may have one that few rows have.
// What it does not know it says: those rows are read. So nothing that is missing here, or dropped, or of before, makes a
// search wrong.
import { hashOfBytes } from '../database/byte-hash.ts';
import type { RowBatch } from '../database/row-batch.ts';
import type { Segment } from '../segment/segment-file.ts';
import type { SegmentSet } from '../segment/segment-set.ts';
import { SEGMENT_ROWS } from '../segment/tier.ts';
import { type RowSet, unionOf } from './row-set.ts';
import { MAX_DISTANCE, ValueBatch } from './value-batch.ts';
import { decodeDetail, encodeDetail, type FieldDetail, type ValueDetail } from './value-detail.ts';
import { pageBitsOf, pageOf, ValueCursor, valueKey } from './value-page.ts';

/** Of a segment's fields with lists: 6 bytes each before they are written. */
const SEGMENT_ENTRIES = 2_000_000;

interface Found {
  readonly listed: number[];
  readonly ranges: [number, number][];
}

export class ValueIndex {
  private readonly segments: SegmentSet;
  private readonly details = new WeakMap<Segment, ValueDetail>();
  private batch = new ValueBatch();
  /** No row has a number below. */
  private floor = 0;
  /** All rows from here on that are in no segment are in the batch. */
  private from = 0;

  constructor(segments: SegmentSet) {
    this.segments = segments;
    this.from = (segments.list.at(-1)?.last ?? -1) + 1;
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
    return this.batch.documents >= SEGMENT_ROWS || this.batch.entries >= SEGMENT_ENTRIES;
  }

  /** Writes the values in memory out; their rows need not be in the table yet. */
  seal(): void {
    const { batch, from: first } = this;
    if (batch.documents === 0) return;
    const { base, lastSeqNo: last } = batch;
    this.segments.add({ first, last, base, detail: encodeDetail(batch.detail) }, batch.pages());
    this.from = last + 1;
    this.batch = new ValueBatch();
  }

  /** Segments of documents that are all gone: none of the table has a number below. */
  dropBelow(seqNo: number): void {
    this.floor = Math.max(this.floor, seqNo);
    this.segments.dropBelow(seqNo);
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
    this.segments.file.reading(() => {
      for (const segment of this.segments.list) this.findIn(segment, field, hash, { listed, ranges });
    });
    return unionOf([{ listed, ranges }]);
  }

  private findIn(segment: Segment, field: number, hash: number, found: Found): void {
    const entries = this.detailOf(segment, field)?.entries ?? 0;
    if (entries === 0) return;
    const bits = pageBitsOf(entries);
    const page = pageOf(hash, bits);
    const data = this.segments.file.page(segment, valueKey(field, page));
    if (data === undefined) return;
    const cursor = new ValueCursor(data, page, bits);
    while (cursor.next() && cursor.hash <= hash) {
      if (cursor.hash < hash) continue;
      const { from, to } = cursor;
      if (from === to) found.listed.push(segment.base + from);
      else found.ranges.push([segment.base + from, segment.base + to]);
    }
  }

  private detailOf(segment: Segment, field: number): FieldDetail | undefined {
    const known = this.details.get(segment);
    if (known !== undefined) return known.get(field);
    const detail = decodeDetail(segment);
    this.details.set(segment, detail);
    return detail.get(field);
  }

  /** Rows whose values of the field are not known here. */
  private unknownRanges(field: number): [number, number][] {
    const ranges: [number, number][] = [];
    let known = this.floor;
    for (const segment of this.segments.list) {
      const { first, last } = segment;
      if (first > known) ranges.push([known, first - 1]);
      for (const [from, to] of this.detailOf(segment, field)?.unknown ?? [])
        if (to >= this.floor) ranges.push([Math.max(from, this.floor), to]);
      known = Math.max(known, last + 1);
    }
    if (this.from > known) ranges.push([known, this.from - 1]);
    if (!this.batch.isRecorded(field)) ranges.push([this.from, this.batch.lastSeqNo]);
    return ranges;
  }
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
