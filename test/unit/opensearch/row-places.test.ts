// Places of rows: every row lies in one, they are few and far apart, and each begins and ends with a row.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowPlaces } from '../../../local/opensearch/word/row-places.ts';
import { WordRows } from '../../../local/opensearch/word/word-rows.ts';

const APART = 16_384;

describe('the places of rows', () => {
  it('hold all of them, as a list or as bits, and leave the widest gaps out', () => {
    const gap = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: APART - 9, max: 3 * APART }));
    fc.assert(
      fc.property(
        fc.array(gap, { maxLength: 60 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 8 }),
        (gaps, isMany, most) => {
          let row = 5;
          const rows = gaps.map((own) => (row += own));
          // more than 4,096 are bits
          if (isMany) rows.push(...Array.from({ length: 5_000 }, (_, at) => row + 1 + at));
          const set = WordRows.of(rows);
          expect(set.list === undefined).toBe(isMany);
          const places = rowPlaces(set, most);
          const known = new Set(rows);
          for (const [from, to] of places) expect([known.has(from), known.has(to)]).toEqual([true, true]);
          const outside = rows.filter((one) => !places.some(([from, to]) => one >= from && one <= to));
          expect(outside).toEqual([]);
          const between = places.slice(1).map(([from], at) => from - (places[at]?.[1] ?? 0));
          const all = rows
            .slice(1)
            .map((one, at) => one - (rows[at] ?? 0))
            .filter((own) => own > APART);
          const widest = all.toSorted((left, right) => right - left).slice(0, most - 1);
          expect(between.toSorted((left, right) => right - left)).toEqual(widest);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('are none where there are no rows', () => {
    expect(rowPlaces(WordRows.empty, 4)).toEqual([]);
  });
});
