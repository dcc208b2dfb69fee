// unit: sets of rows, as lists and as bits, beside JavaScript's own sets.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WordRows } from '../../../local/opensearch/word/word-rows.ts';

/** Few rows are a list, many are bits: of both kinds, near each other and far apart. */
const rows = fc
  .record({
    from: fc.integer({ min: 0, max: 20_000 }),
    step: fc.integer({ min: 1, max: 5 }),
    count: fc.constantFrom(0, 1, 3, 50, 4_095, 4_097, 6_000),
    odd: fc.array(fc.integer({ min: 0, max: 60_000 }), { maxLength: 20 }),
  })
  .map(({ from, step, count, odd }) => [
    ...odd,
    ...Array.from({ length: count }, (_, at) => from + at * step + (at % 3)),
    ...odd,
  ]);

function sorted(values: Iterable<number>): number[] {
  return [...new Set(values)].sort((left, right) => left - right);
}

/** The rows that DuckDB's get_bit finds. */
function fromBits(set: WordRows, upTo: number): number[] {
  const { first, bytes } = set.asBits();
  const last = (bytes.length - 1) * 8 - 1;
  return Array.from({ length: upTo }, (_, at) => at).filter((row) => {
    const place = Math.max(0, Math.min(row - first, last));
    return last >= 0 && ((bytes[1 + (place >>> 3)] ?? 0) & (128 >>> (place & 7))) !== 0;
  });
}

describe('a set of rows', () => {
  it('has what was put in, in order and once', () => {
    fc.assert(
      fc.property(rows, (own) => {
        expect(WordRows.of(own).rows()).toEqual(sorted(own));
      }),
      { numRuns: 100 },
    );
  });

  it('has clear bits beyond its ends, where all other rows fall', () => {
    fc.assert(
      fc.property(rows, (own) => {
        if (own.length > 0) expect(fromBits(WordRows.of(own), 61_000)).toEqual(sorted(own));
      }),
      { numRuns: 50 },
    );
  });

  it('has a bit for every row of the table, where it lies all over it', () => {
    fc.assert(
      fc.property(
        rows,
        fc.integer({ min: 0, max: 30_000 }),
        fc.integer({ min: 0, max: 200_000 }),
        (own, from, length) => {
          const set = WordRows.of(own);
          const all = set.asBitsOfAll([from, from + length]);
          const span = Math.max(0, ...own) - Math.min(Number.POSITIVE_INFINITY, ...own);
          // what fills a word at either end
          if (span * 2 >= length) expect(all).toBeDefined();
          if ((span + 64) * 2 < length) expect(all).toBeUndefined();
          if (all === undefined) return;
          const { first, bytes } = all;
          expect([first <= from, first + (bytes.length - 1) * 8 > from + length]).toEqual([true, true]);
          const places = Array.from({ length: (bytes.length - 1) * 8 }, (_, place) => place);
          const isSet = (place: number): boolean => ((bytes[1 + (place >>> 3)] ?? 0) & (128 >>> (place & 7))) !== 0;
          expect(places.filter(isSet).map((place) => first + place)).toEqual(sorted(own));
        },
      ),
      { numRuns: 50 },
    );
    expect(WordRows.of([1, 2, 3]).asBitsOfAll([Number.POSITIVE_INFINITY, 9])).toBeUndefined();
  });

  it('is joined, cut and lessened as sets are', () => {
    fc.assert(
      fc.property(rows, rows, (one, two) => {
        const [left, right] = [WordRows.of(one), WordRows.of(two)];
        expect(left.or(right).rows()).toEqual(sorted([...one, ...two]));
        const others = new Set(two);
        expect(left.and(right).rows()).toEqual(sorted(one.filter((row) => others.has(row))));
        expect(left.without(right).rows()).toEqual(sorted(one.filter((row) => !others.has(row))));
        const both = left.or(right).without(left.and(right));
        expect(both.and(left).or(both.and(right)).rows()).toEqual(both.rows());
      }),
      { numRuns: 150 },
    );
  });

  it('knows how many lie between two numbers', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: -5, max: 61_000 }), fc.integer({ min: -5, max: 61_000 }), (own, from, to) => {
        const within = sorted(own).filter((row) => row >= from && row <= to).length;
        expect(WordRows.of(own).countWithin(from, to)).toBe(within);
      }),
      { numRuns: 200 },
    );
  });

  it('is a list again when few are left', () => {
    const many = Array.from({ length: 10_000 }, (_, at) => at * 2);
    const set = WordRows.of(many).and(WordRows.of(many.map((row) => row + (row > 100 ? 1 : 0))));
    expect(set.list).toEqual(many.filter((row) => row <= 100));
  });
});
