// flow: the latest flows of all hosts in the order they began: a ring of short summaries that the host windows look back on.

import type { StateExchange } from '../checkpoint/state-exchange.ts';
import { HOST_LOG_FLOWS } from './limits.ts';

/** An entry is 64 bytes, so that looking at it costs one cache line: numbers, integers and floats at these places of it. */
export const ENTRY_TIMES = { start: 0, last: 1, end: 2 } as const;
export const ENTRY_INTEGERS = {
  /** The flow's slot while it is open, else -1. */
  slot: 6,
  sourceSerial: 7,
  destinationSerial: 8,
  /** Protocol and destination port, and DENIED where the destination said no. */
  service: 9,
  /** How many entries back the one before of the same source (destination) is; 0 = none. */
  sourceLink: 10,
  destinationLink: 11,
  outcome: 12,
} as const;
export const ENTRY_FLOATS = { sourceBytes: 13, destinationBytes: 14, packets: 15 } as const;

/** The sign bit of an entry's service: an outcome that the bytes of `outcome` have no room for. */
export const DENIED = 1 << 31;

const ENTRY_BYTES = 64;
const INITIAL_ENTRIES = 64;

/** A place that no entry takes: for a flow that is older than the log. */
export const SPARE_PLACE = 0;

/** Entries are numbered from 0 for the whole dump; only the latest `capacity` are still there. */
export class FlowLog {
  readonly capacity: number;
  /** Entries made so far; the next one's number. */
  count = 0;
  /** The same memory three ways: an entry at `place` begins at 8, 16 and 16 times `place`. */
  times = new Float64Array((INITIAL_ENTRIES * ENTRY_BYTES) / 8);
  integers = new Int32Array(this.times.buffer);
  floats = new Float32Array(this.times.buffer);

  /** `capacity` is a power of two. */
  constructor(capacity: number = HOST_LOG_FLOWS) {
    this.capacity = capacity;
  }

  /** A new entry's number. */
  append(): number {
    const entry = this.count++;
    const place = this.place(entry);
    if ((place + 1) * ENTRY_BYTES > this.times.byteLength) this.#grow();
    return entry;
  }

  has(entry: number): boolean {
    return entry >= 0 && entry >= this.count - this.capacity;
  }

  place(entry: number): number {
    return 1 + (entry % this.capacity);
  }

  #grow(): void {
    const longer = new Float64Array(this.times.length * 2);
    longer.set(this.times);
    this.times = longer;
    this.integers = new Int32Array(longer.buffer);
    this.floats = new Float32Array(longer.buffer);
  }

  /** Saves the state, or restores it. */
  async exchange(state: StateExchange): Promise<void> {
    this.count = await state.number(this.count);
    const places = 1 + Math.min(this.count, this.capacity);
    this.times = await state.array(this.times, Math.min(places * (ENTRY_BYTES / 8), this.times.length));
    this.integers = new Int32Array(this.times.buffer);
    this.floats = new Float32Array(this.times.buffer);
  }
}
