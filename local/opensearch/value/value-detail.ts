// local/opensearch/value: what a segment knows of each field beside its pages: how many entries, and of which rows nothing.
import type { Segment } from '../segment/segment-file.ts';
import { joinedRanges } from './row-set.ts';

export interface FieldDetail {
  /** At most. */
  readonly entries: number;
  /** Rows, from and to, both included, by sequence number, whose values were not recorded. */
  readonly unknown: readonly (readonly [number, number])[];
}

/** By the fields' ordinals; of other fields no row has a value. */
export type ValueDetail = ReadonlyMap<number, FieldDetail>;

export function encodeDetail(detail: ValueDetail): Uint8Array {
  return Buffer.from(JSON.stringify([...detail].map(([field, { entries, unknown }]) => [field, entries, unknown])));
}

export function decodeDetail({ detail }: Segment): ValueDetail {
  // written by encodeDetail, into a file of ours
  const stored = JSON.parse(Buffer.from(detail).toString()) as [number, number, [number, number][]][];
  return new Map(stored.map(([field, entries, unknown]) => [field, { entries, unknown }]));
}

/** Of a segment that has all rows of these, which are in order. */
export function mergedDetail(details: readonly ValueDetail[]): ValueDetail {
  const merged = new Map<number, FieldDetail>();
  for (const detail of details) {
    for (const [field, { entries, unknown }] of detail) {
      const before = merged.get(field);
      merged.set(field, {
        entries: (before?.entries ?? 0) + entries,
        unknown: joinedRanges([...(before?.unknown ?? []), ...unknown]),
      });
    }
  }
  return merged;
}
