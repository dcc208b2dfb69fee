// flow: a doubly linked list of slots over two typed arrays: flows by last activity, by age, by closing.

import type { StateExchange } from '../checkpoint/state-exchange.ts';

const NONE = -1;

/** Each slot is in the list at most once. All operations take constant time. */
export class SlotList {
  /** First and last slot, -1 when empty. */
  head = NONE;
  tail = NONE;
  #next = new Int32Array(64);
  #previous = new Int32Array(64);

  append(slot: number): void {
    if (slot >= this.#next.length) this.#grow(slot);
    this.#previous[slot] = this.tail;
    this.#next[slot] = NONE;
    if (this.tail === NONE) this.head = slot;
    else this.#next[this.tail] = slot;
    this.tail = slot;
  }

  remove(slot: number): void {
    const next = this.next(slot);
    const previous = this.#previous[slot] as number; // a slot of the list lies within the array
    if (previous === NONE) this.head = next;
    else this.#next[previous] = next;
    if (next === NONE) this.tail = previous;
    else this.#previous[next] = previous;
  }

  moveToEnd(slot: number): void {
    if (slot === this.tail) return;
    this.remove(slot);
    this.append(slot);
  }

  /** The slot after one of the list, or -1. */
  next(slot: number): number {
    return this.#next[slot] as number; // a slot of the list lies within the array
  }

  #grow(slot: number): void {
    const length = Math.max(slot + 1, this.#next.length * 2);
    const next = new Int32Array(length);
    const previous = new Int32Array(length);
    next.set(this.#next);
    previous.set(this.#previous);
    this.#next = next;
    this.#previous = previous;
  }

  /** Saves the state, or restores it. */
  async exchange(state: StateExchange): Promise<void> {
    this.head = await state.number(this.head);
    this.tail = await state.number(this.tail);
    this.#next = await state.array(this.#next);
    this.#previous = await state.array(this.#previous);
  }
}
