// support: a capture split by the split stage's own storing, its objects put where the other stages read them.

import { createHash } from 'node:crypto';
import { storeChunks } from '../../functions/split/store-chunks.ts';
import type { ChunkOptions } from '../../lib/chunk/chunk-builder.ts';
import { splitCapture } from '../../lib/chunk/split-capture.ts';
import type { SplitTotals } from '../../lib/chunk/split-output.ts';
import type { ObjectStore } from '../../lib/s3/object-store.ts';
import { createMemoryDumpRegister } from './memory-dump-register.ts';
import { pieces } from './split-results.ts';

/** Puts the capture under `key` and everything split makes of it where it belongs; its messages go nowhere. */
export async function splitIntoStore(
  store: ObjectStore,
  capture: Uint8Array,
  dump: { readonly id: string; readonly key: string },
  chunks: ChunkOptions,
): Promise<{ readonly etag: string; readonly totals: SplitTotals }> {
  const etag = createHash('md5').update(capture).digest('hex');
  await store.put(dump.key, capture);
  const startedAt = new Date();
  const totals = await storeChunks(
    { store, dumps: createMemoryDumpRegister(), queue: { send: async () => undefined }, clock: () => startedAt },
    {
      dumpId: dump.id,
      etag,
      attempt: '22222222-2222-4222-8222-222222222222',
      run: 1,
      key: dump.key,
      sizeBytes: capture.length,
      generation: '000001',
      startedAt,
    },
    splitCapture(pieces(capture), { chunks }),
    () => Promise.reject(new Error('nobody asked the pass to pause')),
  );
  if (totals === undefined) throw new Error('the pass ended without totals');
  return { etag, totals };
}
