// property: of every capture, whatever its format, chunks and packing, chosen records come out as they are in the source.

import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseCaptureFile } from '../../lib/carve/capture-format.ts';
import { encodeCapture } from '../../lib/carve/encode-capture.ts';
import type { ChunkManifest } from '../../lib/chunk/manifest.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import { readManifest } from '../../lib/records/read-manifest.ts';
import { readSelections } from '../../lib/records/read-selections.ts';
import { selectChunks } from '../../lib/records/select-chunks.ts';
import { captureFile } from '../support/arbitrary-captures.ts';
import { createMemoryObjectStore } from '../support/memory-object-store.ts';
import { type NaiveCapture, type NaiveRecord, readNaively } from '../support/naive-capture-reader.ts';
import { splitIntoStore } from '../support/split-into-store.ts';

const DUMP = { id: '11111111-1111-4111-8111-111111111111', key: 'dumps/any' };
const signal = new AbortController().signal;
const SIMPLE_PACKET = 3;
const OBSOLETE_PACKET = 2;
const PCAP_END_NS = 2n ** 32n * 1_000_000_000n;
/** From here on a second is no whole number in a double: an interface's offset may say so, 285 million years on. */
const EXACT_END_NS = 2n ** 53n * 1_000_000_000n;

interface Carving {
  readonly isPacked: boolean;
  readonly maxRecords: number;
  readonly asked: 'pcap' | 'pcapng' | undefined;
  /** Record n is chosen by bit n % 31. */
  readonly chosen: number;
  readonly maxGapBytes: number;
  readonly maxSpanBytes: number;
}

const carving = fc.record<Carving>({
  isPacked: fc.boolean(),
  maxRecords: fc.integer({ min: 1, max: 5 }),
  asked: fc.constantFrom(undefined, 'pcap', 'pcapng'),
  chosen: fc.oneof(fc.constant(0x7fffffff), fc.nat(0x7fffffff)),
  maxGapBytes: fc.constantFrom(0, 60, 10_000),
  maxSpanBytes: fc.constantFrom(1, 200, 10_000),
});

const isChosen = ({ chosen }: Carving, number: number) => ((chosen >> (number % 31)) & 1) === 1;

/** The file, why there is none, or undefined where the bytes are no capture at all. */
async function carve(capture: Uint8Array, asking: Carving) {
  const store = createMemoryObjectStore();
  const source = asking.isPacked ? gzipSync(capture) : capture;
  const split = await splitIntoStore(store, source, DUMP, { maxRecords: asking.maxRecords }).catch((error) => {
    if (error instanceof PipelineError) return undefined;
    throw error;
  });
  if (split === undefined) return undefined;
  const dump = { dumpId: DUMP.id, key: DUMP.key, etag: split.etag, chunks: split.totals.chunks };
  const numbers = Array.from({ length: split.totals.chunks }, (_, chunk) => chunk);
  const manifests = await Promise.all(numbers.map((chunk) => readManifest(store, dump, chunk)));
  const interfaces = manifests.flatMap((manifest) => manifest.interfaces);
  const file = chooseCaptureFile({ interfaces, isComplete: true }, asking.asked);
  if (file.kind === 'misfit') return { file, manifests };
  const choices = numbers.map((chunk) => ({
    chunk,
    choose: ({ count }: { readonly count: number }, { firstRecord }: ChunkManifest) =>
      Uint32Array.from({ length: count }, (_, row) => row).filter((row) => isChosen(asking, firstRecord + row)),
  }));
  const pieces = readSelections(store, selectChunks(store, dump, choices, signal), signal, {
    spans: asking,
    ahead: { maxItems: 3, maxBytes: 1000 },
  });
  const bytes = Buffer.concat(await Array.fromAsync(encodeCapture(pieces, file)));
  return { file, manifests, bytes };
}

function blockType(bytes: Uint8Array, { offset }: NaiveRecord): number {
  // Types are below 256: one of the two byte orders gives a small number.
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return Math.min(view.getUint32(offset), view.getUint32(offset, true));
}

