// property: what is hunted for is found where a plain search of each packet finds it, whatever the chunks, ranges and pattern.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_MATCHES_A_RECORD } from '../../lib/hunt/limits.ts';
import { createFinder, type Pattern, patternSchema } from '../../lib/hunt/pattern.ts';
import { huntedRows, scanPiece } from '../../lib/hunt/scan-piece.ts';
import { readSelections } from '../../lib/records/read-selections.ts';
import { selectChunks } from '../../lib/records/select-chunks.ts';
import { pcapOf } from '../support/captures.ts';
import { createMemoryObjectStore } from '../support/memory-object-store.ts';
import { readNaively } from '../support/naive-capture-reader.ts';
import { splitIntoStore } from '../support/split-into-store.ts';

const DUMP = { id: '11111111-1111-4111-8111-111111111111', key: 'dumps/any' };
const signal = new AbortController().signal;

/** Few letters, so that patterns are found, across the borders of records too. */
const letters = fc.constantFrom(0x61, 0x62, 0x41, 0x42, 0x00, 0xff, 0x5a, 0x7a, 0xc3);
const packet = fc.array(letters, { maxLength: 40 }).map((bytes) => Uint8Array.from(bytes));
const words = fc.array(letters, { minLength: 1, maxLength: 3 });
const pattern: fc.Arbitrary<Pattern> = fc.oneof(
  fc.record({
    kind: fc.constant('text' as const),
    value: fc.string({ unit: fc.constantFrom('a', 'b', 'A', 'Z', '\0'), minLength: 1, maxLength: 4 }),
    ignoreCase: fc.boolean(),
    encoding: fc.constantFrom('utf-8', 'utf-16le'),
  }),
  words.map((bytes) => ({ kind: 'hex' as const, value: Buffer.from(bytes).toString('hex') })),
  fc.record({
    kind: fc.constant('regexp' as const),
    value: fc.constantFrom('a+b', '[ab]{2}', 'a.b', '\\xff\\x00', '(a|b)z', '^a', 'b$', '\\x00(?:a|\\xc3)+', '[^a]a'),
    ignoreCase: fc.boolean(),
  }),
);

/** Without a word of what is tested: JavaScript's own expressions on each packet. */
function naivePlaces(data: Buffer, { kind, value, ...rest }: Pattern): readonly (readonly [number, number])[] {
  const flags = `g${kind === 'regexp' ? 's' : ''}${'ignoreCase' in rest && rest.ignoreCase ? 'i' : ''}`;
  const bytes =
    kind === 'hex' ? Buffer.from(value, 'hex') : Buffer.from(value, 'encoding' in rest ? rest.encoding : 'utf-8');
  const literal = [...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
  const expression = new RegExp(kind === 'regexp' ? value : literal, flags);
  const found = [...data.toString('latin1').matchAll(expression)].map(
    ({ 0: text, index }) => [index, text.length] as const,
  );
  return found.slice(0, MAX_MATCHES_A_RECORD);
}

describe('a hunt', () => {
  it('finds what is in a packet, whole, and nothing else', async () => {
    let matches = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(packet, { minLength: 1, maxLength: 25 }),
        pattern,
        fc.record({ maxRecords: fc.integer({ min: 1, max: 6 }), maxSpanBytes: fc.constantFrom(1, 60, 500, 10_000) }),
        async (packets, asked, { maxRecords, maxSpanBytes }) => {
          const store = createMemoryObjectStore();
          const capture = pcapOf(packets.map((bytes, i) => ({ timestampNs: BigInt(i) * 1_000_000n, bytes })));
          const { etag, totals } = await splitIntoStore(store, capture, DUMP, { maxRecords });
          const dump = { dumpId: DUMP.id, key: DUMP.key, etag, chunks: totals.chunks };
          const choices = Array.from({ length: totals.chunks }, (_, chunk) => ({
            chunk,
            choose: (records: Parameters<typeof huntedRows>[0]) => huntedRows(records, 'both', false),
          }));
          const limits = { spans: { maxGapBytes: 100, maxSpanBytes }, ahead: { maxItems: 2, maxBytes: 1000 } };
          const finder = await createFinder(patternSchema.parse(asked));
          const found: (readonly [number, number, number])[] = [];
          for await (const piece of readSelections(store, selectChunks(store, dump, choices, signal), signal, limits)) {
            const { firstRecord } = piece.selection.place;
            scanPiece(piece, finder, (row, start, length) => found.push([firstRecord + row, start, length]));
          }
          const records = readNaively(capture)?.records ?? [];
          const expected = records.flatMap(({ data }, record) =>
            naivePlaces(Buffer.from(data, 'hex'), asked).map(([start, length]) => [record, start, length] as const),
          );
          matches += expected.length;
          expect(found).toEqual(expected);
        },
      ),
      { numRuns: 400 },
    );
    expect(matches).toBeGreaterThan(200);
  });

  it('of any text as pattern is a finder, or is refused with words', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ minLength: 1, maxLength: 40, unit: 'binary' }),
        fc.boolean(),
        async (value, ignoreCase) => {
          const finder = await createFinder({ kind: 'regexp', value, ignoreCase }).catch((error: unknown) => {
            expect(error).toMatchObject({ code: 'invalid-request', message: expect.stringMatching(/^pattern: ./) });
            return undefined;
          });
          if (finder?.kind === 'expression') expect(typeof finder.test('abc')).toBe('boolean');
        },
      ),
      { numRuns: 300 },
    );
  });

  it('takes linear time for what takes others for ever, and refuses what grows without bound', async () => {
    const finder = await createFinder({ kind: 'regexp', value: '(a+)+$x|(a|a)*b', ignoreCase: false });
    if (finder.kind !== 'expression') throw new Error('an expression');
    const start = performance.now();
    expect(finder.test('a'.repeat(200_000))).toBe(false);
    expect(performance.now() - start).toBeLessThan(20_000);
    const big = createFinder({ kind: 'regexp', value: '((a{100}){100})', ignoreCase: false });
    await expect(big).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(createFinder({ kind: 'regexp', value: 'a*', ignoreCase: false })).rejects.toThrow('nothing at all');
    await expect(createFinder({ kind: 'regexp', value: 'п', ignoreCase: false })).rejects.toThrow('over bytes');
    await expect(createFinder({ kind: 'regexp', value: '(?=a)b', ignoreCase: false })).rejects.toThrow('pattern: ');
  });
});
