// retention: removes once more what belongs to deleted dumps: an hour after they went, and when their tombstones end.

import { tombstoneKey } from '../chunk/keys.ts';
import type { DumpRegister } from '../dump/dump-register.ts';
import type { SearchIndex } from '../opensearch/search-index.ts';
import type { ObjectStore } from '../s3/object-store.ts';
import { deleteRemains } from './delete-dump.ts';
import { dueSweep, readTombstones, writeTombstone } from './tombstone.ts';

export interface SweepDeps {
  readonly store: Pick<ObjectStore, 'list' | 'delete' | 'get' | 'put'>;
  readonly dumps: Pick<DumpRegister, 'get'>;
  readonly search: Pick<SearchIndex, 'deleteByDump' | 'deleteOtherAttempts'>;
  readonly clock: () => Date;
}

/** Resolves to how many were swept, or would be. */
export async function sweepDeleted(
  deps: SweepDeps,
  { dryRun, signal }: { readonly dryRun: boolean; readonly signal: AbortSignal },
): Promise<number> {
  let swept = 0;
  for await (const tombstone of readTombstones(deps.store, signal)) {
    const due = dueSweep(tombstone, deps.clock());
    if (due === 'none') continue;
    swept += 1;
    if (dryRun) continue;
    const present = await deps.dumps.get(tombstone.dumpId);
    // Under the same key there is a dump again: its objects may have the very names, its documents have its attempt.
    if (present === undefined) await deleteRemains(deps, tombstone.dumpId);
    else if (present.attempt !== undefined) await deps.search.deleteOtherAttempts(tombstone.dumpId, present.attempt);
    if (due === 'last') await deps.store.delete([tombstoneKey(tombstone.dumpId)]);
    else await writeTombstone(deps.store, { ...tombstone, swept: true });
  }
  return swept;
}
