// index: the progress document of a chunk whose documents could not be indexed, naming its bytes.

import { manifestKey } from '../../lib/chunk/keys.ts';
import { manifestSchema } from '../../lib/chunk/manifest.ts';
import type { Progress } from '../../lib/dump/progress.ts';
import type { ObjectStore } from '../../lib/s3/object-store.ts';

const MAX_MANIFEST_BYTES = 16 * 1024 * 1024;

export type ChunkReference = Pick<Progress, 'dumpId' | 'etag' | 'attempt' | 'run' | 'chunk'>;

/** Where the chunk lies in the dump; zeros where its manifest cannot be read. */
export async function chunkBytes(
  store: ObjectStore,
  { dumpId, etag, chunk }: ChunkReference,
): Promise<{ readonly offset: number; readonly length: number }> {
  try {
    const bytes = await store.get(manifestKey(dumpId, etag, chunk), { maxBytes: MAX_MANIFEST_BYTES });
    const { offset, length } = manifestSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    return { offset, length };
  } catch {
    return { offset: 0, length: 0 };
  }
}

export function indexedProgress(
  { dumpId, etag, attempt, run, chunk }: ChunkReference,
  outcome: { readonly documents: number; readonly seconds: number; readonly gap?: NonNullable<Progress['gap']> },
): Progress {
  return {
    dumpId,
    etag,
    attempt,
    run,
    chunk,
    stage: 'indexed',
    scored: {},
    notScored: {},
    detections: {},
    ...outcome,
  };
}
