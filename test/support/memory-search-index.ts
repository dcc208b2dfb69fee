// support: an index in memory that keeps order, pages and dump filters; what it is asked for is kept for the test to see.

import type { ApiSearchIndex } from '../../functions/api/api-deps.ts';
import type { DocumentKind } from '../../lib/document/document-kind.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import type { SearchHit } from '../../lib/opensearch/search-index.ts';

type Body = Readonly<Record<string, unknown>>;

export interface MemorySearchIndex extends ApiSearchIndex {
  readonly documents: Record<DocumentKind, Map<string, Readonly<Record<string, unknown>>>>;
  readonly asked: { readonly kind: DocumentKind; readonly body: Body }[];
  /** What the next searches answer as aggregations. */
  aggregations: Record<string, unknown> | undefined;
  outage: boolean;
}

/** Newest first, ties by id, downwards; `search_after` compares exactly these two. */
export function createMemorySearchIndex(): MemorySearchIndex {
  const documents = {
    flows: new Map(),
    packets: new Map(),
    alerts: new Map(),
    dumps: new Map(),
    progress: new Map(),
  };
  const index: MemorySearchIndex = {
    documents,
    asked: [],
    aggregations: undefined,
    outage: false,
    async search(kind, body) {
      if (index.outage) throw new PipelineError('service-unavailable', 'the index is away', { permanent: false });
      index.asked.push({ kind, body });
      const dumpId = dumpFilter(body);
      const all = [...documents[kind]]
        .map(([id, source]): SearchHit => ({ id, source, sort: [String(source['@timestamp']), id] }))
        .filter(({ source }) => dumpId === undefined || JSON.stringify(source).includes(dumpId))
        .sort((a, b) => compare(b.sort, a.sort));
      const after = body['search_after'];
      const rest = Array.isArray(after) ? all.filter(({ sort }) => compare(sort, after) < 0) : all;
      return {
        total: { value: all.length, relation: 'eq' },
        hits: rest.slice(0, Number(body['size'])),
        ...(index.aggregations && { aggregations: index.aggregations }),
        tookMs: 1,
      };
    },
    async deleteByDump(dumpId) {
      for (const kind of Object.values(documents)) {
        for (const [id, source] of kind) if (JSON.stringify({ id, source }).includes(dumpId)) kind.delete(id);
      }
    },
    async ping() {
      if (index.outage) throw new PipelineError('service-unavailable', 'the index is away', { permanent: false });
    },
  };
  return index;
}

function dumpFilter(body: Body): string | undefined {
  return /"term":\{"smartids\.dump\.id":"([^"]+)"\}/.exec(JSON.stringify(body))?.[1];
}

function compare(a: readonly unknown[], b: readonly unknown[]): number {
  for (const [i, value] of a.entries()) {
    const [left, right] = [String(value), String(b[i])];
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
