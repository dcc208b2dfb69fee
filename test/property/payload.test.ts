// property: a stream comes out in order whatever order, repetition and loss its segments came in, page by page or at once.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChunkRecords } from '../../lib/chunk/record-fields.ts';
import { readConversation } from '../../lib/payload/read-conversation.ts';
import { type Piece, StreamOrder } from '../../lib/payload/stream-order.ts';
import { gatherTurns } from '../../lib/payload/turns.ts';
import { readSelections } from '../../lib/records/read-selections.ts';
import { selectChunks } from '../../lib/records/select-chunks.ts';
import { officeMix } from '../../local/generate/benign/tracks.ts';
import { tcpFrame } from '../../local/generate/frame.ts';
import { conversationRecords } from '../../local/generate/single-flow.ts';
import { buildCapture } from '../../local/generate/write-capture.ts';
import { pcapOf } from '../support/captures.ts';
import { createMemoryObjectStore } from '../support/memory-object-store.ts';
import { splitIntoStore } from '../support/split-into-store.ts';

const signal = new AbortController().signal;

interface Sent {
  readonly stream: Uint8Array;
  /** [start, length, captured share in percent] of each packet, in the order in which they came. */
  readonly packets: readonly (readonly [number, number, number])[];
  readonly base: number;
}

const sent: fc.Arbitrary<Sent> = fc.uint8Array({ minLength: 1, maxLength: 300 }).chain((stream) =>
  fc.record({
    stream: fc.constant(stream),
    packets: fc.array(
      fc.tuple(
        fc.nat(stream.length - 1),
        fc.integer({ min: 1, max: 80 }),
        fc.oneof({ weight: 6, arbitrary: fc.constant(100) }, fc.integer({ min: 0, max: 100 })),
      ),
      { maxLength: 40 },
    ),
    base: fc.oneof(fc.constant(0xffff_ffd0), fc.nat(0xffff_ffff)),
  }),
);

function takeAll(order: StreamOrder): Piece[] {
  const pieces: Piece[] = [];
  for (let piece = order.take(); piece !== undefined; piece = order.take()) pieces.push(piece);
  return pieces;
}

describe('a stream', () => {
  it('has every byte once, at its place, and says how many before it are missing', () => {
    fc.assert(
      fc.property(sent, ({ stream, packets, base }) => {
        const order = new StreamOrder();
        order.open(base);
        const pieces: Piece[] = [];
        let length = 0;
        for (const [record, [start, wanted, share]] of packets.entries()) {
          const whole = stream.subarray(start, start + wanted);
          const bytes = whole.subarray(0, Math.floor((whole.length * share) / 100));
          const sequence = (base + 1 + start) >>> 0;
          length += whole.length;
          order.add({ sequence, bytes, length: whole.length, record, seconds: 1, nanoseconds: 2 }, true);
          pieces.push(...takeAll(order));
        }
        order.end();
        pieces.push(...takeAll(order));
        let at = 0;
        for (const { bytes, offset, missingBefore } of pieces) {
          expect(offset).toBe(at + missingBefore);
          expect(bytes).toEqual(stream.subarray(offset, offset + bytes.length));
          expect(bytes.length).toBeGreaterThan(0);
          at = offset + bytes.length;
        }
        // All that was captured whole is given.
        const known = new Set(pieces.flatMap(({ bytes, offset }) => Array.from(bytes, (_, i) => offset + i)));
        if (packets.every(([, , share]) => share === 100)) {
          const came = new Set(
            packets.flatMap(([start, n]) => Array.from(stream.subarray(start, start + n), (_, i) => start + i)),
          );
          expect([...known].toSorted((a, b) => a - b)).toEqual([...came].toSorted((a, b) => a - b));
          expect(order.counts.repeatedBytes).toBeLessThanOrEqual(length - came.size);
        }
        expect(order.counts.missingBytes).toBe(order.placeAt(0, 0).offset - known.size);
      }),
      { numRuns: 500 },
    );
  });

  it('with a hole goes on behind it once the other side has acknowledged more', () => {
    const order = new StreamOrder();
    order.open(100);
    const bytes = Uint8Array.of(7);
    const at = (sequence: number) => ({ sequence, bytes, length: 1, record: 0, seconds: 0, nanoseconds: 0 });
    order.add(at(101), true);
    order.add(at(103), true);
    order.acknowledge(103);
    expect(takeAll(order).map(({ offset }) => offset)).toEqual([0]);
    order.acknowledge(104);
    expect(takeAll(order)).toMatchObject([{ offset: 2, missingBefore: 1 }]);
    expect(order.counts).toMatchObject({ gaps: 1, missingBytes: 1, earlySegments: 1 });
  });
});

