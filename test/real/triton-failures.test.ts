// real: what becomes of requests when Triton is absent, slow, restarting, another one than expected, or at fault.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ExpectedModel } from '../../lib/model/check-model-metadata.ts';
import { createCheckedModelServer } from '../../lib/model/checked-model-server.ts';
import type { CallOptions, InferRequest, ModelServer, Tensor } from '../../lib/model/model-server.ts';
import type { EndpointAddress } from '../../lib/triton/endpoint.ts';
import { createTritonModelServer, type TritonModelServerOptions } from '../../lib/triton/triton-model-server.ts';
import { writeTinyRepository } from '../support/tiny-onnx.ts';
import { numpy2Folder } from './triton-install.ts';
import { startTriton, type Triton, type TritonModel } from './triton-server.ts';

let folder: string;
let repository: string;
const running = new Set<Triton>();
const servers: ModelServer[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'smart-ids-failures-'));
  repository = writeTinyRepository(folder);
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
  for (const triton of running) await triton.kill();
  running.clear();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function start(
  models: readonly (string | TritonModel)[],
  change: Partial<Parameters<typeof startTriton>[0]> = {},
) {
  const triton = await startTriton({ repository, models, ...change });
  running.add(triton);
  return triton;
}

function connect(endpoints: readonly EndpointAddress[], options: Partial<TritonModelServerOptions> = {}): ModelServer {
  const server = createTritonModelServer({ endpoints, ...options });
  servers.push(server);
  return server;
}

function ids(name: string, values: readonly number[]): Tensor {
  return { name, datatype: 'INT64', shape: [1, values.length], data: BigInt64Array.from(values, BigInt) };
}

function tokens(value: number): InferRequest {
  return { model: 'tokens', version: '1', inputs: [ids('ids', [value, 1]), ids('mask', [1, 0])], outputs: ['sum'] };
}

/** `value` + 1, if all is well. */
async function add(server: ModelServer, value: number, call: CallOptions = {}): Promise<number> {
  const { outputs } = await server.infer(tokens(value), call);
  return Number(outputs[0]?.data[0] ?? -1);
}

async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('a Triton that is not at work', () => {
  it('is told as unavailable where nobody listens', async () => {
    const server = connect([{ target: `127.0.0.1:${await unusedPort()}`, tls: false }], { retryForMs: 500 });
    await expect(add(server, 1)).rejects.toMatchObject({
      code: 'model-unavailable',
      permanent: false,
      message: expect.stringMatching(/metadata of tokens version 1 at 127\.0\.0\.1:\d+: UNAVAILABLE.*tries/),
    });
    expect(await server.ready('tokens', '1', { timeoutMs: 2000 })).toMatchObject({ reason: 'unreachable' });
  });

  it('is too slow where it stands still, and answers when it goes on', async () => {
    const triton = await start(['tokens']);
    const server = connect([triton.address]);
    expect(await add(server, 1)).toBe(2);
    triton.pause();
    const startedAt = performance.now();
    await expect(add(server, 2, { timeoutMs: 700 })).rejects.toMatchObject({ code: 'model-unavailable' });
    expect(performance.now() - startedAt).toBeLessThan(3000);
    expect(await server.ready('tokens', '1', { timeoutMs: 500 })).toMatchObject({ reason: 'unreachable' });
    triton.resume();
    expect(await add(server, 3)).toBe(4);
    expect(await server.ready('tokens', '1')).toEqual({ ready: true });
  });

  it('loses and doubles nothing when it is killed and started again in the middle', async () => {
    const triton = await start(['tokens']);
    const server = connect([triton.address], { maxInFlight: 8, maxQueued: 1000 });
    const answers: number[] = [];
    const work = Array.from({ length: 400 }, async (_, value) => {
      const answer = await add(server, value);
      answers.push(value);
      expect(answer).toBe(value + 1);
      if (answers.length === 60) await triton.kill();
    });
    const settled = Promise.allSettled(work);
    while (answers.length < 60) await sleep(5);
    await start(['tokens'], { ports: triton.ports });
    const failed = (await settled).filter(({ status }) => status === 'rejected');
    expect(failed).toEqual([]);
    expect(answers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 400 }, (_, value) => value));
  });

  it('is done without where another one is there', async () => {
    const [first, second] = await Promise.all([start(['tokens']), start(['tokens'])]);
    const server = connect([first.address, second.address], { maxQueued: 1000 });
    let answered = 0;
    const work = Array.from({ length: 200 }, async (_, value) => {
      expect(await add(server, value)).toBe(value + 1);
      answered += 1;
      if (answered === 40) void first.kill();
    });
    await Promise.all(work);
    expect(answered).toBe(200);
    expect(await server.ready('tokens', '1', { timeoutMs: 2000 })).toEqual({ ready: true });
  });
});

