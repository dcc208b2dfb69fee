import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createInferHandler } from '../../../functions/infer/handler.ts';
import type { InferDeps } from '../../../functions/infer/infer-deps.ts';
import { groupsObjectSchema } from '../../../lib/alert/alert-group.ts';
import { groupsKey, manifestKey, resultKey } from '../../../lib/chunk/keys.ts';
import { progressSchema } from '../../../lib/dump/progress.ts';
import { PipelineError } from '../../../lib/errors/pipeline-error.ts';
import type { FlowValues } from '../../support/flow-rows.ts';
import { ATTEMPT, createFixture, DUMP_ID, event, type FixtureChunk, invocation } from './chunk-fixture.ts';

const S0 = 0;
const SF = 2;

/** Flow 0 is a scan's probe, flow 1 ordinary; both begin in chunk 0, and flow 0 goes on in chunk 1, where flow 4 begins. */
const SCAN: FlowValues = {
  record: 0,
  lastRecord: 5,
  firstChunk: 0,
  lastChunk: 1,
  tcpState: S0,
  destinationPort: 22,
  sourcePackets: 1,
};
const ORDINARY: FlowValues = { record: 1, lastRecord: 2, firstChunk: 0, lastChunk: 0, tcpState: SF, sourcePackets: 2 };
const LATER: FlowValues = { record: 4, lastRecord: 6, firstChunk: 1, lastChunk: 1, tcpState: SF };
const CHUNKS: readonly FixtureChunk[] = [
  { chunk: 0, firstRecord: 0, flowOfRecord: [0, 1, 1, -1], rows: [[SCAN], [ORDINARY]] },
  { chunk: 1, firstRecord: 4, flowOfRecord: [4, 0, 4], rows: [[SCAN, LATER]] },
];

interface ResultLine {
  readonly event: { readonly id: string };
  readonly smartids: { readonly label: string; readonly detection?: boolean };
}

async function run(change: Partial<InferDeps> = {}, receiveCount = 1, chunk = 0) {
  const fixture = await createFixture(CHUNKS);
  const handler = createInferHandler({ ...fixture.deps, ...change });
  const response = await handler(event(fixture.message(chunk), receiveCount), invocation());
  return { ...fixture, handler, response, results: () => results(fixture, chunk) };
}

