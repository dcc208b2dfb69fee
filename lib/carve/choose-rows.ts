// carve: which records of a chunk belong to what was asked for.

import type { ChunkRecords } from '../chunk/record-fields.ts';

export const CARVE_DIRECTIONS = ['both', 'source', 'destination'] as const;
/** Which side of a flow sent the packets. */
export type CarveDirection = (typeof CARVE_DIRECTIONS)[number];

/** `direction` in the columns; 2 is a record in no flow. */
const CODES: Readonly<Record<CarveDirection, number>> = { source: 0, destination: 1, both: -1 };

/** Rows of records of these flows (numbers of their first records), ascending. */
export function chooseFlowRows(
  { count, columns }: ChunkRecords,
  flows: ReadonlySet<number>,
  direction: CarveDirection,
): Uint32Array {
  const code = CODES[direction];
  const [only = -1] = flows;
  const rows = new Uint32Array(count);
  let found = 0;
  for (let row = 0; row < count; row += 1) {
    const flow = columns.flow[row] ?? -1;
    if (flow < 0 || (flows.size === 1 ? flow !== only : !flows.has(flow))) continue;
    if (code >= 0 && columns.direction[row] !== code) continue;
    rows[found] = row;
    found += 1;
  }
  return rows.slice(0, found);
}

/** Rows of these records (numbers in the chunk, ascending). */
export function chooseRecordRows(
  { count, columns }: ChunkRecords,
  numbers: readonly number[],
  direction: CarveDirection,
): Uint32Array {
  const code = CODES[direction];
  return Uint32Array.from(numbers.filter((row) => row < count && (code < 0 || columns.direction[row] === code)));
}
