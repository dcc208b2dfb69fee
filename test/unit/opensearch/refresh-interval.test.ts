// How long many writes stay out of sight of searches: as long as their index's refresh_interval says, until a refresh at most.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SearchEngine, startSearchEngine } from '../../../local/opensearch/server.ts';
import { searchEngineAt } from '../../differential/search-engine-under-test.ts';

/** More than a search waits for. */
const MANY = 3_000;
const DEADLINE_MS = 20_000;

describe('many writes', () => {
  let engine: SearchEngine;
  beforeAll(async () => {
    engine = await startSearchEngine({ file: ':memory:', host: '127.0.0.1', port: 0, memoryLimitMiB: 128, threads: 2 });
  });
  afterAll(() => engine.close());

  const send = async (method: string, path: string, body?: unknown) =>
    (await searchEngineAt(engine.endpoint).request(method, path, body)).body;

  async function create(name: string, interval: unknown): Promise<Record<string, unknown>> {
    const settings = interval === undefined ? {} : { refresh_interval: interval };
    return send('PUT', `/${name}`, { settings, mappings: { properties: { n: { type: 'long' } } } });
  }

  async function write(name: string): Promise<void> {
    const lines = Array.from({ length: MANY }, (_, n) => `{"index":{"_id":"${n}"}}\n{"n":${n}}\n`);
    expect((await send('POST', `/${name}/_bulk`, lines.join('')))['errors']).toBe(false);
  }

  const count = async (name: string) => Number((await send('GET', `/${name}/_count`))['count']);

  it('are seen within a second where nothing is said', async () => {
    await create('said-nothing', undefined);
    await write('said-nothing');
    const started = performance.now();
    while ((await count('said-nothing')) < MANY && performance.now() - started < DEADLINE_MS) await sleep(50);
    expect(await count('said-nothing')).toBe(MANY);
  });

  it('are not seen before a refresh where there is no interval, and hold up no other index', async () => {
    await create('never', -1);
    await write('never');
    await sleep(1_500);
    expect(await count('never')).toBe(0);
    // the shortest interval of those that wait together counts
    await create('soon', '100ms');
    await write('soon');
    const started = performance.now();
    while ((await count('soon')) < MANY && performance.now() - started < DEADLINE_MS) await sleep(50);
    expect([await count('soon'), await count('never')]).toEqual([MANY, MANY]);
    await write('never');
    await send('POST', '/never/_refresh');
    const newest = (await send('GET', '/never/_search?size=1&sort=n:desc&version=true')) as {
      hits: { hits: { _version: number }[] };
    };
    expect(newest.hits.hits[0]?._version).toBe(2);
  });

  it.each(['soon', '5', '1w', ''])('refuses [%s] as an interval', async (interval) => {
    const { status, error } = await create('refused', interval);
    expect([status, (error as { type: string }).type]).toEqual([400, 'illegal_argument_exception']);
    expect((error as { reason: string }).reason).toContain(`[index.refresh_interval] with value [${interval}]`);
  });
});
