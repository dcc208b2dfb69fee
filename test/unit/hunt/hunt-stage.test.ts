// hunt: the stage over memory: every match once whatever dies or comes twice; called off, deleted, limited, lost.

import { beforeEach, describe, expect, it } from 'vitest';
import { createHuntHandler } from '../../../functions/hunt/handler.ts';
import type { HuntDeps } from '../../../functions/hunt/hunt-deps.ts';
import {
  type Hunt,
  type HuntMessage,
  huntSchema,
  matchesSchema,
  NOTHING_DONE,
  unitSchema,
} from '../../../lib/hunt/hunt.ts';
import { huntCancelledKey, huntJobKey, huntResultsRoot } from '../../../lib/hunt/hunt-keys.ts';
import { UNIT_CHUNKS } from '../../../lib/hunt/limits.ts';
import { conversationRecords } from '../../../local/generate/single-flow.ts';
import { pcapOf } from '../../support/captures.ts';
import { createMemoryObjectStore } from '../../support/memory-object-store.ts';
import { createRecordingLog } from '../../support/recording-log.ts';
import { splitIntoStore } from '../../support/split-into-store.ts';

const HUNT = '00000000-0000-4000-8000-000000000001';
const DUMPS = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];
const MAX_RECEIVES = 5;
const turns = Array.from({ length: 60 }, (_, i) => ({
  kind: 'data' as const,
  from: i % 2 === 0 ? ('client' as const) : ('server' as const),
  bytes: Buffer.from(`${i} secret=${i} and Secret=${i}`),
  waitNs: 1e6,
}));

let store: ReturnType<typeof createMemoryObjectStore>;
let hunt: Hunt;
let queue: HuntMessage[];
/** Calls of the store and the queue until the process dies; each death is one failed invocation. */
let callsLeft: number;
let calls: number;
let meant: (flow: number) => boolean;

beforeEach(async () => {
  store = createMemoryObjectStore();
  queue = [];
  callsLeft = Number.POSITIVE_INFINITY;
  calls = 0;
  meant = () => true;
  const dumps = [];
  for (const [number, id] of DUMPS.entries()) {
    const key = `dumps/${id}/a.pcap`;
    const capture = pcapOf(conversationRecords(turns, { clientPort: 40_000 + number }));
    const { etag, totals } = await splitIntoStore(store, capture, { id, key }, { maxRecords: 3 });
    dumps.push({ id, key, etag, name: `dump ${number}`, firstChunk: 0, chunks: totals.chunks });
  }
  hunt = huntSchema.parse({
    ...{ version: 1, id: HUNT, createdAt: '2026-11-23T06:00:00.000Z', kind: 'dumps', direction: 'both', limit: 10_000 },
    ...{ pattern: { kind: 'text', value: 'secret=' }, dumps, notReady: 0 },
  });
  expect(dumps[0]?.chunks).toBeGreaterThan(UNIT_CHUNKS);
});

function mortal<T extends object>(part: T): T {
  return new Proxy(part, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        calls += 1;
        callsLeft -= 1;
        if (callsLeft < 0) throw new Error('the process died');
        return value.apply(target, args);
      };
    },
  });
}

function deps(): HuntDeps {
  return {
    store: mortal(store),
    queue: mortal({ send: async (_: string, body: string) => void queue.push(JSON.parse(body)) }),
    search: {
      async search(_kind: string, body: Readonly<Record<string, unknown>>) {
        const text = JSON.stringify(body);
        const [, list = ''] = /"smartids\.flow\.first_record":\[([\d,]*)\]/.exec(text) ?? [];
        const flows = list
          .split(',')
          .filter((one) => one !== '')
          .map(Number)
          .filter(meant);
        return {
          total: { value: 0, relation: 'eq' },
          hits: flows.map((flow) => ({ id: '', source: {}, sort: [flow] })),
          tookMs: 1,
        };
      },
    } as HuntDeps['search'], // only this is asked
    log: createRecordingLog(),
    clock: () => new Date(),
  };
}

