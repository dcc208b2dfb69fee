// Generations of indexes, against whatever listens at an endpoint.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootstrapIndexes, currentGeneration } from '../../lib/opensearch/bootstrap.ts';
import { createGenerationStore } from '../../lib/opensearch/generations.ts';
import { createSearchClient, type SearchClient } from '../../lib/opensearch/search-client.ts';

export function describeGenerations(
  name: string,
  start: () => Promise<{ readonly endpoint: string; close(): Promise<void> }>,
) {
  describe(name, () => {
    let server: Awaited<ReturnType<typeof start>>;
    let client: SearchClient;
    beforeAll(async () => {
      server = await start();
      client = createSearchClient({ node: server.endpoint });
    });
    afterAll(async () => {
      await client.close();
      await server.close();
    });

    it('are listed with their age and the documents of their fullest index, begun, and dropped with everything', async () => {
      const store = createGenerationStore(client);
      const before = Date.now();
      const first = await bootstrapIndexes(client);
      const next = String(Number(first) + 1).padStart(6, '0');
      await store.begin(next);
      await store.begin(next);
      expect(await currentGeneration(client)).toBe(next);

      const writes = ['flows/_doc/a', 'flows/_doc/b', 'packets/_doc/c'].map((place) => {
        const [kind = '', ...rest] = place.split('/');
        return client.request('PUT', `/smartids-${kind}-${next}/${rest.join('/')}`, {
          body: { '@timestamp': '2026-11-23T06:00:00Z' },
          query: { refresh: 'true' },
        });
      });
      await Promise.all(writes);
      const listed = (await store.list()).find((generation) => generation.name === next);
      expect(listed?.documents).toBe(2);
      expect(Math.abs((listed?.createdAt.getTime() ?? 0) - before)).toBeLessThan(60_000);

      await store.drop(next);
      await store.drop(next);
      expect((await store.list()).map((generation) => generation.name)).toEqual([first]);
      expect(await currentGeneration(client)).toBe(first);
    });
  });
}
