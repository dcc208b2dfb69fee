// split: a split whose time is always up, and whatever serves its continuations.

import { expect } from 'vitest';
import { createSplitHandler } from '../../../functions/split/handler.ts';
import type { SplitDeps } from '../../../functions/split/split-deps.ts';
import { deriveDumpId } from '../../../lib/dump/dump-id.ts';
import { splitContinuationSchema } from '../../../lib/dump/split-continuation.ts';
import { encodePcap } from '../../../local/generate/file/pcap.ts';
import { tcpFrame } from '../../../local/generate/frame.ts';
import { createSplitFixture, invocation, objectEvent } from './split-fixture.ts';

export const KEY = 'dumps/night shift.pcap';
export const DUMP_ID = deriveDumpId('test-bucket', KEY);
export const ATTEMPT = '0d9c0a3e-9f0c-4a53-8a3c-0a4c9d0a7f11';
const PIECE_BYTES = 200;
export const TIME_UP = AbortSignal.abort();

/** Every third packet is of a flow that goes on, so that chunks stay open from leg to leg. */
export function capture(packets: number, firstPort = 1000): Buffer {
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

export function fixture(change: Partial<SplitDeps> = {}) {
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

export type Fixture = ReturnType<typeof fixture>;

/** Serves continuations until there is none; returns how many there were. */
export async function goOn(made: Fixture, before: (leg: number) => void = () => undefined): Promise<number> {
  for (let served = 0; ; served++) {
    const index = made.sent.findIndex(({ queue }) => queue === 'dump-events');
    const [message] = index < 0 ? [] : made.sent.splice(index, 1);
    if (message === undefined) return served;
    before(served + 1);
    expect(await made.receive(message.body)).toEqual({ batchItemFailures: [] });
  }
}

/** What a split leaves behind, without what says when. */
export function resultsOf(made: Fixture) {
  const { createdAt: _, updatedAt: __, ledger, ...dump } = made.dump() ?? {};
  const objects = new Map([...made.store.objects].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { objects, sent: made.sent, dump, ledger: { ...ledger, secondsByStage: undefined } };
}

export async function uninterrupted(bytes: Uint8Array) {
  const made = fixture();
  await made.drop(bytes, new AbortController().signal);
  expect(made.continuations()).toEqual([]);
  return resultsOf(made);
}