/** As the runtime delivers: what fails comes back, five times at most. */
async function work({ twice = false, between = async () => {} } = {}): Promise<void> {
  await store.put(huntJobKey(HUNT), JSON.stringify(hunt));
  queue.push({ version: 1, hunt: HUNT, unit: 0, before: NOTHING_DONE });
  const handler = createHuntHandler(deps());
  for (let message = queue.shift(); message !== undefined; message = queue.shift()) {
    for (let receive = 1; receive <= MAX_RECEIVES; receive += 1) {
      const attributes = { ApproximateReceiveCount: String(receive) };
      const event = { Records: [{ messageId: 'm', body: JSON.stringify(message), attributes }] };
      const context = {
        requestId: 'r',
        remainingMs: () => 600_000,
        signal: new AbortController().signal,
        maxReceiveCount: MAX_RECEIVES,
      };
      const { batchItemFailures } = await handler(event, context);
      callsLeft = Number.POSITIVE_INFINITY;
      if (batchItemFailures.length === 0) break;
    }
    if (twice && Math.random() < 0.5) queue.unshift(message);
    await between();
  }
}

async function found() {
  const units = [];
  const matches = [];
  for await (const { key } of store.list(huntResultsRoot(HUNT))) {
    const text = Buffer.from(await store.get(key, { maxBytes: 1e9 })).toString();
    if (/unit-/.test(key)) units.push(unitSchema.parse(JSON.parse(text)).totals);
    if (/matches-/.test(key)) matches.push(...matchesSchema.parse(JSON.parse(text)).matches);
  }
  return { units: units.length, totals: units.at(-1) ?? NOTHING_DONE, matches };
}

const allChunks = () => hunt.dumps.reduce((sum, { chunks }) => sum + chunks, 0);

describe('a hunt', () => {
  it('goes through every chunk of every dump and tells where each match is', async () => {
    await work();
    const { units, totals, matches } = await found();
    expect(units).toBe(hunt.dumps.reduce((sum, { chunks }) => sum + Math.ceil(chunks / UNIT_CHUNKS), 0));
    expect(totals).toMatchObject({ chunks: allChunks(), matches: 120, lostChunks: 0 });
    expect(matches).toHaveLength(120);
    expect(new Set(matches.map(({ dump, record, offset }) => `${dump} ${record} ${offset}`)).size).toBe(120);
    for (const { context, contextStart, length } of matches) {
      expect(Buffer.from(context, 'base64').toString('latin1', contextStart, contextStart + length)).toBe('secret=');
    }
  });

  it('has the same outcome wherever the process dies, and when messages come twice', async () => {
    await work();
    const whole = await found();
    const callsInAll = calls;
    for (let at = 0; at < callsInAll; at += 7) {
      for await (const { key } of store.list(huntResultsRoot(HUNT))) await store.delete([key]);
      callsLeft = at;
      await work({ twice: at % 2 === 0 });
      expect([at, await found()]).toEqual([at, whole]);
    }
  });

  it('ends with as many matches as were asked for', async () => {
    hunt = { ...hunt, limit: 70 };
    await work();
    const { totals, matches } = await found();
    expect([totals.matches, matches.length]).toEqual([70, 70]);
    expect(totals.chunks).toBeLessThan(allChunks());
  });

  it('counts only packets of flows that are meant, or of one side', async () => {
    hunt = { ...hunt, flowClauses: [{ term: { a: 'b' } }] };
    meant = () => false;
    await work();
    expect((await found()).matches).toEqual([]);
    for await (const { key } of store.list(huntResultsRoot(HUNT))) await store.delete([key]);
    meant = (flow) => flow === 0;
    hunt = { ...hunt, direction: 'destination' };
    await work();
    const { matches } = await found();
    expect(matches).toHaveLength(60);
    expect(new Set(matches.map(({ direction }) => direction))).toEqual(new Set([1]));
  });

  it('stops before its next chunk when it is called off, and leaves nothing when it is deleted', async () => {
    await work({ between: async () => void (await store.put(huntCancelledKey(HUNT), '')) });
    const stopped = await found();
    expect(stopped.units).toBe(1);
    await store.delete([huntCancelledKey(HUNT)]);
    for await (const { key } of store.list(huntResultsRoot(HUNT))) await store.delete([key]);
    await work({ between: async () => store.delete([huntJobKey(HUNT)]) });
    expect(queue).toEqual([]);
    expect((await found()).units).toBe(1);
  });

  it('goes on behind a dump that was replaced or a chunk that is gone, and says what is lost', async () => {
    const [first, second] = hunt.dumps;
    if (first === undefined || second === undefined) throw new Error('two dumps');
    await store.put(first.key, 'other bytes');
    await work();
    const { totals, matches } = await found();
    expect(totals).toMatchObject({ chunks: allChunks(), lostChunks: first.chunks, matches: 60 });
    expect(totals.lost).toContain('dump 0, chunks 16 to ');
    expect(new Set(matches.map(({ dump }) => dump))).toEqual(new Set([1]));
  });
});
