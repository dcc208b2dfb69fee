// alert: counts distinct values in bounded memory; sketches of parts add up to exactly the sketch of the whole
// (k minimum values: Bar-Yossef et al., "Counting distinct elements in a data stream", 2002).

import { hash } from 'node:crypto';

/** Up to this many distinct values the count is exact; beyond, its standard error is about 3 %. */
export const SKETCH_SIZE = 1024;

const HASH_BYTES = 6;
const HASH_RANGE = 2 ** (8 * HASH_BYTES);

export interface DistinctSketch {
  add(value: string): void;
  addHashes(hashes: readonly number[]): void;
  /** The smallest hashes, in order. */
  hashes(): number[];
}

export function hashOfValue(value: string): number {
  return hash('sha1', value, 'buffer').readUIntBE(0, HASH_BYTES);
}

/** Distinct values behind a sketch's hashes. */
export function distinctCount(hashes: readonly number[]): number {
  const largest = hashes.at(-1);
  if (largest === undefined || hashes.length < SKETCH_SIZE) return hashes.length;
  return Math.round(((SKETCH_SIZE - 1) / (largest + 1)) * HASH_RANGE);
}

/** `1,024`, and `about 11,000` where the count is an estimate. */
export function distinctCountText(count: number): string {
  if (count <= SKETCH_SIZE) return count.toLocaleString('en-US');
  return `about ${Number(count.toPrecision(2)).toLocaleString('en-US')}`;
}

export function createDistinctSketch(): DistinctSketch {
  let kept = new Set<number>();
  /** No hash at or above it can be among the smallest any more. */
  let limit = HASH_RANGE;

  function smallest(): number[] {
    return [...kept].sort((a, b) => a - b).slice(0, SKETCH_SIZE);
  }
  function addHash(value: number): void {
    if (value >= limit) return;
    kept.add(value);
    if (kept.size < 2 * SKETCH_SIZE) return;
    const hashes = smallest();
    limit = (hashes.at(-1) ?? HASH_RANGE) + 1;
    kept = new Set(hashes);
  }
  return {
    add: (value) => addHash(hashOfValue(value)),
    addHashes(hashes) {
      for (const value of hashes) addHash(value);
    },
    hashes: smallest,
  };
}
