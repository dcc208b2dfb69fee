// api: searches over flows, packets, alerts and dumps, by GET or POST.

import type { ApiDeps, CatalogField } from '../api-deps.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { runSearch } from '../run-search.ts';
import { type FieldList, fieldListSchema } from '../schema/field-schema.ts';
import { searchBody, searchParams, searchQuery, searchReplySchema } from '../schema/search-schema.ts';

const shared = {
  path: '/api/search/{kind}',
  tag: 'Search',
  params: searchParams,
  reply: { status: 200, description: 'A page of documents, and aggregations.', schema: searchReplySchema },
} as const;

function fieldList(fields: ReadonlyMap<string, CatalogField>): FieldList {
  return {
    fields: [...fields].map(([name, { type, about, example, many, values, path }]) => ({
      ...{ name, type, about, example, many: many === true },
      ...(values && { values: [...values] }),
      ...(path !== name && { aliasOf: path }),
    })),
  };
}

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
  const fields = defineRoute(
    {
      method: 'get',
      path: '/api/search/{kind}/fields',
      tag: 'Search',
      summary: 'The fields that searches of a kind may name',
      params: searchParams,
      reply: { status: 200, description: 'Every field with its meaning.', schema: fieldListSchema },
      problems: [],
    },
    async ({ params }) => ({ body: fieldList(deps.fields[params.kind]) }),
  );
  return [get, post, fields];
}
