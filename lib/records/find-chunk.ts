// records: which chunk of a dump holds a record: a search over the manifests, which are ordered by their first record.

import type { ChunkManifest } from '../chunk/manifest.ts';
import type { ObjectStore } from '../s3/object-store.ts';
import type { DumpObjects } from './dump-version.ts';
import { findManifest } from './read-manifest.ts';

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
  const read = (chunk: number) => findManifest(store, objects, chunk, signal);
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
