// api: which chunk of a dump holds a record: a search over the manifests, which are ordered by their first record.

import { manifestKey } from '../../lib/chunk/keys.ts';
import { type ChunkManifest, manifestSchema } from '../../lib/chunk/manifest.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import type { ObjectStore } from '../../lib/s3/object-store.ts';

/** A manifest names its objects and interfaces: kilobytes. A capture with a million interfaces is refused by split. */
const MAX_MANIFEST_BYTES = 16 * 1024 * 1024;

export interface DumpObjects {
  readonly dumpId: string;
  readonly etag: string;
  /** Absent while split still reads. */
  readonly chunks: number | undefined;
}

/** The manifest of a chunk, undefined where split has not written it yet. */
export async function readManifest(
  store: ObjectStore,
  { dumpId, etag }: DumpObjects,
  chunk: number,
  signal: AbortSignal,
): Promise<ChunkManifest | undefined> {
  const key = manifestKey(dumpId, etag, chunk);
  try {
    const bytes = await store.get(key, { maxBytes: MAX_MANIFEST_BYTES, signal });
    return manifestSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'object-deleted') return undefined;
    throw error;
  }
}

/**
 * The chunk that holds the record, by bisection: 16 reads in a dump of 60,000 chunks. While split still reads, the
 * number of chunks is felt for by doubling. Undefined: no manifest reaches that far.
 */
export async function findChunk(
  store: ObjectStore,
  objects: DumpObjects,
  record: number,
  signal: AbortSignal,
): Promise<ChunkManifest | undefined> {
  const read = (chunk: number) => readManifest(store, objects, chunk, signal);
  let low = 0;
  let high = objects.chunks ?? 1;
  if (objects.chunks === undefined) {
    while (await startsAtOrBefore(read, high, record)) {
      low = high;
      high *= 2;
    }
  }
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (await startsAtOrBefore(read, middle, record)) low = middle;
    else high = middle;
  }
  const found = await read(low);
  return found !== undefined && record < found.firstRecord + found.records ? found : undefined;
}

async function startsAtOrBefore(
  read: (chunk: number) => Promise<ChunkManifest | undefined>,
  chunk: number,
  record: number,
): Promise<boolean> {
  const manifest = await read(chunk);
  return manifest !== undefined && manifest.firstRecord <= record;
}
