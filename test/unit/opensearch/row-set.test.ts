// Sets of rows as lists and ranges beside sets of numbers.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { intersectionOf, type RowSet, unionOf } from '../../../local/opensearch/value/row-set.ts';

const rows = fc.record({
  listed: fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 8 }),
  ranges: fc.array(
    fc
      .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 9 }))
      .map(([from, length]) => [from, from + length] as const),
    { maxLength: 3 },
  ),
});

function numbersOf({ listed, ranges }: RowSet): Set<number> {
  const numbers = new Set(listed);
  for (const [from, to] of ranges) for (let seqNo = from; seqNo <= to; seqNo += 1) numbers.add(seqNo);
  return numbers;
}

it('joins sets into what is in any of them, each row told once', () => {
  fc.assert(
    fc.property(fc.array(rows, { maxLength: 4 }), (sets) => {
      const union = unionOf(sets);
      expect(numbersOf(union)).toEqual(new Set(sets.flatMap((set) => [...numbersOf(set)])));
      const told = [...union.ranges, ...union.listed.map((seqNo) => [seqNo, seqNo] as const)].sort(
        (a, b) => a[0] - b[0],
      );
      for (const [at, [from]] of told.entries()) expect(from).toBeGreaterThan(told[at - 1]?.[1] ?? -1);
      expect(union.listed).toEqual(union.listed.toSorted((left, right) => left - right));
    }),
  );
});

it('leaves of two sets no row out that is in both, and of a list only what is', () => {
  fc.assert(
    fc.property(rows, rows, (left, right) => {
      const both = numbersOf(intersectionOf(left, right));
      const exact = numbersOf(left).intersection(numbersOf(right));
      expect(exact.difference(both)).toEqual(new Set());
      if (left.ranges.length === 0 || right.ranges.length === 0) expect(both).toEqual(exact);
    }),
  );
});
