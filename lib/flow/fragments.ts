// flow: which flow a first fragment belonged to, so that later fragments (which have no ports) follow it.

import type { StateExchange } from '../checkpoint/state-exchange.ts';
import type { Packet } from '../decode/packet.ts';
import { KeyTable } from './key-table.ts';
import { MAX_FRAGMENTS } from './limits.ts';
import { SlotList } from './slot-list.ts';

/** Source, destination, identification, protocol and VLAN, tunnel. */
const KEY_WORDS = 11;
const CELLS = 2;

/** Remembers a bounded number of first fragments, the latest. A flow is its slot and the number of its first record. */
export class Fragments {
  readonly #table: KeyTable;
  readonly #order = new SlotList();
  #cells = new Float64Array(64 * CELLS);

  constructor(maxFragments: number = MAX_FRAGMENTS) {
    this.#table = new KeyTable(KEY_WORDS, maxFragments);
  }

  remember(packet: Packet, slot: number, record: number): void {
    this.#writeKey(packet);
    const found = this.#table.find();
    if (found >= 0) this.#remove(found);
    if (this.#table.isFull) this.#remove(this.#order.head);
    this.#table.find();
    const at = this.#table.insert();
    if ((at + 1) * CELLS > this.#cells.length) {
      const longer = new Float64Array(this.#table.capacity * CELLS);
      longer.set(this.#cells);
      this.#cells = longer;
    }
    this.#order.append(at);
    this.#cells[at * CELLS] = slot;
    this.#cells[at * CELLS + 1] = record;
  }

  /** The flow of a later fragment's first one, if it was seen. The flow may have ended since: its record tells. */
  find(packet: Packet): { readonly slot: number; readonly record: number } | undefined {
    this.#writeKey(packet);
    const found = this.#table.find();
    if (found < 0) return undefined;
    return { slot: this.#cells[found * CELLS] ?? 0, record: this.#cells[found * CELLS + 1] ?? 0 };
  }

  #remove(at: number): void {
    this.#order.remove(at);
    this.#table.remove(at);
  }

  #writeKey(packet: Packet): void {
    const { key } = this.#table;
    key[0] = packet.source0;
    key[1] = packet.source1;
    key[2] = packet.source2;
    key[3] = packet.source3;
    key[4] = packet.destination0;
    key[5] = packet.destination1;
    key[6] = packet.destination2;
    key[7] = packet.destination3;
    key[8] = packet.identification;
    key[9] = packet.protocol | ((packet.vlan + 1) << 8);
    key[10] = packet.tunnelKey;
  }

  /** Saves the state, or restores it. */
  async exchange(state: StateExchange): Promise<void> {
    await this.#table.exchange(state);
    await this.#order.exchange(state);
    this.#cells = await state.array(this.#cells);
  }
}
