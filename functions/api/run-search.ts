// api: one search, from a checked request to the reply: the way flows, packets, alerts and dumps are all found.

import type { ApiDeps, SearchKind } from './api-deps.ts';
import { cursorValues } from './cursor-values.ts';
import type { SearchRequest } from './schema/search-schema.ts';
import { encodeCursor } from './search-cursor.ts';
import { planSearch } from './search-request.ts';

export async function runSearch(
  deps: Pick<ApiDeps, 'search' | 'fields'>,
  kind: SearchKind,
  request: SearchRequest,
  options: { readonly signal: AbortSignal; readonly dumpId?: string },
) {
  const fields = deps.fields[kind];
  const { body, sort, identity } = planSearch(kind, request, fields, options.dumpId);
  const reply = await deps.search.search(kind, body, { signal: options.signal });
  const last = reply.hits.at(-1);
  const hasMore = last !== undefined && reply.hits.length === request.size;
  return {
    total: reply.total,
    hits: reply.hits.map(({ id, source }) => ({ ...source, id })),
    ...(hasMore && { cursor: encodeCursor(identity, cursorValues(last, sort, fields)) }),
    ...(reply.aggregations && { aggregations: reply.aggregations }),
    tookMs: reply.tookMs,
  };
}
