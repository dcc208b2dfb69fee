// split: a split whose time is always up: leg after leg from checkpoint to checkpoint, whatever happens between them.

import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MAX_LEGS } from '../../../lib/checkpoint/limits.ts';
import { checkpointKey } from '../../../lib/chunk/keys.ts';
import { type SplitContinuation, splitContinuationSchema } from '../../../lib/dump/split-continuation.ts';
import { PipelineError } from '../../../lib/errors/pipeline-error.ts';
import { capture, DUMP_ID, fixture, goOn, KEY, resultsOf, TIME_UP, uninterrupted } from './legs-fixture.ts';
import { invocation, objectEvent } from './split-fixture.ts';

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
