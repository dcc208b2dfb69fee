// triton: tries, pauses, deadlines and bounds, against a server of the same process.

import { setTimeout as sleep } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallOptions, ModelServer } from '../../../lib/model/model-server.ts';
import { createTritonModelServer, type TritonModelServerOptions } from '../../../lib/triton/triton-model-server.ts';
import { type FakeInferenceServer, floatBytes, startFakeInferenceServer } from '../../support/fake-inference-server.ts';

const UNAVAILABLE = { code: status.UNAVAILABLE, details: 'not at ready state' };
let fake: FakeInferenceServer;
let servers: ModelServer[];

beforeEach(async () => {
  fake = await startFakeInferenceServer();
  servers = [];
});
afterEach(async () => {
  for (const server of servers) await server.close();
  fake.kill();
});

/** With pauses of a few milliseconds. */
function connect(options: Partial<TritonModelServerOptions> = {}): ModelServer {
  const server = createTritonModelServer({ endpoints: [fake.address], random: () => 0.02, ...options });
  servers.push(server);
  return server;
}

async function ask(server: ModelServer, values: readonly number[] = [1, 2], call: CallOptions = {}) {
  const data = Float32Array.from(values);
  const inputs = [{ name: 'values', datatype: 'FP32', shape: [values.length], data }] as const;
  const { outputs } = await server.infer({ model: 'same', version: '1', inputs, outputs: ['result'] }, call);
  return [...(outputs[0]?.data ?? [])];
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((turn) => setTimeout(turn, 2));
}

describe('tries', () => {
  it.each([
    ['a server that is not ready', UNAVAILABLE],
    ['an overloaded server', { code: status.RESOURCE_EXHAUSTED, details: 'too many requests' }],
    ['a stream that was reset', { code: status.INTERNAL, details: 'Received RST_STREAM with code 2' }],
    ['a proxy without its server', { code: status.UNKNOWN, details: 'Received HTTP status code 500' }],
  ])('are repeated for %s', async (_, answer) => {
    fake.answer = (number) => (number < 2 ? answer : undefined);
    expect(await ask(connect())).toEqual([1, 2]);
    expect(fake.seen.infers).toBe(3);
  });

  it.each([
    [status.INVALID_ARGUMENT, 'model-mismatch'],
    [status.NOT_FOUND, 'model-mismatch'],
    [status.UNIMPLEMENTED, 'model-mismatch'],
    [status.INTERNAL, 'inference-failed'],
    [status.UNKNOWN, 'inference-failed'],
    [status.DEADLINE_EXCEEDED, 'model-unavailable'],
    [status.PERMISSION_DENIED, 'model-unavailable'],
  ] as const)('are not repeated for status %i, which is %s', async (code, expected) => {
    fake.answer = () => ({ code, details: 'as the server says' });
    const words = new RegExp(`infer same version 1 at 127.0.0.1:\\d+: ${status[code]}: as the server says`);
    await expect(ask(connect())).rejects.toMatchObject({
      code: expected,
      permanent: false,
      message: expect.stringMatching(words),
    });
    expect(fake.seen.infers).toBe(1);
  });

  it('end with the deadline, however long the pauses would go on', async () => {
    fake.answer = () => UNAVAILABLE;
    const startedAt = performance.now();
    await expect(ask(connect(), [1], { timeoutMs: 150 })).rejects.toMatchObject({ code: 'model-unavailable' });
    expect(performance.now() - startedAt).toBeLessThan(1000);
    // One that was on its way when time was up may still arrive.
    await sleep(100);
    const { infers } = fake.seen;
    await sleep(200);
    expect(fake.seen.infers).toBe(infers);
  });

  it('end when they have gone on for long enough, and say how many there were', async () => {
    fake.answer = () => UNAVAILABLE;
    await expect(ask(connect({ retryForMs: 60 }))).rejects.toMatchObject({
      message: expect.stringMatching(/UNAVAILABLE: not at ready state \(\d+ tries\)$/),
    });
  });
});

describe('a deadline', () => {
  it('reaches the server, and ends a request that it does not answer', async () => {
    fake.answer = () => 'hang';
    await expect(ask(connect(), [1], { timeoutMs: 100 })).rejects.toMatchObject({ code: 'model-unavailable' });
    expect(fake.seen.deadlines[0]).toBeLessThanOrEqual(100);
    await until(() => fake.seen.cancelled === 1);
  });

  it('is that of the server’s options where the caller has none, or a longer one', async () => {
    fake.answer = () => 'hang';
    const server = connect({ deadlineMs: 80 });
    await expect(ask(server)).rejects.toMatchObject({ message: expect.stringMatching(/DEADLINE|within 80 ms/) });
    await expect(ask(server, [1], { timeoutMs: 60_000 })).rejects.toMatchObject({ code: 'model-unavailable' });
  });

  it('runs while a request waits for its turn, too', async () => {
    fake.answer = () => 'hang';
    const server = connect({ maxInFlight: 1 });
    const first = ask(server, [1], { timeoutMs: 5000 }).catch(() => {});
    await until(() => fake.seen.infers === 1);
    await expect(ask(server, [2], { timeoutMs: 40 })).rejects.toMatchObject({
      code: 'model-unavailable',
      message: 'no answer of the model server within 40 ms',
    });
    expect(fake.seen.infers).toBe(1);
    await server.close();
    await first;
  });
});

