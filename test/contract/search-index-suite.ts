// The search index's contract: what the product asks of OpenSearch, asked of whatever listens at an endpoint.
import { Client } from '@opensearch-project/opensearch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateFlows, MAPPING } from './search-index-documents.ts';

export interface SearchIndexUnderTest {
  readonly endpoint: string;
  close(): Promise<void>;
}

type Json = Record<string, unknown>;

interface SearchAnswer {
  readonly hits: {
    readonly total: { readonly value: number; readonly relation: string };
    readonly hits: readonly { readonly _id: string; readonly _source?: Json; readonly sort?: readonly unknown[] }[];
  };
  readonly aggregations?: Record<string, Json>;
}

const COUNT = 240;

export function describeSearchIndex(name: string, start: () => Promise<SearchIndexUnderTest>): void {
  describe(name, () => {
    const flows = generateFlows(COUNT);
    let server: SearchIndexUnderTest;
    let client: Client;
    const run = `contract-${process.pid}`;
    const index = `${run}-flows-000001`;
    const alias = `${run}-flows`;
    const notes = `${run}-notes`;

    async function request(
      method: string,
      path: string,
      body?: unknown,
      querystring: Json = {},
    ): Promise<{ readonly status: number; readonly body: Json }> {
      try {
        const answer = await client.transport.request({
          method,
          path,
          querystring,
          ...(body === undefined ? {} : { body: body as Json }),
        });
        return { status: answer.statusCode ?? 0, body: answer.body as unknown as Json };
      } catch (error) {
        const meta = (error as { meta?: { statusCode?: number; body?: Json } }).meta;
        if (meta?.statusCode === undefined) throw error;
        return { status: meta.statusCode, body: meta.body ?? {} };
      }
    }

    async function search(body: Json, target = alias): Promise<SearchAnswer> {
      const answer = await request('POST', `/${target}/_search`, body);
      if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
      return answer.body as unknown as SearchAnswer;
    }

    async function idsOf(query: string, operator = 'or'): Promise<readonly string[]> {
      const answer = await search({
        size: 1_000,
        sort: [{ 'event.id': 'asc' }],
        _source: false,
        track_total_hits: true,
        query: { query_string: { query, default_operator: operator } },
      });
      expect(answer.hits.total).toEqual({ value: answer.hits.hits.length, relation: 'eq' });
      return answer.hits.hits.map((hit) => hit._id);
    }

    /** Ids of the generated flows that a plain predicate keeps: the oracle. */
    function expected(keep: (flow: Json) => boolean): readonly string[] {
      return flows.filter((flow) => keep(flow.body)).map((flow) => flow.id);
    }

    beforeAll(async () => {
      server = await start();
      client = new Client({ node: server.endpoint, maxRetries: 0 });
      await request('PUT', `/_index_template/${run}`, {
        index_patterns: [`${alias}-*`],
        priority: 10,
        template: {
          settings: { number_of_shards: 1, number_of_replicas: 0 },
          mappings: MAPPING,
          aliases: { [alias]: {} },
        },
      });
      const lines = flows.flatMap(({ id, body }) => [
        JSON.stringify({ index: { _index: index, _id: id } }),
        JSON.stringify(body),
      ]);
      const answer = await request('POST', '/_bulk', `${lines.join('\n')}\n`, { refresh: 'true' });
      expect(answer.body['errors']).toBe(false);
      await request('PUT', `/${notes}`, {
        settings: { number_of_shards: 1, number_of_replicas: 0 },
        mappings: { dynamic: 'strict', properties: { text: { type: 'text' }, n: { type: 'long' } } },
      });
    });

    afterAll(async () => {
      for (const path of [`/${index}`, `/${notes}`, `/_index_template/${run}`]) await request('DELETE', path);
      await client.close();
      await server.close();
    });

    const port = (flow: Json): number => (flow['destination'] as { port: number }).port;
    const source = (flow: Json): string => (flow['source'] as { ip: string }).ip;
    const tags = (flow: Json): readonly unknown[] => [flow['tags'] ?? []].flat();

    it.each<[string, (flow: Json) => boolean]>([
      ['destination.port:443', (flow) => port(flow) === 443],
      ['destination.port:[53 TO 443}', (flow) => port(flow) >= 53 && port(flow) < 443],
      ['destination.port:>=80', (flow) => port(flow) >= 80],
      ['destination.port:abc', () => false],
      ['source.ip:"10.0.0.0/16"', (flow) => source(flow).startsWith('10.0.')],
      ['source.ip:"2001:db8::/32"', (flow) => source(flow).startsWith('2001:')],
      ['source.ip:nonsense', () => false],
      ['network.protocol:http OR network.protocol:dns', (flow) => [80, 53].includes(port(flow))],
      ['tags:a', (flow) => tags(flow).includes('a')],
      ['NOT _exists_:tags', (flow) => tags(flow).length === 0],
      ['NOT tags:a', (flow) => !tags(flow).includes('a')],
      ['payload:login.php', (flow) => String(flow['payload']).includes('login')],
      ['payload:"index.html http"', (flow) => String(flow['payload']).includes('index.html HTTP')],
      ['payload:"html index"', () => false],
      ['payload:GRÜSSE', () => false],
      ['payload:grü*', (flow) => String(flow['payload']).startsWith('Grü')],
      ['payload:你', (flow) => String(flow['payload']).includes('你')],
      ['payload:/adm.n/', (flow) => String(flow['payload']).includes('admin')],
      ['payload.keyword:"\' OR 1=1 --"', (flow) => flow['payload'] === "' OR 1=1 --"],
      ['url.full:http*', (flow) => port(flow) === 80],
      ['url.full.text:long', (flow) => port(flow) !== 80],
      ['score:[0.5 TO *]', (flow) => Number(flow['score'] ?? 0) >= 0.5],
      ['scored:true', (flow) => flow['scored'] === true],
      ['features.payload:never', () => false],
      ['unmapped:never', () => false],
      ['no.such.field:1', () => false],
      [
        'event.category:intrusion_detection AND destination.port:22',
        (flow) => port(flow) === 22 && (flow['event'] as { category: string[] }).category.length === 2,
      ],
    ])('finds exactly the documents that %s means', async (query, keep) => {
      expect(await idsOf(query)).toEqual(expected(keep));
    });

    it('combines clauses as Lucene does: a OR b AND c requires b and c', async () => {
      expect(await idsOf('tags:a OR tags:b AND destination.port:443')).toEqual(
        expected((flow) => tags(flow).includes('b') && port(flow) === 443),
      );
      expect(await idsOf('tags:b destination.port:443', 'and')).toEqual(
        expected((flow) => tags(flow).includes('b') && port(flow) === 443),
      );
    });

    it('answers 400 to a query text that does not parse, naming it', async () => {
      const answer = await request('POST', `/${alias}/_search`, {
        query: { query_string: { query: 'source.ip:10.0.0.0/8' } },
      });
      expect(answer.status).toBe(400);
      expect(JSON.stringify(answer.body)).toContain('Failed to parse query');
    });

    it('pages through everything by search_after without loss or repetition', async () => {
      const seen: string[] = [];
      let after: readonly unknown[] | undefined;
      for (;;) {
        const page = await search({
          size: 37,
          sort: [{ 'destination.port': 'desc' }, { 'event.id': 'asc' }],
          _source: ['destination.port'],
          ...(after === undefined ? {} : { search_after: after }),
        });
        if (page.hits.hits.length === 0) break;
        seen.push(...page.hits.hits.map((hit) => hit._id));
        after = page.hits.hits.at(-1)?.sort;
      }
      const order = [...flows].sort(
        (left, right) => port(right.body) - port(left.body) || (left.id < right.id ? -1 : 1),
      );
      expect(seen).toEqual(order.map((flow) => flow.id));
    });

    it('counts hits up to a limit and says that there are more', async () => {
      const answer = await search({ size: 1, track_total_hits: 100 });
      expect(answer.hits.total).toEqual({ value: 100, relation: 'gte' });
    });

    it('refuses a page beyond the window', async () => {
      const answer = await request('POST', `/${alias}/_search`, { from: 9_995, size: 10 });
      expect(answer.status).toBe(400);
    });

    it('shows the members of a document that _source names', async () => {
      const answer = await search({
        size: 1,
        sort: [{ 'event.id': 'asc' }],
        _source: { includes: ['source.*', 'tags'], excludes: ['*.bytes'] },
      });
      expect(Object.keys((answer.hits.hits[0]?._source?.['source'] ?? {}) as Json).sort()).toEqual(['ip', 'port']);
    });

    it('groups three levels deep with the same figures as a plain loop', async () => {
      const answer = await search({
        size: 0,
        aggs: {
          protocol: {
            terms: { field: 'network.protocol', order: { _key: 'asc' } },
            aggs: {
              bytes: { sum: { field: 'source.bytes' } },
              hour: {
                date_histogram: { field: '@timestamp', fixed_interval: '1h', min_doc_count: 1 },
                aggs: { tag: { terms: { field: 'tags' } }, hosts: { cardinality: { field: 'source.ip' } } },
              },
            },
          },
        },
      });
      const buckets = answer.aggregations?.['protocol']?.['buckets'] as readonly Json[];
      expect(buckets.map((bucket) => bucket['key'])).toEqual(['dns', 'http', 'ssh', 'tls']);
      for (const bucket of buckets) {
        const mine = flows.filter((flow) => (flow.body['network'] as Json)['protocol'] === bucket['key']);
        const bytes = mine.reduce((sum, flow) => sum + (flow.body['source'] as { bytes: number }).bytes, 0);
        expect(bucket['doc_count']).toBe(mine.length);
        expect((bucket['bytes'] as Json)['value']).toBe(bytes);
        for (const hour of (bucket['hour'] as { buckets: readonly Json[] }).buckets) {
          const inHour = mine.filter(
            (flow) => Math.floor(Date.parse(String(flow.body['@timestamp'])) / 3_600_000) * 3_600_000 === hour['key'],
          );
          expect(hour['doc_count']).toBe(inHour.length);
          expect((hour['hosts'] as Json)['value']).toBe(new Set(inHour.map((flow) => source(flow.body))).size);
          const counted = (hour['tag'] as { buckets: readonly { key: string; doc_count: number }[] }).buckets;
          for (const { key, doc_count } of counted)
            expect(doc_count).toBe(inHour.filter((flow) => tags(flow.body).includes(key)).length);
        }
      }
    });

    it('fills the empty buckets of a date histogram up to its extended bounds', async () => {
      const answer = await search({
        size: 0,
        aggs: {
          day: {
            date_histogram: {
              field: '@timestamp',
              calendar_interval: 'day',
              extended_bounds: { min: '2026-10-31', max: '2026-11-02' },
            },
          },
        },
      });
      const buckets = answer.aggregations?.['day']?.['buckets'] as readonly Json[];
      expect(buckets.map((bucket) => [bucket['key_as_string'], bucket['doc_count']])).toEqual([
        ['2026-10-31T00:00:00.000Z', 0],
        ['2026-11-01T00:00:00.000Z', COUNT],
        ['2026-11-02T00:00:00.000Z', 0],
      ]);
    });

    it('keeps versions and sequence numbers, and answers 409 to a writer who is late', async () => {
      const first = await request('PUT', `/${notes}/_doc/v`, { n: 1 }, { refresh: 'true' });
      expect([first.status, first.body['result'], first.body['_version']]).toEqual([201, 'created', 1]);
      const condition = { if_seq_no: first.body['_seq_no'], if_primary_term: first.body['_primary_term'] };
      const second = await request('PUT', `/${notes}/_doc/v`, { n: 2 }, condition);
      expect([second.status, second.body['result'], second.body['_version']]).toEqual([200, 'updated', 2]);
      const late = await request('PUT', `/${notes}/_doc/v`, { n: 3 }, condition);
      expect([late.status, (late.body['error'] as Json)['type']]).toEqual([409, 'version_conflict_engine_exception']);
      const create = await request('PUT', `/${notes}/_create/v`, { n: 4 });
      expect(create.status).toBe(409);
      const update = await request('POST', `/${notes}/_update/v`, { doc: { n: 2 } });
      expect([update.status, update.body['result']]).toEqual([200, 'noop']);
      const gone = await request('DELETE', `/${notes}/_doc/v`);
      expect([gone.status, gone.body['result'], gone.body['_version']]).toEqual([200, 'deleted', 3]);
      expect((await request('GET', `/${notes}/_doc/v`)).status).toBe(404);
      expect((await request('POST', `/${notes}/_update/v`, { doc: { n: 2 } })).status).toBe(404);
      const upsert = await request('POST', `/${notes}/_update/v`, { doc: { n: 5 }, doc_as_upsert: true });
      expect([upsert.status, upsert.body['result']]).toEqual([201, 'created']);
    });

    it('lets an external version through only when it is not older', async () => {
      const write = (version: number, type: string): Promise<{ status: number }> =>
        request('PUT', `/${notes}/_doc/x`, { n: version }, { version, version_type: type });
      expect((await write(5, 'external_gte')).status).toBe(201);
      expect((await write(5, 'external_gte')).status).toBe(200);
      expect((await write(5, 'external')).status).toBe(409);
      expect((await write(4, 'external_gte')).status).toBe(409);
      expect((await write(6, 'external')).status).toBe(200);
    });

    it('answers each item of a bulk request on its own', async () => {
      const lines = [
        { index: { _id: 'b1' } },
        { n: 1 },
        { create: { _id: 'b1' } },
        { n: 2 },
        { index: { _id: 'b2' } },
        { n: 'not a number' },
        { index: { _id: 'b3' } },
        { unknown: 1 },
        { update: { _id: 'b1' } },
        { doc: { text: 'more' } },
        { delete: { _id: 'nobody' } },
        { index: { _id: 'b4', version: 3, version_type: 'external_gte' } },
        { n: 4 },
      ];
      const answer = await request(
        'POST',
        `/${notes}/_bulk`,
        `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`,
        { refresh: 'true' },
      );
      const items = (answer.body['items'] as readonly Record<string, Json>[]).map((item) => Object.values(item)[0]);
      expect(answer.body['errors']).toBe(true);
      expect(items.map((item) => item?.['status'])).toEqual([201, 409, 400, 400, 200, 404, 201]);
      expect((items[3]?.['error'] as Json | undefined)?.['type']).toBe('strict_dynamic_mapping_exception');
      expect(items[6]?.['_version']).toBe(3);
      const count = await request('POST', `/${notes}/_count`, { query: { ids: { values: ['b1', 'b2', 'b3', 'b4'] } } });
      expect(count.body['count']).toBe(2);
    });

    it('deletes what a query matches', async () => {
      await request(
        'POST',
        `/${notes}/_bulk`,
        `${Array.from({ length: 5 }, (_, n) => `{"index":{"_id":"q${n}"}}\n{"n":${1_000 + n}}`).join('\n')}\n`,
        { refresh: 'true' },
      );
      const answer = await request(
        'POST',
        `/${notes}/_delete_by_query`,
        { query: { range: { n: { gte: 1_002 } } } },
        { refresh: 'true' },
      );
      expect(answer.body['deleted']).toBe(3);
      expect((await request('GET', `/${notes}/_count`, undefined, { q: 'n:>=1000' })).body['count']).toBe(2);
    });

    it('moves an alias in one request and says which indexes it means', async () => {
      const moved = `${run}-moved`;
      await request('POST', '/_aliases', { actions: [{ add: { index, alias: moved } }] });
      expect(Object.keys((await request('GET', `/_alias/${moved}`)).body)).toEqual([index]);
      expect((await request('HEAD', `/_alias/${moved}`)).status).toBe(200);
      await request('POST', '/_aliases', { actions: [{ remove: { index, alias: moved } }] });
      expect((await request('GET', `/_alias/${moved}`)).status).toBe(404);
    });

    it('knows which indexes exist', async () => {
      expect((await request('HEAD', `/${index}`)).status).toBe(200);
      expect((await request('HEAD', `/${run}-nothing`)).status).toBe(404);
      const missing = await request('POST', `/${run}-nothing/_search`, {});
      expect([missing.status, (missing.body['error'] as Json)['type']]).toEqual([404, 'index_not_found_exception']);
      expect((await request('PUT', `/${index}`, {})).status).toBe(400);
    });

    it.each<[string, Json]>([
      ['a query', { query: { no_such_query: {} } }],
      ['an aggregation', { aggs: { a: { no_such_aggregation: {} } } }],
      ['a member of the body', { no_such_member: 1 }],
      ['a member of a clause', { query: { range: { 'destination.port': { no_such_bound: 1 } } } }],
    ])('refuses %s that it does not know with 400 and its name', async (_what, body) => {
      const answer = await request('POST', `/${alias}/_search`, body);
      expect(answer.status).toBe(400);
      expect(JSON.stringify(answer.body)).toContain('no_such');
    });
  });
}
