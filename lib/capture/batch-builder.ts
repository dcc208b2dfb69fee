// capture: the one batch a reader fills again and again, and hands out as a RecordBatch.
import type { RecordBatch } from './record-batch.ts';

/** The writable side of a RecordBatch: parsers fill its columns at index `count`. */
export interface BatchBuilder extends RecordBatch {
  firstRecord: number;
  count: number;
  member: number;
  bytes: Uint8Array;
  readonly capacity: number;
}

export function createBatchBuilder(capacity: number): BatchBuilder {
  return {
    capacity,
    firstRecord: 0,
    count: 0,
    member: 0,
    bytes: new Uint8Array(0),
    start: new Uint32Array(capacity),
    capturedLength: new Uint32Array(capacity),
    originalLength: new Uint32Array(capacity),
    offset: new Float64Array(capacity),
    recordLength: new Uint32Array(capacity),
    seconds: new Float64Array(capacity),
    nanoseconds: new Uint32Array(capacity),
    interfaceId: new Uint32Array(capacity),
  };
}
