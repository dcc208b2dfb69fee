// model: some features of a flow that belong together: their names, and how they are written from the flows' columns.

import type { FlowRows, VariableColumn } from '../flow/flow-fields.ts';

export type FlowColumns = FlowRows['columns'];

/** Puts a group's values of one row at out[at], out[at + 1], …, as many as the group has names. */
export type FeatureWriter = (row: number, out: Float32Array, at: number) => void;

export interface FeatureGroup {
  readonly names: readonly string[];
  /** A writer over these columns; columns are looked up once, not per row. */
  bind(columns: FlowColumns): FeatureWriter;
}

/** Row i of a binary column as a view, at most `limit` bytes. */
export function bytesAt(column: VariableColumn<Uint8Array>, row: number, limit: number): Uint8Array {
  const start = column.offsets[row] ?? 0;
  const end = column.offsets[row + 1] ?? start;
  return column.values.subarray(start, Math.min(end, start + limit));
}
