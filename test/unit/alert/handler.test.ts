// alert: finished dumps become ready, however often they are said to be finished.
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { createHandler } from '../../../functions/alert/handler.ts';
import { createGroupBuilder } from '../../../lib/alert/group-builder.ts';
import { groupsKey } from '../../../lib/chunk/keys.ts';
import type { Progress } from '../../../lib/dump/progress.ts';
import { progressId } from '../../../lib/dump/progress.ts';
import type { AlertSet } from '../../../lib/opensearch/alert-store.ts';
import { ATTEMPT, DUMP, DUMP_ID, ETAG, INVOCATION, progressOf, sqsEvent } from '../../support/analysis.ts';
import { type Detection, detectionRows, SCAN, verdictOf } from '../../support/detections.ts';
import { createMemoryDumpRegister } from '../../support/memory-dump-register.ts';
import { createMemoryObjectStore } from '../../support/memory-object-store.ts';
import { createRecordingLog } from '../../support/recording-log.ts';

const MESSAGE = { version: 1, dumpId: DUMP_ID, etag: ETAG, attempt: ATTEMPT, run: 1 };

function setUp() {
  const store = createMemoryObjectStore();
  const dumps = createMemoryDumpRegister();
  const sets: AlertSet[] = [];
  const purged: string[] = [];
  const earlierThan: number[] = [];
  const waits: (() => void)[] = [];
  const onPurge: (() => void)[] = [];
  const handler = createHandler({
    store,
    dumps,
    alerts: {
      replace: async (set) => {
        sets.push(set);
      },
    },
    index: {
      deleteOtherAttempts: async (_, attempt) => {
        purged.push(attempt);
        onPurge.shift()?.();
      },
      deleteEarlierRuns: async (_dumpId, _attempt, run) => {
        earlierThan.push(run);
      },
    },
    log: createRecordingLog(),
    clock: () => new Date('2026-11-23T08:00:00.000Z'),
    sleep: async () => waits.shift()?.(),
  });
  const report = (values: Partial<Progress>) => {
    const progress = progressOf(values);
    dumps.progress.set(progressId(progress), progress);
  };
  dumps.dumps.set(DUMP_ID, { ...DUMP, state: 'inferring', chunks: 2 });
  return {
    ...{ store, dumps, sets, purged, earlierThan, onPurge, waits, report },
    dump: () => dumps.dumps.get(DUMP_ID),
    /** Groups and progress of one chunk. */
    chunk(chunk: number, detections: readonly Detection[], values: Partial<Progress> = {}) {
      const builder = createGroupBuilder();
      const rows = detectionRows(detections);
      for (const [i, detection] of detections.entries()) builder.add(rows, i, verdictOf(detection));
      const object = { version: 1, dumpId: DUMP_ID, etag: ETAG, attempt: ATTEMPT, run: 1, chunk, ...builder.finish() };
      store.objects.set(groupsKey(DUMP_ID, ETAG, 1, chunk), gzipSync(JSON.stringify(object)));
      report({ chunk, stage: 'inferred', seconds: 1, ...values });
      report({ chunk, stage: 'indexed', seconds: 0.5, documents: 3 });
    },
    receive: (receiveCount = 1, message: unknown = MESSAGE) => handler(sqsEvent([message], receiveCount), INVOCATION),
  };
}

