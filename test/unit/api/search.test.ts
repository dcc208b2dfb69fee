// api: searches: what reaches the index, what is refused and how, and how pages follow each other.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cursorValues, valueAt } from '../../../functions/api/cursor-values.ts';
import { startApi, type TestApi } from '../../support/api-server.ts';

let api: TestApi;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.close());

function addFlows(count: number): void {
  for (let n = 0; n < count; n += 1) {
    const id = `d.0a1b2c3d.f${n}`;
    api.search.documents.flows.set(id, {
      '@timestamp': `2026-11-23T06:00:00.00000000${n}Z`,
      event: { id },
      source: { ip: '10.0.0.5' },
    });
  }
}

function lastBody(): Readonly<Record<string, unknown>> | undefined {
  return api.search.asked.at(-1)?.body;
}

describe('a search', () => {
  it('says the same by GET and by POST', async () => {
    const aggs = { labels: { terms: { field: 'smartids.label', size: 5 } } };
    const request = { q: 'destination.port:22', from: '2026-11-01', to: 'now', sort: 'network.bytes:asc', size: 7 };
    await api.post('/api/search/flows', { ...request, aggs, fields: ['source', 'network.bytes'] });
    const posted = lastBody();
    const query = new URLSearchParams({
      ...request,
      size: '7',
      aggs: JSON.stringify(aggs),
      fields: 'source,network.bytes',
    });
    await api.get(`/api/search/flows?${query}`);
    expect(lastBody()).toEqual(posted);
    expect(posted).toEqual({
      query: {
        bool: {
          filter: [
            { query_string: { query: 'destination.port:22' } },
            { range: { '@timestamp': { gte: '2026-11-01', lt: 'now' } } },
          ],
        },
      },
      size: 7,
      sort: [{ 'network.bytes': { order: 'asc' } }, { 'event.id': { order: 'asc' } }],
      track_total_hits: true,
      _source: ['source', 'network.bytes', 'event.id'],
      aggs,
    });
  });

  it('takes other tools’ names, and reads pages by ours', async () => {
    addFlows(1);
    const request = {
      q: 'id.orig_h:10.0.0.5',
      sort: 'timestamp:asc',
      fields: ['user_agent.name', 'id.orig_h'],
      size: 1,
    };
    const reply = await api.post('/api/search/flows', request);
    expect(lastBody()).toMatchObject({
      sort: [{ '@timestamp': { order: 'asc' } }, { 'event.id': { order: 'asc' } }],
      _source: ['user_agent.original', 'source.ip', '@timestamp', 'event.id'],
    });
    expect((await api.post('/api/search/flows', { ...request, cursor: reply.json.cursor })).status).toBe(200);
    expect(lastBody()?.['search_after']).toEqual(['2026-11-23T06:00:00.000000000Z', expect.anything()]);
  });

  it('without a query finds everything, newest first', async () => {
    await api.get('/api/search/dumps');
    expect(lastBody()).toMatchObject({
      query: { bool: { filter: [] } },
      size: 50,
      sort: [{ '@timestamp': { order: 'desc' } }, { 'smartids.dump.id': { order: 'desc' } }],
    });
  });

  it('quotes an unquoted CIDR block', async () => {
    await api.get('/api/search/flows?q=source.ip:10.0.0.0/8');
    expect(JSON.stringify(lastBody())).toContain('source.ip:\\"10.0.0.0/8\\"');
  });

  it('gives each document with its id, and what the index counted', async () => {
    addFlows(1);
    api.search.aggregations = { labels: { buckets: [] } };
    const { json } = await api.get('/api/search/flows');
    expect(json).toEqual({
      total: { value: 1, relation: 'eq' },
      hits: [
        {
          id: 'd.0a1b2c3d.f0',
          '@timestamp': '2026-11-23T06:00:00.000000000Z',
          event: { id: 'd.0a1b2c3d.f0' },
          source: { ip: '10.0.0.5' },
        },
      ],
      aggregations: { labels: { buckets: [] } },
      tookMs: 1,
    });
  });
});

describe('a query at fault', () => {
  it('says where and what was expected', async () => {
    const { status, json } = await api.get(`/api/search/flows?q=${encodeURIComponent('source.ip:10.0.0.1 AND (')}`);
    expect(status).toBe(400);
    expect(json.code).toBe('invalid-query');
    expect(json.position).toBeGreaterThan(15);
    expect(json.detail).toContain('expected');
  });

  it('names an unknown field and the one that was meant', async () => {
    const { status, json } = await api.get('/api/search/flows?q=source_ip:10.0.0.1');
    expect(status).toBe(400);
    expect(json.detail).toContain('"source_ip"');
    expect(json.detail).toContain('did you mean "source.ip"?');
    expect(json.position).toBe(0);
  });

  it('never reaches the index', async () => {
    await api.get('/api/search/flows?q=nonsense:1');
    expect(api.search.asked).toEqual([]);
  });
});

