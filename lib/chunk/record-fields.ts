// chunk: the one description of a chunk's record columns: where each record lies, its time, and its flow.

import type { Columns, FieldType } from '../flow/flow-fields.ts';

/** Bumped whenever a column's meaning changes; stands in every record object. */
export const RECORD_SCHEMA_VERSION = 1;

/** One row per record of the chunk, in the dump's order. */
export const RECORD_FIELDS = {
  /** Offset of the record (header or block) from the chunk's offset, and its length, in bytes. */
  offset: 'u32',
  recordLength: 'u32',
  /** First captured byte from the record's own offset. */
  dataOffset: 'u16',
  capturedLength: 'u32',
  originalLength: 'u32',
  seconds: 'f64',
  nanoseconds: 'u32',
  interfaceId: 'u32',
  /** 0 = sent by the flow's source, 1 = by its destination, 2 = in no flow. */
  direction: 'u8',
  /** Number of the first record of its flow, or -1: in no flow. */
  flow: 'f64',
  /** Index into DECODE_REASONS. */
  reason: 'u8',
} as const satisfies Record<string, FieldType>;

export interface ChunkRecords {
  readonly count: number;
  readonly columns: Columns<typeof RECORD_FIELDS>;
}
