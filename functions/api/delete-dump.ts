// api: removes a dump: first what work starts from, then what was made of it, last the document that names it.

import { derivedRoot, resultsRoot, workRoot } from '../../lib/chunk/keys.ts';
import { deletePrefix } from '../../lib/s3/delete-prefix.ts';
import type { ApiDeps } from './api-deps.ts';

/**
 * Idempotent, and safe to repeat after a failure: the dump's document goes last, so that a half-deleted dump is still
 * there to delete. Without the object, a running stage finds nothing to read and acknowledges its message.
 */
export async function deleteDump(deps: Pick<ApiDeps, 'store' | 'dumps' | 'search'>, dumpId: string): Promise<void> {
  const dump = await deps.dumps.get(dumpId);
  if (dump !== undefined) await deps.store.delete([dump.key]);
  await deletePrefix(deps.store, workRoot(dumpId));
  await deletePrefix(deps.store, derivedRoot(dumpId));
  await deletePrefix(deps.store, resultsRoot(dumpId));
  await deps.search.deleteByDump(dumpId);
}
