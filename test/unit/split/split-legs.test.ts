// split: a split whose time is always up: leg after leg from checkpoint to checkpoint, whatever happens between them.

import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createSplitHandler } from '../../../functions/split/handler.ts';
import type { SplitDeps } from '../../../functions/split/split-deps.ts';
import { MAX_LEGS, MAX_RESTARTS } from '../../../lib/checkpoint/limits.ts';
import { checkpointKey, workPrefix } from '../../../lib/chunk/keys.ts';
import { deriveDumpId } from '../../../lib/dump/dump-id.ts';
import { type SplitContinuation, splitContinuationSchema } from '../../../lib/dump/split-continuation.ts';
import { PipelineError } from '../../../lib/errors/pipeline-error.ts';
import { encodePcap } from '../../../local/generate/file/pcap.ts';
import { tcpFrame } from '../../../local/generate/frame.ts';
import { createSplitFixture, invocation, objectEvent } from './split-fixture.ts';

const KEY = 'dumps/night shift.pcap';
const DUMP_ID = deriveDumpId('test-bucket', KEY);
const ATTEMPT = '0d9c0a3e-9f0c-4a53-8a3c-0a4c9d0a7f11';
const PIECE_BYTES = 200;
const TIME_UP = AbortSignal.abort();

/** Every third packet is of a flow that goes on, so that chunks stay open from leg to leg. */
function capture(packets: number, firstPort = 1000): Buffer {
  const records = Array.from({ length: packets }, (_, k) => ({
    timestampNs: 1_700_000_000_000_000_000n + BigInt(k) * 1_000_000n,
    bytes: tcpFrame({
      sourcePort: k % 3 === 0 ? 99 : firstPort + k,
      flags: ['syn'],
      payload: Buffer.from(`packet ${k}`),
    }),
  }));
  return Buffer.concat([...encodePcap(records, { linktype: 1 })]);
}

function fixture(change: Partial<SplitDeps> = {}) {
  const made = createSplitFixture();
  const { store } = made;
  store.read = async function* (key, { offset = 0 }) {
    const bytes = await store.getRange(key, { offset, length: Number.POSITIVE_INFINITY });
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
  };
  const deps = { ...made.deps, chunks: { maxRecords: 4 }, newAttempt: () => ATTEMPT, ...change };
  const handler = createSplitHandler(deps);
  const continuations = () => made.sent.filter(({ queue }) => queue === 'dump-events').map(({ body }) => body);
  return {
    ...made,
    deps,
    handler,
    continuations,
    work: () => [...store.objects.keys()].filter((key) => key.startsWith('work/')),
    drop: async (bytes: Uint8Array, signal = TIME_UP) => {
      const { etag } = await store.put(KEY, bytes);
      return handler(objectEvent(KEY, { etag }), invocation(signal));
    },
    receive: (body: string, { receiveCount = 1, signal = TIME_UP } = {}) => {
      const attributes = { ApproximateReceiveCount: String(receiveCount) };
      return handler({ Records: [{ messageId: 'message-1', body, attributes }] }, invocation(signal));
    },
    dump: () => made.dumps.dumps.get(DUMP_ID),
    last: () => splitContinuationSchema.parse(JSON.parse(continuations().at(-1) ?? '')),
  };
}

type Fixture = ReturnType<typeof fixture>;

/** Serves continuations until there is none; returns how many there were. */
async function goOn(made: Fixture, before: (leg: number) => void = () => undefined): Promise<number> {
  for (let served = 0; ; served++) {
    const index = made.sent.findIndex(({ queue }) => queue === 'dump-events');
    const [message] = index < 0 ? [] : made.sent.splice(index, 1);
    if (message === undefined) return served;
    before(served + 1);
    expect(await made.receive(message.body)).toEqual({ batchItemFailures: [] });
  }
}