function results({ store, etag }: Awaited<ReturnType<typeof createFixture>>, chunk: number): readonly ResultLine[] {
  const object = store.objects.get(resultKey(DUMP_ID, etag, 1, chunk));
  if (object === undefined) throw new Error('no results object');
  const text = gunzipSync(object).toString();
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

function ids(lines: readonly ResultLine[]): readonly string[] {
  return lines.map(({ event: { id } }) => id.slice(id.lastIndexOf('.') + 1));
}

describe('infer', () => {
  it('documents the flows that begin in the chunk, and the packets of detections', async () => {
    const { response, results } = await run();
    expect(response).toEqual({ batchItemFailures: [] });
    expect(ids(results())).toEqual(['f0', 'f1', 'p0']);
    expect(results().map(({ smartids }) => smartids.label)).toEqual(['Port Scan', 'Normal', 'Port Scan']);
  });

  it('labels packets in a later chunk by their flow, without documenting the flow again', async () => {
    const { results } = await run({}, 1, 1);
    expect(ids(results())).toEqual(['f4', 'p5']);
  });

  it.each([
    ['none', ['f0', 'f1']],
    ['detections', ['f0', 'f1', 'p0']],
    ['all', ['f0', 'f1', 'p0', 'p1', 'p2']],
  ] as const)('documents packets as the setting %s says', async (packetDocuments, expected) => {
    const { results } = await run({ packetDocuments });
    expect(ids(results())).toEqual(expected);
  });

  it("stops at a flow's 1,000th record, wherever it lies", async () => {
    const capped = { ...ORDINARY, tcpState: S0, thousandthRecord: 1 };
    const fixture = await createFixture([
      { ...CHUNKS[0], chunk: 0, firstRecord: 0, flowOfRecord: [0, 1, 1], rows: [[SCAN, capped]] },
    ]);
    await createInferHandler(fixture.deps)(event(fixture.message(0)), invocation());
    expect(ids(results(fixture, 0))).toEqual(['f0', 'f1', 'p0', 'p1']);
  });

  it('groups the detections, names what drove them, and says its progress', async () => {
    const { store, dumps, etag } = await run();
    const body = gunzipSync(store.objects.get(groupsKey(DUMP_ID, etag, 1, 0)) ?? new Uint8Array()).toString();
    const { groups, attempt } = groupsObjectSchema.parse(JSON.parse(body));
    expect(attempt).toBe(ATTEMPT);
    expect(groups).toMatchObject([{ label: 'Port Scan', flows: 1, firstRecord: 0, ports: [[22, 1]] }]);
    expect(groups[0]?.reasons.length).toBeGreaterThan(0);
    const progress = [...dumps.progress.values()];
    expect(progress).toHaveLength(1);
    expect(progressSchema.parse(progress[0])).toMatchObject({
      stage: 'inferred',
      scored: { flow_net: 2 },
      notScored: { bert_packet: { 'not-installed': 3 } },
      detections: { 'Port Scan': 1 },
    });
    expect(progress[0]?.gap).toBeUndefined();
  });

  it('writes a results object also for a chunk without flows', async () => {
    const fixture = await createFixture([{ chunk: 0, firstRecord: 0, flowOfRecord: [-1, -1], rows: [] }]);
    await createInferHandler(fixture.deps)(event(fixture.message(0)), invocation());
    expect(results(fixture, 0)).toEqual([]);
    expect([...fixture.dumps.progress.values()]).toMatchObject([{ scored: { flow_net: 0 }, notScored: {} }]);
  });

  it('writes the groups before the results and the progress last', async () => {
    const order: string[] = [];
    const fixture = await createFixture(CHUNKS);
    const store = {
      ...fixture.store,
      put: async (key: string, body: Uint8Array | string) => {
        order.push(key.endsWith('groups.json.gz') ? 'groups' : 'results');
        return fixture.store.put(key, body);
      },
    };
    const dumps = { ...fixture.dumps, writeProgress: async () => void order.push('progress') };
    await createInferHandler({ ...fixture.deps, store, dumps })(event(fixture.message(0)), invocation());
    expect(order).toEqual(['groups', 'results', 'progress']);
  });

  it('writes the same objects when a message comes twice', async () => {
    const { store, handler, message } = await run();
    const before = new Map(store.objects);
    await handler(event(message(0)), invocation());
    expect(new Map(store.objects)).toEqual(before);
  });
});

describe('infer, when something is wrong,', () => {
  it.each([
    ['deleted', undefined],
    ['analysed anew', { attempt: '0a0b0c0d-0000-4000-8000-0000000000bb' }],
    ['replaced', { etag: 'another' }],
    ['being scored again', { run: 2 }],
  ] as const)('acknowledges and writes nothing when the dump was %s', async (_, change) => {
    const fixture = await createFixture(CHUNKS);
    if (change === undefined) fixture.dumps.dumps.delete(DUMP_ID);
    else fixture.dumps.dumps.set(DUMP_ID, { ...fixture.dump, ...change });
    const response = await createInferHandler(fixture.deps)(event(fixture.message(0), 5), invocation());
    expect(response).toEqual({ batchItemFailures: [] });
    expect(fixture.dumps.progress.size).toBe(0);
    expect([...fixture.store.objects.keys()].filter((key) => key.startsWith('results/'))).toEqual([]);
    expect(fixture.log.lines.some(({ message }) => message.startsWith('superseded'))).toBe(true);
  });

  it('acknowledges when the dump is deleted while it works', async () => {
    const fixture = await createFixture(CHUNKS);
    const store = {
      ...fixture.store,
      get: async () => {
        fixture.dumps.dumps.delete(DUMP_ID);
        throw new PipelineError('object-deleted', 'gone', { permanent: false });
      },
    };
    const response = await createInferHandler({ ...fixture.deps, store })(event(fixture.message(0)), invocation());
    expect(response).toEqual({ batchItemFailures: [] });
  });

  it('returns the message while the model is away, and leaves a gap only on the last try', async () => {
    const infer = async () => {
      throw new PipelineError('model-unavailable', 'no worker', { permanent: false });
    };
    const fixture = await createFixture(CHUNKS);
    const handler = createInferHandler({ ...fixture.deps, models: { ...fixture.deps.models, infer } });
    const failed = { batchItemFailures: [{ itemIdentifier: 'm1' }] };
    expect(await handler(event(fixture.message(0), 4), invocation())).toEqual(failed);
    expect(fixture.dumps.progress.size).toBe(0);
    expect(await handler(event(fixture.message(0), 5), invocation())).toEqual(failed);
    const { offset, length } = fixture.message(0);
    expect([...fixture.dumps.progress.values()]).toMatchObject([
      { gap: { offset, length, reason: 'model-unavailable: no worker' }, scored: {} },
    ]);
    expect(results(fixture, 0)).toEqual([]);
  });

  it('overwrites the gap of a last try that succeeds', async () => {
    const { dumps, results } = await run({}, 5);
    expect([...dumps.progress.values()][0]?.gap).toBeUndefined();
    expect(results()).toHaveLength(3);
  });

  it('leaves the gap when it dies in the last try', async () => {
    const fixture = await createFixture(CHUNKS);
    const never = createInferHandler({
      ...fixture.deps,
      models: { ...fixture.deps.models, infer: () => new Promise(() => {}) },
    });
    void never(event(fixture.message(0), 5), invocation());
    await expect.poll(() => fixture.dumps.progress.size).toBe(1);
    expect([...fixture.dumps.progress.values()]).toMatchObject([
      { gap: { reason: expect.stringContaining('last try') } },
    ]);
  });

  it('leaves a gap at once for what no second try can mend', async () => {
    const fixture = await createFixture(CHUNKS);
    await fixture.store.put(manifestKey(DUMP_ID, fixture.etag, 0), '{"version":1}');
    const response = await createInferHandler(fixture.deps)(event(fixture.message(0)), invocation());
    expect(response).toEqual({ batchItemFailures: [] });
    expect([...fixture.dumps.progress.values()]).toMatchObject([
      { gap: { reason: expect.stringContaining('manifest') } },
    ]);
  });

  it('acknowledges a message that fits no schema, with its reason in the log', async () => {
    const fixture = await createFixture(CHUNKS);
    const [record] = event(fixture.message(0)).Records;
    const response = await createInferHandler(fixture.deps)(
      { Records: [{ ...record, body: '{"chunk":-1}' }] },
      invocation(),
    );
    expect(response).toEqual({ batchItemFailures: [] });
    expect(fixture.log.lines.some(({ level }) => level === 'warn')).toBe(true);
  });
});
