// retention: what the plans say, done, or only told; the same for the stage and for the API.

import { parseDumpDocument } from '../document/dump-document.ts';
import type { Dump } from '../dump/dump.ts';
import type { Log } from '../log/log.ts';
import type { GenerationStore } from '../opensearch/generations.ts';
import type { SearchIndex } from '../opensearch/search-index.ts';
import { type DeleteDumpDeps, deleteDump } from './delete-dump.ts';
import { expireHunts } from './expire-hunts.ts';
import { type GenerationPolicy, planGenerations } from './generation-plan.ts';
import { type Expiry, planRetention, type RetentionPolicy } from './retention-plan.ts';
import { type SweepDeps, sweepDeleted } from './sweep-deleted.ts';

export interface ExpireDeps extends DeleteDumpDeps, SweepDeps {
  readonly store: DeleteDumpDeps['store'] & SweepDeps['store'];
  readonly search: SweepDeps['search'] & Pick<SearchIndex, 'search'>;
  readonly generations: GenerationStore;
  readonly policy: RetentionPolicy & { readonly generations: GenerationPolicy };
  readonly log: Log;
  readonly clock: () => Date;
}

export interface ExpireReport {
  readonly dryRun: boolean;
  /** Removed, or what a run would remove now. */
  readonly expired: readonly {
    readonly id: string;
    readonly name: string;
    readonly createdAt: string;
    readonly sizeBytes: number;
    readonly reason: 'age' | 'size';
  }[];
  /** Further ones, for the next run. */
  readonly left: number;
  readonly kept: number;
  readonly keptBytes: number;
  /** Ids: as old as a dump may be, or a dump of theirs is gone. */
  readonly expiredHunts: readonly string[];
  /** Dumps deleted before, whose remains were looked for once more. */
  readonly swept: number;
  readonly begunGeneration: string | null;
  readonly droppedGenerations: readonly string[];
}

/** Dumps one run removes: what a function has time for. */
const MAX_REMOVED = 100;
const PAGE = 1_000;

/** Every dump there is. One whose document does not read stays: nothing is removed that is not understood. */
async function everyDump({ search, log }: ExpireDeps, signal: AbortSignal) {
  const dumps: Dump[] = [];
  const unread: string[] = [];
  let after: readonly unknown[] | undefined;
  do {
    const sort = [{ 'smartids.dump.id': { order: 'asc' } }];
    const body = { query: { match_all: {} }, size: PAGE, sort, ...(after !== undefined && { search_after: after }) };
    const { hits } = await search.search('dumps', body, { signal });
    for (const { id, source } of hits) {
      try {
        dumps.push(parseDumpDocument(source));
      } catch (error) {
        unread.push(id);
        log.warn({ dumpId: id, err: error }, 'a dump that does not read is kept');
      }
    }
    after = hits.length < PAGE ? undefined : hits.at(-1)?.sort;
  } while (after !== undefined);
  return { dumps, unread };
}

/** False where the dump went on since the plan was made: another analysis began, or somebody deleted it. */
async function removeDump(deps: ExpireDeps, { dump, reason }: Expiry): Promise<boolean> {
  const { id, attempt, createdAt } = dump;
  const present = await deps.dumps.get(id);
  if (present?.attempt !== attempt || present?.createdAt !== createdAt) return false;
  await deleteDump(deps, id);
  deps.log.info({ dumpId: id, reason, createdAt }, 'dump expired');
  return true;
}

export async function expireDumps(
  deps: ExpireDeps,
  { dryRun, signal }: { readonly dryRun: boolean; readonly signal: AbortSignal },
): Promise<ExpireReport> {
  const { dumps, unread } = await everyDump(deps, signal);
  const plan = planRetention(dumps, deps.policy, deps.clock());
  const expired: Expiry[] = [];
  for (const expiry of plan.expired.slice(0, MAX_REMOVED)) {
    signal.throwIfAborted();
    if (dryRun || (await removeDump(deps, expiry))) expired.push(expiry);
  }
  const swept = await sweepDeleted(deps, { dryRun, signal });
  const gone = new Set(expired.map(({ dump }) => dump.id));
  const staying = dumps.filter(({ id }) => !gone.has(id));
  const present = new Set([...unread, ...staying.map(({ id }) => id)]);
  const expiredHunts = await expireHunts(deps, present, { dryRun, signal });
  const all = await deps.generations.list();
  // What is not known to be needless is needed.
  const named = unread.length > 0 ? all.map(({ name }) => name) : staying.map(({ generation }) => generation);
  const generations = planGenerations(all, new Set(named), deps.policy.generations, deps.clock());
  if (!dryRun) {
    if (generations.next !== undefined) await deps.generations.begin(generations.next);
    for (const name of generations.dropped) await deps.generations.drop(name);
  }
  return {
    dryRun,
    expired: expired.map(({ dump: { id, name, createdAt, sizeBytes = 0 }, reason }) => ({
      ...{ id, name, createdAt, sizeBytes, reason },
    })),
    left: plan.expired.length - expired.length,
    kept: plan.kept,
    keptBytes: plan.keptBytes,
    expiredHunts,
    swept,
    begunGeneration: generations.next ?? null,
    droppedGenerations: generations.dropped,
  };
}