const DUMP = { id: '11111111-1111-4111-8111-111111111111', key: 'dumps/any' };

async function splitUp(capture: Uint8Array) {
  const store = createMemoryObjectStore();
  const { etag, totals } = await splitIntoStore(store, capture, DUMP, { maxRecords: 50 });
  const dump = { dumpId: DUMP.id, key: DUMP.key, etag, chunks: totals.chunks };
  return (choose: (records: ChunkRecords, firstRecord: number) => readonly number[]) => {
    const choices = Array.from({ length: totals.chunks }, (_, chunk) => ({
      chunk,
      choose: (records: ChunkRecords, { firstRecord }: { readonly firstRecord: number }) =>
        Uint32Array.from(choose(records, firstRecord)),
    }));
    return readSelections(store, selectChunks(store, dump, choices, signal), signal);
  };
}

interface HostileSegment {
  readonly isBack: boolean;
  readonly sequence: number;
  readonly acknowledgement: number;
  readonly flags: ('syn' | 'fin' | 'psh' | 'ack' | 'urg')[];
  readonly length: number;
}

async function conversation(
  records: Awaited<ReturnType<typeof splitUp>>,
  flow: number,
  limits: { readonly maxBytes: number; readonly maxRecords: number },
) {
  const pieces = [];
  const counts = { repeatedBytes: 0, missingBytes: 0, gaps: 0, earlySegments: 0, restarts: 0, strayBytes: 0 };
  let pages = 0;
  for (let start: Parameters<typeof readConversation>[1]['start']; ; ) {
    const from = start?.record ?? 0;
    const rows = records(({ count, columns }, firstRecord) =>
      Array.from({ length: count }, (_, row) => row).filter(
        (row) => columns.flow[row] === flow && firstRecord + row >= from,
      ),
    );
    const page = await readConversation(rows, { isTcp: true, start, ...limits, isLate: () => false });
    pieces.push(...page.pieces);
    for (const one of page.counts)
      for (const [name, value] of Object.entries(one)) counts[name as keyof typeof counts] += value; // a count's own name
    pages += 1;
    if (page.next === undefined) return { pieces, counts, pages };
    start = page.next;
  }
}

it('whose last bytes are not in the capture, but whose end is, has a gap there', () => {
  const order = new StreamOrder();
  order.open(100);
  order.add({ sequence: 101, bytes: Uint8Array.of(7), length: 1, record: 0, seconds: 0, nanoseconds: 0 }, true);
  order.close(112);
  expect(takeAll(order)).toHaveLength(1);
  expect(order.counts.missingBytes).toBe(0);
  order.end();
  expect(takeAll(order)).toEqual([]);
  expect(order.counts).toMatchObject({ gaps: 1, missingBytes: 10 });
});

