// property: the capture reader for every file and every way its stream can be cut, against the naive twin.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitTimestamp } from '../../lib/capture/timestamp.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import { encodeSnoop } from '../../local/generate/file/snoop.ts';
import { readNaively } from '../support/naive-capture-reader.ts';
import {
  type ByteOrder,
  block,
  concat,
  enhancedPacket,
  interfaceBlock,
  obsoletePacket,
  pcapHeader,
  pcapRecord,
  sectionHeader,
  simplePacket,
} from '../unit/capture/capture-bytes.ts';
import { readAll, type WholeCapture } from '../unit/capture/read-all.ts';

const data = fc.uint8Array({ maxLength: 40 });
const order = fc.constantFrom<ByteOrder>('little', 'big');
const length = fc.oneof(fc.nat(64), fc.constantFrom(262_144, 262_145, 0xffffffff));
const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 20 });

const pcapFile = fc
  .record({
    order,
    magic: fc.constantFrom(0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34),
    minor: fc.constantFrom(2, 3, 4, 4, 4, 4),
    linktype: fc.constantFrom(1, 113, 0x00300001),
  })
  .chain(({ order, ...fields }) => {
    const extra = fc.constant(new Uint8Array(fields.magic === 0xa1b2cd34 ? 8 : 0));
    const sound = fc.record({ seconds: fc.nat(), fraction: fc.nat(2_000_000), data, extra });
    const lying = fc.record({ data, capturedLength: length, originalLength: length, extra });
    const records = fc.array(fc.oneof({ weight: 12, arbitrary: sound }, { weight: 1, arbitrary: lying }));
    return records.map((list) => concat(pcapHeader(order, fields), ...list.map((record) => pcapRecord(order, record))));
  });

const options = fc.array(
  fc.oneof(
    fc.tuple(fc.constant(9), fc.uint8Array({ minLength: 1, maxLength: 1 })),
    fc.tuple(fc.constant(14), fc.uint8Array({ minLength: 8, maxLength: 8 }).map(plausibleOffset)),
    fc.tuple(fc.constantFrom(2, 3, 14), fc.uint8Array({ maxLength: 9 })),
  ),
  { maxLength: 4 },
);

/** An offset of which a double still holds every second. */
function plausibleOffset(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from([0, 0, 0, bytes[3] ?? 0, bytes[4] ?? 0, 0, 0, 0]);
}

function blocksOf(order: ByteOrder) {
  const timestamp = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  const interfaceNumber = fc.constantFrom(0, 0, 0, 1, 2, 9);
  const packet = fc.record({ interfaceNumber, timestamp, data });
  const lying = fc.record({ interfaceNumber, data, capturedLength: length, originalLength: length });
  const body = fc.uint8Array({ maxLength: 6 }).map((bytes) => new Uint8Array(bytes.length * 4));
  return fc.oneof(
    { weight: 4, arbitrary: packet.map((fields) => enhancedPacket(order, fields)) },
    { weight: 2, arbitrary: packet.map((fields) => obsoletePacket(order, fields)) },
    { weight: 2, arbitrary: fc.tuple(data, length).map(([bytes, original]) => simplePacket(order, bytes, original)) },
    {
      weight: 2,
      arbitrary: fc.record({ snaplen: fc.nat(30), options }).map((fields) => interfaceBlock(order, fields)),
    },
    { weight: 1, arbitrary: lying.map((fields) => enhancedPacket(order, fields)) },
    { weight: 1, arbitrary: fc.tuple(fc.nat(12), body).map(([type, bytes]) => block(order, type, bytes)) },
  );
}

const section = order.chain((order) =>
  fc
    .tuple(fc.constantFrom(0, 7, 30), fc.array(blocksOf(order), { maxLength: 12 }))
    .map(([snaplen, blocks]) => concat(sectionHeader(order), interfaceBlock(order, { snaplen }), ...blocks)),
);
const pcapngFile = fc.array(section, { minLength: 1, maxLength: 3 }).map((sections) => concat(...sections));

const snoopFile = fc
  .tuple(
    fc.constantFrom(4, 4, 4, 0, 8, 5, 99),
    fc.array(
      fc.record({ timestampNs: fc.bigInt({ min: 0n, max: 4n * 10n ** 18n }), bytes: data, originalLength: length }),
    ),
  )
  .map(([datalink, records]) => Uint8Array.from(encodeSnoop(records, datalink)));

