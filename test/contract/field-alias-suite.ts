// Field aliases, asked of whatever listens at an endpoint.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface Reply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: replies are read member by member
  readonly body: any;
}

const INDEX = `contract-aliases-${process.pid}`;
const FIELDS = {
  '@timestamp': { type: 'date_nanos' },
  source: { properties: { ip: { type: 'ip' } } },
  name: { type: 'wildcard' },
};
const ALIASES = {
  timestamp: { type: 'alias', path: '@timestamp' },
  id: { properties: { orig_h: { type: 'alias', path: 'source.ip' } } },
  query: { type: 'alias', path: 'name' },
};
const DOCUMENTS = [
  { '@timestamp': '2026-11-23T06:00:00.000000002Z', source: { ip: '10.0.0.1' }, name: 'www.example.org' },
  { '@timestamp': '2026-11-23T06:00:00.000000001Z', source: { ip: '10.0.0.2' }, name: 'mail.example.org' },
  { '@timestamp': '2026-11-24T06:00:00.000000000Z', source: { ip: '192.0.2.1' } },
];

export function describeFieldAliases(
  name: string,
  start: () => Promise<{ readonly endpoint: string; close(): Promise<void> }>,
) {
  describe(name, () => {
    let server: Awaited<ReturnType<typeof start>>;

    async function request(method: string, path: string, body?: unknown): Promise<Reply> {
      const reply = await fetch(`${server.endpoint}${path}`, {
        method,
        headers: { 'Content-Type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return { status: reply.status, body: await reply.json() };
    }

    async function idsOf(search: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
      const { status, body } = await request('POST', `/${INDEX}/_search`, { sort: ['_id'], ...search });
      expect(status).toBe(200);
      return body.hits.hits.map((hit: { readonly _id: string }) => hit._id);
    }

    beforeAll(async () => {
      server = await start();
      const mappings = { dynamic: false, properties: { ...FIELDS, ...ALIASES } };
      expect((await request('PUT', `/${INDEX}`, { mappings })).status).toBe(200);
      for (const [at, document] of DOCUMENTS.entries()) {
        await request('PUT', `/${INDEX}/_doc/${at}?refresh=true`, document);
      }
    });
    afterAll(async () => {
      await request('DELETE', `/${INDEX}`);
      await server.close();
    });

    it.each([
      ['id.orig_h:"10.0.0.0/8"', ['0', '1']],
      ['query:www.*', ['0']],
      ['_exists_:query', ['0', '1']],
      ['NOT _exists_:query', ['2']],
      ['timestamp:[2026-11-24 TO *]', ['2']],
      ['id.\\*:192.0.2.1', ['2']],
    ])('are searched as the field they stand for: %s', async (query, ids) => {
      expect(await idsOf({ query: { query_string: { query } } })).toEqual(ids);
    });

    it('are taken by every other query', async () => {
      expect(await idsOf({ query: { term: { 'id.orig_h': '10.0.0.0/8' } } })).toEqual(['0', '1']);
      expect(await idsOf({ query: { range: { timestamp: { gte: '2026-11-24' } } } })).toEqual(['2']);
      expect(await idsOf({ query: { bool: { must_not: { exists: { field: 'query' } } } } })).toEqual(['2']);
    });

    it('give order and buckets', async () => {
      expect(await idsOf({ sort: [{ timestamp: 'asc' }] })).toEqual(['1', '0', '2']);
      const { body } = await request('POST', `/${INDEX}/_search`, {
        size: 0,
        aggs: {
          hosts: { terms: { field: 'id.orig_h', order: { _key: 'asc' } } },
          days: { date_histogram: { field: 'timestamp', calendar_interval: 'day' } },
          names: { cardinality: { field: 'query' } },
        },
      });
      const { hosts, days, names } = body.aggregations;
      expect(hosts.buckets.map(({ key }: { key: string }) => key)).toEqual(['10.0.0.1', '10.0.0.2', '192.0.2.1']);
      expect(days.buckets.map(({ doc_count }: { doc_count: number }) => doc_count)).toEqual([2, 1]);
      expect(names.value).toBe(2);
    });

    it('find a document once where a search names no field', async () => {
      const { body } = await request('POST', `/${INDEX}/_search`, {
        query: { query_string: { query: 'www.example.org' } },
      });
      expect(body.hits.total.value).toBe(1);
      expect(body.hits.hits[0]._source).toEqual(DOCUMENTS[0]);
    });

    it('stand in the mapping as they were given, and among the fields with the type of theirs', async () => {
      const { body } = await request('GET', `/${INDEX}/_mapping`);
      expect(body[INDEX].mappings.properties).toMatchObject(ALIASES);
      const { body: capabilities } = await request('GET', `/${INDEX}/_field_caps?fields=id.*,timestamp`);
      expect(capabilities.fields).toMatchObject({ 'id.orig_h': { ip: {} }, timestamp: { date_nanos: {} } });
    });

    it('are never written to', async () => {
      const { status, body } = await request('PUT', `/${INDEX}/_doc/9`, { query: 'a' });
      expect(status).toBe(400);
      expect(JSON.stringify(body)).toContain('Cannot write to a field alias [query].');
    });

    it.each([
      ['itself', { a: { type: 'alias', path: 'a' } }, 'an alias cannot refer to itself.'],
      ['nothing', { a: { type: 'alias', path: 'b' } }, 'an alias must refer to an existing field in the mappings.'],
      ['an object', { a: { type: 'alias', path: 'source' } }, 'an alias must refer to an existing field'],
      ['an alias', { a: { type: 'alias', path: 'query' } }, 'an alias cannot refer to another alias.'],
      ['no field at all', { a: { type: 'alias' } }, 'The [path] property must be specified for field [a].'],
    ])('are refused where they stand for %s', async (_, properties, reason) => {
      const { status, body } = await request('PUT', `/${INDEX}/_mapping`, { properties });
      expect(status).toBe(400);
      expect(JSON.stringify(body)).toContain(reason);
    });
  });
}
