// index: results objects into the index, in every way they can come.
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { createHandler } from '../../../functions/index/handler.ts';
import { manifestKey, resultKey } from '../../../lib/chunk/keys.ts';
import type { BulkDocument } from '../../../lib/opensearch/bulk-batches.ts';
import type { BulkOutcome } from '../../../lib/opensearch/bulk-index.ts';
import { ATTEMPT, DUMP, DUMP_ID, ETAG, INVOCATION, sqsEvent } from '../../support/analysis.ts';
import { createMemoryDumpRegister } from '../../support/memory-dump-register.ts';
import { createMemoryObjectStore } from '../../support/memory-object-store.ts';
import { createRecordingLog } from '../../support/recording-log.ts';

function line(id: string, dataset = 'smartids.flow', attempt = ATTEMPT): string {
  const event = { dataset, id: `${DUMP_ID}.${ETAG.slice(0, 8)}.${id}` };
  return JSON.stringify({ event, smartids: { dump: { attempt } } });
}

function setUp() {
  const store = createMemoryObjectStore();
  const dumps = createMemoryDumpRegister();
  const written = new Map<string, BulkDocument>();
  const sent: unknown[] = [];
  let answer: Partial<BulkOutcome> | Error = {};
  const handler = createHandler({
    store,
    dumps,
    queue: {
      send: async (queue, body) => {
        sent.push({ queue, ...JSON.parse(body) });
      },
    },
    writeDocuments: async (documents) => {
      if (answer instanceof Error) throw answer;
      let indexed = 0;
      for await (const document of documents) {
        written.set(`${document.index}/${document.id}`, document);
        indexed += 1;
      }
      return { indexed, superseded: 0, refused: 0, examples: [], ...answer };
    },
    log: createRecordingLog(),
    clock: () => new Date(0),
  });
  dumps.dumps.set(DUMP_ID, { ...DUMP, chunks: 2 });
  return {
    ...{ store, dumps, written, sent, handler },
    answerWith: (value: Partial<BulkOutcome> | Error) => {
      answer = value;
    },
    /** Put the chunk's results and run the event about them. */
    async receive(chunk: number, lines: readonly string[], receiveCount = 1, etag = ETAG, run = 1) {
      const key = resultKey(DUMP_ID, etag, run, chunk);
      store.objects.set(key, gzipSync(lines.map((text) => `${text}\n`).join('')));
      const s3 = { bucket: { name: 'test-bucket' }, object: { key } };
      const body = { Records: [{ eventName: 's3:ObjectCreated:Put', s3 }] };
      return await handler(sqsEvent([body], receiveCount), INVOCATION);
    },
    indexed: (chunk: number) => dumps.progress.get(`${DUMP_ID}.${ETAG.slice(0, 8)}.c${chunk}.indexed`),
  };
}

