// support: every document that an analyst sees, from one index to another, under the same mappings and names with a prefix.

import { indexAlias } from '../../lib/document/document-kind.ts';
import { indexMapping } from '../../lib/document/index-template.ts';
import { createSearchClient, type SearchClient } from '../../lib/opensearch/search-client.ts';
import { VIEWED_KINDS } from '../../local/dashboards/saved-object.ts';

interface Hit {
  readonly _id: string;
  readonly _source: unknown;
  readonly sort: readonly unknown[];
}

/** Documents a request: small enough for any index's limit on a body. */
const PAGE = 2_000;

async function* pages(from: SearchClient, alias: string): AsyncGenerator<readonly Hit[]> {
  let after: readonly unknown[] | undefined;
  do {
    const body = {
      size: PAGE,
      sort: [{ _id: 'asc' }],
      query: { match_all: {} },
      ...(after && { search_after: after }),
    };
    const reply = await from.request('POST', `/${alias}/_search`, { body });
    const { hits } = (reply.body as { readonly hits: { readonly hits: readonly Hit[] } }).hits; // a search's own reply
    if (hits.length > 0) yield hits;
    after = hits.length < PAGE ? undefined : hits.at(-1)?.sort;
  } while (after !== undefined);
}

/** Resolves to the new indexes. */
export async function copyDocuments(places: {
  readonly from: string;
  readonly to: string;
  readonly prefix: string;
}): Promise<readonly string[]> {
  const from = createSearchClient({ node: places.from });
  const to = createSearchClient({ node: places.to });
  const indexes: string[] = [];
  for (const kind of VIEWED_KINDS) {
    const index = `${places.prefix}${indexAlias(kind)}`;
    await to.request('PUT', `/${index}`, { body: { mappings: indexMapping(kind) } });
    indexes.push(index);
    for await (const hits of pages(from, indexAlias(kind))) {
      const lines = hits.flatMap(({ _id, _source }) => [JSON.stringify({ index: { _id } }), JSON.stringify(_source)]);
      const { body } = await to.request('POST', `/${index}/_bulk`, { lines: `${lines.join('\n')}\n` });
      if ((body as { readonly errors: boolean }).errors)
        throw new Error(`${index}: ${JSON.stringify(body).slice(0, 500)}`);
    }
  }
  await to.request('POST', `/${indexes.join(',')}/_refresh`);
  await from.close();
  await to.close();
  return indexes;
}
