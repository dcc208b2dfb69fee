// Requests that try to reach past the engine: names, values and texts that would be SQL, patterns that would be costly.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SearchEngine, startSearchEngine } from '../../../local/opensearch/server.ts';
import { searchEngineAt } from '../../differential/search-engine-under-test.ts';

const HOSTILE = [
  "x' OR 1=1 --",
  'x"; DROP TABLE d1; --',
  '$1',
  '\u0000',
  '\u0001',
  '%_\\',
  "');SELECT 1;--",
  '{{7*7}}',
  '\ud800',
];

describe('hostile requests', () => {
  let engine: SearchEngine;

  const send = (method: string, path: string, body?: unknown) =>
    searchEngineAt(engine.endpoint).request(method, path, body);

  beforeAll(async () => {
    engine = await startSearchEngine({ file: ':memory:', host: '127.0.0.1', port: 0, memoryLimitMiB: 128, threads: 2 });
    for (const [number, value] of HOSTILE.entries())
      await send('PUT', `/h/_doc/${number}`, { name: value, [`f${number}'; --`]: value, nested: { 'a"b': value } });
  });
  afterAll(() => engine.close());

  it('stores and finds hostile values as the values they are', async () => {
    expect((await send('GET', '/h/_count')).body['count']).toBe(HOSTILE.length);
    for (const value of HOSTILE.filter((text) => text.isWellFormed())) {
      const found = await send('POST', '/h/_count', { query: { term: { 'name.keyword': value } } });
      expect([value, found.body['count']]).toEqual([value, 1]);
    }
  });

  it('takes hostile field names, sort keys and aggregation names as names', async () => {
    const [quoted] = HOSTILE;
    const search = await send('POST', '/h/_search', {
      query: { term: { [`${quoted}`]: 1 } },
      sort: [{ [`f0'; --.keyword`]: 'asc' }],
      aggs: { [`${quoted}`]: { terms: { field: 'nested.a"b.keyword', order: { _key: 'asc' } } } },
    });
    expect(search.status).toBe(200);
    const order = await send('POST', '/h/_search', {
      aggs: { a: { terms: { field: 'name.keyword', order: { [`${quoted}`]: 'asc' } } } },
    });
    // OpenSearch calls a path that leads nowhere its own fault
    const { error } = order.body as { error?: { root_cause: readonly { type: string; reason: string }[] } };
    expect([order.status, error?.root_cause[0]?.type]).toEqual([500, 'aggregation_execution_exception']);
    expect(error?.root_cause[0]?.reason).toContain(quoted);
  });

  it.each([
    { query: { wildcard: { 'name.keyword': '*%_\\*' } } },
    { query: { regexp: { 'name.keyword': "x' OR 1=1 --" } } },
    { query: { prefix: { 'name.keyword': "x'" } } },
    { query: { query_string: { query: "name:x\\'*" } } },
    { query: { fuzzy: { 'name.keyword': "x' OR 1=1 -" } } },
  ])('answers %j without an error of the database', async (body) => {
    expect((await send('POST', '/h/_search', body)).status).toBe(200);
  });

  it.each([
    { query: { regexp: { 'name.keyword': '(a+' } } },
    { query: { regexp: { 'name.keyword': 'a{1,100000}' } } },
    { query: { regexp: { 'name.keyword': '(((a{99}){99}){99})b' } } },
    { query: { regexp: { 'name.keyword': 'a'.repeat(2_000) } } },
    { query: { query_string: { query: '('.repeat(2_000) } } },
    { sort: [{ name: 'asc; DROP TABLE d1' }] },
    { size: '1; DROP TABLE d1' },
    { aggs: { a: { date_histogram: { field: 'x', fixed_interval: "1d'; --" } } } },
    { aggs: { a: { date_histogram: { field: 'x', calendar_interval: 'day', time_zone: "UTC'; --" } } } },
  ])('refuses %j with 400', async (body) => {
    expect((await send('POST', '/h/_search', body)).status).toBe(400);
  });

  it('refuses names of indexes that are no names', async () => {
    for (const name of ['..', 'A', '_x', 'a b', 'a"b', 'a,b']) {
      expect([400, 404, 405]).toContain((await send('PUT', `/${encodeURIComponent(name)}`, {})).status);
    }
  });

  it('answers the next request after a body that is no JSON', async () => {
    const response = await fetch(`${engine.endpoint}/h/_search`, { method: 'POST', body: '{"query":' });
    expect(response.status).toBe(400);
    expect((await send('GET', '/')).status).toBe(200);
  });
});