const EXPECTED: ExpectedModel = {
  name: 'tokens',
  version: '1',
  inputs: [
    { name: 'ids', datatype: 'INT64', shape: [-1, -1] },
    { name: 'mask', datatype: 'INT64', shape: [-1, -1] },
  ],
  outputs: [{ name: 'sum', datatype: 'INT64', shape: [-1, -1] }],
  batch: 32,
};

const SUM_PROGRAM = (result: string) => `
import numpy as np
import triton_python_backend_utils as pb_utils

class TritonPythonModel:
    def execute(self, requests):
        replies = []
        for request in requests:
            ids = pb_utils.get_input_tensor_by_name(request, "ids").as_numpy()
            replies.append(pb_utils.InferenceResponse([pb_utils.Tensor("sum", ${result})]))
        return replies
`;

function described(input: string, datatype: string): string {
  const dims = 'dims: [ -1, -1 ]';
  return [
    `input [{ name: "ids", data_type: TYPE_INT64, ${dims} }, { name: "${input}", data_type: TYPE_${datatype}, ${dims} }]`,
    `output [{ name: "sum", data_type: TYPE_INT64, ${dims} }]`,
  ].join('\n');
}

describe('a Triton with another model than expected', () => {
  it.each<[string, readonly (string | TritonModel)[], RegExp]>([
    ['without the model', ['echo'], /NOT_FOUND: .*unknown model.*tokens/],
    ['with another version only', [{ name: 'tokens', versions: ['7'] }], /tokens version 1.*(NOT_FOUND|not found)/],
    [
      'with an input of another name',
      [{ name: 'tokens', config: described('attention', 'INT64'), program: SUM_PROGRAM('ids') }],
      /model tokens version 1 is not the one expected: input mask: expected, it has ids, attention/,
    ],
    [
      'with another datatype',
      [{ name: 'tokens', config: described('mask', 'INT32'), program: SUM_PROGRAM('ids') }],
      /input mask: expected INT64\[-1,-1\], seen INT32\[-1,-1\]/,
    ],
    [
      'with a datatype that is not ours',
      [{ name: 'tokens', config: described('mask', 'FP16'), program: SUM_PROGRAM('ids') }],
      /tensor mask: datatype FP16 is not supported/,
    ],
    ['with a smaller batch', [{ name: 'tokens', maxBatch: 4 }], /batch: expected 32 rows, it takes at most 4/],
  ])('%s is a mismatch in words, and no try is wasted on it', async (_, models, words) => {
    const triton = await start(models);
    const server = createCheckedModelServer(connect([triton.address]), () => EXPECTED);
    const startedAt = performance.now();
    await expect(add(server, 1)).rejects.toMatchObject({
      code: 'model-mismatch',
      permanent: false,
      message: expect.stringMatching(words),
    });
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });

  it('is found to be the right one once it is', async () => {
    const wrong = await start(['echo']);
    const server = createCheckedModelServer(connect([wrong.address]), () => EXPECTED);
    await expect(add(server, 1)).rejects.toMatchObject({ code: 'model-mismatch' });
    expect(await server.ready('tokens', '1')).toMatchObject({ reason: 'model-missing' });
    await wrong.kill();
    await start(['tokens'], { ports: wrong.ports });
    expect(await add(server, 1)).toBe(2);
  });

  it('batches what is batched, of the shapes that it takes', async () => {
    const triton = await start([{ name: 'tokens', maxBatch: 64, config: 'dynamic_batching { }' }]);
    const server = createCheckedModelServer(connect([triton.address]), () => EXPECTED);
    expect(await server.metadata('tokens', '1')).toEqual({ ...EXPECTED, batch: undefined, maxBatch: 64 });
    const all = await Promise.all(Array.from({ length: 40 }, (_, value) => add(server, value)));
    expect(all).toEqual(Array.from({ length: 40 }, (_, value) => value + 1));
  });

  it('whose Python gives no bytes, as it does with numpy 2, is a mismatch', async () => {
    const program = `import sys\nsys.path.insert(0, ${JSON.stringify(numpy2Folder())})\n${SUM_PROGRAM('ids + 1')}`;
    const triton = await start([{ name: 'tokens', config: described('mask', 'INT64'), program }]);
    await expect(add(connect([triton.address]), 1)).rejects.toMatchObject({
      code: 'model-mismatch',
      message: 'infer tokens version 1: output sum: 0 bytes, where INT64[1,2] has 16',
    });
  });
});

