// alert: counts by number, for the lowest numbers only; counts of parts add up exactly because a kept number is never dropped and met again.

export interface LowestNumbers {
  add(number: number, count: number): void;
  /** The lowest numbers with their counts, in order. */
  entries(): [number, number][];
}

/** Keeps the `size` lowest numbers. */
export function createLowestNumbers(size: number): LowestNumbers {
  let counts = new Map<number, number>();
  let highest = Number.POSITIVE_INFINITY;

  function lowest(): [number, number][] {
    return [...counts].sort(([a], [b]) => a - b).slice(0, size);
  }
  return {
    entries: lowest,
    add(number, count) {
      if (number > highest) return;
      counts.set(number, (counts.get(number) ?? 0) + count);
      if (counts.size < 2 * size) return;
      const entries = lowest();
      highest = entries.at(-1)?.[0] ?? highest;
      counts = new Map(entries);
    },
  };
}
