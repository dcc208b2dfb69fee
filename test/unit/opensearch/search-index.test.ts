// opensearch: removing a dump's documents from an index that shows writes only after a refresh.
import { describe, expect, it } from 'vitest';
import { createSearchIndex } from '../../../lib/opensearch/search-index.ts';
import { createScriptedClient } from './scripted-client.ts';

describe('removing a dump from the index', () => {
  it('makes every kind’s latest documents visible first, and removes the dump’s own last', async () => {
    const client = createScriptedClient(() => ({ status: 200, body: {} }));
    await createSearchIndex(client).deleteByDump('some-dump');
    expect(client.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /smartids-flows,smartids-packets,smartids-alerts,smartids-dumps,smartids-progress/_refresh',
      ...['flows', 'packets', 'alerts', 'progress', 'dumps'].map((kind) => `POST /smartids-${kind}/_delete_by_query`),
    ]);
  });
});