describe('what is refused', () => {
  const refused: readonly (readonly [string, unknown, string])[] = [
    ['an unknown key', { query: 'x' }, 'body.query'],
    ['a page too large', { size: 1001 }, 'body.size'],
    ['a time that is none', { from: 'yesterday' }, 'body.from'],
    ['a date that is none', { to: '2026-13-45' }, 'body.to'],
    ['an unknown sort field', { sort: 'source.ipp' }, 'sort'],
    ['a sort field without order', { sort: 'message:desc' }, 'sort'],
    ['a sort order that is none', { sort: '@timestamp:down' }, 'sort'],
    ['too many sort keys', { sort: 'source.ip,destination.ip,source.port,destination.port,network.bytes' }, 'sort'],
    ['an unknown part of a document', { fields: ['sauce'] }, 'fields'],
    [
      'an unknown aggregation',
      { aggs: { a: { scripted_metric: { init_script: 'x' } } } },
      'body.aggs.a.scripted_metric',
    ],
    [
      'a script in a known one',
      { aggs: { a: { terms: { field: 'source.ip', script: 'x' } } } },
      'body.aggs.a.terms.script',
    ],
    ['an aggregation without a type', { aggs: { a: {} } }, 'body.aggs.a'],
    [
      'an aggregation of two types',
      { aggs: { a: { missing: { field: 'tags' }, min: { field: 'tags' } } } },
      'body.aggs.a',
    ],
    ['buckets in a metric', { aggs: { a: { min: { field: 'source.port' }, aggs: {} } } }, 'body.aggs.a.aggs'],
    ['an aggregation of an unknown field', { aggs: { a: { terms: { field: 'sauce' } } } }, 'aggs.a.terms.field'],
    ['a name that is no name', { aggs: { '__proto__x y': { terms: { field: 'tags' } } } }, 'body.aggs.__proto__x y'],
    ['too many buckets', { aggs: { a: { terms: { field: 'tags', size: 1001 } } } }, 'body.aggs.a.terms.size'],
  ];
  it.each(refused)('%s', async (_title, body, path) => {
    const kind = JSON.stringify(body).includes('message') ? 'alerts' : 'flows';
    const { status, json } = await api.post(`/api/search/${kind}`, body);
    expect(status).toBe(400);
    expect(json.errors.map((error: { path: string }) => error.path)).toContain(path);
    expect(api.search.asked).toEqual([]);
  });

  it('an aggregation nested four deep, while three are let through', async () => {
    const nest = (depth: number): object => ({
      a: { terms: { field: 'source.ip' }, ...(depth > 1 && { aggs: nest(depth - 1) }) },
    });
    expect((await api.post('/api/search/flows', { aggs: nest(3) })).status).toBe(200);
    expect((await api.post('/api/search/flows', { aggs: nest(4) })).status).toBe(400);
  });

  it('aggregations that are no JSON', async () => {
    const { status, json } = await api.get('/api/search/flows?aggs={');
    expect(status).toBe(400);
    expect(json.errors[0]).toEqual({ path: 'query.aggs', message: 'not JSON' });
  });

  it.each(['', '1e2', '-1', ' 5', '5.5'])('the size %j', async (size) => {
    expect((await api.get(`/api/search/flows?size=${encodeURIComponent(size)}`)).status).toBe(400);
  });

  it('a kind that there is not, with the kinds there are', async () => {
    const { status, json } = await api.get('/api/search/hosts');
    expect(status).toBe(400);
    expect(json.errors[0].message).toContain('"flows"');
  });
});

describe('pages', () => {
  it('follow each other without a repeat or a gap, to the nanosecond', async () => {
    addFlows(7);
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const { json } = await api.get(`/api/search/flows?size=3${cursor ? `&cursor=${cursor}` : ''}`);
      ids.push(...json.hits.map((hit: { id: string }) => hit.id));
      cursor = json.cursor;
    } while (cursor !== undefined);
    expect(ids).toEqual([6, 5, 4, 3, 2, 1, 0].map((n) => `d.0a1b2c3d.f${n}`));
    expect(lastBody()?.['search_after']).toEqual(['2026-11-23T06:00:00.000000001Z', 'd.0a1b2c3d.f1']);
  });

  it('refuse a cursor of another query, another order or another kind', async () => {
    addFlows(3);
    const { cursor } = (await api.get('/api/search/flows?size=1')).json;
    for (const path of ['flows?q=tags:x', 'flows?sort=source.ip', 'flows?from=now-1d', 'packets?size=1']) {
      const reply = await api.get(`/api/search/${path}${path.includes('?') ? '&' : '?'}cursor=${cursor}`);
      expect(reply.status, path).toBe(400);
      expect(reply.json.errors[0].path).toBe('cursor');
    }
  });

  it.each(['', 'x', 'bnVsbA', Buffer.from('{"v":1,"of":"0123456789abcdef","after":[{}]}').toString('base64url')])(
    'refuse the cursor %j, which is none',
    async (cursor) => {
      expect((await api.post('/api/search/flows', { cursor })).status).toBe(400);
    },
  );
});

