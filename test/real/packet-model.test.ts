// real: the whole product with both models on Triton: as in the process, and with a Triton that is absent, slow, or dies.
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createModelRepository } from '../support/infer-capture.ts';
import { installTinyPacketModel } from '../support/tiny-packet-model.ts';
import { asksOf, ledgerOf, officeCapture, programWith, sum } from './packet-model-stack.ts';
import { type StackProcess, startStackProcess } from './stack-process.ts';
import { freePorts, startTriton, type Triton, type TritonModel, type TritonPorts } from './triton-server.ts';

// The pages are plain JavaScript that the compiler does not read.
const { modelServerNotice } = (await import(new URL('../../web/health.js', import.meta.url).href)) as {
  readonly modelServerNotice: (health: unknown) => string | undefined;
};

const WORDS = { '71': 'DoS Hulk', '72': 'DoS Hulk', '83': 'SSH Patator', '22': 'Normal' } as const;
/** A batch takes long enough to die in the middle of. */
const SLOW: TritonModel = { name: 'bert_packet', program: programWith('time.sleep(0.05)') };
/** Under the configuration that is in the repository, which joins what is asked at the same time. */
const SHIPPED = { name: 'bert_packet', source: 'shipped' } as const;
const SHIPPED_CONFIG = join(import.meta.dirname, '../../triton/models/bert_packet/config.pbtxt');
let repository: string;
const tritons = new Set<Triton>();
const stacks = new Set<StackProcess>();

beforeAll(() => {
  repository = createModelRepository();
  installTinyPacketModel(repository, { words: WORDS });
  mkdirSync(join(repository, SHIPPED.source, '1'), { recursive: true });
  cpSync(SHIPPED_CONFIG, join(repository, SHIPPED.source, 'config.pbtxt'));
  cpSync(join(repository, 'bert_packet/1/model.onnx'), join(repository, SHIPPED.source, '1/model.onnx'));
});
afterEach(async () => {
  await Promise.all([...stacks].map((stack) => stack.stop()));
  await Promise.all([...tritons].map((triton) => triton.kill()));
  stacks.clear();
  tritons.clear();
});
afterAll(() => rmSync(repository, { recursive: true }));

async function triton(packetModel: string | TritonModel = 'bert_packet', ports?: TritonPorts): Promise<Triton> {
  return await tritonWith(['flow_net', packetModel], ports);
}

async function tritonWith(models: readonly (string | TritonModel)[], ports?: TritonPorts): Promise<Triton> {
  const started = await startTriton({ repository, models, ...(ports === undefined ? {} : { ports }) });
  tritons.add(started);
  return started;
}

async function stackOn(...endpoints: readonly string[]) {
  return await stackWith({ SMARTIDS_MODEL_SERVER: endpoints.join(',') });
}

async function stackWith(variables: Readonly<Record<string, string>>) {
  const stack = await startStackProcess({
    ...{ SMARTIDS_LOG_LEVEL: 'info', SMARTIDS_MODEL_REPOSITORY: repository },
    ...{ SMARTIDS_PACKET_MODEL_READING: 'unpadded', SMARTIDS_CHUNK_MAX_RECORDS: '1024' },
    ...variables,
  });
  stacks.add(stack);
  return { ...stack, ...asksOf(stack) };
}

/** Batches that the packet model has answered. */
async function answered({ metricsPort }: Triton): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  const [, count = '0'] = /^nv_inference_request_success\{model="bert_packet",.*\} (\d+)$/m.exec(metrics) ?? [];
  return Number(count);
}

async function untilAnswered(server: Triton, batches: number): Promise<void> {
  while ((await answered(server)) < batches) await sleep(20);
}

/** Every flow once, of one run, with flow_net's word; every packet counted once; no gap. */
async function expectWhole(stack: Awaited<ReturnType<typeof stackOn>>, name: string): Promise<void> {
  const dump = await stack.done(name);
  expect(dump).toMatchObject({ state: 'ready', ledger: { gaps: [] } });
  const { ledger } = dump;
  expect((ledger.scored['bert_packet'] ?? 0) + sum(ledger.notScored['bert_packet'])).toBe(ledger.packets);
  const flows = [...(await stack.flows(name)).values()];
  expect(flows).toHaveLength(ledger.flows);
  expect(ledger.scored['flow_net']).toBe(ledger.flows);
  expect(flows.filter(({ run, label }) => run !== 1 || typeof label !== 'string')).toEqual([]);
}

