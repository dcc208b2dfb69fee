// split: removes what was derived from older versions of a dump's object.

import { derivedPrefix, derivedRoot } from '../../lib/chunk/keys.ts';
import type { Analysis } from './begin-analysis.ts';
import type { SplitDeps } from './split-deps.ts';

const DELETE_BATCH = 1000;

export async function deleteOldVersions({ store }: Pick<SplitDeps, 'store'>, analysis: Analysis): Promise<void> {
  if (analysis.isFirst) return;
  const present = derivedPrefix(analysis.dumpId, analysis.etag);
  let batch: string[] = [];
  for await (const { key } of store.list(derivedRoot(analysis.dumpId))) {
    if (key.startsWith(present)) continue;
    batch.push(key);
    if (batch.length < DELETE_BATCH) continue;
    await store.delete(batch);
    batch = [];
  }
  if (batch.length > 0) await store.delete(batch);
}