/** What a split leaves behind, without what says when. */
function resultsOf(made: Fixture) {
  const { createdAt: _, updatedAt: __, ledger, ...dump } = made.dump() ?? {};
  const objects = new Map([...made.store.objects].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { objects, sent: made.sent, dump, ledger: { ...ledger, secondsByStage: undefined } };
}

async function uninterrupted(bytes: Uint8Array) {
  const made = fixture();
  await made.drop(bytes, new AbortController().signal);
  expect(made.continuations()).toEqual([]);
  return resultsOf(made);
}

describe('a split whose time is up', () => {
  it.each([
    ['plain', capture(40), 6],
    ['packed', gzipSync(capture(3000)), 2],
  ])('leaves the objects, messages and totals of one that is never interrupted (%s)', async (_, bytes, atLeast) => {
    const made = fixture();
    await made.drop(bytes);
    expect(made.dump()).toMatchObject({ state: 'splitting' });
    const legs = await goOn(made);
    expect(legs).toBeGreaterThanOrEqual(atLeast);
    expect(resultsOf(made)).toEqual(await uninterrupted(bytes));
    expect(made.work()).toEqual([]);
  });

  it('adds up the seconds of its legs', async () => {
    const made = fixture();
    await made.drop(capture(40));
    const legs = await goOn(made);
    const lines = made.log.lines.filter(({ message }) => message === 'split goes on in another leg');
    expect(lines.length).toBe(legs);
    const seconds = lines.map(({ fields }) => Number(fields['seconds']));
    expect(seconds).toEqual(seconds.toSorted((a, b) => a - b));
    expect(made.dump()?.ledger.secondsByStage['split']).toBeGreaterThan(seconds.at(-1) ?? Number.NaN);
  });

  it('hands on a message of less than 2 KiB, for the longest key, too', async () => {
    const made = fixture();
    await made.drop(capture(20));
    const message: SplitContinuation = { ...made.last(), key: `dumps/${'k'.repeat(1018)}`, leg: MAX_LEGS };
    expect(JSON.stringify(splitContinuationSchema.parse(message)).length).toBeLessThan(2048);
  });

  it('has cut a chunk beyond its checkpoint in each leg', async () => {
    const made = fixture();
    const chunks = () => [...made.store.objects.keys()].filter((key) => /chunk-\d+\.bin$/.test(key)).length;
    await made.drop(capture(40));
    let before = chunks();
    expect(before).toBeGreaterThan(0);
    await goOn(made, (leg) => {
      if (leg > 1) expect(chunks()).toBeGreaterThan(before);
      before = chunks();
    });
  });

  it('run twice writes its checkpoint once and has the next leg go on again: nothing is there twice', async () => {
    const made = fixture();
    await made.drop(capture(40));
    const first = made.continuations()[0] ?? '';
    const key = checkpointKey(DUMP_ID, made.last().etag, 1);
    const written = made.store.objects.get(key);
    await made.drop(capture(40));
    expect(made.store.objects.get(key)).toBe(written);
    expect(made.continuations()).toEqual([first, first]);
    await goOn(made);
    const { objects, dump, ledger } = resultsOf(made);
    const expected = await uninterrupted(capture(40));
    expect({ objects, dump, ledger }).toEqual({ ...expected, sent: undefined });
    expect(new Set(made.sent.map(({ body }) => body))).toEqual(new Set(expected.sent.map(({ body }) => body)));
  });

  it('that cannot send its continuation does so at its next try', async () => {
    let isAway = true;
    const made = fixture();
    const { send } = made.deps.queue;
    made.deps.queue.send = async (queue, body) => {
      if (queue === 'dump-events' && isAway) {
        throw new PipelineError('service-unavailable', 'the queue is away', { permanent: false });
      }
      return send(queue, body);
    };
    expect((await made.drop(capture(40))).batchItemFailures).toHaveLength(1);
    isAway = false;
    expect((await made.drop(capture(40))).batchItemFailures).toEqual([]);
    await goOn(made);
    expect(resultsOf(made).objects).toEqual((await uninterrupted(capture(40))).objects);
  });

  it('goes on after an error that its last receive left on the dump', async () => {
    const made = fixture();
    await made.drop(capture(40));
    const [message = ''] = made.continuations();
    const { get } = made.store;
    made.store.get = async () => {
      throw new PipelineError('service-unavailable', 'the bucket is away', { permanent: false });
    };
    expect((await made.receive(message, { receiveCount: 5 })).batchItemFailures).toHaveLength(1);
    expect(made.dump()).toMatchObject({ state: 'error', error: { code: 'service-unavailable' } });
    made.store.get = get;
    await goOn(made);
    expect(resultsOf(made)).toEqual(await uninterrupted(capture(40)));
  });

  it('that fails anywhere, once, leaves the same objects, totals and messages in the end', async () => {
    const expected = await uninterrupted(capture(24));
    const messages = new Set(expected.sent.map(({ body }) => body));
    let isDone = false;
    for (let failAt = 1; !isDone; failAt++) {
      const made = fixture();
      let calls = 0;
      const failing = async () => {
        calls += 1;
        if (calls === failAt) throw new PipelineError('service-unavailable', 'away', { permanent: false });
      };
      const { put, get, list } = made.store;
      const { send } = made.deps.queue;
      made.deps.queue.send = async (queue, body) => {
        await failing();
        await send(queue, body);
      };
      let etag = '';
      for (let receives = 0; receives < 2; receives++) {
        if (receives === 0) ({ etag } = await put(KEY, capture(24)));
        made.store.put = async (key, body, options) => {
          await failing();
          return put(key, body, options);
        };
        made.store.get = async (key, options) => {
          await failing();
          return get(key, options);
        };
        made.store.list = async function* (prefix) {
          await failing();
          yield* list(prefix);
        };
        const { batchItemFailures } = await made.handler(objectEvent(KEY, { etag }), invocation(TIME_UP));
        if (batchItemFailures.length === 0) break;
      }
      for (let at = 0; at < made.sent.length; at++) {
        const { queue, body } = made.sent[at] ?? { queue: '', body: '' };
        if (queue !== 'dump-events') continue;
        if ((await made.receive(body)).batchItemFailures.length > 0) await made.receive(body, { receiveCount: 2 });
      }
      isDone = calls < failAt;
      await made.receive(made.continuations().at(-1) ?? '');
      const { objects, dump, ledger } = resultsOf(made);
      expect(objects).toEqual(expected.objects);
      expect({ dump, ledger }).toEqual({ dump: expected.dump, ledger: expected.ledger });
      const sent = made.sent.filter(({ queue }) => queue === 'chunks').map(({ body }) => body);
      expect(new Set(sent)).toEqual(messages);
    }
  }, 60_000);

  it('of a packed capture that is not passed over in time is an error at its last receive, not before', async () => {
    const made = fixture();
    await made.drop(gzipSync(capture(3000)));
    const [message = ''] = made.continuations();
    expect((await made.receive(message, { receiveCount: 4 })).batchItemFailures).toEqual([]);
    expect(made.continuations()).toHaveLength(2);
    expect((await made.receive(message, { receiveCount: 5 })).batchItemFailures).toEqual([]);
    expect(made.dump()).toMatchObject({ state: 'error', error: { code: 'limit-exceeded' } });
    expect(made.dump()?.error?.message).toMatch(/time was up when \d+ unpacked bytes were passed over/);
  });

  it('ends in words after too many legs', async () => {
    const made = fixture();
    await made.drop(capture(40));
    const { etag } = made.last();
    const manifest = JSON.parse(Buffer.from(made.store.objects.get(checkpointKey(DUMP_ID, etag, 1)) ?? []).toString());
    await made.store.put(checkpointKey(DUMP_ID, etag, MAX_LEGS), JSON.stringify({ ...manifest, leg: MAX_LEGS }));
    for (const [key, bytes] of made.store.objects) {
      if (key.endsWith('.bin') && key.startsWith('work/')) {
        await made.store.put(key.replace('checkpoint-000001', `checkpoint-0${MAX_LEGS}`), bytes);
      }
    }
    const message = JSON.stringify({ ...made.last(), leg: MAX_LEGS });
    expect(await made.receive(message)).toEqual({ batchItemFailures: [] });
    expect(made.dump()).toMatchObject({ state: 'error', error: { code: 'limit-exceeded' } });
    expect(made.work()).toEqual([]);
    expect((await made.receive(JSON.stringify({ ...made.last(), leg: MAX_LEGS + 1 }))).batchItemFailures).toEqual([]);
    expect(made.log.lines.at(-1)).toMatchObject({
      message: 'message quarantined',
      fields: { code: 'invalid-message' },
    });
  });
});

describe('a checkpoint that cannot be read', () => {
  const damages: readonly [string, (made: Fixture, key: string) => void][] = [
    ['has a byte changed', (made, key) => made.store.objects.set(key, flipped(made.store.objects.get(key)))],
    [
      'is cut short',
      (made, key) => made.store.objects.set(key, (made.store.objects.get(key) ?? capture(0)).slice(0, -3)),
    ],
    ['is gone', (made, key) => made.store.objects.delete(key)],
    ['is empty', (made, key) => made.store.objects.set(key, new Uint8Array(0))],
    ['is something else', (made, key) => made.store.objects.set(key, capture(1))],
  ];
  const objects = ['.json', '.bin'];

  it.each(damages.flatMap(([name, damage]) => objects.map((suffix) => [suffix, name, damage] as const)))(
    'since its %s %s has the split begin anew, and it ends as it would have',
    async (suffix, _, damage) => {
      const made = fixture();
      await made.drop(capture(40));
      await goOn(made, (leg) => {
        const key = made.work().findLast((name) => name.endsWith(suffix));
        if (leg === 3 && key !== undefined) damage(made, key);
      });
      expect(made.log.lines.filter(({ message }) => message === 'split begins anew')).toHaveLength(1);
      const { objects: found, dump } = resultsOf(made);
      const expected = await uninterrupted(capture(40));
      expect(found).toEqual(expected.objects);
      expect(dump).toEqual(expected.dump);
    },
  );

  it('for it is of another dump or of other settings has the split begin anew', async () => {
    const made = fixture();
    await made.drop(capture(40));
    const { etag } = made.last();
    const other = fixture({ flows: { maxOpenFlows: 7 } });
    await other.drop(capture(40));
    const foreign = fixture();
    await foreign.drop(capture(41));
    for (const { store, last } of [other, foreign]) {
      const manifest = store.objects.get(checkpointKey(DUMP_ID, last().etag, 1));
      const trial = fixture();
      await trial.drop(capture(40));
      trial.store.objects.set(checkpointKey(DUMP_ID, etag, 1), manifest ?? new Uint8Array(0));
      await goOn(trial);
      expect(trial.log.lines.filter(({ message }) => message === 'split begins anew')).toHaveLength(1);
      expect(resultsOf(trial).objects).toEqual((await uninterrupted(capture(40))).objects);
    }
  });

  it('again and again is an error of its dump, in words, and the message is acknowledged', async () => {
    const made = fixture();
    await made.drop(capture(40));
    const legs = await goOn(made, () => {
      for (const key of made.work()) if (key.endsWith('.bin')) made.store.objects.delete(key);
    });
    expect(legs).toBe(MAX_RESTARTS + 1);
    expect(made.dump()).toMatchObject({ state: 'error', error: { code: 'invalid-object' } });
    expect(made.dump()?.error?.message).toMatch(/began anew 2 times .* checkpoint/);
    expect(made.work()).toEqual([]);
  });

  it('since another run has ended the split changes nothing', async () => {
    const made = fixture();
    await made.drop(capture(40));
    const [first = ''] = made.continuations();
    await goOn(made);
    const expected = resultsOf(made);
    const sent = made.sent.length;
    await made.receive(first);
    expect(resultsOf(made)).toEqual(expected);
    expect(made.sent).toHaveLength(sent);
    expect(made.log.lines.at(-1)?.message).toBe('this version was split before');
  });
});

describe('a continuation of a split', () => {
  it('whose object was replaced is counted as superseded, and its checkpoints go', async () => {
    const made = fixture();
    await made.drop(capture(40));
    const { etag } = made.last();
    await made.store.put(KEY, capture(41));
    const sent = made.sent.length;
    expect(await made.receive(made.continuations()[0] ?? '')).toEqual({ batchItemFailures: [] });
    expect(made.dump()?.ledger.superseded).toBe(1);
    expect(made.work().filter((key) => key.startsWith(workPrefix(DUMP_ID, etag)))).toEqual([]);
    expect(made.sent).toHaveLength(sent);
  });

  it('whose object was deleted is acknowledged, and the dump says so', async () => {
    const made = fixture();
    await made.drop(capture(40));
    made.store.objects.delete(KEY);
    expect(await made.receive(made.continuations()[0] ?? '')).toEqual({ batchItemFailures: [] });
    expect(made.dump()).toMatchObject({ state: 'error', error: { code: 'object-deleted' } });
    expect(made.work()).toEqual([]);
  });

  it('of an earlier attempt is counted as superseded and touches nothing', async () => {
    const made = fixture();
    await made.drop(capture(40));
    const other = JSON.stringify({ ...made.last(), attempt: '11111111-1111-4111-8111-111111111111' });
    const work = made.work();
    expect(await made.receive(other)).toEqual({ batchItemFailures: [] });
    expect(made.dump()?.ledger.superseded).toBe(1);
    expect(made.work()).toEqual(work);
    expect(made.continuations()).toHaveLength(1);
  });

  it('of a dump that was deleted meanwhile is acknowledged', async () => {
    const made = fixture();
    await made.drop(capture(40));
    made.dumps.dumps.clear();
    expect(await made.receive(made.continuations()[0] ?? '')).toEqual({ batchItemFailures: [] });
    expect(made.dumps.dumps.size).toBe(0);
  });

  it.each([
    ['without a leg', { leg: undefined }],
    ['of leg 0', { leg: 0 }],
    ['of another version', { version: 2 }],
    ['with a word more', { extra: 1 }],
    ['with a word for an id', { dumpId: '../../etc' }],
  ])('%s is quarantined', async (_, change) => {
    const made = fixture();
    await made.drop(capture(40));
    expect(await made.receive(JSON.stringify({ ...made.last(), ...change }))).toEqual({ batchItemFailures: [] });
    expect(made.log.lines.at(-1)).toMatchObject({
      message: 'message quarantined',
      fields: { code: 'invalid-message' },
    });
  });

  it('for another bucket, or no dump, is passed over', async () => {
    const made = fixture();
    await made.drop(capture(40));
    for (const change of [{ bucket: 'another' }, { key: 'derived/x' }]) {
      expect(await made.receive(JSON.stringify({ ...made.last(), ...change }))).toEqual({ batchItemFailures: [] });
      expect(made.log.lines.at(-1)?.message).toBe('no dump');
    }
  });
});

function flipped(bytes: Uint8Array = new Uint8Array(1)): Uint8Array {
  const changed = bytes.slice();
  const at = changed.length >> 1;
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}
