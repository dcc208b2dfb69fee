// What the main thread learns of the engine's thread: that it died, and that it was asked to end.
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startSearchEngine } from '../../../local/opensearch/server.ts';

const OPTIONS = { file: ':memory:', host: '127.0.0.1', port: 0, memoryLimitMiB: 128, threads: 1 };

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the search engine’s thread', () => {
  it('is missed as soon as it ends unasked, and its end is no clean one', async () => {
    const listening = vi.spyOn(Worker.prototype, 'once');
    const engine = await startSearchEngine(OPTIONS);
    const [worker] = listening.mock.contexts;
    if (!(worker instanceof Worker)) throw new Error('the engine has no thread');
    await worker.terminate();
    expect((await engine.died).message).toContain('ended with code 1');
    await expect(engine.close()).rejects.toThrow('ended with code 1');
  });

  it('is not missed when it was asked to end', async () => {
    const engine = await startSearchEngine(OPTIONS);
    const died = vi.fn();
    void engine.died.then(died);
    await engine.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(died).not.toHaveBeenCalled();
  });
});
