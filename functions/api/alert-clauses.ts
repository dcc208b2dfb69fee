// api: the flows behind alerts, as clauses that find them.

import type { ApiDeps } from './api-deps.ts';
import { valueAt } from './cursor-values.ts';
import { ProblemError } from './http/problem.ts';
import { ID_FIELDS } from './search-request.ts';

/** Each alert's query has up to seven clauses, of which an index takes 1,024. */
export const MAX_CARVED_ALERTS = 100;
const QUERY = 'smartids.alert.query';

/** Flows of any of the alerts that the clauses find; undefined where there is none. @throws ProblemError `limit-exceeded`. */
export async function alertFlowClauses(
  deps: Pick<ApiDeps, 'search'>,
  clauses: readonly unknown[],
  signal: AbortSignal,
): Promise<readonly unknown[] | undefined> {
  const body = {
    query: { bool: { filter: clauses } },
    size: MAX_CARVED_ALERTS,
    sort: [{ [ID_FIELDS.alerts]: { order: 'asc' } }],
    _source: [QUERY],
    track_total_hits: true,
  };
  const { total, hits } = await deps.search.search('alerts', body, { signal });
  if (total.value > MAX_CARVED_ALERTS) {
    const message = `it finds ${total.value} alerts, the flows of at most ${MAX_CARVED_ALERTS} are taken at once: narrow it`;
    throw new ProblemError('limit-exceeded', `q: ${message}`, { errors: [{ path: 'q', message }] });
  }
  const queries = hits.flatMap(({ source }) => {
    const query = valueAt(source, QUERY);
    return typeof query === 'string' ? [query] : [];
  });
  if (queries.length === 0) return undefined;
  return [{ bool: { should: queries.map((query) => ({ query_string: { query } })), minimum_should_match: 1 } }];
}
