// flow: the hosts of the open and the latest flows, and where each one's latest flows stand in the log.

import type { StateExchange } from '../checkpoint/state-exchange.ts';
import { KeyTable } from './key-table.ts';
import { MAX_IDLE_HOSTS, MAX_OPEN_FLOWS, WINDOW_SECONDS } from './limits.ts';
import { SlotList } from './slot-list.ts';

const ADDRESS_WORDS = 4;
const CELLS = 5;
/** Cells of a host. */
const OPEN_FLOWS = 0;
const SERIAL = 1;
const LATEST_AS_SOURCE = 2;
const LATEST_AS_DESTINATION = 3;
const IDLE_SINCE = 4;
/** No window looks back further than this on a host without open flows. */
const REMEMBERED = WINDOW_SECONDS * 1e9;

export class Hosts {
  readonly #table: KeyTable;
  readonly #idle = new SlotList();
  readonly #maxIdle: number;
  #idleCount = 0;
  #serials = 0;
  #cells = new Float64Array(64 * CELLS);

  constructor(maxOpenFlows: number = MAX_OPEN_FLOWS, maxIdle: number = MAX_IDLE_HOSTS) {
    this.#table = new KeyTable(ADDRESS_WORDS, 2 * maxOpenFlows + maxIdle + 2);
    this.#maxIdle = maxIdle;
  }

  /** The host with this address, with one more open flow. */
  open(address: Uint32Array, now: number): number {
    this.#forget(now);
    this.#table.key.set(address);
    const found = this.#table.find();
    const host = found >= 0 ? found : this.#add();
    const openFlows = this.#get(host, OPEN_FLOWS);
    if (found >= 0 && openFlows === 0) {
      this.#idle.remove(host);
      this.#idleCount--;
    }
    this.#set(host, OPEN_FLOWS, openFlows + 1);
    return host;
  }

  /** One open flow of the host less. */
  close(host: number, now: number): void {
    const openFlows = this.#get(host, OPEN_FLOWS) - 1;
    this.#set(host, OPEN_FLOWS, openFlows);
    if (openFlows > 0) return;
    this.#set(host, IDLE_SINCE, now);
    this.#idle.append(host);
    this.#idleCount++;
  }

  /** A number of its own for as long as the host is remembered. */
  serial(host: number): number {
    return this.#get(host, SERIAL);
  }

  /** Log number of the latest flow the host started, -1 = none. */
  latestAsSource(host: number): number {
    return this.#get(host, LATEST_AS_SOURCE);
  }

  /** Log number of the latest flow the host received, -1 = none. */
  latestAsDestination(host: number): number {
    return this.#get(host, LATEST_AS_DESTINATION);
  }

  setLatestAsSource(host: number, entry: number): void {
    this.#set(host, LATEST_AS_SOURCE, entry);
  }

  setLatestAsDestination(host: number, entry: number): void {
    this.#set(host, LATEST_AS_DESTINATION, entry);
  }

  #add(): number {
    const host = this.#table.insert();
    if ((host + 1) * CELLS > this.#cells.length) {
      const longer = new Float64Array(this.#table.capacity * CELLS);
      longer.set(this.#cells);
      this.#cells = longer;
    }
    this.#set(host, OPEN_FLOWS, 0);
    this.#set(host, SERIAL, this.#serials++);
    this.#set(host, LATEST_AS_SOURCE, -1);
    this.#set(host, LATEST_AS_DESTINATION, -1);
    return host;
  }

  #forget(now: number): void {
    for (let host = this.#idle.head; host >= 0; host = this.#idle.head) {
      if (this.#idleCount <= this.#maxIdle && now - this.#get(host, IDLE_SINCE) <= REMEMBERED) return;
      this.#idle.remove(host);
      this.#idleCount--;
      this.#table.remove(host);
    }
  }

  #get(host: number, cell: number): number {
    return this.#cells[host * CELLS + cell] as number; // a host given out lies within the array
  }

  #set(host: number, cell: number, value: number): void {
    this.#cells[host * CELLS + cell] = value;
  }

  /** Saves the state, or restores it. */
  async exchange(state: StateExchange): Promise<void> {
    await this.#table.exchange(state);
    await this.#idle.exchange(state);
    this.#idleCount = await state.number(this.#idleCount);
    this.#serials = await state.number(this.#serials);
    this.#cells = await state.array(this.#cells);
  }
}
