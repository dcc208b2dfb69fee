// carve: chosen records as a capture file: what every format's encoder does.

import { PipelineError } from '../errors/pipeline-error.ts';
import type { SourceInterface } from './capture-format.ts';
import type { ChunkSelection, RecordPiece } from './record-piece.ts';

/** What it gives, one after the other, is a whole file; the bytes are the receiver's. */
export interface CaptureEncoder {
  begin(): Uint8Array;
  /** The piece's records, in order. */
  encode(piece: RecordPiece): Uint8Array;
  end(): Uint8Array;
}

export const NO_BYTES = new Uint8Array(0);

/** By list: selections of one chunk share theirs, and a hostile capture has 65,536 of them. */
const byId = new WeakMap<ChunkSelection['interfaces'], ReadonlyMap<number, SourceInterface>>();

/** @throws PipelineError `invalid-object`: columns and manifest contradict each other. */
export function interfaceOf({ interfaces, place }: ChunkSelection, id: number): SourceInterface {
  const known = byId.get(interfaces) ?? new Map(interfaces.map((one) => [one.id, one]));
  byId.set(interfaces, known);
  const found = known.get(id);
  if (found !== undefined) return found;
  throw new PipelineError('invalid-object', `the chunk at ${place.offset} has no interface ${id}`, { permanent: true });
}

export function contradiction({ place }: ChunkSelection, row: number): PipelineError {
  const message = `record ${place.firstRecord + row}: its bytes are not what its columns say`;
  return new PipelineError('invalid-object', message, { permanent: true });
}