describe('a caller that gives up', () => {
  it('is told at once; the request is cancelled on the server and its place is free', async () => {
    fake.answer = (number) => (number === 0 ? 'hang' : undefined);
    const server = connect({ maxInFlight: 1 });
    const controller = new AbortController();
    const given = ask(server, [1], { signal: controller.signal });
    await until(() => fake.seen.infers === 1);
    controller.abort();
    await expect(given).rejects.toMatchObject({ code: 'aborted', permanent: false });
    expect(await ask(server, [3])).toEqual([3]);
    await until(() => fake.seen.cancelled === 1);
  });

  it('leaves the queue to those behind it', async () => {
    fake.answer = (number) => (number === 0 ? 'hang' : undefined);
    const server = connect({ maxInFlight: 1, maxQueued: 1 });
    const [first, second] = [new AbortController(), new AbortController()];
    const working = ask(server, [1], { signal: first.signal });
    await until(() => fake.seen.infers === 1);
    const waiting = ask(server, [2], { signal: second.signal });
    second.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
    const third = ask(server, [3]);
    first.abort();
    await expect(working).rejects.toMatchObject({ code: 'aborted' });
    expect(await third).toEqual([3]);
    expect(await ask(server, [4])).toEqual([4]);
  });

  it('sends nothing when it had given up before', async () => {
    await expect(ask(connect(), [1], { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
    expect(fake.seen.metadata).toBe(0);
  });

  it('is told at once during a pause between two tries', async () => {
    fake.answer = () => UNAVAILABLE;
    const controller = new AbortController();
    const given = ask(connect({ random: () => 0.999 }), [1], { signal: controller.signal });
    await until(() => fake.seen.infers === 2);
    controller.abort();
    await expect(given).rejects.toMatchObject({ code: 'aborted' });
    expect(fake.seen.infers).toBe(2);
  });
});

describe('bounds', () => {
  it('let so many requests work at a time, and answer all', async () => {
    const server = connect({ maxInFlight: 3 });
    const all = await Promise.all(Array.from({ length: 20 }, (_, k) => ask(server, [k])));
    expect(all).toEqual(Array.from({ length: 20 }, (_, k) => [k]));
    expect(fake.seen.mostAtOnce).toBe(3);
  });

  it('refuse a request when too many wait', async () => {
    const server = connect({ maxInFlight: 1, maxQueued: 2 });
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, (_, k) => ask(server, [k])));
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(refused).toHaveLength(2);
    expect(refused[0]).toMatchObject({ code: 'model-unavailable', message: expect.stringContaining('2 are allowed') });
  });

  it('refuse a message that is too large, either way, without another try', async () => {
    const server = connect({ maxMessageBytes: 2000 });
    await expect(
      ask(
        server,
        Array.from({ length: 1000 }, () => 1),
      ),
    ).rejects.toMatchObject({ code: 'model-mismatch' });
    expect(fake.seen.infers).toBe(0);
    fake.answer = () => ({ rawOutputContents: [Buffer.alloc(4000)] });
    await expect(ask(server)).rejects.toMatchObject({ code: 'model-mismatch' });
    expect(fake.seen.infers).toBe(1);
  });

  it('reject what works and what waits when the client is closed, and everything later', async () => {
    fake.answer = () => 'hang';
    const server = connect({ maxInFlight: 1 });
    const outcomes = Promise.allSettled([ask(server), ask(server)]);
    await until(() => fake.seen.infers === 1);
    await server.close();
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'model-unavailable' } });
    }
    await expect(server.metadata('same', '1')).rejects.toMatchObject({ message: 'the model server is closed' });
  });
});

