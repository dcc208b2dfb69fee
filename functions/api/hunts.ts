// api: the hunts there are: how far each is, what it has found, and its end.

import type { z } from 'zod';
import { flowDocumentId } from '../../lib/document/document-id.ts';
import { formatTime } from '../../lib/document/document-time.ts';
import { chunksOf, type Hunt, type HuntMatch, huntUnit, NOTHING_DONE } from '../../lib/hunt/hunt.ts';
import {
  HUNT_JOBS,
  huntCancelledKey,
  huntJobKey,
  huntMatchesPrefix,
  huntOfKey,
  huntResultsRoot,
  huntUnitsPrefix,
  matchesUnitOfKey,
  unitOfKey,
} from '../../lib/hunt/hunt-keys.ts';
import { findHunt, findUnit, isCancelled, readMatches } from '../../lib/hunt-store/hunt-store.ts';
import { deletePrefix } from '../../lib/s3/delete-prefix.ts';
import type { ApiDeps } from './api-deps.ts';
import { ProblemError } from './http/problem.ts';
import type { HuntView, huntMatchSchema } from './schema/hunt-schema.ts';
import { decodeCursor, encodeCursor } from './search-cursor.ts';

type StoreDeps = Pick<ApiDeps, 'store'>;
const DIRECTIONS = ['source', 'destination'] as const;

/** @throws ProblemError `not-found`. */
export async function requireHunt({ store }: StoreDeps, id: string): Promise<Hunt> {
  const hunt = await findHunt(store, id);
  if (hunt !== undefined) return hunt;
  throw new ProblemError('not-found', `There is no hunt ${id}.`);
}

/** Newest first. */
export async function listHunts(deps: StoreDeps): Promise<readonly HuntView[]> {
  const ids = (await Array.fromAsync(deps.store.list(HUNT_JOBS))).flatMap(({ key }) => huntOfKey(key) ?? []);
  const hunts = await Promise.all(ids.map((id) => findHunt(deps.store, id)));
  const views = await Promise.all(hunts.flatMap((hunt) => (hunt === undefined ? [] : [huntView(deps, hunt)])));
  return views.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
}

/** Told by what lies in the bucket: its last unit says what was done up to it. */
export async function huntView({ store }: StoreDeps, hunt: Hunt): Promise<HuntView> {
  let last = -1;
  for await (const { key } of store.list(huntUnitsPrefix(hunt.id))) last = Math.max(last, unitOfKey(key) ?? -1);
  const totals = (last < 0 ? undefined : await findUnit(store, hunt.id, last)) ?? NOTHING_DONE;
  const { id, createdAt, kind, q, from, to, pattern, direction, limit, dumps, notReady } = hunt;
  const isOver = huntUnit(hunt, last + 1) === undefined;
  const state =
    totals.matches >= limit ? 'limit' : isOver ? 'done' : (await isCancelled(store, id)) ? 'cancelled' : 'running';
  return {
    ...{ id, createdAt, state, kind },
    ...(q !== undefined && { q }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...{ pattern, direction, limit, dumps: dumps.length, notReady },
    progress: { ...totals, chunksInAll: chunksOf(hunt) },
  };
}

/** What has been found stays. */
export async function cancelHunt(deps: StoreDeps, id: string): Promise<HuntView> {
  const hunt = await requireHunt(deps, id);
  await deps.store.put(huntCancelledKey(id), '{}');
  return huntView(deps, hunt);
}

/** The job first: without it no unit is begun, and one under way leaves nothing behind. */
export async function deleteHunt(deps: StoreDeps, id: string): Promise<void> {
  await requireHunt(deps, id);
  await deps.store.delete([huntJobKey(id)]);
  await deletePrefix(deps.store, huntResultsRoot(id));
}

/** Units that found something, in the order of the dumps. */
async function unitsWithMatches({ store }: StoreDeps, id: string): Promise<readonly number[]> {
  const keys = await Array.fromAsync(store.list(huntMatchesPrefix(id)));
  return keys.flatMap(({ key }) => matchesUnitOfKey(key) ?? []).toSorted((a, b) => a - b);
}

export async function listMatches(
  deps: StoreDeps,
  hunt: Hunt,
  { size, cursor }: { readonly size: number; readonly cursor?: string | undefined },
) {
  const identity = { list: 'hunt', id: hunt.id };
  const [fromUnit, fromMatch] = cursor === undefined ? [0, 0] : placeOf(cursor, identity);
  const matches: z.infer<typeof huntMatchSchema>[] = [];
  for (const unit of await unitsWithMatches(deps, hunt.id)) {
    if (unit < fromUnit) continue;
    const found = await readMatches(deps.store, hunt.id, unit);
    for (const [at, match] of found.entries()) {
      if (unit === fromUnit && at < fromMatch) continue;
      if (matches.length === size) return { matches, cursor: encodeCursor(identity, [unit, at]) };
      matches.push(matchView(hunt, match));
    }
  }
  return { matches };
}

function placeOf(cursor: string, identity: unknown): readonly [number, number] {
  const [unit, match] = decodeCursor(cursor, identity);
  if (Number.isSafeInteger(unit) && Number.isSafeInteger(match)) return [Number(unit), Number(match)];
  const message = 'the cursor names no match';
  throw new ProblemError('invalid-request', message, { errors: [{ path: 'query.cursor', message }] });
}

function matchView({ dumps }: Hunt, match: HuntMatch): z.infer<typeof huntMatchSchema> {
  const dump = dumps[match.dump];
  const direction = DIRECTIONS[match.direction];
  const version = { dumpId: dump?.id ?? '', etag: dump?.etag ?? '' };
  return {
    dumpId: version.dumpId,
    dumpName: dump?.name ?? '',
    record: match.record,
    timestamp: formatTime(match) ?? null,
    ...(match.flow >= 0 && { flowId: flowDocumentId(version, match.flow) }),
    ...(direction !== undefined && { direction }),
    offset: match.offset,
    length: match.length,
    context: { data: match.context, start: match.contextStart },
  };
}

/** Records that have a match, dump by dump, each once. */
export async function matchedRecords(deps: StoreDeps, hunt: Hunt): Promise<ReadonlyMap<number, readonly number[]>> {
  const records = new Map<number, number[]>();
  for (const unit of await unitsWithMatches(deps, hunt.id)) {
    for (const { dump, record } of await readMatches(deps.store, hunt.id, unit)) {
      const ofDump = records.get(dump) ?? [];
      records.set(dump, ofDump);
      if (ofDump.at(-1) !== record) ofDump.push(record);
    }
  }
  return records;
}
