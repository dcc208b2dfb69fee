// flow: fixed-size binary keys to small slot numbers: open addressing over typed arrays, no object per key.

import { randomInt } from 'node:crypto';
import type { StateExchange } from '../checkpoint/state-exchange.ts';
import { usedRuns } from './used-runs.ts';

const INITIAL_SLOTS = 64;
const EMPTY = -1;

/**
 * Keys are `width` 32-bit words. Slots are dense numbers from 0, reused after `remove`; whoever owns the table keeps
 * its values in arrays by slot. The hash is seeded anew per table, so that nobody can craft keys that collide; neither
 * the seed nor slot numbers show in any result.
 */
export class KeyTable {
  /** The key that `find` and `insert` speak of: fill it first. */
  readonly key: Uint32Array;
  readonly maxSlots: number;
  size = 0;
  readonly #width: number;
  readonly #multipliers: Int32Array;
  #capacity = INITIAL_SLOTS;
  #keys: Uint32Array;
  #hashes: Int32Array;
  #index: Int32Array;
  #mask: number;
  #free: Int32Array;
  #freeCount = 0;
  #unused = 0;
  #hash = 0;

  constructor(width: number, maxSlots: number) {
    this.#width = width;
    this.maxSlots = maxSlots;
    this.key = new Uint32Array(width);
    this.#multipliers = Int32Array.from({ length: width + 1 }, () => randomInt(2 ** 32) | 1);
    this.#keys = new Uint32Array(INITIAL_SLOTS * width);
    this.#hashes = new Int32Array(INITIAL_SLOTS);
    this.#free = new Int32Array(INITIAL_SLOTS);
    this.#index = new Int32Array(INITIAL_SLOTS * 2).fill(EMPTY);
    this.#mask = INITIAL_SLOTS * 2 - 1;
  }

  get isFull(): boolean {
    return this.size >= this.maxSlots;
  }

  /** Slots that arrays by slot must have room for. */
  get capacity(): number {
    return this.#capacity;
  }

  /** The slot of `key`, or -1. */
  find(): number {
    const { key } = this;
    const width = this.#width;
    const multipliers = this.#multipliers;
    let hash = 0;
    for (let i = 0; i < width; i++) {
      hash = Math.imul(hash ^ word(key, i), signed(multipliers, i));
      hash ^= hash >>> 15;
    }
    hash = Math.imul(hash, signed(multipliers, width));
    hash ^= hash >>> 13;
    this.#hash = hash;
    const index = this.#index;
    const mask = this.#mask;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const slot = signed(index, at);
      if (slot === EMPTY) return -1;
      if (signed(this.#hashes, slot) === hash && this.#isKeyOf(slot)) return slot;
    }
  }

  /** A new slot for `key`, which the last `find` did not find; the table must not be full. */
  insert(): number {
    const slot = this.#freeCount > 0 ? signed(this.#free, --this.#freeCount) : this.#unused++;
    if (slot >= this.#capacity) this.#grow();
    this.#keys.set(this.key, slot * this.#width);
    this.#hashes[slot] = this.#hash;
    this.#place(slot);
    this.size++;
    return slot;
  }

  remove(slot: number): void {
    const mask = this.#mask;
    const index = this.#index;
    let hole = signed(this.#hashes, slot) & mask;
    while (signed(index, hole) !== slot) hole = (hole + 1) & mask;
    // Whatever was pushed past the hole by a collision moves back into it.
    for (let at = (hole + 1) & mask; ; at = (at + 1) & mask) {
      const other = signed(index, at);
      if (other === EMPTY) break;
      const home = signed(this.#hashes, other) & mask;
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      index[hole] = other;
      hole = at;
    }
    index[hole] = EMPTY;
    this.#free[this.#freeCount++] = slot;
    this.size--;
  }

  /** Word `i` of the key that was inserted as `slot`. */
  wordOf(slot: number, i: number): number {
    return word(this.#keys, slot * this.#width + i);
  }

  #isKeyOf(slot: number): boolean {
    const base = slot * this.#width;
    for (let i = 0; i < this.#width; i++) {
      if (word(this.#keys, base + i) !== word(this.key, i)) return false;
    }
    return true;
  }

  #place(slot: number): void {
    let at = signed(this.#hashes, slot) & this.#mask;
    while (signed(this.#index, at) !== EMPTY) at = (at + 1) & this.#mask;
    this.#index[at] = slot;
  }

  #grow(): void {
    const before = this.#capacity;
    this.#capacity = before * 2;
    const keys = new Uint32Array(this.#capacity * this.#width);
    keys.set(this.#keys);
    this.#keys = keys;
    this.#hashes = grownInt32(this.#hashes, this.#capacity);
    this.#free = grownInt32(this.#free, this.#capacity);
    this.#index = new Int32Array(this.#capacity * 2).fill(EMPTY);
    this.#mask = this.#capacity * 2 - 1;
    // A table grows only when every slot up to now is in use.
    for (let slot = 0; slot < before; slot++) this.#place(slot);
  }

  /** Numbers that were ever given out. */
  get slotCount(): number {
    return this.#unused;
  }

  /** Those of them that are free again. */
  get freeSlots(): Int32Array {
    return this.#free.subarray(0, this.#freeCount);
  }

  /** Saves the keys by slot, or restores them: the seed is the new table's own, so that its hashes are, too. */
  async exchange(state: StateExchange): Promise<void> {
    this.size = await state.number(this.size);
    this.#unused = await state.number(this.#unused);
    this.#freeCount = await state.number(this.#freeCount);
    this.#free = await state.array(this.#free, this.#freeCount);
    this.#keys = await state.array(this.#keys, this.#unused * this.#width);
    if (!state.isRestoring) return;
    this.#capacity = this.#free.length;
    this.#hashes = new Int32Array(this.#capacity);
    this.#index = new Int32Array(this.#capacity * 2).fill(EMPTY);
    this.#mask = this.#capacity * 2 - 1;
    for (const { start, end } of usedRuns(this.#unused, this.freeSlots, this.#capacity)) {
      for (let slot = start; slot < end; slot++) {
        this.key.set(this.#keys.subarray(slot * this.#width, (slot + 1) * this.#width));
        this.find();
        this.#hashes[slot] = this.#hash;
        this.#place(slot);
      }
    }
  }
}

/** A longer copy. */
export function grownInt32(array: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(length);
  longer.set(array);
  return longer;
}

/** The callers keep `i` within the array; so the casts from `number | undefined` hold. */
function word(array: Uint32Array, i: number): number {
  return array[i] as number;
}

function signed(array: Int32Array, i: number): number {
  return array[i] as number;
}
