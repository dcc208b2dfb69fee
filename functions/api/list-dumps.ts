// api: the list of dumps, newest first: order and filter come from the index, each dump itself is read by id, live.

import type { Dump, DumpState } from '../../lib/dump/dump.ts';
import type { ApiDeps } from './api-deps.ts';
import { cursorValues } from './cursor-values.ts';
import { isWorking, WORKING_STATES } from './dump-view.ts';
import { decodeCursor, encodeCursor } from './search-cursor.ts';
import { ID_FIELDS, TIME_FIELD } from './search-request.ts';

export const STATE_FIELD = 'smartids.dump.state';
const SORT = [
  { field: TIME_FIELD, order: 'desc' },
  { field: ID_FIELDS.dumps, order: 'desc' },
] as const;

export interface DumpPage {
  readonly total: number;
  readonly dumps: readonly Dump[];
  readonly cursor?: string;
}

export interface DumpListQuery {
  readonly state?: DumpState | undefined;
  readonly size: number;
  readonly cursor?: string | undefined;
}

export async function listDumps(
  deps: Pick<ApiDeps, 'search' | 'dumps' | 'fields'>,
  query: DumpListQuery,
  signal: AbortSignal,
): Promise<DumpPage> {
  const identity = { list: 'dumps', state: query.state };
  const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, identity);
  const filter = query.state === undefined ? [] : [{ terms: { [STATE_FIELD]: writtenStates(query.state) } }];
  const { total, hits } = await deps.search.search(
    'dumps',
    {
      query: { bool: { filter } },
      size: query.size,
      sort: SORT.map(({ field, order }) => ({ [field]: { order } })),
      track_total_hits: true,
      ...(after && { search_after: after }),
    },
    { signal },
  );
  const found = await Promise.all(hits.map(({ id }) => deps.dumps.get(id)));
  const last = hits.at(-1);
  const cursor =
    last !== undefined && hits.length === query.size
      ? encodeCursor(identity, cursorValues(last, SORT, deps.fields.dumps))
      : undefined;
  return {
    total: total.value,
    dumps: found.filter((dump) => dump !== undefined),
    ...(cursor !== undefined && { cursor }),
  };
}

/** What the document may say while the dump is in this state. */
function writtenStates(state: DumpState): readonly DumpState[] {
  if (state === 'alerting') return [...WORKING_STATES, 'alerting'];
  return isWorking(state) ? WORKING_STATES : [state];
}
