// flow: which five-tuples ended without being closed, so that what follows on them is the next part of the same conversation.

import type { StateExchange } from '../checkpoint/state-exchange.ts';
import { FLOW_KEY_WORDS } from './flow-key.ts';
import { KeyTable } from './key-table.ts';
import { MAX_PARTS } from './limits.ts';
import { SlotList } from './slot-list.ts';

const CELLS = 3;

/** What a flow goes on with. */
export interface FlowPart {
  readonly part: number;
  /** As CELL.isForward: later parts keep the direction of the first. */
  readonly isForward: number;
  /** Bits of TCP. */
  readonly tcp: number;
}

/** Remembers a bounded number of ended flows, the latest. */
export class FlowParts {
  readonly #table: KeyTable;
  readonly #order = new SlotList();
  #cells = new Float64Array(64 * CELLS);

  constructor(maxParts: number = MAX_PARTS) {
    this.#table = new KeyTable(FLOW_KEY_WORDS, maxParts);
  }

  /** The key that `remember` and `take` speak of: fill it first. */
  get key(): Uint32Array {
    return this.#table.key;
  }

  remember(part: number, isForward: number, tcp: number): void {
    const found = this.#table.find();
    const slot = found >= 0 ? found : this.#add();
    if (found >= 0) this.#order.moveToEnd(slot);
    else this.#order.append(slot);
    this.#cells[slot * CELLS] = part;
    this.#cells[slot * CELLS + 1] = isForward;
    this.#cells[slot * CELLS + 2] = tcp;
  }

  /** What was remembered of the key, forgotten now. */
  take(): FlowPart | undefined {
    if (this.#table.size === 0) return undefined;
    const slot = this.#table.find();
    if (slot < 0) return undefined;
    const at = slot * CELLS;
    const part = this.#cells[at] ?? 0;
    const isForward = this.#cells[at + 1] ?? 1;
    const tcp = this.#cells[at + 2] ?? 0;
    this.#remove(slot);
    return { part, isForward, tcp };
  }

  /** A place for the key, which was just looked for and not found; the oldest makes room. */
  #add(): number {
    if (this.#table.isFull) this.#remove(this.#order.head);
    const slot = this.#table.insert();
    if ((slot + 1) * CELLS > this.#cells.length) {
      const longer = new Float64Array(this.#table.capacity * CELLS);
      longer.set(this.#cells);
      this.#cells = longer;
    }
    return slot;
  }

  #remove(slot: number): void {
    this.#order.remove(slot);
    this.#table.remove(slot);
  }

  /** Saves the state, or restores it. */
  async exchange(state: StateExchange): Promise<void> {
    await this.#table.exchange(state);
    await this.#order.exchange(state);
    this.#cells = await state.array(this.#cells);
  }
}
