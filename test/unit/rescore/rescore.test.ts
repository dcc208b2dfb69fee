// A rescore from the request to the report, through messages that come twice, in any order, and processes that die.

import { beforeEach, describe, expect, it } from 'vitest';
import { manifestKey, resultKey } from '../../../lib/chunk/keys.ts';
import type { FlowValues } from '../../support/flow-rows.ts';
import { DUMP_ID, type FixtureChunk } from '../infer/chunk-fixture.ts';
import { createStages, type Death, type Stages } from './stages-in-memory.ts';

const S0 = 0;
const SF = 2;
/** A probe of a scan, an ordinary flow, and in the second chunk another probe. */
const SCAN: FlowValues = { record: 0, lastRecord: 5, firstChunk: 0, lastChunk: 1, tcpState: S0, destinationPort: 22 };
const ORDINARY: FlowValues = { record: 1, lastRecord: 2, firstChunk: 0, lastChunk: 0, tcpState: SF };
const LATER: FlowValues = { record: 4, lastRecord: 6, firstChunk: 1, lastChunk: 1, tcpState: S0 };
const CHUNKS: readonly FixtureChunk[] = [
  { chunk: 0, firstRecord: 0, flowOfRecord: [0, 1, 1, -1], rows: [[SCAN], [ORDINARY]] },
  { chunk: 1, firstRecord: 4, flowOfRecord: [4, 0, 4], rows: [[SCAN, LATER]] },
];
const CHANGE = 'flow_net: Port Scan → Port Scan below its threshold';

let stages: Stages;
beforeEach(async () => {
  stages = await createStages(CHUNKS);
  await stages.analyse();
});

const dump = () => stages.dumps.dumps.get(DUMP_ID);

