// infer: what split left of a chunk: its manifest, the rows of the flows that touch it, and its record columns.

import { FLOW_METADATA, RECORD_METADATA } from '../../lib/chunk/column-metadata.ts';
import { decodeColumns } from '../../lib/chunk/columns.ts';
import { manifestKey } from '../../lib/chunk/keys.ts';
import { type ChunkManifest, manifestSchema } from '../../lib/chunk/manifest.ts';
import type { ChunkMessage } from '../../lib/chunk/message.ts';
import { type ChunkRecords, RECORD_FIELDS } from '../../lib/chunk/record-fields.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import { FLOW_FIELDS, FLOW_SCHEMA_VERSION, type FlowRows } from '../../lib/flow/flow-fields.ts';
import type { ObjectStore } from '../../lib/s3/object-store.ts';

const MEBIBYTE = 1024 * 1024;
const MAX_MANIFEST_BYTES = 4 * MEBIBYTE;
/** Compressed; decodeColumns bounds what comes out. */
const MAX_OBJECT_BYTES = 128 * MEBIBYTE;

/** @throws PipelineError `invalid-object` when it fits no schema or another version of the code made the rows. */
export async function readManifest(
  store: ObjectStore,
  message: ChunkMessage,
  signal: AbortSignal,
): Promise<ChunkManifest> {
  const key = manifestKey(message.dumpId, message.etag, message.chunk);
  const bytes = await store.get(key, { maxBytes: MAX_MANIFEST_BYTES, signal });
  const result = manifestSchema.safeParse(parseJson(bytes));
  if (!result.success) throw invalid(`manifest ${key}: it fits no schema`, result.error);
  const { flowSchemaVersion } = result.data;
  if (flowSchemaVersion !== FLOW_SCHEMA_VERSION) {
    throw invalid(`manifest ${key}: flow rows of version ${flowSchemaVersion}; this code reads ${FLOW_SCHEMA_VERSION}`);
  }
  return result.data;
}

/** The rows in the order they were spilled, one object in memory at a time. */
export async function* readFlowRows(
  store: ObjectStore,
  manifest: ChunkManifest,
  signal: AbortSignal,
): AsyncGenerator<FlowRows> {
  for (const key of manifest.rowObjects) {
    const bytes = await store.get(key, { maxBytes: MAX_OBJECT_BYTES, signal });
    yield await decodeColumns(FLOW_FIELDS, bytes, FLOW_METADATA);
  }
}

export async function readRecords(
  store: ObjectStore,
  recordObject: string,
  signal: AbortSignal,
): Promise<ChunkRecords> {
  const bytes = await store.get(recordObject, { maxBytes: MAX_OBJECT_BYTES, signal });
  return decodeColumns(RECORD_FIELDS, bytes, RECORD_METADATA);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch {
    return undefined;
  }
}

function invalid(message: string, cause?: unknown): PipelineError {
  return new PipelineError('invalid-object', message, { permanent: true, cause });
}
