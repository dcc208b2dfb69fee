// hunt: a match with what it takes to find it again and to see what it is.

import type { RecordPiece } from '../../lib/carve/record-piece.ts';
import type { HuntMatch } from '../../lib/hunt/hunt.ts';
import { CONTEXT_BYTES, MAX_SHOWN_BYTES } from '../../lib/hunt/limits.ts';

/** `start` and `length`: in the record's captured bytes; of a long match the first bytes are shown. */
export function createMatch(
  { selection, offset, bytes }: RecordPiece,
  dump: number,
  row: number,
  start: number,
  length: number,
): HuntMatch {
  const { columns } = selection.records;
  const begin = (columns.offset[row] ?? 0) + (columns.dataOffset[row] ?? 0) - offset;
  const captured = columns.capturedLength[row] ?? 0;
  const from = Math.max(0, start - CONTEXT_BYTES);
  const to = Math.min(captured, start + Math.min(length, MAX_SHOWN_BYTES) + CONTEXT_BYTES);
  return {
    dump,
    record: selection.place.firstRecord + row,
    flow: columns.flow[row] ?? -1,
    direction: columns.direction[row] ?? 2,
    seconds: columns.seconds[row] ?? 0,
    nanoseconds: columns.nanoseconds[row] ?? 0,
    offset: start,
    length,
    context: Buffer.from(bytes.subarray(begin + from, begin + to)).toString('base64'),
    contextStart: start - from,
  };
}
