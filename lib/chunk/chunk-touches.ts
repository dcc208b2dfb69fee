// chunk: which chunks each open flow has records in: short linked lists over typed arrays.

import type { StateExchange } from '../checkpoint/state-exchange.ts';
import { grownInt32 } from '../flow/key-table.ts';

const NONE = -1;
const INITIAL = 256;

export class ChunkTouches {
  /** By slot: the flow's latest chunk and the node of it; chunks before it follow the links. */
  #latest = new Int32Array(INITIAL).fill(NONE);
  /** By node. */
  #chunk = new Int32Array(INITIAL);
  #previous = new Int32Array(INITIAL);
  #unused = 0;
  #free = NONE;

  /** Notes a record of the flow in a chunk, which is never an earlier one than before; true the first time. */
  touch(slot: number, chunk: number): boolean {
    if (slot >= this.#latest.length) this.#growSlots(slot);
    const latest = this.#latest[slot] as number; // a slot within the array
    if (latest !== NONE && this.#chunk[latest] === chunk) return false;
    const node = this.#takeNode();
    this.#chunk[node] = chunk;
    this.#previous[node] = latest;
    this.#latest[slot] = node;
    return true;
  }

  /** The flow's chunks, latest first; forgotten afterwards. */
  release(slot: number, chunks: number[]): void {
    chunks.length = 0;
    let node = this.#latest[slot] ?? NONE;
    this.#latest[slot] = NONE;
    while (node !== NONE) {
      chunks.push(this.#chunk[node] ?? 0);
      const previous = this.#previous[node] ?? NONE;
      this.#previous[node] = this.#free;
      this.#free = node;
      node = previous;
    }
  }

  #takeNode(): number {
    if (this.#free !== NONE) {
      const node = this.#free;
      this.#free = this.#previous[node] ?? NONE;
      return node;
    }
    if (this.#unused === this.#chunk.length) {
      this.#chunk = grownInt32(this.#chunk, this.#chunk.length * 2);
      this.#previous = grownInt32(this.#previous, this.#previous.length * 2);
    }
    return this.#unused++;
  }

  #growSlots(slot: number): void {
    const before = this.#latest.length;
    this.#latest = grownInt32(this.#latest, Math.max(slot + 1, before * 2));
    this.#latest.fill(NONE, before);
  }

  /** Saves the state, or restores it. */
  async exchange(state: StateExchange): Promise<void> {
    this.#latest = await state.array(this.#latest);
    this.#chunk = await state.array(this.#chunk, this.#unused);
    this.#previous = await state.array(this.#previous, this.#unused);
    this.#unused = await state.number(this.#unused);
    this.#free = await state.number(this.#free);
  }
}