/** A file as it is, cut at its end, or with some bytes changed. */
const file = fc
  .record({
    whole: fc.oneof(pcapFile, pcapngFile, snoopFile),
    cut: fc.option(fc.nat(), { freq: 4 }),
    changes: fc.oneof(fc.constant([]), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 })),
  })
  .map(({ whole, cut, changes }) => {
    const bytes = cut === null ? whole : whole.slice(0, cut % (whole.length + 1));
    for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
    return bytes;
  });

function readOrError(bytes: Uint8Array, pieces: readonly number[], batchRecords?: number): WholeCapture | string {
  try {
    return readAll(bytes, pieces, batchRecords);
  } catch (error) {
    if (error instanceof PipelineError && error.permanent) return `${error.code}: ${error.message}`;
    throw error;
  }
}

/** Where the offset leaves what a double holds exactly, only the order of magnitude is promised. */
function isExact(timestampNs: bigint): boolean {
  return timestampNs < 2n ** 82n && timestampNs > -(2n ** 82n);
}

describe('the capture reader', () => {
  test('gives the same records and gaps as the naive twin', () => {
    fc.assert(
      fc.property(file, sizes, (bytes, pieces) => {
        const naive = readNaively(bytes);
        const ours = readOrError(bytes, pieces);
        if (naive === undefined || typeof ours === 'string') {
          expect(typeof ours).toBe('string');
          expect(naive).toBeUndefined();
          return;
        }
        expect(ours.gaps).toEqual(naive.gaps);
        expect(ours.interfaces.map(({ linktype, snaplen }) => [linktype, snaplen])).toEqual(naive.interfaces);
        expect(ours.records.length).toBe(naive.records.length);
        ours.records.forEach((record, row) => {
          const twin = naive.records[row];
          const timestampNs = twin !== undefined && isExact(twin.timestampNs) ? twin.timestampNs : record.timestampNs;
          expect(record).toEqual({ ...twin, timestampNs });
        });
      }),
      { numRuns: 1500 },
    );
  });

  test('gives the same records, warnings, gaps and errors wherever the stream is cut, at any batch size', () => {
    fc.assert(
      fc.property(file, sizes, fc.integer({ min: 1, max: 9 }), (bytes, pieces, batchRecords) => {
        const whole = readOrError(bytes, []);
        const cut = readOrError(bytes, pieces, batchRecords);
        if (typeof whole === 'string' || typeof cut === 'string') {
          expect(cut).toBe(whole);
          return;
        }
        expect({ ...cut, batches: [] }).toEqual({ ...whole, batches: [] });
        expect(Math.max(0, ...cut.batches)).toBeLessThanOrEqual(batchRecords);
      }),
      { numRuns: 1500 },
    );
  });

  test('every byte after the file header is a record, a silent block or a gap, and none is two of them', () => {
    fc.assert(
      fc.property(pcapFile, fc.nat(), (whole, cut) => {
        const bytes = whole.slice(0, 24 + (cut % (whole.length - 23)));
        const { records, gaps } = readAll(bytes);
        const ranges = [...records.map(({ offset, recordLength }) => ({ offset, length: recordLength })), ...gaps];
        let position = 24;
        for (const range of ranges) {
          expect(range.offset).toBe(position);
          position += range.length;
        }
        expect(position).toBe(bytes.length);
      }),
      { numRuns: 300 },
    );
  });

  test('answers any bytes with records or a permanent error', () => {
    const magic = fc.constantFrom(
      '736e6f6f700000000000000200000004',
      'd4c3b2a1',
      'a1b23c4d',
      '34cdb2a1',
      '0a0d0d0a1c0000004d3c2b1a0100',
      '1f8b08',
      '',
    );
    fc.assert(
      fc.property(magic, fc.uint8Array({ maxLength: 300 }), sizes, (hex, rest, pieces) => {
        readOrError(concat(Buffer.from(hex, 'hex'), rest), pieces);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('splitTimestamp', () => {
  test('is exact for every 64-bit value in every resolution', () => {
    const decimal = fc.nat(19).map((exponent) => ({ units: 10 ** exponent, exact: 10n ** BigInt(exponent) }));
    const binary = fc.nat(63).map((exponent) => ({ units: 2 ** exponent, exact: 2n ** BigInt(exponent) }));
    const value = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    fc.assert(
      fc.property(fc.oneof(decimal, binary), value, ({ units, exact }, timestamp) => {
        const into = { seconds: 0, nanoseconds: 0 };
        splitTimestamp(Number(timestamp >> 32n), Number(timestamp & 0xffffffffn), units, 0, into);
        expect(into.seconds).toBe(Number(timestamp / exact));
        expect(into.nanoseconds).toBe(Number(((timestamp % exact) * 1_000_000_000n) / exact));
      }),
      { numRuns: 5000 },
    );
  });
});
