// Points in time: what was there when one was made, whatever is written over, taken away and packed meanwhile.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SearchEngine, startSearchEngine } from '../../../local/opensearch/server.ts';
import { searchEngineAt } from '../../differential/search-engine-under-test.ts';

/** Two row groups and some. */
const DOCUMENTS = 17_000;
const PAGE = 1_000;

interface Hit {
  readonly _id: string;
  readonly _source: { readonly n: number; readonly text: string };
  readonly sort: readonly unknown[];
}

describe('a point in time', () => {
  const folder = mkdtempSync(join(tmpdir(), 'smart-ids-pit-'));
  let engine: SearchEngine;
  beforeAll(async () => {
    engine = await startSearchEngine({
      ...{ file: join(folder, 'index.duckdb'), host: '127.0.0.1', port: 0, memoryLimitMiB: 128, threads: 2 },
    });
  });
  afterAll(async () => {
    await engine.close();
    rmSync(folder, { recursive: true });
  });

  async function send(method: string, path: string, body?: unknown): Promise<Readonly<Record<string, unknown>>> {
    const { status, body: answer } = await searchEngineAt(engine.endpoint).request(method, path, body);
    return { ...answer, status };
  }

  async function write(name: string, from: number, to: number, text: string): Promise<void> {
    const lines: string[] = [];
    for (let n = from; n < to; n += 1) lines.push(`{"index":{"_id":"${n}"}}\n{"n":${n},"text":"${text} ${n}"}\n`);
    expect((await send('POST', `/${name}/_bulk`, lines.join('')))['errors']).toBe(false);
  }

  const make = async (name: string, keepAlive: string) =>
    String((await send('POST', `/${name}/_search/point_in_time?keep_alive=${keepAlive}`))['pit_id']);
  const ask = (id: string, body: Readonly<Record<string, unknown>> = {}, keepAlive?: string) =>
    send('POST', '/_search', { size: 0, ...body, pit: { id, ...(keepAlive && { keep_alive: keepAlive }) } });
  const totalOf = (answer: Record<string, unknown>) =>
    (answer['hits'] as { total: { value: number } } | undefined)?.total.value;
  const words = (text: string) => ({ track_total_hits: true, query: { match: { text } } });

  it('shows every document as it was, page after page, while all of them are written over and deleted', async () => {
    await write('k', 0, DOCUMENTS, 'first');
    await send('POST', '/k/_refresh');
    const point = await make('k', '1m');
    const changes = [
      () => write('k', 5_000, DOCUMENTS + 5_000, 'second'),
      () => send('POST', '/k/_delete_by_query', { query: { range: { n: { lt: 4_000 } } } }),
      () => write('k', 0, 9_000, 'third'),
      () => send('POST', '/k/_delete_by_query', { query: { match_all: {} } }),
    ];
    const seen: string[] = [];
    for (let after: readonly unknown[] | undefined; ; ) {
      await changes.shift()?.();
      await send('POST', '/k/_refresh');
      const body = { size: PAGE, sort: [{ n: 'asc' }], ...(after && { search_after: after }) };
      const { hits } = (await ask(point, body))['hits'] as { hits: readonly Hit[] };
      for (const { _source } of hits) seen.push(`${_source.n} ${_source.text}`);
      after = hits.at(-1)?.sort;
      if (hits.length < PAGE) break;
    }
    expect(seen).toEqual(Array.from({ length: DOCUMENTS }, (_, n) => `${n} first ${n}`));
    expect(totalOf(await ask(point, words('first')))).toBe(DOCUMENTS);
    expect(totalOf(await ask(point, words('second third')))).toBe(0);
    expect(totalOf(await ask(point, { query: { match_phrase: { text: 'first 77' } } }))).toBe(1);
    expect((await send('GET', '/k/_count'))['count']).toBe(0);
    await send('DELETE', '/_search/point_in_time', { pit_id: [point] });
    expect((await ask(point))['status']).toBe(404);
  });

  it('lives as long as it is asked for, and no longer', async () => {
    await write('short', 0, 3, 'some');
    const short = await make('short', '200ms');
    const longer = await make('short', '3s');
    expect(totalOf(await ask(longer, {}, '1m'))).toBe(3);
    await sleep(4_000);
    expect((await ask(short))['status']).toBe(404);
    expect(totalOf(await ask(longer))).toBe(3);
  });

  it('outlives a search that is refused', async () => {
    await write('refused', 0, 3, 'some');
    const point = await make('refused', '1m');
    const bodies = [
      { query: { nope: {} } },
      { query: { query_string: { query: 'n:[' } } },
      { sort: ['text'], size: 1 },
    ];
    for (const body of bodies) expect((await ask(point, body))['status']).toBe(400);
    const both = await Promise.all([ask(point), ask(point, words('some'))]);
    expect(both.map(totalOf)).toEqual([3, 3]);
  });

  it('is one of three hundred at most', async () => {
    await write('many', 0, 1, 'some');
    await send('DELETE', '/_search/point_in_time/_all');
    const made = await Promise.all(
      Array.from({ length: 301 }, () => send('POST', '/many/_search/point_in_time?keep_alive=1m')),
    );
    expect(made.map(({ status }) => status).filter((status) => status !== 200)).toEqual([429]);
    const { pits } = await send('DELETE', '/_search/point_in_time/_all');
    expect(pits).toHaveLength(300);
  });

  it('does not keep the engine from stopping', async () => {
    const other = await startSearchEngine({
      ...{ file: join(folder, 'other.duckdb'), host: '127.0.0.1', port: 0, memoryLimitMiB: 128, threads: 2 },
    });
    await fetch(`${other.endpoint}/left`, { method: 'PUT' });
    await fetch(`${other.endpoint}/left/_search/point_in_time?keep_alive=1h`, { method: 'POST' });
    await other.close();
  });
});
