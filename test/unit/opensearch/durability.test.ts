// What is in the file after a clean end, and after the process was killed.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Database } from '../../../local/opensearch/database/database.ts';
import { type SearchEngine, startSearchEngine } from '../../../local/opensearch/server.ts';
import { searchEngineAt } from '../../differential/search-engine-under-test.ts';

const SERVER = new URL('../../../local/opensearch/server.ts', import.meta.url).href;

describe('the embedded search engine’s file', () => {
  let folder: string;
  const options = () => ({
    file: join(folder, 'index.duckdb'),
    host: '127.0.0.1',
    port: 0,
    memoryLimitMiB: 128,
    threads: 2,
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'search-engine-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const send = async (endpoint: string, method: string, path: string, body?: unknown) =>
    (await searchEngineAt(endpoint).request(method, path, body)).body;

  async function startInProcess(): Promise<{ readonly child: ChildProcess; readonly endpoint: string }> {
    const script = `import { startSearchEngine } from ${JSON.stringify(SERVER)};
      const engine = await startSearchEngine(${JSON.stringify(options())});
      console.log(engine.endpoint);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
    return { child, endpoint: chunk.toString().trim() };
  }

  it('has mappings, aliases, templates, documents and their versions after a clean restart', async () => {
    let engine: SearchEngine = await startSearchEngine(options());
    await send(engine.endpoint, 'PUT', '/_index_template/t', {
      index_patterns: ['a-*'],
      template: { mappings: { properties: { ip: { type: 'ip' } } }, aliases: { a: {} } },
    });
    await send(engine.endpoint, 'PUT', '/a-1/_doc/1', { ip: '10.0.0.1', tags: ['x', 'y'] });
    await send(engine.endpoint, 'PUT', '/a-1/_doc/1', { ip: ['10.0.0.2', '10.0.0.3'], tags: 'z' });
    await engine.close();
    engine = await startSearchEngine(options());
    const document = await send(engine.endpoint, 'GET', '/a/_doc/1');
    expect([document['_version'], document['_source']]).toEqual([2, { ip: ['10.0.0.2', '10.0.0.3'], tags: 'z' }]);
    expect((await send(engine.endpoint, 'GET', '/a/_count?q=ip:10.0.0.3'))['count']).toBe(1);
    const next = await send(engine.endpoint, 'PUT', '/a-1/_doc/2', { ip: '10.0.0.9' });
    expect(Number(next['_seq_no'])).toBeGreaterThan(Number(document['_seq_no']));
    expect(Object.keys(await send(engine.endpoint, 'GET', '/a-1/_mapping'))).toEqual(['a-1']);
    expect((await send(engine.endpoint, 'GET', '/_index_template/t'))['index_templates']).toHaveLength(1);
    await engine.close();
  });

  it('has every acknowledged write after kill -9', async () => {
    const { child, endpoint } = await startInProcess();
    for (let number = 0; number < 20; number += 1) await send(endpoint, 'PUT', `/k/_doc/${number}`, { number });
    const lines = Array.from(
      { length: 3_000 },
      (_, number) => `{"index":{"_id":"b${number}"}}\n{"number":${number},"text":"some words ${number}"}`,
    );
    expect((await send(endpoint, 'POST', '/k/_bulk', `${lines.join('\n')}\n`))['errors']).toBe(false);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const engine = await startSearchEngine(options());
    expect((await send(engine.endpoint, 'GET', '/k/_count'))['count']).toBe(3_020);
    expect((await send(engine.endpoint, 'GET', '/k/_count?q=text:2999'))['count']).toBe(1);
    await engine.close();
  });

  it('has writes over, updates and deletes of before a kill -9, and their versions, whether in a table yet or not', async () => {
    const { child, endpoint } = await startInProcess();
    const lines = (from: number, to: number, text: string) =>
      Array.from(
        { length: to - from },
        (_, at) => `{"index":{"_id":"d${from + at}"}}\n{"number":${from + at},"text":"${text}"}\n`,
      ).join('');
    await send(endpoint, 'POST', '/k/_bulk', lines(0, 9_000, 'first'));
    await send(endpoint, 'POST', '/k/_refresh');
    await send(endpoint, 'POST', '/k/_bulk', lines(4_000, 13_000, 'second'));
    await send(endpoint, 'DELETE', '/k/_doc/d5');
    await send(endpoint, 'POST', '/k/_update/d6', { doc: { more: 'added' } });
    await send(endpoint, 'POST', '/k/_delete_by_query', { query: { range: { number: { gte: 100, lt: 200 } } } });
    await send(endpoint, 'PUT', '/k/_doc/d6', { text: 'third' });
    await send(endpoint, 'DELETE', '/k/_doc/d12999');
    const update = await send(endpoint, 'POST', '/k/_update/d7', { doc: { more: 'added' } });
    child.kill('SIGKILL');
    await once(child, 'exit');
    const engine = await startSearchEngine(options());
    const count = async (query: string) => (await send(engine.endpoint, 'GET', `/k/_count?q=${query}`))['count'];
    expect([
      await count('*:*'),
      await count('text:first'),
      await count('text:second'),
      await count('more:added'),
    ]).toEqual([12_898, 3_898, 8_999, 1]);
    const answers = [];
    for (const id of ['d5', 'd6', 'd7', 'd150', 'd3999', 'd4000', 'd12999']) {
      const { _version, _source } = await send(engine.endpoint, 'GET', `/k/_doc/${id}`);
      answers.push([_version, _source]);
    }
    expect(answers).toEqual([
      [undefined, undefined],
      [3, { text: 'third' }],
      [2, { number: 7, text: 'first', more: 'added' }],
      [undefined, undefined],
      [1, { number: 3_999, text: 'first' }],
      [2, { number: 4_000, text: 'second' }],
      [undefined, undefined],
    ]);
    const stale = await send(engine.endpoint, 'PUT', '/k/_doc/d7?if_seq_no=7&if_primary_term=1', {});
    expect(stale['status']).toBe(409);
    const next = `/k/_doc/d7?if_seq_no=${update['_seq_no']}&if_primary_term=1`;
    expect((await send(engine.endpoint, 'PUT', next, {}))['_version']).toBe(3);
    const again = (await send(engine.endpoint, 'POST', '/k/_bulk', lines(3_500, 4_500, 'again'))) as {
      items: { index: { _version: number; result: string } }[];
    };
    const versions = Map.groupBy(again.items, ({ index }) => `${index.result} ${index._version}`);
    expect([...versions].map(([key, list]) => [key, list.length])).toEqual([
      ['updated 2', 500],
      ['updated 3', 500],
    ]);
    expect(await count('*:*')).toBe(12_898);
    await engine.close();
  });

  it('has every acknowledged write, and its text, whenever it is killed', async () => {
    const acknowledged = new Map<string, number>();
    let next = 0;
    for (const killAfterMs of [150, 400, 900]) {
      const { child, endpoint } = await startInProcess();
      const ended = once(child, 'exit');
      const lane = async (count: number): Promise<void> => {
        for (;;) {
          const numbers = Array.from({ length: count }, () => next++);
          const lines = numbers.map((n) => `{"index":{"_id":"n${n}"}}\n{"number":${n},"text":"some words ${n}"}\n`);
          const reply = await send(endpoint, 'POST', '/k/_bulk', lines.join(''));
          expect(reply['errors']).toBe(false);
          for (const number of numbers) acknowledged.set(`n${number}`, number);
        }
      };
      const lanes = [1, 40, 1_000, 3_000].map((count) => lane(count).catch(() => undefined));
      await sleep(killAfterMs);
      child.kill('SIGKILL');
      await ended;
      await Promise.all(lanes);
    }
    expect(acknowledged.size).toBeGreaterThan(3_000);
    const engine = await startSearchEngine(options());
    const found = new Map<string, unknown>();
    for (let after = -1; ; ) {
      const sort = [{ number: 'asc' }];
      const body = { size: 5_000, sort, ...(after >= 0 && { search_after: [after] }) };
      const { hits } = (await send(engine.endpoint, 'POST', '/k/_search', body)) as {
        hits: { hits: { _id: string; _source: { number: number; text: string } }[] };
      };
      for (const { _id, _source } of hits.hits) found.set(_id, _source);
      const last = hits.hits.at(-1);
      // one without its text comes last
      if (last?._source.number === undefined) break;
      after = last._source.number;
    }
    const lost = [...acknowledged].filter(([id, number]) => {
      const source = found.get(id) as { number: number; text: string } | undefined;
      return source?.number !== number || source.text !== `some words ${number}`;
    });
    expect(lost.slice(0, 10)).toEqual([]);
    await engine.close();
  });

  it('keeps the documents of a file whose tables hold their texts, as an earlier version had them', async () => {
    const before = await startSearchEngine(options());
    const documents = Array.from({ length: 50 }, (_, number) => ({ number, text: `some words ${number}` }));
    const lines = documents.map((one) => `{"index":{"_id":"${one.number}"}}\n${JSON.stringify(one)}\n`);
    await send(before.endpoint, 'POST', '/k/_bulk', lines.join(''));
    await send(before.endpoint, 'DELETE', '/k/_doc/20');
    await before.close();
    const database = await Database.open(options());
    await database.write(async (connection) => {
      await connection.run('ALTER TABLE d1 ADD COLUMN _source VARCHAR');
      for (const { number } of documents)
        await connection.run('UPDATE d1 SET _source = $1 WHERE _id = $2', [
          JSON.stringify({ ...documents[number], moved: true }),
          String(number),
        ]);
    });
    await database.close();
    rmSync(`${options().file}.documents`);
    for (let round = 0; round < 2; round += 1) {
      const engine = await startSearchEngine(options());
      const { hits } = (await send(engine.endpoint, 'GET', '/k/_search?size=100&sort=number')) as {
        hits: { hits: { _source: unknown }[] };
      };
      expect(hits.hits.map(({ _source }) => _source)).toEqual(
        documents.filter(({ number }) => number !== 20).map((one) => ({ ...one, moved: true })),
      );
      await engine.close();
    }
  });

  it('refuses to start where the file cannot be had', async () => {
    await expect(startSearchEngine({ ...options(), file: join(folder, 'missing', 'index.duckdb') })).rejects.toThrow();
  });

  it('says which process has the file', async () => {
    const { child } = await startInProcess();
    await expect(startSearchEngine(options())).rejects.toThrow(
      expect.objectContaining({
        code: 'conflict',
        message: expect.stringContaining(`is in use by process ${child.pid}, `),
      }),
    );
    child.kill('SIGKILL');
    await once(child, 'exit');
    await (await startSearchEngine(options())).close();
  });
});