describe('a conversation', () => {
  it('is what was said, and the same page by page as at once, with loss and reordering', async () => {
    const said = Buffer.from(Array.from({ length: 80_000 }, (_, i) => (i * 7 + (i >> 8)) & 0xff));
    const turns = [0, 1, 2, 3].map((i) => ({
      kind: 'data' as const,
      from: i % 2 === 0 ? ('client' as const) : ('server' as const),
      bytes: said.subarray(i * 20_000, (i + 1) * 20_000),
      waitNs: 1e6,
    }));
    for (const lossRate of [0, 0.2]) {
      const inOrder = [...conversationRecords(turns, { lossRate, seed: 3 })];
      // Neighbours change places: the second half of what is seen before the first.
      const mixed = inOrder.map((record, i) => inOrder[i % 7 === 3 ? i + 1 : i % 7 === 4 ? i - 1 : i] ?? record);
      const repeated = mixed.flatMap((record, i) => (i % 5 === 2 ? [record, mixed[i - 1] ?? record] : [record]));
      for (const list of [inOrder, mixed, repeated]) {
        const records = await splitUp(pcapOf(list));
        const whole = await conversation(records, 0, { maxBytes: 1e9, maxRecords: 1e9 });
        expect(whole.pages).toBe(1);
        for (const direction of [0, 1] as const) {
          const bytes = Buffer.concat(
            whole.pieces.filter((piece) => piece.direction === direction).map((piece) => piece.bytes),
          );
          const expected = Buffer.concat(turns.filter((_, i) => i % 2 === direction).map((turn) => turn.bytes));
          expect(bytes.equals(expected)).toBe(true);
        }
        expect(whole.counts.missingBytes).toBe(0);
        if (lossRate === 0) {
          expect(whole.counts.earlySegments > 0).toBe(list !== inOrder);
          expect(whole.counts.repeatedBytes > 0).toBe(list === repeated);
        }
        if (list === inOrder)
          expect(gatherTurns(whole.pieces, true).map(({ bytes }) => bytes.length)).toEqual([
            20_000, 20_000, 20_000, 20_000,
          ]);
        for (const limits of [
          { maxBytes: 1400, maxRecords: 1e9 },
          { maxBytes: 3000, maxRecords: 1e9 },
          { maxBytes: 1e9, maxRecords: 3 },
        ]) {
          const paged = await conversation(records, 0, limits);
          expect(paged.pages).toBeGreaterThan(3);
          expect(paged.pieces).toEqual(whole.pieces);
          expect(paged.counts).toEqual(whole.counts);
        }
      }
    }
  });

  it('of every flow of an office is the same in pages of any size', async () => {
    const { bytes } = buildCapture(
      { seed: 11, durationSeconds: 20, benign: officeMix(30), attacks: [] },
      { kind: 'pcap' },
    );
    const records = await splitUp(bytes);
    const flows = new Set<number>();
    for await (const { selection } of records(({ columns, count }) => {
      for (let row = 0; row < count; row += 1) if ((columns.flow[row] ?? -1) >= 0) flows.add(columns.flow[row] ?? -1);
      return [0];
    }))
      expect(selection).toBeDefined();
    expect(flows.size).toBeGreaterThan(25);
    for (const flow of [...flows].slice(0, 40)) {
      const whole = await conversation(records, flow, { maxBytes: 1e9, maxRecords: 1e9 });
      const paged = await conversation(records, flow, { maxBytes: 700, maxRecords: 9 });
      expect(paged.pieces).toEqual(whole.pieces);
      expect(paged.counts).toEqual(whole.counts);
    }
  });

  it('of hostile segments ends, and is the same in pages of any size', async () => {
    const own = { isBack: false, acknowledgement: 0, flags: [], length: 1 };
    const other = { isBack: true, acknowledgement: 0 };
    /** Read again for what waits on one side, the other side's bytes lie before a SYN that came since. */
    const NEW_SYN: [HostileSegment[], { maxBytes: number; maxRecords: number }][] = [
      [
        [
          { ...own, sequence: 0 },
          { ...own, sequence: 2 },
          { ...other, sequence: 1, flags: ['syn', 'ack'], length: 1 },
          { ...other, sequence: 0, flags: ['syn'], length: 0 },
          { ...own, sequence: 0, length: 0 },
        ],
        { maxBytes: 1, maxRecords: 1 },
      ],
    ];
    const segment = fc.record({
      isBack: fc.boolean(),
      sequence: fc.oneof(fc.nat(60), fc.constantFrom(0xffff_fff0, 0x7fff_ffff, 0x8000_0001)),
      acknowledgement: fc.oneof(fc.nat(60), fc.nat(0xffff_ffff)),
      flags: fc.subarray(['syn', 'fin', 'psh', 'ack', 'urg'] as const),
      length: fc.nat(12),
    });
    const limits = fc.record({ maxBytes: fc.integer({ min: 1, max: 9 }), maxRecords: fc.integer({ min: 1, max: 5 }) });
    let pages = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(segment, { minLength: 1, maxLength: 30 }), limits, async (segments, small) => {
        const list = segments.map(({ isBack, length, ...fields }, i) => ({
          timestampNs: BigInt(i) * 1_000_000n,
          bytes: tcpFrame({
            ...fields,
            payload: Uint8Array.from({ length }, (_, k) => (i * 16 + k) & 0xff),
            ...(isBack && { source: '10.0.0.2', destination: '10.0.0.1', sourcePort: 80, destinationPort: 40_000 }),
          }),
        }));
        const records = await splitUp(pcapOf(list));
        const whole = await conversation(records, 0, { maxBytes: 1e9, maxRecords: 1e9 });
        const paged = await conversation(records, 0, small);
        pages += paged.pages;
        expect(paged.pages).toBeLessThanOrEqual(2 + segments.length * 4);
        expect(paged.pieces).toEqual(whole.pieces);
        expect(paged.counts).toEqual(whole.counts);
      }),
      { numRuns: 120, examples: NEW_SYN },
    );
    expect(pages).toBeGreaterThan(240);
  });
});