describe('the index stage', () => {
  let stage: ReturnType<typeof setUp>;
  beforeEach(() => {
    stage = setUp();
  });

  it('writes each line to the index of its kind in the dump’s generation, at the run’s version', async () => {
    stage.dumps.dumps.set(DUMP_ID, { ...DUMP, generation: '000007' });
    expect(await stage.receive(0, [line('f1'), line('p1', 'smartids.packet')])).toEqual({ batchItemFailures: [] });
    expect([...stage.written.values()].map(({ index, version }) => `${index} ${version}`)).toEqual([
      'smartids-flows-000007 1',
      'smartids-packets-000007 1',
    ]);
    expect(stage.indexed(0)).toMatchObject({ stage: 'indexed', documents: 2, attempt: ATTEMPT });
  });

  it('says that the dump is finished once, with its last chunk', async () => {
    await stage.receive(1, [line('f1')]);
    expect(stage.sent).toEqual([]);
    await stage.receive(0, []);
    expect(stage.sent).toEqual([
      { queue: 'finished', version: 1, dumpId: DUMP_ID, etag: ETAG, attempt: ATTEMPT, run: 1 },
    ]);
  });

  it('says nothing before split has written the totals', async () => {
    stage.dumps.dumps.set(DUMP_ID, DUMP);
    await stage.receive(0, [line('f1')]);
    expect(stage.sent).toEqual([]);
  });

  it('acknowledges results of a deleted dump', async () => {
    stage.dumps.dumps.clear();
    expect(await stage.receive(0, [line('f1')])).toEqual({ batchItemFailures: [] });
    expect(stage.written.size).toBe(0);
  });

  it('acknowledges and counts results of a replaced object or an older run', async () => {
    await stage.receive(0, [line('f1')], 1, 'ffffffff');
    await stage.dumps.update(DUMP_ID, (dump) => ({ ...dump, run: 3 }));
    await stage.receive(0, [line('f1')], 1, ETAG, 2);
    expect(stage.written.size).toBe(0);
    expect(stage.dumps.dumps.get(DUMP_ID)?.ledger.superseded).toBe(2);
  });

  it('acknowledges results of a run that is not whole yet, and indexes them when they are sent again', async () => {
    await stage.receive(0, [line('f1')], 1, ETAG, 2);
    expect(stage.written.size).toBe(0);
    expect(stage.dumps.dumps.get(DUMP_ID)?.ledger.superseded).toBe(0);
    await stage.dumps.update(DUMP_ID, (dump) => ({ ...dump, run: 2 }));
    const again = { kind: 'results', version: 1, dumpId: DUMP_ID, etag: ETAG, run: 2, chunk: 0 };
    expect(await stage.handler(sqsEvent([again]), INVOCATION)).toEqual({ batchItemFailures: [] });
    expect([...stage.written.values()].map(({ version }) => version)).toEqual([2]);
    const id = `${DUMP_ID}.${ETAG.slice(0, 8)}.r2.c0.indexed`;
    expect(stage.dumps.progress.get(id)).toMatchObject({ run: 2, documents: 1 });
  });

  it('leaves no gap for results of another analysis of the same bytes', async () => {
    const reply = await stage.receive(0, [line('f1', 'smartids.flow', '11111111-0000-4000-8000-000000000000')]);
    expect(reply).toEqual({ batchItemFailures: [] });
    expect(stage.indexed(0)).toBeUndefined();
  });

  it.each([
    ['no JSON', 'nonsense'],
    ['a dataset that is none of ours', line('f1', 'smartids.dump')],
    ['an id of another dump', line('f1').replace('6f9f62f8', '00000000')],
    ['no event', '{}'],
  ])('quarantines an object with a line of %s, and shows it as a gap', async (_, text) => {
    stage.store.objects.set(manifestKey(DUMP_ID, ETAG, 0), Buffer.from('{}'));
    expect(await stage.receive(0, [text])).toEqual({ batchItemFailures: [] });
    expect(stage.indexed(0)?.gap?.reason).toContain('results line 1');
  });

  it('returns the message to the queue when the index takes nothing', async () => {
    stage.answerWith(new Error('away'));
    expect(await stage.receive(0, [line('f1')])).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
    expect(stage.indexed(0)).toBeUndefined();
  });

  it('leaves the gap on the last receive, and overwrites it when the try succeeds after all', async () => {
    const manifest = {
      ...{ version: 1, flowSchemaVersion: 2, chunk: 0, offset: 24, length: 1000, firstRecord: 0, records: 1 },
      ...{ recordObject: 'r', rowObjects: [], flows: 0, ownFlows: 0, interfaces: [] },
    };
    stage.store.objects.set(manifestKey(DUMP_ID, ETAG, 0), Buffer.from(JSON.stringify(manifest)));
    stage.answerWith(new Error('away'));
    await stage.receive(0, [line('f1')], 3);
    expect(stage.indexed(0)?.gap).toEqual({ offset: 24, length: 1000, reason: 'index: away' });
    stage.answerWith({});
    await stage.receive(0, [line('f1')], 3);
    expect(stage.indexed(0)).toMatchObject({ documents: 1 });
    expect(stage.indexed(0)?.gap).toBeUndefined();
  });

  it('tries again where documents meet deletions that the index still remembers', async () => {
    stage.answerWith({ superseded: 1 });
    expect((await stage.receive(0, [line('f1')])).batchItemFailures).toHaveLength(1);
  });

  it('shows refused documents as a gap with the reason', async () => {
    stage.answerWith({ indexed: 1, refused: 2, examples: [{ id: 'x', reason: 'mapper: no' }] });
    await stage.receive(0, [line('f1')]);
    expect(stage.indexed(0)?.gap?.reason).toBe('index: 2 documents refused: mapper: no');
  });

  it('leaves other keys alone', async () => {
    const s3 = { bucket: { name: 'test-bucket' }, object: { key: 'results/x' } };
    const event = sqsEvent([{ Records: [{ eventName: 'ObjectCreated:Put', s3 }] }]);
    expect(await stage.handler(event, INVOCATION)).toEqual({ batchItemFailures: [] });
  });
});
