// api: a hunt: the dumps it goes through are fixed when it is asked for, the work is the hunt stage's.

import { HUNT_VERSION, type Hunt, type HuntedDump, huntUnit, NOTHING_DONE } from '../../lib/hunt/hunt.ts';
import { HUNT_JOBS, huntJobKey } from '../../lib/hunt/hunt-keys.ts';
import { MAX_HUNTS } from '../../lib/hunt/limits.ts';
import { createFinder } from '../../lib/hunt/pattern.ts';
import { alertFlowClauses } from './alert-clauses.ts';
import type { ApiDeps } from './api-deps.ts';
import { foundDumps, MAX_FOUND_DUMPS } from './found-dumps.ts';
import { ProblemError } from './http/problem.ts';
import type { HuntBody } from './schema/hunt-schema.ts';
import { ID_FIELDS, searchClauses } from './search-request.ts';

type StartDeps = Pick<ApiDeps, 'store' | 'dumps' | 'search' | 'fields' | 'queue' | 'clock' | 'newId' | 'log'>;

interface Hunted {
  readonly dumps: readonly HuntedDump[];
  readonly notReady: number;
  readonly flowClauses?: readonly unknown[];
}

/** @throws ProblemError or PipelineError with words where pattern or query cannot be used, or too many hunts are kept. */
export async function startHunt(deps: StartDeps, body: HuntBody, signal: AbortSignal): Promise<Hunt> {
  await createFinder(body.pattern);
  await refuseTooMany(deps);
  const clauses = searchClauses(body, deps.fields[body.kind]);
  const { dumps, notReady, flowClauses } = await hunted(deps, body, clauses, signal);
  const { kind, q, from, to, pattern, direction, limit } = body;
  const hunt: Hunt = {
    ...{ version: HUNT_VERSION, id: deps.newId(), createdAt: deps.clock().toISOString(), kind },
    ...(q !== undefined && { q }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...{ pattern, direction, limit, dumps: [...dumps], notReady },
    ...(flowClauses !== undefined && { flowClauses: [...flowClauses] }),
  };
  await deps.store.put(huntJobKey(hunt.id), JSON.stringify(hunt), { contentType: 'application/json' });
  if (huntUnit(hunt, 0) !== undefined) {
    await deps.queue.send('hunts', JSON.stringify({ version: 1, hunt: hunt.id, unit: 0, before: NOTHING_DONE }));
  }
  deps.log.info({ hunt: hunt.id, kind, pattern: pattern.kind, dumps: dumps.length }, 'hunt asked for');
  return hunt;
}

async function refuseTooMany({ store }: StartDeps): Promise<void> {
  let kept = 0;
  for await (const _ of store.list(HUNT_JOBS)) kept += 1;
  if (kept < MAX_HUNTS) return;
  throw new ProblemError('conflict', `${MAX_HUNTS} hunts are kept already: delete one that is not needed any more.`);
}

async function hunted(
  deps: StartDeps,
  { kind }: HuntBody,
  clauses: readonly unknown[],
  signal: AbortSignal,
): Promise<Hunted> {
  if (kind === 'dumps') return huntedDumps(deps, clauses, signal);
  const flowClauses = kind === 'alerts' ? await alertFlowClauses(deps, clauses, signal) : clauses;
  if (flowClauses === undefined) return { dumps: [], notReady: 0 };
  const found = await foundDumps(deps, 'flows', flowClauses, signal);
  const dumps = found.map(({ dump, first, last }) => ({ ...named(dump), firstChunk: first, chunks: last - first + 1 }));
  return { dumps, notReady: 0, flowClauses };
}

async function huntedDumps(deps: StartDeps, filter: readonly unknown[], signal: AbortSignal): Promise<Hunted> {
  const body = {
    query: { bool: { filter } },
    size: MAX_FOUND_DUMPS,
    sort: [{ [ID_FIELDS.dumps]: { order: 'asc' } }],
    _source: [ID_FIELDS.dumps],
    track_total_hits: true,
  };
  const { total, hits } = await deps.search.search('dumps', body, { signal });
  if (total.value > MAX_FOUND_DUMPS) {
    const message = `it finds ${total.value} dumps, at most ${MAX_FOUND_DUMPS} are searched at once: narrow it`;
    throw new ProblemError('limit-exceeded', `q: ${message}`, { errors: [{ path: 'q', message }] });
  }
  const found = await Promise.all(hits.map(({ id }) => deps.dumps.get(id)));
  const dumps = found.flatMap((dump) => {
    if (dump?.etag === undefined || dump.chunks === undefined) return [];
    return [{ ...named({ ...dump, etag: dump.etag }), firstChunk: 0, chunks: dump.chunks }];
  });
  return { dumps, notReady: found.length - dumps.length };
}

function named({ id, key, etag, name }: { id: string; key: string; etag: string; name: string }) {
  return { id, key, etag, name };
}
