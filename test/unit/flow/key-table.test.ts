import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyTable } from '../../../lib/flow/key-table.ts';

const KEYS = 400;

describe('key table', () => {
  it('finds what a Map finds, through any insertions and removals', () => {
    const operation = fc.record({ remove: fc.boolean(), key: fc.integer({ min: 0, max: KEYS }) });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 1500, size: 'max' }), (operations) => {
        const table = new KeyTable(2, KEYS + 1);
        const slots = new Map<number, number>();
        for (const { remove, key } of operations) {
          table.key.set([key % 7, key]);
          const slot = slots.get(key);
          expect(table.find()).toBe(slot ?? -1);
          if (slot === undefined) slots.set(key, table.insert());
          else if (remove) {
            table.remove(slot);
            slots.delete(key);
          }
          expect(table.size).toBe(slots.size);
        }
        expect(new Set(slots.values()).size).toBe(slots.size);
        for (const [key, slot] of slots) {
          table.key.set([key % 7, key]);
          expect(table.find()).toBe(slot);
          expect(table.wordOf(slot, 1)).toBe(key);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('keeps keys apart that differ in any one word', () => {
    const table = new KeyTable(3, 10);
    for (const key of [
      [1, 2, 3],
      [0, 2, 3],
      [1, 0, 3],
      [1, 2, 0],
    ]) {
      table.key.set(key);
      expect(table.find()).toBe(-1);
      table.insert();
    }
    expect(table.size).toBe(4);
  });

  it('is full at its cap', () => {
    const table = new KeyTable(1, 2);
    for (const key of [5, 6]) {
      expect(table.isFull).toBe(false);
      table.key[0] = key;
      table.find();
      table.insert();
    }
    expect(table.isFull).toBe(true);
  });
});
