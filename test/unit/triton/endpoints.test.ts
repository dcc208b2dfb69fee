// triton: several servers as one.

import { status } from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from 'vitest';
import type { ModelServer } from '../../../lib/model/model-server.ts';
import { backoffMs } from '../../../lib/triton/backoff.ts';
import { createTritonModelServer } from '../../../lib/triton/triton-model-server.ts';
import { type FakeInferenceServer, startFakeInferenceServer } from '../../support/fake-inference-server.ts';

let fakes: FakeInferenceServer[] = [];
let server: ModelServer | undefined;

afterEach(async () => {
  await server?.close();
  for (const fake of fakes) fake.kill();
  fakes = [];
});

async function startTwo(): Promise<readonly [FakeInferenceServer, FakeInferenceServer, ModelServer]> {
  const first = await startFakeInferenceServer();
  const second = await startFakeInferenceServer();
  fakes = [first, second];
  server = createTritonModelServer({ endpoints: [first.address, second.address], random: () => 0.02, maxInFlight: 16 });
  return [first, second, server];
}

async function ask(models: ModelServer, value = 1): Promise<number | bigint | undefined> {
  const inputs = [{ name: 'values', datatype: 'FP32', shape: [1], data: Float32Array.of(value) }] as const;
  const { outputs } = await models.infer({ model: 'same', version: '1', inputs, outputs: ['result'] });
  return outputs[0]?.data[0];
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((turn) => setTimeout(turn, 5));
}

describe('several endpoints', () => {
  it('share the work', async () => {
    const [first, second, models] = await startTwo();
    await models.metadata('same', '1');
    await Promise.all(Array.from({ length: 16 }, (_, k) => ask(models, k)));
    expect([first.seen.infers, second.seen.infers]).toEqual([8, 8]);
  });

  it('are asked one after the other for a model that only one of them has', async () => {
    const [first, second, models] = await startTwo();
    const missing = { code: status.NOT_FOUND, details: "Request for unknown model: 'same' is not found" };
    second.answer = () => missing;
    const answers = await Promise.all(Array.from({ length: 16 }, (_, k) => ask(models, k)));
    expect(answers).toEqual(Array.from({ length: 16 }, (_, k) => k));
    expect(second.seen.infers).toBeGreaterThan(0);
    first.answer = () => missing;
    await expect(ask(models)).rejects.toMatchObject({ code: 'model-mismatch' });
  });

  it('wait for the one that has the model while it is away', async () => {
    const [first, second, models] = await startTwo();
    second.answer = () => ({ code: status.NOT_FOUND, details: "Request for unknown model: 'same' is not found" });
    await ask(models);
    first.kill();
    const asked = Promise.all(Array.from({ length: 4 }, (_, k) => ask(models, k)));
    await until(() => second.seen.infers > 8);
    fakes.push(await startFakeInferenceServer(first.port));
    expect(await asked).toEqual([0, 1, 2, 3]);
  });

  it('are asked by what they have in hand: one that stands still gets no more than its share', async () => {
    const [first, second, models] = await startTwo();
    await models.metadata('same', '1');
    first.answer = () => 'hang';
    let answered = 0;
    const answer = () => {
      answered += 1;
    };
    const hanging = Array.from({ length: 4 }, () => ask(models).then(answer, () => {}));
    await until(() => first.seen.infers === 2 && answered === 2);
    for (let k = 0; k < 10; k += 1) expect(await ask(models, k)).toBe(k);
    expect([first.seen.infers, second.seen.infers]).toEqual([2, 12]);
    await models.close();
    await Promise.all(hanging);
  });

  it('answer every request when one dies, which is then left alone', async () => {
    const [first, second, models] = await startTwo();
    await Promise.all([ask(models), ask(models)]);
    first.kill();
    const all = await Promise.all(Array.from({ length: 12 }, (_, k) => ask(models, k)));
    expect(all).toEqual(Array.from({ length: 12 }, (_, k) => k));
    expect(second.seen.infers).toBeGreaterThanOrEqual(12);
  });

  it('take one back when it answers again', async () => {
    const [first, second, models] = await startTwo();
    await Promise.all([ask(models), ask(models)]);
    first.kill();
    await Promise.all(Array.from({ length: 4 }, () => ask(models)));
    const again = await startFakeInferenceServer(first.port);
    fakes.push(again);
    await until(() => again.seen.checks > 0);
    const before = second.seen.infers;
    await until(() => {
      void ask(models).catch(() => {});
      return again.seen.infers > 2;
    });
    expect(second.seen.infers).toBeGreaterThanOrEqual(before);
  });

  it('try another at once, without a pause, when one is not ready', async () => {
    const [first, second, models] = await startTwo();
    first.answer = () => ({ code: status.UNAVAILABLE, details: 'loading' });
    second.answer = () => undefined;
    expect(await Promise.all([ask(models, 1), ask(models, 2)])).toEqual([1, 2]);
    expect(first.seen.infers).toBe(1);
  });

  it('are ready when one of them is', async () => {
    const [first, second, models] = await startTwo();
    first.kill();
    expect(await models.ready('same', '1')).toEqual({ ready: true });
    expect(await models.ready('other', '1')).toMatchObject({ reason: 'model-missing' });
    second.kill();
    expect(await models.ready('same', '1')).toMatchObject({ ready: false, reason: 'unreachable' });
  });
});

describe('a pause', () => {
  it('is anything up to twice the one before, up to a cap', () => {
    const range = { baseMs: 100, maxMs: 2000 };
    const longest = [1, 2, 3, 4, 5, 6, 7, 40].map((failures) => backoffMs(failures, range, () => 1));
    expect(longest).toEqual([100, 200, 400, 800, 1600, 2000, 2000, 2000]);
    expect(backoffMs(3, range, () => 0)).toBe(0);
    expect(backoffMs(3, range, () => 0.5)).toBe(200);
  });
});
