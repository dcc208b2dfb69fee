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

  remember(key: Uint32Array, ended: FlowPart): void {
    this.take(key);
    if (this.#table.isFull) this.#remove(this.#order.head);
    this.#table.key.set(key);
    this.#table.find();
    const slot = this.#table.insert();
    if ((slot + 1) * CELLS > this.#cells.length) {
      const longer = new Float64Array(this.#table.capacity * CELLS);
      longer.set(this.#cells);
      this.#cells = longer;
    }
    this.#order.append(slot);
    this.#cells[slot * CELLS] = ended.part;
    this.#cells[slot * CELLS + 1] = ended.isForward;
    this.#cells[slot * CELLS + 2] = ended.tcp;
  }

  /** What was remembered of this key, forgotten now. */
  take(key: Uint32Array): FlowPart | undefined {
    if (this.#table.size === 0) return undefined;
    this.#table.key.set(key);
    const slot = this.#table.find();
    if (slot < 0) return undefined;
    const at = slot * CELLS;
    const part = this.#cells[at] ?? 0;
    const isForward = this.#cells[at + 1] ?? 1;
    const tcp = this.#cells[at + 2] ?? 0;
    this.#remove(slot);
    return { part, isForward, tcp };
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
