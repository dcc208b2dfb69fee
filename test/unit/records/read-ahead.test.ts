// records: what is read ahead comes in order, within its bounds, and ends with whoever asked for it.

import { describe, expect, it } from 'vitest';
import { readAhead } from '../../../lib/records/read-ahead.ts';

const never = new AbortController().signal;
const sizeOf = (item: number) => item;

/** Reads take longer the earlier they began, so that order is not luck; `under` is what is under way. */
function slowReads() {
  const under = { items: 0, bytes: 0, mostItems: 0, mostBytes: 0, stopped: 0 };
  const read = async (item: number, signal: AbortSignal) => {
    under.items += 1;
    under.bytes += item;
    under.mostItems = Math.max(under.mostItems, under.items);
    under.mostBytes = Math.max(under.mostBytes, under.bytes);
    signal.addEventListener('abort', () => {
      under.stopped += 1;
    });
    await new Promise((resolve) => setTimeout(resolve, 30 / under.items));
    under.items -= 1;
    under.bytes -= item;
    return item;
  };
  return { under, read };
}

describe('reading ahead', () => {
  it('keeps the order, and so many items and bytes under way', async () => {
    const { under, read } = slowReads();
    const items = [5, 1, 1, 1, 30, 2, 2, 7, 7, 7];
    const got = await Array.fromAsync(readAhead(items, read, sizeOf, { maxItems: 3, maxBytes: 10 }, never));
    expect(got).toEqual(items);
    expect(under.mostItems).toBe(3);
    // Alone, one may be larger than what all may be together.
    expect(under.mostBytes).toBe(30);
  });

  it('ends what is under way when whoever asked stops', async () => {
    const { under, read } = slowReads();
    for await (const item of readAhead([1, 2, 3, 4], read, sizeOf, { maxItems: 4, maxBytes: 100 }, never)) {
      expect(item).toBe(1);
      break;
    }
    expect(under.stopped).toBe(4);
  });

  it('tells a failure in its turn, behind what came before it', async () => {
    const read = async (item: number) => {
      if (item === 2) throw new Error('no second');
      return item;
    };
    const got: number[] = [];
    const all = async () => {
      for await (const item of readAhead([1, 2, 3], read, sizeOf, { maxItems: 3, maxBytes: 9 }, never)) got.push(item);
    };
    await expect(all()).rejects.toThrow('no second');
    expect(got).toEqual([1]);
  });
});