describe('a rescore', () => {
  it('takes the place of the run before, and says what it changed', async () => {
    expect(dump()).toMatchObject({ state: 'ready', run: 1, alerts: 1 });
    expect(stages.documents.size).toBe(7);
    expect(await stages.rescore('flow_net')).toEqual({ run: 2, models: { flow: 'flow_net:2' } });
    await stages.run();
    expect(dump()).toMatchObject({
      ...{ state: 'ready', run: 2, models: { flow: 'flow_net:2' }, alerts: 0 },
      ledger: { scored: { flow_net: 3 }, detections: {}, gaps: [], superseded: 0 },
      rescored: {
        ...{ run: 2, fromRun: 1, models: { flow: 'flow_net:2' }, alertsBefore: 1, alertsAfter: 0 },
        finishedAt: expect.any(String),
        comparison: { compared: 3, changed: 2, missing: 0, changes: { [CHANGE]: 2 } },
      },
    });
    expect(dump()?.rescoring).toBeUndefined();
    const { documents, alerts, results } = stages.outcome();
    // Of version 2 no flow is a detection: no packet has a document any more.
    expect(documents.map(([key, run, version]) => [String(key).replace(/.*\./, ''), run, version])).toEqual([
      ['f0', 2, 2],
      ['f1', 2, 2],
      ['f4', 2, 2],
    ]);
    expect(alerts).toEqual([]);
    expect(results.every((key) => key.includes('/2/'))).toBe(true);
    expect([...stages.dumps.progress.values()].every(({ run }) => run === 2)).toBe(true);
    expect(stages.deadLetters).toEqual([]);
  });

  it('leaves the dump ready with all that it had until every chunk is scored', async () => {
    const before = stages.outcome();
    await stages.rescore('flow_net');
    // The request, one chunk, the event of its results.
    await stages.run({ steps: 1 });
    const [chunk0, chunk1] = stages.messages.splice(0);
    if (chunk0 === undefined || chunk1 === undefined) throw new Error('two chunks were to be sent');
    stages.messages.push(chunk0);
    await stages.run();
    const { rescoring, ...rest } = stages.outcome().dump;
    expect(rescoring).toMatchObject({ run: 2, state: 'running' });
    expect(rest).toEqual(before.dump);
    expect(stages.outcome().documents).toEqual(before.documents);
    expect(stages.outcome().alerts).toEqual(before.alerts);
    stages.messages.push(chunk1);
    await stages.run();
    expect(dump()).toMatchObject({ state: 'ready', run: 2 });
  });

  it('that was promoted is a dump under way, whose ledger has nothing of the run before', async () => {
    const { ledger } = stages.outcome().dump;
    expect(ledger.scored).toEqual({ flow_net: 3 });
    await stages.rescore('flow_net');
    while (dump()?.state === 'ready') await stages.run({ steps: 1 });
    const { split: _, ...none } = dump()?.ledger.secondsByStage ?? {};
    expect(dump()).toMatchObject({
      ...{ state: 'indexing', run: 2, alerts: 1 },
      ledger: { records: ledger.records, scored: {}, notScored: {}, detections: {} },
    });
    expect(none).toEqual({});
  });

  it.each([
    ['each message comes twice', { copies: 2 }],
    ['the newest message comes first', { order: 'last' }],
    ['both', { copies: 2, order: 'last' }],
  ] as const)('ends the same where %s', async (_, options) => {
    const expected = await plainOutcome();
    await stages.rescore('flow_net');
    await stages.run(options);
    expect(stages.outcome()).toEqual(expected);
  });

  it.each(['first', 'last'] as const)(
    'ends the same wherever a process dies, and whichever call of a port was its last, the %s message first',
    async (order) => {
      const expected = await plainOutcome();
      await stages.rescore('flow_net');
      stages.life.calls = 0;
      await stages.run({ order });
      const { calls } = stages.life;
      expect(calls).toBeGreaterThan(50);
      for (let call = 1; call <= calls; call += 1) {
        for (const when of ['before', 'after'] as const) await expectOutcome({ call, when }, order, expected);
      }
    },
  );

  it('asked for again while it runs is the same run, whose work is sent once more', async () => {
    const expected = await plainOutcome();
    await stages.rescore('flow_net');
    await stages.run({ steps: 2 });
    expect(await stages.rescore('flow_net:2')).toMatchObject({ run: 2 });
    await expect(stages.rescore('flow_net:3', '3')).rejects.toThrow(
      /is being scored by flow_net:2 \(run 2\): one at a time/,
    );
    await stages.run();
    expect(stages.outcome()).toEqual(expected);
  });

  it('has its results sent once for each copy of the chunk that was scored last, not of any chunk', async () => {
    await stages.rescore('flow_net');
    await stages.rescore('flow_net');
    await stages.rescore('flow_net');
    await stages.run();
    const kinds = stages.delivered.map(({ body }) => (JSON.parse(body) as { kind?: string }).kind);
    // Three requests sent each chunk three times.
    expect(kinds.filter((kind) => kind === 'rescore')).toHaveLength(3 + 3);
    expect(kinds.filter((kind) => kind === 'results')).toHaveLength(3 * CHUNKS.length);
    const scored = stages.log.lines.filter(({ message }) => message === 'chunk inferred');
    expect(scored).toHaveLength(2 * CHUNKS.length);
    expect(dump()).toMatchObject({ state: 'ready', run: 2 });
  });

  it('asked for when it is done is another run, with nothing changed', async () => {
    await stages.rescore('flow_net');
    await stages.run();
    expect(await stages.rescore('flow_net')).toMatchObject({ run: 3 });
    await stages.run();
    expect(dump()).toMatchObject({
      ...{ state: 'ready', run: 3 },
      rescored: { fromRun: 2, comparison: { compared: 3, changed: 0, changes: {} } },
    });
  });

  it('is only for a dump that is ready', async () => {
    await stages.dumps.update(DUMP_ID, (known) => ({ ...known, state: 'indexing' }));
    await expect(stages.rescore('flow_net')).rejects.toThrow(/is indexing: only a ready dump/);
  });

  it('of a dump without chunks is done at once', async () => {
    stages = await createStages(CHUNKS);
    await stages.dumps.update(DUMP_ID, (known) => ({ ...known, state: 'ready', chunks: 0 }));
    await stages.rescore('flow_net');
    await stages.run();
    expect(dump()).toMatchObject({ state: 'ready', run: 2, rescored: { finishedAt: expect.any(String) } });
  });

  it('counts flows that the run before left no results of', async () => {
    stages.store.objects.delete(resultKey(DUMP_ID, stages.etag, 1, 0));
    await stages.rescore('flow_net');
    await stages.run();
    expect(dump()?.rescored?.comparison).toEqual({ compared: 1, changed: 1, missing: 2, changes: { [CHANGE]: 1 } });
  });
});

