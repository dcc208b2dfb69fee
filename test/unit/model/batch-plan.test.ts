// model: batches hold each sequence once, the urgent ones first, and little filling.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planBatches } from '../../../lib/model/batch-plan.ts';

describe('a plan of batches', () => {
  it('holds every sequence once, of one rank and like length, within the limits, ranks in their order', () => {
    const sequence = fc.record({ length: fc.integer({ min: 1, max: 512 }), rank: fc.integer({ min: 0, max: 5 }) });
    const limits = fc.record({ sequences: fc.integer({ min: 1, max: 40 }), tokens: fc.integer({ min: 1, max: 8192 }) });
    fc.assert(
      fc.property(fc.array(sequence, { maxLength: 200 }), limits, (sequences, { sequences: most, tokens }) => {
        const lengths = sequences.map(({ length }) => length);
        const ranks = sequences.map(({ rank }) => rank);
        const batches = planBatches(lengths, ranks, { sequences: most, tokens });
        expect(batches.flat().toSorted((a, b) => a - b)).toEqual(sequences.map((_, k) => k));
        for (const batch of batches) {
          const widths = batch.map((k) => lengths[k] ?? 0);
          expect(batch.length).toBeLessThanOrEqual(most);
          expect(batch.length === 1 || batch.length * Math.max(...widths) <= tokens).toBe(true);
          expect(Math.min(...widths)).toBeGreaterThanOrEqual(Math.max(...widths) * 0.875);
          expect(new Set(batch.map((k) => ranks[k])).size).toBe(1);
        }
        const order = batches.map(([first]) => ranks[first ?? 0] ?? 0);
        expect(order).toEqual(order.toSorted((a, b) => a - b));
      }),
    );
  });

  it('fills batches as far as they go', () => {
    const plan = planBatches(new Array(10).fill(512), new Array(10).fill(0), { sequences: 4, tokens: 8192 });
    expect(plan.map((batch) => batch.length)).toEqual([4, 4, 2]);
  });
});