describe('the packet model on Triton', () => {
  it('says what it says in the process, of every flow, and counts the same', async () => {
    const server = await triton(SHIPPED);
    const [there, here] = await Promise.all([stackOn(server.endpoint), stackWith({})]);
    const capture = officeCapture(3);
    await Promise.all([there.put('office.pcap', capture), here.put('office.pcap', capture)]);
    const [dump, other] = [await there.done('office.pcap'), await here.done('office.pcap')];
    expect(dump.state).toBe('ready');
    expect(ledgerOf(dump)).toEqual(ledgerOf(other));
    expect(await answered(server)).toBeGreaterThan(10);
    const flows = await there.flows('office.pcap');
    expect(flows).toEqual(await here.flows('office.pcap'));
    expect([...flows.values()].filter(({ packets }) => packets.label === 'DoS Hulk').length).toBeGreaterThan(20);
    await expectWhole(there, 'office.pcap');
  });

  it('that is not there yet is waited for, in words, and then scores everything', async () => {
    const ports = await freePorts();
    const stack = await stackOn(`grpc://127.0.0.1:${ports.grpc}`);
    await stack.put('early.pcap', officeCapture(4));
    const waiting = await stack.until(
      'early.pcap',
      ({ state, progress }) => state === 'inferring' && progress.chunks !== undefined,
    );
    expect(waiting).toMatchObject({ progress: { inferred: 0 }, ledger: { gaps: [] } });
    const health = await stack.health();
    expect(health).toMatchObject({ status: 'degraded', modelServer: { state: 'unreachable' } });
    expect(modelServerNotice(health)).toMatch(/^The model server does not answer\. .*read and kept/);
    await triton('bert_packet', ports);
    await expectWhole(stack, 'early.pcap');
    expect((await stack.done('early.pcap')).ledger.scored['bert_packet']).toBeGreaterThan(200);
    expect(modelServerNotice(await stack.health())).toBeUndefined();
  });

  it('that is killed in the middle of a dump and starts again loses nothing and doubles nothing', async () => {
    const first = await triton(SLOW);
    const stack = await stackOn(first.endpoint);
    await stack.put('broken.pcap', officeCapture(5));
    await untilAnswered(first, 8);
    await first.kill();
    expect((await stack.until('broken.pcap', () => true)).state).not.toBe('ready');
    const second = await triton('bert_packet', first.ports);
    await expectWhole(stack, 'broken.pcap');
    const { ledger } = await stack.done('broken.pcap');
    expect(ledger.notScored['bert_packet']).not.toHaveProperty('deadline');
    expect(await answered(second)).toBeGreaterThan(5);
  });

  // Not by SIGSTOP: Triton's python backend, stopped in the middle of a request, counts its locks as abandoned and dies.
  it('that stands still for longer than a chunk has for its packets costs them, not their flows', async () => {
    const still = join(repository, 'still');
    const program = programWith(`time.sleep(0.05)\n        while os.path.exists("${still}"): time.sleep(0.05)`);
    const server = await triton({ name: 'bert_packet', program });
    const stack = await stackWith({ SMARTIDS_MODEL_SERVER: server.endpoint, SMARTIDS_PACKET_MODEL_SECONDS: '2' });
    await stack.put('still.pcap', officeCapture(6));
    await untilAnswered(server, 3);
    writeFileSync(still, '');
    await sleep(6500);
    rmSync(still);
    await expectWhole(stack, 'still.pcap');
    const { ledger } = await stack.done('still.pcap');
    expect(ledger.scored['bert_packet']).toBeGreaterThan(0);
    expect(ledger.notScored['bert_packet']?.['deadline']).toBeGreaterThan(0);
  });

  it('on two servers goes on with one when the other dies', async () => {
    const [first, second] = await Promise.all([triton(SLOW), triton(SLOW)]);
    const stack = await stackOn(first.endpoint, second.endpoint);
    await stack.put('two.pcap', officeCapture(7));
    await Promise.all([untilAnswered(first, 4), untilAnswered(second, 4)]);
    const before = await answered(second);
    await first.kill();
    await expectWhole(stack, 'two.pcap');
    const { ledger } = await stack.done('two.pcap');
    expect(ledger.notScored['bert_packet']).not.toHaveProperty('deadline');
    expect(await answered(second)).toBeGreaterThan(before);
    expect((await stack.health())['status']).toBe('up');
  });

  it('on one of two servers is asked there, also while that one is away', async () => {
    const [first, other] = await Promise.all([triton(SLOW), tritonWith(['flow_net'])]);
    const stack = await stackOn(first.endpoint, other.endpoint);
    await stack.put('one.pcap', officeCapture(8));
    await untilAnswered(first, 8);
    await first.kill();
    await triton('bert_packet', first.ports);
    await expectWhole(stack, 'one.pcap');
    const { ledger } = await stack.done('one.pcap');
    expect(Object.keys(ledger.notScored['bert_packet'] ?? {}).sort()).toEqual(['no-payload', 'not-tcp', 'sampled']);
    expect((await stack.health())['status']).toBe('up');
  });
});
