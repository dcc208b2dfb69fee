// retention: hunts go with their dumps: what they found are bytes of these.

import { isPermanent } from '../errors/pipeline-error.ts';
import type { Hunt } from '../hunt/hunt.ts';
import { HUNT_JOBS, huntJobKey, huntOfKey, huntResultsRoot } from '../hunt/hunt-keys.ts';
import { findHunt } from '../hunt-store/hunt-store.ts';
import { deletePrefix } from '../s3/delete-prefix.ts';
import type { ObjectStore } from '../s3/object-store.ts';
import { DAY_MS, type RetentionPolicy } from './retention-plan.ts';

export interface ExpireHuntsDeps {
  readonly store: Pick<ObjectStore, 'list' | 'delete' | 'get'>;
  readonly policy: RetentionPolicy;
  readonly clock: () => Date;
}

/** A hunt that began while the dumps were listed may name one that is not on the list. */
const GRACE_MS = 3_600_000;

/** One is past its time when it is as old as a dump may be, or one of its dumps is gone. */
function isPast({ createdAt, dumps }: Hunt, { policy, clock }: ExpireHuntsDeps, present: ReadonlySet<string>): boolean {
  const ageMs = clock().getTime() - Date.parse(createdAt);
  if (ageMs > (policy.maxAgeDays ?? Number.POSITIVE_INFINITY) * DAY_MS) return true;
  return ageMs >= GRACE_MS && dumps.some(({ id }) => !present.has(id));
}

/** One that does not read stays, and stops nothing. */
function unlessBroken(error: unknown): undefined {
  if (isPermanent(error)) return undefined;
  throw error;
}

/** `present`: ids of the dumps that stay. Resolves to the ids of the hunts that went, or would go. */
export async function expireHunts(
  deps: ExpireHuntsDeps,
  present: ReadonlySet<string>,
  { dryRun, signal }: { readonly dryRun: boolean; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  const gone: string[] = [];
  for await (const { key } of deps.store.list(HUNT_JOBS)) {
    signal.throwIfAborted();
    const id = huntOfKey(key);
    const hunt = id === undefined ? undefined : await findHunt(deps.store, id).catch(unlessBroken);
    if (hunt === undefined || !isPast(hunt, deps, present)) continue;
    gone.push(hunt.id);
    if (dryRun) continue;
    // The job first: without it no unit is begun, and one under way leaves nothing behind.
    await deps.store.delete([huntJobKey(hunt.id)]);
    await deletePrefix(deps.store, huntResultsRoot(hunt.id));
  }
  return gone;
}
