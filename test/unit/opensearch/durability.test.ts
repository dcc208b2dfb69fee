// What is in the file after a clean end, and after the process was killed.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SearchEngine, startSearchEngine } from '../../../local/opensearch/server.ts';

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

  async function send(
    endpoint: string,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Record<string, unknown>> {
    const response = await fetch(`${endpoint}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return (await response.json()) as Record<string, unknown>;
  }

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

  it('refuses to start where the file cannot be had', async () => {
    await expect(startSearchEngine({ ...options(), file: join(folder, 'missing', 'index.duckdb') })).rejects.toThrow();
  });
});
