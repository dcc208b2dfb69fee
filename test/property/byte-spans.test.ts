// property: whatever records are chosen, each lies whole in exactly one span, and no span wastes or exceeds what it may.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planSpans } from '../../lib/carve/byte-spans.ts';

const record = fc.record({ gap: fc.nat(300), length: fc.integer({ min: 1, max: 400 }), chosen: fc.boolean() });

describe('the spans of chosen records', () => {
  it('hold each record whole, once, in order; within the limits unless one record alone is longer', () => {
    const limits = fc.record({ maxGapBytes: fc.nat(300), maxSpanBytes: fc.integer({ min: 1, max: 2000 }) });
    fc.assert(
      fc.property(fc.array(record, { maxLength: 60 }), limits, (list, spanLimits) => {
        let end = 0;
        const offset = new Uint32Array(list.length);
        const recordLength = Uint32Array.from(list, ({ length }) => length);
        for (const [i, { gap, length }] of list.entries()) {
          offset[i] = end + gap;
          end += gap + length;
        }
        const rows = list.flatMap(({ chosen }, i) => (chosen ? [i] : []));
        const spans = planSpans({ offset, recordLength }, rows, spanLimits);
        expect(spans.flatMap(({ first, end: last }) => rows.slice(first, last))).toEqual(rows);
        for (const [number, span] of spans.entries()) {
          const held = rows.slice(span.first, span.end);
          const begins = held.map((row) => offset[row] ?? 0);
          const ends = held.map((row) => (offset[row] ?? 0) + (recordLength[row] ?? 0));
          expect(span.offset).toBe(begins[0]);
          expect(span.offset + span.length).toBe(ends.at(-1));
          expect(held.length === 1 || span.length <= spanLimits.maxSpanBytes).toBe(true);
          for (const [i, begin] of begins.slice(1).entries()) {
            expect(begin - (ends[i] ?? 0)).toBeLessThanOrEqual(spanLimits.maxGapBytes);
          }
          // Two neighbours are apart only where they have to be.
          const next = spans[number + 1];
          const nextRow = rows[span.end] ?? 0;
          if (next === undefined) continue;
          const gap = next.offset - (ends.at(-1) ?? 0);
          const joined = next.offset + (recordLength[nextRow] ?? 0) - span.offset;
          expect(gap > spanLimits.maxGapBytes || joined > spanLimits.maxSpanBytes).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});
