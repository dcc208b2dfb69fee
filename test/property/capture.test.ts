// property: the capture reader for every file and every way its stream can be cut, against the naive twin.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitTimestamp } from '../../lib/capture/timestamp.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import { captureFile, pcapFile } from '../support/arbitrary-captures.ts';
import { readNaively } from '../support/naive-capture-reader.ts';
import { concat } from '../unit/capture/capture-bytes.ts';
import { readAll, type WholeCapture } from '../unit/capture/read-all.ts';

const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 20 });

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
      fc.property(captureFile, sizes, (bytes, pieces) => {
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
      fc.property(captureFile, sizes, fc.integer({ min: 1, max: 9 }), (bytes, pieces, batchRecords) => {
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
