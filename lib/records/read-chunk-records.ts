// records: a chunk's record columns, read back from the bucket.

import { RECORD_METADATA } from '../chunk/column-metadata.ts';
import { decodeColumns } from '../chunk/columns.ts';
import { type ChunkRecords, RECORD_FIELDS } from '../chunk/record-fields.ts';
import type { ObjectStore } from '../s3/object-store.ts';

/** Compressed; decodeColumns bounds what comes out. */
const MAX_RECORD_OBJECT_BYTES = 128 * 1024 * 1024;

export async function readChunkRecords(
  store: ObjectStore,
  recordObject: string,
  signal: AbortSignal,
): Promise<ChunkRecords> {
  const object = await store.get(recordObject, { maxBytes: MAX_RECORD_OBJECT_BYTES, signal });
  return decodeColumns(RECORD_FIELDS, object, RECORD_METADATA);
}
