// api: searches over flows, packets, alerts and dumps, by GET or POST.

import type { ApiDeps } from '../api-deps.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { runSearch } from '../run-search.ts';
import { searchBody, searchParams, searchQuery, searchReplySchema } from '../schema/search-schema.ts';

const shared = {
  path: '/api/search/{kind}',
  tag: 'Search',
  params: searchParams,
  reply: { status: 200, description: 'A page of documents, and aggregations.', schema: searchReplySchema },
} as const;

export function searchRoutes(deps: ApiDeps): readonly Route[] {
  const get = defineRoute(
    {
      ...shared,
      method: 'get',
      summary: 'Search flows, packets, alerts or dumps',
      query: searchQuery,
      problems: [503],
    },
    async ({ params, query, signal }) => ({ body: await runSearch(deps, params.kind, query, { signal }) }),
  );
  const post = defineRoute(
    {
      ...shared,
      method: 'post',
      summary: 'Search, with the request as JSON',
      body: searchBody,
      problems: [413, 415, 503],
    },
    async ({ params, body, signal }) => ({ body: await runSearch(deps, params.kind, body, { signal }) }),
  );
  return [get, post];
}
