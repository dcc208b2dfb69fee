// flow: the latest flows of all hosts in the order they began: a ring of short summaries that the host windows look back on.

import { HOST_LOG_FLOWS } from './limits.ts';

/** Cells of an entry. */
export const ENTRY = {
  start: 0,
  /** The flow's slot while it is open, else -1: then the cells from `last` on are final. */
  slot: 1,
  sourceSerial: 2,
  destinationSerial: 3,
  protocol: 4,
  port: 5,
  /** The entry before, of the same source and of the same destination; -1 = none. */
  previousOfSource: 6,
  previousOfDestination: 7,
  last: 8,
  /** The clock when it stopped being open. */
  end: 9,
  outcome: 10,
  sourceBytes: 11,
  destinationBytes: 12,
  packets: 13,
} as const;
const CELLS = 14;

const INITIAL_ENTRIES = 64;

/** Entries are numbered from 0 for the whole dump; only the latest `capacity` are still there. */
export class FlowLog {
  readonly capacity: number;
  /** Entries made so far; the next one's number. */
  count = 0;
  cells = new Float64Array(INITIAL_ENTRIES * CELLS);

  /** `capacity` is a power of two. */
  constructor(capacity: number = HOST_LOG_FLOWS) {
    this.capacity = capacity;
  }

  /** A new entry's number. */
  append(): number {
    const entry = this.count++;
    if (entry < this.capacity && (entry + 1) * CELLS > this.cells.length) {
      const longer = new Float64Array(Math.min(this.cells.length * 2, this.capacity * CELLS));
      longer.set(this.cells);
      this.cells = longer;
    }
    return entry;
  }

  has(entry: number): boolean {
    return entry >= 0 && entry >= this.count - this.capacity;
  }

  /** Where an entry's cells begin in `cells`. */
  base(entry: number): number {
    return (entry % this.capacity) * CELLS;
  }

  get(base: number, cell: number): number {
    return this.cells[base + cell] as number; // `base` comes from `base(entry)`
  }

  set(base: number, cell: number, value: number): void {
    this.cells[base + cell] = value;
  }
}
