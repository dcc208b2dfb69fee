// opensearch: searching, removing and refreshing documents by kind.

import { z } from 'zod';
import {
  concreteIndex,
  DOCUMENT_KINDS,
  type DocumentKind,
  GENERATION_KINDS,
  indexAlias,
} from '../document/document-kind.ts';
import type { SearchClient } from './search-client.ts';

/** One hit; `sort` carries the values that search_after goes on from. */
export interface SearchHit {
  readonly id: string;
  readonly source: Readonly<Record<string, unknown>>;
  readonly sort: readonly unknown[];
}

export interface SearchResult {
  readonly total: { readonly value: number; readonly relation: 'eq' | 'gte' };
  readonly hits: readonly SearchHit[];
  readonly aggregations?: Readonly<Record<string, unknown>>;
  readonly tookMs: number;
}

export interface SearchIndex {
  /** `body` is OpenSearch's `_search` request. */
  search(
    kind: DocumentKind,
    body: Readonly<Record<string, unknown>>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<SearchResult>;
  /** Make what was written to a generation's indexes visible to searches. */
  refresh(generation: string): Promise<void>;
  /** Remove the dump's documents of every kind, its own last. */
  deleteByDump(dumpId: string): Promise<void>;
  /** Remove a dump's flows, packets, alerts and progress that are not of this analysis. */
  deleteOtherAttempts(dumpId: string, attempt: string): Promise<void>;
  /** Remove what earlier runs of this analysis left of a dump: flows, packets, alerts and progress. */
  deleteEarlierRuns(dumpId: string, attempt: string, run: number): Promise<void>;
  /** A search of the dumps: a server may answer whose data cannot be read. */
  ping(): Promise<void>;
}

const searchReplySchema = z.looseObject({
  took: z.number(),
  hits: z.looseObject({
    total: z.looseObject({ value: z.number(), relation: z.enum(['eq', 'gte']) }).optional(),
    hits: z.array(
      z.looseObject({
        _id: z.string(),
        _source: z.record(z.string(), z.unknown()).optional(),
        sort: z.array(z.unknown()).optional(),
      }),
    ),
  }),
  aggregations: z.record(z.string(), z.unknown()).optional(),
});

function readResult(body: unknown): SearchResult {
  const { took, hits, aggregations } = searchReplySchema.parse(body);
  return {
    total: hits.total ?? { value: hits.hits.length, relation: 'gte' },
    hits: hits.hits.map((hit) => ({ id: hit._id, source: hit._source ?? {}, sort: hit.sort ?? [] })),
    ...(aggregations !== undefined && { aggregations }),
    tookMs: took,
  };
}

export function createSearchIndex(client: SearchClient): SearchIndex {
  async function deleteByQuery(kind: DocumentKind, query: Readonly<Record<string, unknown>>): Promise<void> {
    await client.request('POST', `/${indexAlias(kind)}/_delete_by_query`, {
      query: { conflicts: 'proceed', refresh: true },
      body: { query },
    });
  }

  return {
    async search(kind, body, options = {}) {
      const reply = await client.request('POST', `/${indexAlias(kind)}/_search`, { body, signal: options.signal });
      return readResult(reply.body);
    },

    async refresh(generation) {
      const indexes = GENERATION_KINDS.map((kind) => concreteIndex(kind, generation));
      await client.request('POST', `/${indexes.join(',')}/_refresh`);
    },

    async deleteByDump(dumpId) {
      // _delete_by_query sees what searches see: without this, what was written within the refresh interval would stay.
      await client.request('POST', `/${DOCUMENT_KINDS.map(indexAlias).join(',')}/_refresh`);
      const query = { term: { 'smartids.dump.id': dumpId } };
      // DOCUMENT_KINDS names the dumps before the progress; the dump's own document goes last of all.
      for (const kind of DOCUMENT_KINDS) if (kind !== 'dumps') await deleteByQuery(kind, query);
      await deleteByQuery('dumps', query);
    },

    async deleteOtherAttempts(dumpId, attempt) {
      const query = {
        bool: {
          filter: [{ term: { 'smartids.dump.id': dumpId } }],
          must_not: [{ term: { 'smartids.dump.attempt': attempt } }],
        },
      };
      for (const kind of [...GENERATION_KINDS, 'progress'] as const) await deleteByQuery(kind, query);
    },

    async deleteEarlierRuns(dumpId, attempt, run) {
      if (run === 1) return;
      const query = {
        bool: {
          filter: [
            { term: { 'smartids.dump.id': dumpId } },
            { term: { 'smartids.dump.attempt': attempt } },
            { range: { 'smartids.run': { lt: run } } },
          ],
        },
      };
      for (const kind of [...GENERATION_KINDS, 'progress'] as const) await deleteByQuery(kind, query);
    },

    async ping() {
      const body = { size: 0, track_total_hits: false, query: { match_all: {} } };
      await client.request('POST', `/${indexAlias('dumps')}/_search`, { body });
    },
  };
}
