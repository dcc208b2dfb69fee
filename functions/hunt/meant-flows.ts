// hunt: which of the flows that have a match the query means: asked of the index, once a flow.

import type { SearchIndex } from '../../lib/opensearch/search-index.ts';

export type MeantFlows = (flows: ReadonlySet<number>) => Promise<ReadonlySet<number>>;

const FIRST_RECORD = 'smartids.flow.first_record';
const BATCH = 500;
/** Flows whose answer is remembered. */
const MAX_KNOWN = 200_000;

export function createMeantFlows(
  search: Pick<SearchIndex, 'search'>,
  { id, etag }: { readonly id: string; readonly etag: string },
  clauses: readonly unknown[],
  signal: AbortSignal,
): MeantFlows {
  const asked = new Set<number>();
  const meant = new Set<number>();
  const ofDump = [{ term: { 'smartids.dump.id': id } }, { term: { 'smartids.dump.etag': etag } }];
  return async (flows) => {
    if (asked.size > MAX_KNOWN) {
      asked.clear();
      meant.clear();
    }
    const unknown = [...flows].filter((flow) => flow >= 0 && !asked.has(flow));
    for (let at = 0; at < unknown.length; at += BATCH) {
      const batch = unknown.slice(at, at + BATCH);
      const filter = [...ofDump, { terms: { [FIRST_RECORD]: batch } }, ...clauses];
      const body = {
        query: { bool: { filter } },
        size: batch.length,
        sort: [{ [FIRST_RECORD]: { order: 'asc' } }],
        _source: false,
      };
      const { hits } = await search.search('flows', body, { signal });
      for (const flow of batch) asked.add(flow);
      for (const { sort } of hits) meant.add(Number(sort[0]));
    }
    return meant;
  };
}
