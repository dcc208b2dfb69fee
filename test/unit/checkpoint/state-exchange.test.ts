// checkpoint: what is written comes back; what was not written so is refused before memory is taken for it.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkpointBasis, parseCheckpointManifest } from '../../../lib/checkpoint/checkpoint-manifest.ts';
import { packPart, unpackPart } from '../../../lib/checkpoint/packed-part.ts';
import type { StateExchange } from '../../../lib/checkpoint/state-exchange.ts';
import { StateReader } from '../../../lib/checkpoint/state-reader.ts';
import { PipelineError } from '../../../lib/errors/pipeline-error.ts';
import { openState, saveState } from '../../support/split-in-legs.ts';

const DUMP_ID = '6f9f62f8-0c2e-8b1f-9a51-5d0a3c1f7be2';

/** Passes one value of each kind through; the result is what came back. */
async function passThrough(state: StateExchange, values: Values): Promise<Values> {
  const contents = values.contents.slice();
  if (state.isRestoring) contents.fill(0);
  const result = {
    number: await state.number(values.number),
    numbers: await state.numbers(values.numbers),
    rows: await state.rows(values.rows, ['a', 'b']),
    json: await state.json(values.json),
    array: await state.array(values.array),
    contents,
  };
  await state.contents(contents);
  return result;
}

interface Values {
  readonly number: number;
  readonly numbers: readonly number[];
  readonly rows: readonly { readonly a: number; readonly b: number }[];
  readonly json: unknown;
  readonly array: Float64Array | Int32Array;
  readonly contents: Uint8Array;
}

const values: fc.Arbitrary<Values> = fc.record({
  number: fc.double(),
  numbers: fc.array(fc.double()),
  rows: fc.array(fc.record({ a: fc.double(), b: fc.double() })),
  json: fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.integer())),
  array: fc.oneof(fc.float64Array(), fc.int32Array()),
  contents: fc.uint8Array(),
});

describe('an exchange of state', () => {
  it('gives back what was written, exactly, in parts of any size', async () => {
    await fc.assert(
      fc.asyncProperty(values, fc.integer({ min: 1, max: 300 }), async (given, partBytes) => {
        const saved = await saveState(async (state) => {
          expect(await passThrough(state, given)).toEqual(given);
        }, partBytes);
        const empty = { number: 0, numbers: [], rows: [], json: undefined };
        const sameKind = { array: given.array.slice(0, 0), contents: given.contents };
        const restored = await passThrough(openState(saved), { ...empty, ...sameKind });
        expect(restored).toEqual(given);
      }),
    );
  });

  it('keeps only the first elements of an array where it is told so, and its length', async () => {
    const saved = await saveState(async (state) => {
      await state.array(Float64Array.of(1, 2, 3, 4), 2);
    });
    expect(await openState(saved).array(new Float64Array())).toEqual(Float64Array.of(1, 2, 0, 0));
  });

  it('is refused with words, whatever its bytes are', async () => {
    await fc.assert(
      fc.asyncProperty(
        values,
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }),
        fc.option(fc.nat()),
        async (given, changes, cut) => {
          const { parts, bytes } = await saveState(async (state) => void (await passThrough(state, given)), 1e6);
          const state = Buffer.from(parts[0] ?? []);
          for (const [at, value] of changes) state[at % state.length] = value;
          const part = cut === null ? state : state.subarray(0, cut % state.length);
          const reader = openState({ parts: [part], bytes });
          await passThrough(reader, given).catch((error: unknown) => {
            expect(error).toBeInstanceOf(PipelineError);
            expect(error).toMatchObject({ code: 'invalid-object', permanent: true });
          });
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('believes no length beyond the bytes that are left', async () => {
    const header = new DataView(new ArrayBuffer(17));
    header.setUint8(0, 4);
    header.setFloat64(1, 2 ** 30, true);
    header.setFloat64(9, 2 ** 30, true);
    const state = new StateReader(async () => new Uint8Array(header.buffer), 1000);
    await expect(state.array(new Uint8Array())).rejects.toThrow(/a value of 1073741824 bytes; allowed: at most 983/);
  });
});

describe('a part of a checkpoint', () => {
  it('is refused where its body is another', async () => {
    const { part, body } = await packPart(Buffer.from('state'));
    expect(Buffer.from(await unpackPart(part, body)).toString()).toBe('state');
    const { body: other } = await packPart(Buffer.from('stale'));
    for (const wrong of [other, body.subarray(1), new Uint8Array(0)]) {
      await expect(unpackPart(part, wrong)).rejects.toMatchObject({ code: 'invalid-object' });
    }
  });
});

describe("a checkpoint's manifest", () => {
  const basis = checkpointBasis({ chunks: { maxRecords: 4 } });
  const expected = { basis, dumpId: DUMP_ID, etag: 'abc', leg: 3 };
  const manifest = { ...expected, writer: DUMP_ID, seconds: 1.5, bytes: 0, parts: [] };
  const read = (value: unknown) => parseCheckpointManifest(Buffer.from(JSON.stringify(value)), expected);

  it('is read where it is of this dump, leg, version and settings', () => {
    expect(read(manifest)).toEqual(manifest);
  });

  it.each([
    ['another dump', { dumpId: '00000000-0000-4000-8000-000000000001' }, /it is of dump 00000000/],
    ['another etag', { etag: 'abd' }, /etag abd/],
    ['another leg', { leg: 4 }, /leg 4/],
    ['other settings', { basis: checkpointBasis({ chunks: { maxRecords: 5 } }) }, /other settings/],
    ['more parts than may be', { parts: Array.from({ length: 9000 }, () => ({ length: 1, sha256: basis })) }, /parts/],
    ['a part without a digest', { parts: [{ length: 1 }] }, /sha256/],
    ['an unknown word', { extra: 1 }, /extra/],
  ])('is refused where it is of %s', (_, change, words) => {
    expect(() => read({ ...manifest, ...change })).toThrow(words);
  });

  it('is refused where it is no JSON', () => {
    expect(() => parseCheckpointManifest(Buffer.from('{'), expected)).toThrow(/no JSON/);
  });
});
