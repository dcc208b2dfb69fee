// local/opensearch/value: hashes of the values of rows written lately, by field, until they fill a segment.
import type { RowBatch } from '../database/row-batch.ts';
import type { SegmentPage } from '../segment/segment-file.ts';
import type { ValueDetail } from './value-detail.ts';
import { pageBitsOf, pageOf, ValuePageWriter } from './value-page.ts';

/** Of a field with so many values it is told whether they are worth their place: an enumeration's are not. */
const SAMPLE_VALUES = 1_024;
const MIN_DISTINCT = 16;
const FIRST_ENTRIES = 1_024;

/** A row as its distance from the base. */
export const MAX_DISTANCE = 0xffff;
/** A value of more rows is not listed: all rows may have it. */
const MAX_ROWS = 32;
const ROWS = MAX_DISTANCE + 1;

export class ValueBatch {
  documents = 0;
  /** What rows are counted from; -1: there is none yet. */
  base = -1;
  lastSeqNo = -1;
  /** Of all fields. */
  entries = 0;
  /** By ordinal; undefined where the field's values are too few to be worth it. */
  private readonly fields = new Map<number, FieldPostings | undefined>();

  /** Adds rows `from` to `to`, not included, of a batch whose texts still lie in its own heaps. */
  add(batch: RowBatch, from: number, to: number): void {
    const seqNos = batch.column('_seq', 'BIGINT');
    if (this.base < 0) this.base = seqNos.integer(from);
    this.lastSeqNo = seqNos.integer(to - 1);
    this.documents += to - from;
    for (const { ordinal, single, several } of batch.exactColumns()) {
      const known = this.fields.get(ordinal);
      if (known === undefined && this.fields.has(ordinal)) continue;
      const postings = known ?? new FieldPostings();
      const before = postings.count;
      for (let row = from; row < to; row += 1) {
        if (single?.isSet(row)) postings.add(single.hash(row), seqNos.integer(row) - this.base);
        const length = several?.lengths[row] ?? 0;
        if (several === undefined || length === 0) continue;
        const start = several.starts[row] ?? 0;
        for (let at = start; at < start + length; at += 1)
          postings.add(several.values.hash(at), seqNos.integer(row) - this.base);
      }
      if (postings.count === before) continue;
      const isDue = before < SAMPLE_VALUES && postings.count >= SAMPLE_VALUES;
      const isKept = !isDue || postings.distinctOf(SAMPLE_VALUES) >= MIN_DISTINCT;
      this.fields.set(ordinal, isKept ? postings : undefined);
      this.entries += isKept ? postings.count - before : -before;
    }
  }

  /** By ordinal, of all fields that have values. */
  get detail(): ValueDetail {
    const all = [[this.base, this.lastSeqNo]] as const;
    return new Map(
      Array.from(this.fields, ([field, postings]) => [
        field,
        postings === undefined ? { entries: 0, unknown: all } : { entries: postings.count, unknown: [] },
      ]),
    );
  }

  *pages(): Generator<SegmentPage> {
    for (const [field, postings] of this.fields)
      if (postings !== undefined) yield* postings.pages(field, this.lastSeqNo - this.base);
  }

  isRecorded(field: number): boolean {
    return !this.fields.has(field) || this.fields.get(field) !== undefined;
  }

  /** Sequence numbers of rows that have a value of this hash, some perhaps twice. */
  find(field: number, hash: number): number[] {
    return this.fields.get(field)?.find(hash, this.base) ?? [];
  }
}

class FieldPostings {
  count = 0;
  private hashes = new Uint32Array(FIRST_ENTRIES);
  private rows = new Uint16Array(FIRST_ENTRIES);

  add(hash: number, row: number): void {
    if (this.count === this.hashes.length) this.grow();
    this.hashes[this.count] = hash;
    this.rows[this.count] = row;
    this.count += 1;
  }

  private grow(): void {
    const hashes = new Uint32Array(this.hashes.length * 2);
    const rows = new Uint16Array(hashes.length);
    hashes.set(this.hashes);
    rows.set(this.rows);
    this.hashes = hashes;
    this.rows = rows;
  }

  /** Different hashes among the first ones. */
  distinctOf(values: number): number {
    const sorted = this.hashes.slice(0, values).sort();
    let distinct = 1;
    for (let at = 1; at < sorted.length; at += 1) if (sorted[at] !== sorted[at - 1]) distinct += 1;
    return distinct;
  }

  *pages(field: number, lastRow: number): Generator<SegmentPage> {
    const writer = new ValuePageWriter(field, pageBitsOf(this.count));
    const entries = this.sorted();
    for (let start = 0; start < entries.length; ) {
      const hash = hashOf(entries[start] ?? 0);
      let end = start + 1;
      while (end < entries.length && hashOf(entries[end] ?? 0) === hash) end += 1;
      let before = -1;
      for (let at = start; at < end && end - start <= MAX_ROWS; at += 1) {
        const row = (entries[at] ?? 0) % ROWS;
        if (row !== before) writer.add(hash, row, row);
        before = row;
      }
      if (end - start > MAX_ROWS) writer.add(hash, 0, lastRow);
      yield* writer.take(false);
      start = end;
    }
    yield* writer.take(true);
  }

  /** By hash, then by row, both as one number. First by the hash's upper bits: many short pieces are sorted sooner than all. */
  private sorted(): Float64Array {
    const { hashes, rows, count } = this;
    const bits = pageBitsOf(count);
    const ends = new Uint32Array(2 ** bits);
    for (let at = 0; at < count; at += 1) {
      const piece = pageOf(hashes[at] ?? 0, bits);
      ends[piece] = (ends[piece] ?? 0) + 1;
    }
    for (let piece = 1; piece < ends.length; piece += 1) ends[piece] = (ends[piece] ?? 0) + (ends[piece - 1] ?? 0);
    const entries = new Float64Array(count);
    const places = ends.slice();
    for (let at = count - 1; at >= 0; at -= 1) {
      const hash = hashes[at] ?? 0;
      const piece = pageOf(hash, bits);
      const place = (places[piece] ?? 0) - 1;
      places[piece] = place;
      entries[place] = hash * ROWS + (rows[at] ?? 0);
    }
    for (let piece = 0; piece < ends.length; piece += 1) entries.subarray(places[piece], ends[piece]).sort();
    return entries;
  }

  find(hash: number, base: number): number[] {
    const found: number[] = [];
    const { hashes, count } = this;
    for (let at = 0; at < count; at += 1) if (hashes[at] === hash) found.push(base + (this.rows[at] ?? 0));
    return found;
  }
}

function hashOf(entry: number): number {
  return Math.floor(entry / ROWS);
}