describe('the alert stage', () => {
  let stage: ReturnType<typeof setUp>;
  beforeEach(() => {
    stage = setUp();
  });

  it('merges the chunks’ groups, adds up the ledger and says ready', async () => {
    stage.chunk(0, [SCAN], {
      scored: { flow_net: 2 },
      notScored: { bert_packet: { 'not-installed': 2 } },
      detections: { 'Port Scan': 1 },
    });
    stage.chunk(1, [{ ...SCAN, record: 9 }], { scored: { flow_net: 1 }, detections: { 'Port Scan': 1 } });
    expect(await stage.receive()).toEqual({ batchItemFailures: [] });
    expect(stage.sets[0]).toMatchObject({ dumpId: DUMP_ID, generation: '000001', run: 1 });
    expect(stage.sets[0]?.documents[0]?.smartids.alert.flows).toBe(2);
    expect(stage.dump()).toMatchObject({
      state: 'ready',
      alerts: 1,
      finishedAt: '2026-11-23T08:00:00.000Z',
      ledger: {
        records: 10,
        undecodable: { arp: 1 },
        scored: { flow_net: 3 },
        notScored: { bert_packet: { 'not-installed': 2 } },
        detections: { 'Port Scan': 2 },
        gaps: [],
        secondsByStage: { split: 2, infer: 2, index: 1, alert: 0 },
      },
    });
    expect(stage.purged).toEqual([ATTEMPT]);
    expect(stage.earlierThan).toEqual([1]);
  });

  it('says the same when it is told again', async () => {
    stage.chunk(0, [SCAN], { scored: { flow_net: 2 }, gap: { offset: 1, length: 2, reason: 'lost' } });
    stage.chunk(1, [], { scored: { flow_net: 1 } });
    await stage.receive();
    const first = stage.dump();
    await stage.receive();
    expect(stage.dump()).toEqual(first);
    expect(first?.ledger.gaps).toEqual([{ offset: 1, length: 2, reason: 'lost', chunk: 0 }]);
  });

  it('keeps the gaps that split found', async () => {
    const gap = { offset: 5, length: 6, reason: 'cut' };
    stage.dumps.dumps.set(DUMP_ID, { ...DUMP, chunks: 0, ledger: { ...DUMP.ledger, gaps: [gap] } });
    await stage.receive();
    expect(stage.dump()).toMatchObject({ state: 'ready', alerts: 0, ledger: { gaps: [gap] } });
  });

  it('lets a message that comes too early go: the last chunk sends another', async () => {
    stage.chunk(0, [SCAN]);
    stage.report({ chunk: 1, stage: 'inferred' });
    expect(await stage.receive()).toEqual({ batchItemFailures: [] });
    expect(stage.dump()?.state).toBe('inferring');
  });

  it('waits for infer’s last word, which may come behind index’s', async () => {
    stage.chunk(0, [SCAN]);
    stage.report({ chunk: 1, stage: 'indexed' });
    stage.waits.push(
      () => undefined,
      () => stage.chunk(1, [], { scored: { flow_net: 7 } }),
    );
    await stage.receive();
    expect(stage.dump()).toMatchObject({ state: 'ready', ledger: { scored: { flow_net: 7 } } });
  });

  it('returns the message where that word does not come', async () => {
    stage.chunk(0, [SCAN]);
    stage.report({ chunk: 1, stage: 'indexed' });
    expect((await stage.receive()).batchItemFailures).toHaveLength(1);
  });

  it('removes the objects of older versions, and those alone, once the new one is whole', async () => {
    const old = [`derived/${DUMP_ID}/0ld/chunk-000000.json`, `results/${DUMP_ID}/0ld/1/chunk-000000.ndjson.gz`];
    // A run of a leg that came too late may leave one of this version, too.
    const work = [`work/${DUMP_ID}/0ld/checkpoint-000001.json`, `work/${DUMP_ID}/${ETAG}/checkpoint-000002.json`];
    old.push(...work);
    const kept = [
      `derived/${DUMP_ID}/${ETAG}/chunk-000000.json`,
      `results/${DUMP_ID}/${ETAG}/1/chunk-000000.ndjson.gz`,
    ];
    for (const key of [...old, ...kept]) stage.store.objects.set(key, Buffer.from('x'));
    stage.chunk(0, [SCAN]);
    await stage.receive();
    expect([...old, ...kept].every((key) => stage.store.objects.has(key))).toBe(true);
    stage.chunk(1, []);
    await stage.receive();
    expect(stage.dump()?.state).toBe('ready');
    const left = [groupsKey(DUMP_ID, ETAG, 1, 0), groupsKey(DUMP_ID, ETAG, 1, 1), ...kept].sort();
    expect([...stage.store.objects.keys()].sort()).toEqual(left);
  });

  it('leaves the objects of a version that begins while it works', async () => {
    const newer = `derived/${DUMP_ID}/n3wer/chunk-000000.json`;
    stage.chunk(0, [SCAN]);
    stage.chunk(1, []);
    stage.onPurge.push(() => {
      stage.dumps.dumps.set(DUMP_ID, { ...DUMP, etag: 'n3wer', attempt: 'newer', state: 'splitting' });
      stage.store.objects.set(newer, Buffer.from('x'));
    });
    await stage.receive();
    expect(stage.store.objects.has(newer)).toBe(true);
    expect(stage.dump()).toMatchObject({ etag: 'n3wer', state: 'splitting' });
  });

  it('counts a chunk whose groups are not there as a gap', async () => {
    stage.chunk(0, [SCAN]);
    stage.chunk(1, []);
    stage.store.objects.delete(groupsKey(DUMP_ID, ETAG, 1, 1));
    await stage.receive();
    expect(stage.dump()).toMatchObject({ state: 'ready', ledger: { gaps: [{ chunk: 1 }] } });
  });

  it('acknowledges word of another version, run or a deleted dump', async () => {
    stage.chunk(0, []);
    stage.chunk(1, []);
    await stage.receive(1, { ...MESSAGE, etag: 'other' });
    await stage.receive(1, { ...MESSAGE, run: 2 });
    expect(stage.dump()?.state).toBe('inferring');
    stage.dumps.dumps.clear();
    expect(await stage.receive()).toEqual({ batchItemFailures: [] });
  });

  it('shows on the dump why it failed for good, and a later success wipes it off', async () => {
    stage.chunk(0, []);
    stage.chunk(1, []);
    const key = groupsKey(DUMP_ID, ETAG, 1, 0);
    const good = stage.store.objects.get(key) ?? Buffer.alloc(0);
    stage.store.objects.set(key, gzipSync('{"version":2}'));
    expect(await stage.receive()).toEqual({ batchItemFailures: [] });
    expect(stage.dump()).toMatchObject({ state: 'error', error: { code: 'invalid-object' } });
    stage.store.objects.set(key, good);
    await stage.receive();
    expect(stage.dump()?.state).toBe('ready');
    expect(stage.dump()?.error).toBeUndefined();
  });

  it('returns the message while the bucket is away, and tells of it on the last receive only', async () => {
    stage.chunk(0, []);
    stage.chunk(1, []);
    stage.store.outage = true;
    expect((await stage.receive()).batchItemFailures).toHaveLength(1);
    expect(stage.dump()?.state).toBe('alerting');
    await stage.receive(3);
    expect(stage.dump()).toMatchObject({ state: 'error', error: { code: 'service-unavailable' } });
  });

  it('counts what went beyond the limits as warnings', async () => {
    stage.chunk(1, []);
    stage.chunk(0, []);
    const object = {
      version: 1,
      dumpId: DUMP_ID,
      etag: ETAG,
      attempt: ATTEMPT,
      run: 1,
      chunk: 0,
      groups: [],
      dropped: 7,
    };
    stage.store.objects.set(groupsKey(DUMP_ID, ETAG, 1, 0), gzipSync(JSON.stringify(object)));
    await stage.receive();
    expect(stage.dump()?.ledger.warnings).toEqual({ 'detections-beyond-group-limit': 7 });
  });
});
