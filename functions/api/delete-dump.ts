// api: removes a dump: first what work starts from, then what was made of it, last the document that names it.

import { derivedRoot, resultsRoot } from '../../lib/chunk/keys.ts';
import type { ObjectStore } from '../../lib/s3/object-store.ts';
import type { ApiDeps } from './api-deps.ts';

const DELETE_BATCH = 1000;

/**
 * Idempotent, and safe to repeat after a failure: the dump's document goes last, so that a half-deleted dump is still
 * there to delete. Without the object, a running stage finds nothing to read and acknowledges its message.
 */
export async function deleteDump(deps: Pick<ApiDeps, 'store' | 'dumps' | 'search'>, dumpId: string): Promise<void> {
  const dump = await deps.dumps.get(dumpId);
  if (dump !== undefined) await deps.store.delete([dump.key]);
  await deletePrefix(deps.store, derivedRoot(dumpId));
  await deletePrefix(deps.store, resultsRoot(dumpId));
  await deps.search.deleteByDump(dumpId);
}

async function deletePrefix(store: ObjectStore, prefix: string): Promise<void> {
  let batch: string[] = [];
  for await (const { key } of store.list(prefix)) {
    batch.push(key);
    if (batch.length < DELETE_BATCH) continue;
    await store.delete(batch);
    batch = [];
  }
  if (batch.length > 0) await store.delete(batch);
}
