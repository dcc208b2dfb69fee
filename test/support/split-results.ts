// support: everything a pass over a capture gives, decoded, for tests that look at it whole.

import { FLOW_METADATA, RECORD_METADATA } from '../../lib/chunk/column-metadata.ts';
import { decodeColumns } from '../../lib/chunk/columns.ts';
import { type ChunkRecords, RECORD_FIELDS } from '../../lib/chunk/record-fields.ts';
import { splitCapture } from '../../lib/chunk/split-capture.ts';
import type { SplitOptions } from '../../lib/chunk/split-options.ts';
import type { CompleteChunk, SplitOutput, SplitTotals } from '../../lib/chunk/split-output.ts';
import { FLOW_FIELDS, type FlowField } from '../../lib/flow/flow-fields.ts';

export type PlainRow = Readonly<Record<FlowField, number | readonly number[]>>;

export interface SplitResults {
  readonly outputs: readonly SplitOutput[];
  readonly totals: SplitTotals;
  readonly manifests: readonly CompleteChunk[];
  /** By chunk. */
  readonly records: ReadonlyMap<number, ChunkRecords>;
  readonly rows: ReadonlyMap<number, readonly PlainRow[]>;
}

/** Pieces of `pieceBytes`; 64 KiB where left out. */
export async function* pieces(bytes: Uint8Array, pieceBytes = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.slice(at, at + pieceBytes);
}

export async function splitAll(source: AsyncIterable<Uint8Array>, options: SplitOptions = {}): Promise<SplitResults> {
  const outputs: SplitOutput[] = [];
  const records = new Map<number, ChunkRecords>();
  const rows = new Map<number, PlainRow[]>();
  for await (const output of splitCapture(source, options)) {
    outputs.push(output);
    if (output.kind === 'record-object') {
      records.set(output.chunk, await decodeColumns(RECORD_FIELDS, output.bytes, RECORD_METADATA));
    } else if (output.kind === 'row-object') {
      rows.set(output.chunk, [...(rows.get(output.chunk) ?? []), ...(await plainRows(output.bytes))]);
    }
  }
  const totals = outputs.find((output) => output.kind === 'totals');
  if (totals === undefined) throw new Error('no totals');
  return { outputs, totals, records, rows, manifests: outputs.filter((output) => output.kind === 'manifest') };
}

export async function plainRows(bytes: Uint8Array): Promise<PlainRow[]> {
  const { count, columns } = await decodeColumns(FLOW_FIELDS, bytes, FLOW_METADATA);
  return Array.from({ length: count }, (_, row) => {
    const entries = Object.entries(columns).map(([name, column]) => {
      if (!('offsets' in column)) return [name, column[row]];
      return [name, [...column.values.subarray(column.offsets[row], column.offsets[row + 1])]];
    });
    return Object.fromEntries(entries) as PlainRow; // one entry per field of the schema
  });
}

/** Rows of the flows that begin in the chunk. */
export function ownRowsOf({ rows }: SplitResults, chunk: number): readonly PlainRow[] {
  return (rows.get(chunk) ?? []).filter((row) => row.firstChunk === chunk);
}

/** Each flow's row once, from the chunk it begins in, in the order of first records. */
export function ownRows(results: SplitResults): readonly PlainRow[] {
  return [...results.rows.keys()]
    .flatMap((chunk) => ownRowsOf(results, chunk))
    .sort((a, b) => Number(a.record) - Number(b.record));
}
