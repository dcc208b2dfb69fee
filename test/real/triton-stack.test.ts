// real: the whole product with flow_net on Triton: the same findings as in the process, and a Triton that goes and comes back.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoScenario } from '../../local/generate/demo.ts';
import { buildCapture } from '../../local/generate/write-capture.ts';
import { startTestStack, TEST_BUCKET, type TestStack } from '../support/embedded-stack.ts';
import { startTriton, type Triton } from './triton-server.ts';

const REPOSITORY = join(import.meta.dirname, '../../triton/models');
const WAIT_MS = 100_000;
let triton: Triton;
let stack: TestStack;
let capture: Uint8Array;

beforeAll(async () => {
  capture = buildCapture(demoScenario(4), { kind: 'pcap' }).bytes;
  triton = await startTriton({ repository: REPOSITORY, models: ['flow_net'] });
  stack = await startTestStack({ variables: { SMARTIDS_MODEL_SERVER: triton.endpoint } });
});
afterAll(async () => {
  await stack.remove();
  await triton.stop();
});

async function json(of: TestStack, path: string) {
  const reply = await of.request(path);
  return (await reply.json()) as Record<string, never>; // as the API's document says
}

async function put(to: TestStack, name: string): Promise<void> {
  await to.s3.send(new PutObjectCommand({ Bucket: TEST_BUCKET, Key: `dumps/${name}`, Body: capture }));
}

interface Dump {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly run: number;
  readonly alerts?: number;
  readonly progress: { readonly inferred: number };
  readonly ledger: { readonly flows: number; readonly gaps: readonly { readonly reason: string }[] };
}

async function untilDump(of: TestStack, name: string, condition: (dump: Dump) => boolean): Promise<Dump> {
  for (const until = performance.now() + WAIT_MS; performance.now() < until; await sleep(100)) {
    const { dumps } = (await json(of, '/api/dumps')) as unknown as { readonly dumps: readonly Dump[] }; // its schema
    const dump = dumps.find((one) => one.name === name);
    if (dump !== undefined && condition(dump)) return dump;
  }
  throw new Error(`${name} did not become what was waited for`);
}

/** Label and rounded score of a thousand flows, by their ids without the dump's. */
async function findings(of: TestStack, dump: Dump): Promise<ReadonlyMap<string, string>> {
  const fields = ['smartids.label', 'smartids.score', 'smartids.detection'];
  const { hits } = await of.api.search('flows', { q: `smartids.dump.id:"${dump.id}"`, size: 1000, fields });
  const found = hits.map((hit): [string, string] => {
    const { label, score } = hit['smartids'] as { readonly label: string; readonly score: number }; // of every flow
    return [String(hit['id']).replace(/^.*\./, ''), `${label} ${score.toFixed(3)}`];
  });
  return new Map(found);
}

describe('flow_net on Triton', () => {
  it('finds what it finds in the process', async () => {
    expect(await json(stack, '/health/ready')).toMatchObject({ status: 'up', modelServer: { state: 'ok' } });
    await put(stack, 'there.pcap');
    const there = await untilDump(stack, 'there.pcap', ({ state }) => state === 'ready' || state === 'error');
    const other = await startTestStack();
    try {
      await put(other, 'here.pcap');
      const here = await untilDump(other, 'here.pcap', ({ state }) => state === 'ready' || state === 'error');
      expect(there).toMatchObject({ state: 'ready', alerts: here.alerts });
      expect({ ...there.ledger, secondsByStage: {} }).toEqual({ ...here.ledger, secondsByStage: {} });
      const found = await findings(stack, there);
      expect(found.size).toBeGreaterThan(100);
      expect(found).toEqual(await findings(other, here));
      const metrics = await (await fetch(`http://127.0.0.1:${triton.metricsPort}/metrics`)).text();
      const [, rows = '0'] =
        /^nv_inference_request_success\{model="flow_net",version="1"\} (\d+)$/m.exec(metrics) ?? [];
      expect(Number(rows)).toBeGreaterThan(0);
    } finally {
      await other.remove();
    }
  });

  it('says that it is away, scores what waited when it is back, and nothing twice', async () => {
    const first = await untilDump(stack, 'there.pcap', ({ state }) => state === 'ready');
    await triton.kill();
    expect(await json(stack, '/health/ready')).toMatchObject({
      status: 'degraded',
      parts: { 'model-server': 'down' },
      modelServer: { state: 'unreachable' },
    });
    await put(stack, 'waits.pcap');
    await untilDump(stack, 'waits.pcap', ({ state, ledger }) => state === 'inferring' && ledger.flows > 0);
    triton = await startTriton({ repository: REPOSITORY, models: ['flow_net'], ports: triton.ports });
    const second = await untilDump(stack, 'waits.pcap', ({ state }) => state === 'ready' || state === 'error');
    expect(second).toMatchObject({ state: 'ready', alerts: first.alerts, ledger: { gaps: [] } });
    expect(await findings(stack, second)).toEqual(await findings(stack, first));
    expect(await json(stack, '/health/ready')).toMatchObject({ status: 'up' });
  });

  it('says that the model is missing; what is dropped then has a gap in words, and a rescore fills it', async () => {
    const first = await untilDump(stack, 'there.pcap', ({ state }) => state === 'ready');
    await triton.stop();
    triton = await startTriton({ repository: REPOSITORY, models: [], ports: triton.ports });
    expect(await json(stack, '/health/ready')).toMatchObject({
      status: 'degraded',
      modelServer: { state: 'model-missing', message: 'The model server has no model flow_net:1.' },
    });
    await put(stack, 'missing.pcap');
    // The gap is written before the last try, which may end the dump; why it failed is written over it afterwards.
    const why = /^model-mismatch: metadata of flow_net version 1 at .*: NOT_FOUND/;
    const { id, ledger } = await untilDump(
      stack,
      'missing.pcap',
      (dump) => dump.state === 'ready' && dump.ledger.gaps.some(({ reason }) => why.test(reason)),
    );
    expect(ledger.gaps).toHaveLength(1);

    await triton.stop();
    triton = await startTriton({ repository: REPOSITORY, models: ['flow_net'], ports: triton.ports });
    await stack.api.rescore(id, { model: 'flow_net' });
    const mended = await untilDump(stack, 'missing.pcap', (dump) => dump.state === 'ready' && dump.run === 2);
    expect(mended).toMatchObject({ alerts: first.alerts, ledger: { gaps: [] } });
    expect(await findings(stack, mended)).toEqual(await findings(stack, first));
  });
});