describe('a reply', () => {
  const tensor = (change: object) => [{ name: 'result', datatype: 'FP32', shape: [2], ...change }];
  it.each([
    [
      'no bytes at all, of the right shape',
      { rawOutputContents: [Buffer.alloc(0)] },
      /result: 0 bytes, where FP32\[2\] has 8/,
    ],
    ['too few bytes', { rawOutputContents: [floatBytes(1)] }, /result: 4 bytes, where FP32\[2\] has 8/],
    ['too many bytes', { rawOutputContents: [floatBytes(1, 2, 3)] }, /12 bytes/],
    ['no raw contents', { rawOutputContents: [] }, /no raw bytes/],
    ['another name', { outputs: tensor({ name: 'other' }) }, /result is not in the reply, which has other/],
    ['another datatype', { outputs: tensor({ datatype: 'INT32' }) }, /has INT32\[2\], the model gives FP32\[-1\]/],
    ['a datatype we do not know', { outputs: tensor({ datatype: 'FP16' }) }, /datatype FP16 is not supported/],
    ['another rank', { outputs: tensor({ shape: [2, 1] }) }, /has FP32\[2,1\]/],
    ['a shape that is none', { outputs: tensor({ shape: [-5] }) }, /no shape/],
    ['an open shape', { outputs: tensor({ shape: [-1] }) }, /no shape|8 bytes, where/],
  ])('with %s is refused in words', async (_, answer, words) => {
    fake.answer = () => answer;
    await expect(ask(connect())).rejects.toMatchObject({
      code: 'model-mismatch',
      message: expect.stringMatching(words),
    });
  });

  it('is read wherever in the message its bytes come to lie', async () => {
    const server = connect();
    for (let length = 1; length < 9; length += 1) {
      // The name's length moves what stands behind it.
      fake.answer = (_, values) => ({ modelVersion: '1'.repeat(length), rawOutputContents: [floatBytes(...values)] });
      expect(await ask(server, [length, 0.5])).toEqual([length, 0.5]);
    }
  });
});

describe('metadata', () => {
  it('is asked for once, and again after a mismatch', async () => {
    const server = connect();
    await ask(server);
    await ask(server);
    expect(fake.seen.metadata).toBe(1);
    fake.answer = (number) => (number === 2 ? { code: status.INVALID_ARGUMENT, details: 'another model' } : undefined);
    await expect(ask(server)).rejects.toMatchObject({ code: 'model-mismatch' });
    await ask(server);
    expect(fake.seen.metadata).toBe(2);
  });

  it('has the cap on batches, where the server has one', async () => {
    expect(await connect().metadata('same', '1')).not.toHaveProperty('maxBatch');
    fake.maxBatch = 0;
    expect(await connect().metadata('same', '1')).not.toHaveProperty('maxBatch');
    fake.maxBatch = 4;
    const server = connect();
    expect(await server.metadata('same', '1')).toHaveProperty('maxBatch', 4);
    await expect(ask(server, [1, 2, 3, 4, 5])).rejects.toMatchObject({
      code: 'model-mismatch',
      message: 'input values: 5 rows; the model takes 4 in a request',
    });
    expect(fake.seen.infers).toBe(0);
  });

  it('of a datatype beyond ours is refused, with the model’s name', async () => {
    fake.metadata = { inputs: [{ name: 'values', datatype: 'BYTES', shape: [-1] }] };
    await expect(ask(connect())).rejects.toMatchObject({
      code: 'model-mismatch',
      message: 'model same version 1: tensor values: datatype BYTES is not supported',
    });
  });
});

describe('a model that is not at ready state', () => {
  const details = "Request for unknown model: 'same' version 1 is not at ready state";
  const version = { name: 'same', version: '1', reason: '' };
  const otherVersion = { ...version, version: '2', state: 'READY' };

  it('is waited for while it is loading', async () => {
    fake.index = [{ ...version, state: 'LOADING' }];
    fake.answer = () => ({ code: status.UNAVAILABLE, details });
    const asked = ask(connect({ notLoadedForMs: 10 }));
    await sleep(200);
    fake.answer = () => undefined;
    expect(await asked).toEqual([1, 2]);
  });

  it.each([
    [
      'it is not loaded: Internal: no room',
      [{ ...version, state: 'UNAVAILABLE', reason: 'Internal: no room\nAt: line 3' }],
    ],
    ['it is not loaded', [otherVersion]],
  ])('is a mismatch where nobody loads it: %s', async (why, index) => {
    fake.index = index;
    fake.answer = () => ({ code: status.UNAVAILABLE, details });
    await expect(ask(connect({ notLoadedForMs: 10 }))).rejects.toMatchObject({
      code: 'model-mismatch',
      message: expect.stringMatching(new RegExp(`^infer same version 1 at .*: UNAVAILABLE: ${details}: ${why}$`)),
    });
  });

  it('is waited for where the server does not say', async () => {
    fake.answer = () => ({ code: status.UNAVAILABLE, details });
    const server = connect({ notLoadedForMs: 10 });
    await expect(ask(server, [1], { timeoutMs: 300 })).rejects.toMatchObject({ code: 'model-unavailable' });
  });
});