/** What must be the same of a record in source and file; of a simple packet the source itself has no time. */
function plain(capture: NaiveCapture, bytes: Uint8Array, record: NaiveRecord, isPcapng: boolean) {
  const { timestampNs, capturedLength, originalLength, data } = record;
  const [linktype] = capture.interfaces[record.interfaceId] ?? [];
  const isSimple = isPcapng && blockType(bytes, record) === SIMPLE_PACKET;
  const isExact = timestampNs < EXACT_END_NS && timestampNs > -EXACT_END_NS;
  return {
    timestampNs: isSimple || !isExact ? undefined : timestampNs,
    capturedLength,
    originalLength,
    data,
    linktype,
  };
}

/** A pcapng's block without its interface's number. */
function block(bytes: Uint8Array, record: NaiveRecord): string {
  const copy = Buffer.from(bytes.slice(record.offset, record.offset + record.recordLength));
  const type = blockType(bytes, record);
  if (type !== SIMPLE_PACKET) copy.fill(0, 8, type === OBSOLETE_PACKET ? 10 : 12);
  return copy.toString('hex');
}

describe('records carved out of a capture', () => {
  it('are the chosen ones, in order, with time, lengths, bytes and link type of the source', async () => {
    const seen = { pcap: 0, pcapng: 0, misfit: 0 };
    await fc.assert(
      fc.asyncProperty(captureFile, carving, async (capture, asking) => {
        const source = readNaively(capture);
        const records = (source?.records ?? []).filter((_, number) => isChosen(asking, number));
        const carved = await carve(capture, asking).catch((error: unknown) => {
          // A second that a pcap's 32 bits do not hold is met only when it comes.
          expect(error).toMatchObject({ code: 'unsupported-format', message: expect.stringContaining('of second') });
          expect(asking.asked).toBe('pcap');
          expect(records.some(({ timestampNs }) => timestampNs < 0n || timestampNs >= PCAP_END_NS)).toBe(true);
          return undefined;
        });
        if (carved === undefined || source === undefined) return;
        seen[carved.file.kind] += 1;
        if (carved.bytes === undefined) return;
        const isPcapng = capture[0] === 0x0a;
        const out = readNaively(carved.bytes);
        expect(out?.gaps).toEqual([]);
        const found = out?.records ?? [];
        const isOutPcapng = carved.file.kind === 'pcapng';
        // A pcap has a time for every record: that of the record before, where the source has none.
        const simple = records.map((record) => isPcapng && blockType(capture, record) === SIMPLE_PACKET);
        expect(
          found.map((record, i) => ({
            ...(out && plain(out, carved.bytes, record, isOutPcapng)),
            ...(simple[i] === true && { timestampNs: undefined }),
          })),
        ).toEqual(records.map((record) => plain(source, capture, record, isPcapng)));
        if (!isPcapng || !isOutPcapng) return;
        expect(found.map((record) => block(carved.bytes, record))).toEqual(
          records.map((record) => block(capture, record)),
        );
        expect(found.map(({ interfaceId }) => out?.interfaces[interfaceId])).toEqual(
          records.map(({ interfaceId }) => source.interfaces[interfaceId]),
        );
      }),
      { numRuns: 400 },
    );
    expect(seen.pcap).toBeGreaterThan(20);
    expect(seen.pcapng).toBeGreaterThan(20);
    expect(seen.misfit).toBeGreaterThan(2);
  });

  it('are byte for byte the source where all are chosen and it is a pcap as most are', async () => {
    await fc.assert(
      fc.asyncProperty(captureFile, carving, async (capture, asking) => {
        const source = readNaively(capture);
        const magic = Buffer.from(capture.subarray(0, 4)).toString('hex');
        if (!['a1b2c3d4', 'd4c3b2a1', 'a1b23c4d', '4d3cb2a1'].includes(magic)) return;
        const minor = Math.max(capture[6] ?? 0, capture[7] ?? 0);
        if (source === undefined || source.records.length === 0 || minor !== 4) return;
        const carved = await carve(capture, { ...asking, chosen: 0x7fffffff, asked: undefined });
        const last = source.records.at(-1);
        const end = (last?.offset ?? 0) + (last?.recordLength ?? 0);
        const records = Buffer.from(capture.subarray(24, end)).toString('hex');
        expect(carved?.bytes?.subarray(24).toString('hex')).toBe(records);
        expect(carved?.bytes?.subarray(0, 4).toString('hex')).toBe(magic);
      }),
      { numRuns: 300 },
    );
  });
});