describe('a rescore that loses a chunk', () => {
  /** The rows of the second chunk are of a version that infer does not read, until they are mended. */
  function breakChunk(): () => void {
    const manifest = manifestKey(DUMP_ID, stages.etag, 1);
    const bytes = stages.store.objects.get(manifest) ?? new Uint8Array();
    const text = Buffer.from(bytes).toString().replace('"flowSchemaVersion":', '"flowSchemaVersion":9');
    stages.store.objects.set(manifest, Buffer.from(text));
    return () => stages.store.objects.set(manifest, bytes);
  }

  it('fails with the reason, and changes nothing that is searched', async () => {
    const before = stages.outcome();
    breakChunk();
    await stages.rescore('flow_net');
    await stages.run();
    const { dump: after, documents, alerts } = stages.outcome();
    const { rescoring, ...rest } = after;
    expect(rescoring).toMatchObject({
      ...{ run: 2, state: 'failed' },
      reason: expect.stringMatching(/^chunk 1: invalid-object: .*flow rows of version/),
    });
    expect(rest).toEqual(before.dump);
    expect(documents).toEqual(before.documents);
    expect(alerts).toEqual(before.alerts);
  });

  it('makes room for the next, which leaves nothing of it', async () => {
    const mend = breakChunk();
    await stages.rescore('flow_net');
    await stages.run();
    mend();
    expect(await stages.rescore('flow_net')).toMatchObject({ run: 3 });
    await stages.run();
    expect(dump()).toMatchObject({ state: 'ready', run: 3, rescored: { fromRun: 1, comparison: { compared: 3 } } });
    expect(stages.outcome().results.every((key) => key.includes('/3/'))).toBe(true);
  });

  it('is promoted after all where the chunk is sent again and gives results', async () => {
    const mend = breakChunk();
    await stages.rescore('flow_net');
    await stages.run();
    mend();
    stages.send('chunks', JSON.stringify(stages.message(1, 2)));
    await stages.run();
    expect(dump()).toMatchObject({ state: 'ready', run: 2, ledger: { gaps: [], scored: { flow_net: 3 } } });
  });

  it('leaves the run before whole: one of its chunks sent again finishes the dump as it was', async () => {
    const before = stages.outcome();
    breakChunk();
    await stages.rescore('flow_net');
    await stages.run();
    stages.send('chunks', JSON.stringify(stages.message(0)));
    await stages.run();
    const { rescoring, ...rest } = stages.outcome().dump;
    expect(rescoring?.state).toBe('failed');
    expect(rest).toEqual(before.dump);
    expect(stages.deadLetters).toEqual([]);
  });

  it('fails where every try of a chunk kills its process, the last one with it', async () => {
    await stages.rescore('flow_net');
    stages.life.diesInModel = true;
    await stages.run();
    expect(stages.deadLetters).toHaveLength(2);
    const words = 'the last try to infer this chunk did not end';
    expect(dump()).toMatchObject({ run: 1, rescoring: { state: 'failed', reason: `chunk 0: ${words}` } });
    stages.life.diesInModel = false;
    stages.messages.push(...stages.deadLetters.splice(0).map((message) => ({ ...message, receives: 0 })));
    await stages.run();
    expect(dump()).toMatchObject({ state: 'ready', run: 2, ledger: { gaps: [] } });
  });

  it('fails with the chunk that is lost first, though others are scored behind it', async () => {
    breakChunk();
    await stages.rescore('flow_net');
    await stages.run({ order: 'last' });
    expect(dump()).toMatchObject({ run: 1, rescoring: { state: 'failed', reason: expect.stringMatching(/^chunk 1/) } });
  });

  it('fails where a chunk’s manifest cannot be read by the sender', async () => {
    const key = manifestKey(DUMP_ID, stages.etag, 0);
    stages.store.objects.set(key, Buffer.from('{}'));
    await stages.rescore('flow_net');
    await stages.run();
    expect(dump()).toMatchObject({
      ...{ state: 'ready', run: 1 },
      rescoring: { state: 'failed', reason: expect.stringMatching(/manifest .* fits no schema/) },
    });
  });
});

describe('a dump that is gone while it is scored once more', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'replaced after %i messages: stragglers touch nothing of the new version',
    async (steps) => {
      await stages.rescore('flow_net');
      await stages.run({ steps });
      const replaced = { ...stages.dump, attempt: '0a0b0c0d-0000-4000-8000-0000000000bb', etag: 'f'.repeat(32) };
      stages.dumps.dumps.set(DUMP_ID, replaced);
      const documents = stages.outcome().documents;
      await stages.run();
      const { ledger, updatedAt: _, ...rest } = dump() ?? stages.dump;
      const { ledger: __, updatedAt: ___, ...expected } = replaced;
      expect(rest).toEqual(expected);
      expect(ledger.gaps).toEqual([]);
      expect(stages.outcome().documents).toEqual(documents);
      expect(stages.deadLetters).toEqual([]);
    },
  );

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('deleted after %i messages: stragglers are acknowledged', async (steps) => {
    await stages.rescore('flow_net');
    await stages.run({ steps });
    stages.dumps.dumps.clear();
    for (const key of stages.store.objects.keys()) stages.store.objects.delete(key);
    stages.documents.clear();
    await stages.run();
    expect(stages.dumps.dumps.size).toBe(0);
    expect(stages.documents.size).toBe(0);
    expect(stages.deadLetters).toEqual([]);
  });
});

async function plainOutcome() {
  const plain = await createStages(CHUNKS);
  await plain.analyse();
  await plain.rescore('flow_net');
  await plain.run();
  return plain.outcome();
}

async function expectOutcome(
  death: Death,
  order: 'first' | 'last',
  expected: Awaited<ReturnType<typeof plainOutcome>>,
): Promise<void> {
  const one = await createStages(CHUNKS);
  await one.analyse();
  await one.rescore('flow_net');
  one.life.calls = 0;
  one.life.death = death;
  await one.run({ order });
  expect(one.outcome(), JSON.stringify(death)).toEqual(expected);
  expect(one.deadLetters).toEqual([]);
}