describe('the values that a page goes on from', () => {
  const fields = new Map([
    ['@timestamp', { type: 'date_nanos' as const }],
    ['source.port', { type: 'long' as const }],
    ['tags', { type: 'keyword' as const }],
  ]);
  const after = (source: Readonly<Record<string, unknown>>, ...sort: unknown[]) =>
    cursorValues(
      { id: 'x', source, sort },
      [...fields.keys()].map((field) => ({ field, order: 'asc' })),
      fields,
    );

  it('are times as the document writes them: nanoseconds do not fit a JSON number', () => {
    const [time] = after({ '@timestamp': '2026-11-23T06:00:00.123456789Z' }, 1_795_413_600_123_456_800, 1, 'a');
    expect(time).toBe('2026-11-23T06:00:00.123456789Z');
  });

  it('are the ends of 64 bits, exactly, where a number is missing', () => {
    expect(after({}, 'x', 2 ** 63, null)).toEqual(['x', '9223372036854775807', null]);
    expect(after({}, 'x', -(2 ** 63), 'a')).toEqual(['x', '-9223372036854775808', 'a']);
    expect(after({}, 'x', 443n, 'a')).toEqual(['x', '443', 'a']);
  });
});

describe('the fields that a search may name', () => {
  it('are those of the kind, with what a person needs to use them', async () => {
    const { fields } = (await api.get('/api/search/flows/fields')).json;
    const named = (name: string) => fields.find((field: { name: string }) => field.name === name);
    expect(named('destination.port')).toMatchObject({ type: 'long', example: 443, many: false });
    expect(named('network.type')).toMatchObject({ type: 'keyword', values: ['ipv4', 'ipv6'] });
    expect(named('related.ip')).toMatchObject({ type: 'ip', many: true });
    expect(named('id.resp_h')).toMatchObject({ type: 'ip', aliasOf: 'destination.ip' });
    expect(named('smartids.alert.id')).toBeUndefined();
  });

  it('are taken by the search, one and all', async () => {
    for (const kind of ['flows', 'packets', 'alerts', 'dumps']) {
      const { fields } = (await api.get(`/api/search/${kind}/fields`)).json;
      expect(fields.length).toBeGreaterThan(30);
      for (const { name } of fields) {
        const { status } = await api.post(`/api/search/${kind}`, { q: `_exists_:${name}` });
        expect(status, name).toBe(200);
      }
    }
  });

  it('are refused for a kind that is none', async () => {
    expect((await api.get('/api/search/progress/fields')).status).toBe(400);
  });
});

describe("a dump's flows and alerts", () => {
  const id = '11111111-1111-4111-8111-111111111111';

  it('are a search within the dump, whatever the query says', async () => {
    await api.post('/api/dumps', { fileName: 'a.pcap' });
    const [dump] = api.dumps.dumps.keys();
    await api.get(`/api/dumps/${dump}/flows?q=${encodeURIComponent('tags:x OR *:*')}`);
    expect(api.search.asked.at(-1)?.kind).toBe('flows');
    expect(lastBody()).toMatchObject({
      query: {
        bool: { filter: [{ term: { 'smartids.dump.id': dump } }, { query_string: { query: 'tags:x OR *:*' } }] },
      },
    });
    await api.get(`/api/dumps/${dump}/alerts`);
    expect(api.search.asked.at(-1)?.kind).toBe('alerts');
  });

  it('are 404 without the dump', async () => {
    expect((await api.get(`/api/dumps/${id}/flows`)).status).toBe(404);
  });
});

describe('a value in a document', () => {
  it('is found where objects are nested, dotted or both', () => {
    expect(valueAt({ a: { b: { c: 1 } } }, 'a.b.c')).toBe(1);
    expect(valueAt({ 'a.b.c': 1 }, 'a.b.c')).toBe(1);
    expect(valueAt({ a: { x: 1 }, 'a.b': { c: 2 } }, 'a.b.c')).toBe(2);
    expect(valueAt({ a: 'text' }, 'a.b')).toBeUndefined();
  });
});
