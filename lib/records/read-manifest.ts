// records: a chunk's manifest, read back from the bucket.

import { manifestKey } from '../chunk/keys.ts';
import { type ChunkManifest, manifestSchema } from '../chunk/manifest.ts';
import { PipelineError } from '../errors/pipeline-error.ts';
import type { ObjectStore } from '../s3/object-store.ts';
import type { DumpObjects } from './dump-version.ts';

/** A manifest names its objects and interfaces: kilobytes. A capture with a million interfaces is refused by split. */
const MAX_MANIFEST_BYTES = 16 * 1024 * 1024;

type Version = Pick<DumpObjects, 'dumpId' | 'etag'>;

/** @throws PipelineError `object-deleted` where there is none, `invalid-object`, permanent, where it fits no schema. */
export async function readManifest(
  store: ObjectStore,
  { dumpId, etag }: Version,
  chunk: number,
  signal?: AbortSignal,
): Promise<ChunkManifest> {
  const key = manifestKey(dumpId, etag, chunk);
  return parseManifest(key, await store.get(key, { maxBytes: MAX_MANIFEST_BYTES, ...(signal && { signal }) }));
}

/** The manifest of a chunk, undefined where split has not written it yet. */
export async function findManifest(
  store: ObjectStore,
  version: Version,
  chunk: number,
  signal?: AbortSignal,
): Promise<ChunkManifest | undefined> {
  try {
    return await readManifest(store, version, chunk, signal);
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'object-deleted') return undefined;
    throw error;
  }
}

function parseManifest(key: string, bytes: Uint8Array): ChunkManifest {
  try {
    return manifestSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (cause) {
    throw new PipelineError('invalid-object', `manifest ${key}: it fits no schema`, { permanent: true, cause });
  }
}
