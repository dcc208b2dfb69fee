import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InferRequest } from '../../../lib/model/model-server.ts';
import { createOnnxModelServer } from '../../../lib/onnx/onnx-model-server.ts';
import { writeTinyRepository } from '../../support/tiny-onnx.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'smart-ids-onnx-'));
  writeTinyRepository(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

function slowRequest(size: number): InferRequest {
  const data = new Float32Array(size * size);
  return {
    model: 'slow',
    version: '1',
    inputs: [{ name: 'square', datatype: 'FP32', shape: [size, size], data }],
    outputs: ['product'],
  };
}

/** A worker's program, for what the real one never does. */
function workerFile(name: string, program: string): URL {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, `import { parentPort } from 'node:worker_threads';\n${program}`);
  return pathToFileURL(path);
}

describe('the model server inside the process', () => {
  it('leaves the event loop free while a model runs', async () => {
    const server = createOnnxModelServer({ repository: folder, workers: 1 });
    await server.metadata('slow', '1');
    let turns = 0;
    let running = true;
    const turn = (): void => {
      turns += 1;
      if (running) setImmediate(turn);
    };
    turn();
    await server.infer(slowRequest(900));
    running = false;
    await server.close();
    expect(turns).toBeGreaterThan(20);
  });

  it('takes the buffers of the inputs over', async () => {
    const server = createOnnxModelServer({ repository: folder, workers: 1 });
    const request = slowRequest(10);
    const reply = server.infer(request);
    expect(request.inputs[0]?.data.length).toBe(0);
    await reply;
    await server.close();
  });

  it('refuses a request beyond the queue it may hold', async () => {
    const server = createOnnxModelServer({ repository: folder, workers: 1, maxQueued: 2 });
    const requests = Array.from({ length: 6 }, () => server.infer(slowRequest(300)));
    const outcomes = await Promise.allSettled(requests);
    await server.close();
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected').map((outcome) => outcome.reason);
    // Two are with the worker, two wait.
    expect(refused).toHaveLength(2);
    expect(refused[0]).toMatchObject({ code: 'model-unavailable', permanent: false });
    expect(refused[0].message).toContain('2 are allowed');
  });

  it('frees a place in the queue when a waiting caller gives up', async () => {
    const server = createOnnxModelServer({ repository: folder, workers: 1, maxQueued: 1 });
    const running = [server.infer(slowRequest(400)), server.infer(slowRequest(10))];
    const controller = new AbortController();
    const waiting = server.infer(slowRequest(10), { signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
    await expect(server.infer(slowRequest(10))).resolves.toBeDefined();
    await Promise.all(running);
    await server.close();
  });

  it('rejects what a dying worker held, and starts another for the next request', async () => {
    const file = workerFile('dies', "parentPort.on('message', () => process.exit(3));");
    const server = createOnnxModelServer({ repository: folder, workers: 1, workerFile: file });
    for (const _ of [1, 2]) {
      await expect(server.infer(slowRequest(1))).rejects.toMatchObject({
        code: 'model-unavailable',
        permanent: false,
        message: expect.stringContaining('code 3'),
      });
    }
    await server.close();
  });

  it('tells an exception in a worker as a model that is unavailable', async () => {
    const file = workerFile('throws', "parentPort.on('message', () => { throw new Error('out of order'); });");
    const server = createOnnxModelServer({ repository: folder, workers: 1, workerFile: file });
    await expect(server.infer(slowRequest(1))).rejects.toMatchObject({
      message: expect.stringContaining('out of order'),
    });
    await server.close();
  });

  it('rejects running and waiting requests when it closes, and every later one', async () => {
    const server = createOnnxModelServer({ repository: folder, workers: 1 });
    const requests = Array.from({ length: 4 }, () => server.infer(slowRequest(500)));
    const outcomes = Promise.allSettled(requests);
    await server.close();
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'model-unavailable' } });
    }
    await expect(server.metadata('echo', '1')).rejects.toMatchObject({ code: 'model-unavailable' });
  });
});
