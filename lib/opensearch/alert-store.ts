// opensearch: a dump's alerts as one set: the new ones are written, then those that are no longer among them go.

import type { AlertDocument } from '../document/alert-document.ts';
import { concreteIndex } from '../document/document-kind.ts';
import { PipelineError } from '../errors/pipeline-error.ts';
import { actionLine } from './bulk-batches.ts';
import { bulkIndex } from './bulk-index.ts';
import type { SearchClient } from './search-client.ts';
import { createSearchIndex } from './search-index.ts';

export interface AlertSet {
  readonly dumpId: string;
  readonly generation: string;
  readonly run: number;
  readonly documents: readonly AlertDocument[];
}

export interface AlertStore {
  /** Afterwards the dump has these alerts and no others, and searches see them. */
  replace(set: AlertSet, options?: { readonly signal?: AbortSignal }): Promise<void>;
}

const PAGE = 1000;

export function createAlertStore(client: SearchClient): AlertStore {
  const index = createSearchIndex(client);

  async function staleIds(dumpId: string, keep: ReadonlySet<string>): Promise<readonly string[]> {
    const stale: string[] = [];
    let after: readonly unknown[] | undefined;
    do {
      const { hits } = await index.search('alerts', {
        query: { bool: { filter: [{ term: { 'smartids.dump.id': dumpId } }] } },
        size: PAGE,
        _source: false,
        sort: [{ 'event.id': { order: 'asc' } }],
        ...(after && { search_after: after }),
      });
      for (const { id } of hits) if (!keep.has(id)) stale.push(id);
      after = hits.length === PAGE ? hits.at(-1)?.sort : undefined;
    } while (after !== undefined);
    return stale;
  }

  return {
    async replace({ dumpId, generation, run, documents }, options = {}) {
      const target = concreteIndex('alerts', generation);
      const outcome = await bulkIndex(
        client,
        documents.map((document) => ({
          index: target,
          id: document.event.id,
          source: JSON.stringify(document),
          version: run,
        })),
        { signal: options.signal },
      );
      const [example] = outcome.examples;
      if (example !== undefined) {
        throw new PipelineError('internal', `alert ${example.id} was refused: ${example.reason}`, { permanent: true });
      }
      await index.refresh(generation);
      const stale = await staleIds(dumpId, new Set(documents.map(({ event }) => event.id)));
      // Deleted under the run's own version, so that a repeat of this run may bring one back.
      const lines = stale.map((id) => `${actionLine('delete', { index: target, id, version: run })}\n`);
      if (lines.length > 0) {
        await client.request('POST', '/_bulk', { lines: lines.join(''), query: { refresh: true } });
      }
    },
  };
}