const NAP_PROGRAM = `
import time
import numpy as np
import triton_python_backend_utils as pb_utils

class TritonPythonModel:
    def initialize(self, args):
        self.cancelled = 0

    def execute(self, requests):
        replies = []
        for request in requests:
            seconds = float(pb_utils.get_input_tensor_by_name(request, "seconds").as_numpy()[0])
            until = time.time() + seconds
            while time.time() < until and not request.is_cancelled():
                time.sleep(0.02)
            self.cancelled += 1 if request.is_cancelled() else 0
            replies.append(pb_utils.InferenceResponse([pb_utils.Tensor("cancelled", np.array([self.cancelled], np.int32))]))
        return replies
`;
const NAP: TritonModel = {
  name: 'nap',
  program: NAP_PROGRAM,
  config: `input [{ name: "seconds", data_type: TYPE_FP32, dims: [ 1 ] }]
output [{ name: "cancelled", data_type: TYPE_INT32, dims: [ 1 ] }]`,
};

async function nap(server: ModelServer, seconds: number, call: CallOptions = {}): Promise<number> {
  const inputs: Tensor[] = [{ name: 'seconds', datatype: 'FP32', shape: [1], data: Float32Array.of(seconds) }];
  const { outputs } = await server.infer({ model: 'nap', version: '1', inputs, outputs: ['cancelled'] }, call);
  return Number(outputs[0]?.data[0]);
}

describe('a request to Triton', () => {
  it('fails alone where the model fails on it', async () => {
    const triton = await start(['pick']);
    const server = connect([triton.address]);
    const rows = Float32Array.of(0, 1, 2, 3, 4, 5);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, k) =>
        server.infer({
          model: 'pick',
          version: '1',
          inputs: [
            { name: 'rows', datatype: 'FP32', shape: [2, 3], data: rows },
            { name: 'ids', datatype: 'INT64', shape: [1], data: BigInt64Array.of(k === 7 ? 99n : BigInt(k % 2)) },
          ],
          outputs: ['picked'],
        }),
      ),
    );
    const failed = outcomes.flatMap((outcome, k) => (outcome.status === 'rejected' ? [[k, outcome.reason.code]] : []));
    expect(failed).toEqual([[7, 'inference-failed']]);
  });

  it('is cancelled on the server when its caller gives up, and its place is free', async () => {
    const triton = await start([NAP]);
    const server = connect([triton.address], { maxInFlight: 1 });
    expect(await nap(server, 0)).toBe(0);
    const controller = new AbortController();
    const given = nap(server, 30, { signal: controller.signal });
    setTimeout(() => controller.abort(), 300);
    const startedAt = performance.now();
    await expect(given).rejects.toMatchObject({ code: 'aborted' });
    expect(performance.now() - startedAt).toBeLessThan(1000);
    // Were it not cancelled there, this one would wait 30 s behind it.
    expect(await nap(server, 0, { timeoutMs: 5000 })).toBe(1);
  });

  it('is cancelled on the server when its time is up', async () => {
    const triton = await start([NAP]);
    const server = connect([triton.address]);
    await expect(nap(server, 30, { timeoutMs: 400 })).rejects.toMatchObject({ code: 'model-unavailable' });
    expect(await nap(server, 0, { timeoutMs: 5000 })).toBe(1);
  });
});
