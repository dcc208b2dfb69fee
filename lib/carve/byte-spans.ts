// carve: which bytes of a chunk to fetch for chosen records: neighbours in one request where what lies between is small.

import type { Columns } from '../flow/flow-fields.ts';

/** Where records lie, as the record columns say it. */
export type RecordPlaces = Pick<Columns<{ offset: 'u32'; recordLength: 'u32' }>, 'offset' | 'recordLength'>;

export interface SpanLimits {
  /** Bytes between two chosen records that are fetched with them: less than what another request costs. */
  readonly maxGapBytes: number;
  /** Bytes of one request; a record that is longer is fetched alone. */
  readonly maxSpanBytes: number;
}

/** The chosen rows `rows[first … end)` lie in the bytes [offset, offset + length) from the chunk's offset. */
export interface ByteSpan {
  readonly first: number;
  readonly end: number;
  readonly offset: number;
  readonly length: number;
}

/** Measured against the embedded bucket and S3's usual 20 ms: LIMITS.md. */
export const SPAN_LIMITS: SpanLimits = { maxGapBytes: 128 * 1024, maxSpanBytes: 2 * 1024 * 1024 };

/** `rows` ascend. Every chosen record lies whole in exactly one span. */
export function planSpans(places: RecordPlaces, rows: ArrayLike<number>, limits: SpanLimits): readonly ByteSpan[] {
  const spans: ByteSpan[] = [];
  for (let at = 0; at < rows.length; ) {
    const first = at;
    const offset = beginOf(places, rows[at]);
    let end = endOf(places, rows[at]);
    for (at += 1; at < rows.length; at += 1) {
      const begin = beginOf(places, rows[at]);
      if (begin < offset || begin - end > limits.maxGapBytes) break;
      if (endOf(places, rows[at]) - offset > limits.maxSpanBytes) break;
      end = Math.max(end, endOf(places, rows[at]));
    }
    spans.push({ first, end: at, offset, length: end - offset });
  }
  return spans;
}

function beginOf({ offset }: RecordPlaces, row = 0): number {
  return offset[row] ?? 0;
}

function endOf(places: RecordPlaces, row = 0): number {
  return beginOf(places, row) + (places.recordLength[row] ?? 0);
}
