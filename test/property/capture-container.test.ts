// property: packed captures give what the plain one gives, wherever the bytes are cut; any bytes give a value or an error of ours.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import { encodeBzip2 } from '../../local/generate/file/bzip2.ts';
import { concat, pcapHeader, pcapRecord } from '../unit/capture/capture-bytes.ts';
import { PACKERS, readPacked, type Unpacked } from '../unit/capture/containers.ts';

/** Values that repeat, for runs and matches, and values that do not. */
const data = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc.tuple(fc.nat(255), fc.nat(700)).map(([value, length]) => new Uint8Array(length).fill(value)),
);
const capture = fc
  .array(fc.record({ seconds: fc.nat(), data }), { maxLength: 25 })
  .map((records) => concat(pcapHeader('little'), ...records.map((record) => pcapRecord('little', record))));
const packer = fc.constantFrom(...Object.keys(PACKERS));
const pieceBytes = fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 51, max: 5000 }));

function pack(name: string, bytes: Uint8Array, cut: number): Uint8Array {
  return PACKERS[name]?.(bytes, cut % (bytes.length + 1)) ?? bytes;
}

async function readOrError(bytes: Uint8Array, piece?: number): Promise<Unpacked | string> {
  try {
    return await readPacked(bytes, piece);
  } catch (error) {
    if (error instanceof PipelineError && error.permanent) return `${error.code}: ${error.message}`;
    throw error;
  }
}

describe('a packed capture', () => {
  test('gives the records of the plain one, however its bytes arrive', async () => {
    await fc.assert(
      fc.asyncProperty(capture, packer, fc.nat(), pieceBytes, async (bytes, name, cut, piece) => {
        const { container: _, ...plain } = await readPacked(bytes);
        const { container: __, ...unpacked } = await readPacked(pack(name, bytes, cut), piece);
        expect(unpacked).toEqual(plain);
      }),
      { numRuns: 250 },
    );
  });

  test('that is damaged or cut gives the same or the same error however its bytes arrive, and never another throw', async () => {
    const damage = fc.record({
      changes: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }),
      end: fc.option(fc.nat(), { freq: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(
        capture,
        packer,
        fc.nat(),
        damage,
        pieceBytes,
        async (bytes, name, cut, { changes, end }, piece) => {
          const packed = Uint8Array.from(pack(name, bytes, cut));
          for (const [at, value] of changes) packed[at % packed.length] = value;
          const broken = end === null ? packed : packed.subarray(0, end % (packed.length + 1));
          const whole = await readOrError(broken);
          expect(await readOrError(broken, piece)).toEqual(whole);
        },
      ),
      { numRuns: 400 },
    );
  });

  test('that is cut gives the first records of the whole one', async () => {
    await fc.assert(
      fc.asyncProperty(capture, packer, fc.nat(), fc.nat(), async (bytes, name, cut, end) => {
        const { records } = await readPacked(bytes);
        const packed = pack(name, bytes, cut);
        const part = await readOrError(packed.subarray(0, end % (packed.length + 1)));
        if (typeof part !== 'string') expect(part.records).toEqual(records.slice(0, part.records.length));
      }),
      { numRuns: 200 },
    );
  });

  test('answers any bytes behind any mark with a value or a permanent error', async () => {
    const mark = fc.constantFrom(
      '1f8b0800',
      '1f8b081c',
      '28b52ffd24',
      '542a4d18',
      '425a6839314159265359',
      '504b0304',
      '504b0506',
    );
    await fc.assert(
      fc.asyncProperty(mark, fc.uint8Array({ maxLength: 400 }), pieceBytes, async (hex, rest, piece) => {
        await readOrError(concat(Buffer.from(hex, 'hex'), rest), piece);
      }),
      { numRuns: 600 },
    );
  });

  test('in bzip2 is any bytes whatever in blocks of any size', async () => {
    const prefix = pcapHeader('little');
    await fc.assert(
      fc.asyncProperty(
        fc.array(data, { maxLength: 8 }),
        fc.integer({ min: 1, max: 900 }),
        async (parts, blockBytes) => {
          const record = pcapRecord('little', { data: concat(...parts) });
          const bytes = concat(prefix, record);
          const { records } = await readPacked(encodeBzip2(bytes, blockBytes));
          expect(records).toEqual((await readPacked(bytes)).records);
        },
      ),
      { numRuns: 100 },
    );
  });
});
