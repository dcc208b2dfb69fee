// infer: what split left of a chunk: its manifest, and the rows of the flows that touch it.

import { FLOW_METADATA } from '../../lib/chunk/column-metadata.ts';
import { decodeColumns } from '../../lib/chunk/columns.ts';
import type { ChunkManifest } from '../../lib/chunk/manifest.ts';
import type { ChunkMessage } from '../../lib/chunk/message.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import { FLOW_FIELDS, FLOW_SCHEMA_VERSION, type FlowRows } from '../../lib/flow/flow-fields.ts';
import { readManifest as readChunkManifest } from '../../lib/records/read-manifest.ts';
import type { ObjectStore } from '../../lib/s3/object-store.ts';

/** Compressed; decodeColumns bounds what comes out. */
const MAX_OBJECT_BYTES = 128 * 1024 * 1024;

/** @throws PipelineError `invalid-object` when it fits no schema or another version of the code made the rows. */
export async function readManifest(
  store: ObjectStore,
  message: ChunkMessage,
  signal: AbortSignal,
): Promise<ChunkManifest> {
  const manifest = await readChunkManifest(store, message, message.chunk, signal);
  const { flowSchemaVersion } = manifest;
  if (flowSchemaVersion !== FLOW_SCHEMA_VERSION) {
    const versions = `flow rows of version ${flowSchemaVersion}; this code reads ${FLOW_SCHEMA_VERSION}`;
    throw new PipelineError('invalid-object', `manifest of chunk ${message.chunk}: ${versions}`, { permanent: true });
  }
  return manifest;
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
