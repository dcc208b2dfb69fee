// retention: removes a dump: first what work starts from, then what was made of it, last the document that names it.

import { derivedRoot, resultsRoot, workRoot } from '../chunk/keys.ts';
import type { DumpRegister } from '../dump/dump-register.ts';
import type { SearchIndex } from '../opensearch/search-index.ts';
import { deletePrefix } from '../s3/delete-prefix.ts';
import type { ObjectStore } from '../s3/object-store.ts';
import { writeTombstone } from './tombstone.ts';

export interface DeleteDumpDeps {
  readonly store: Pick<ObjectStore, 'list' | 'delete' | 'put'>;
  readonly dumps: Pick<DumpRegister, 'get'>;
  readonly search: Pick<SearchIndex, 'deleteByDump'>;
  readonly clock: () => Date;
}

/**
 * Idempotent, and safe to repeat after a failure: the dump's document goes last, so that a half-deleted dump is still
 * there to delete. Without the object, a running stage finds nothing to read and acknowledges its message; what it
 * writes all the same is swept by its tombstone.
 */
export async function deleteDump(deps: DeleteDumpDeps, dumpId: string): Promise<void> {
  const dump = await deps.dumps.get(dumpId);
  if (dump !== undefined) {
    await writeTombstone(deps.store, { dumpId, deletedAt: deps.clock().toISOString(), swept: false });
    await deps.store.delete([dump.key]);
  }
  await deleteRemains(deps, dumpId);
}

/** Everything but the dump's own object. */
export async function deleteRemains(
  deps: { readonly store: Pick<ObjectStore, 'list' | 'delete'>; readonly search: Pick<SearchIndex, 'deleteByDump'> },
  dumpId: string,
): Promise<void> {
  await deletePrefix(deps.store, workRoot(dumpId));
  await deletePrefix(deps.store, derivedRoot(dumpId));
  await deletePrefix(deps.store, resultsRoot(dumpId));
  await deps.search.deleteByDump(dumpId);
}
