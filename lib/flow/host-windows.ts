// flow: what a flow's hosts did in the minute before its last packet: the sourceWindow… and destinationWindow… fields.

import type { StateExchange } from '../checkpoint/state-exchange.ts';
import { CELL, cell, type FlowCells, SIDE, sideBase } from './flow-cells.ts';
import { DENIED, ENTRY_FLOATS, ENTRY_INTEGERS, ENTRY_TIMES, FlowLog, SPARE_PLACE } from './flow-log.ts';
import { Hosts } from './hosts.ts';
import { WINDOW_FLOWS, WINDOW_SECONDS } from './limits.ts';
import { isDenial } from './said-counts.ts';
import { SEEN_DESTINATION_RST, SEEN_HANDSHAKE, SEEN_SOURCE_RST, SEEN_SYN, SEEN_SYN_ACK } from './tcp-state.ts';
import { ANSWERED, ESTABLISHED, HALF_OPEN, REFUSED, WINDOW_VALUES, WindowFigures } from './window-figures.ts';

const WINDOW = WINDOW_SECONDS * 1e9;
const MAX_LINK = 0x7fff_ffff;

export interface HostWindowsOptions {
  readonly maxOpenFlows: number;
  /** Flows the windows can look back on: a power of two, more than may be open. */
  readonly logFlows?: number | undefined;
  readonly maxIdleHosts?: number | undefined;
}

/**
 * A flow looks back from where its hosts stood at its last packet, so that whatever came between that and its end costs
 * nothing: at most WINDOW_FLOWS steps a window, however many flows there are.
 */
export class HostWindows {
  readonly #hosts: Hosts;
  readonly #log: FlowLog;
  readonly #cells: FlowCells;
  readonly #figures = new WindowFigures();

  constructor(cells: FlowCells, options: HostWindowsOptions) {
    this.#cells = cells;
    this.#hosts = new Hosts(options.maxOpenFlows, options.maxIdleHosts);
    this.#log = new FlowLog(options.logFlows);
  }

  /** Enters a new flow between two addresses of four words. */
  begin(slot: number, source: Uint32Array, destination: Uint32Array): void {
    const hosts = this.#hosts;
    const log = this.#log;
    const page = this.#cells.page(slot);
    const base = this.#cells.base(slot);
    const now = cell(page, base + CELL.startClock);
    const sourceHost = hosts.open(source, now);
    const destinationHost = hosts.open(destination, now);
    page[base + CELL.sourceHost] = sourceHost;
    page[base + CELL.destinationHost] = destinationHost;
    const entry = log.append();
    const place = log.place(entry);
    page[base + CELL.logEntry] = entry;
    this.#describe(place, page, base);
    log.integers[place * 16 + ENTRY_INTEGERS.slot] = slot;
    log.integers[place * 16 + ENTRY_INTEGERS.sourceLink] = link(entry, hosts.latestAsSource(sourceHost));
    log.integers[place * 16 + ENTRY_INTEGERS.destinationLink] = link(entry, hosts.latestAsDestination(destinationHost));
    hosts.setLatestAsSource(sourceHost, entry);
    hosts.setLatestAsDestination(destinationHost, entry);
  }

  /** Moves a flow's start on the clock. */
  restart(slot: number, start: number): void {
    const entry = this.#cells.get(slot, CELL.logEntry);
    if (this.#log.has(entry)) this.#log.times[this.#log.place(entry) * 8 + ENTRY_TIMES.start] = start;
  }

  /** Remembers where the hosts stand at a packet of the flow. */
  touch(page: Float64Array, base: number): void {
    page[base + CELL.sourceWindowEnd] = this.#hosts.latestAsSource(cell(page, base + CELL.sourceHost));
    page[base + CELL.destinationWindowEnd] = this.#hosts.latestAsDestination(cell(page, base + CELL.destinationHost));
  }

  /** Writes a flow's source window, then its destination window: WINDOW_VALUES each, from `at` on. */
  write(slot: number, into: Float64Array, at: number): void {
    const page = this.#cells.page(slot);
    const base = this.#cells.base(slot);
    const last = cell(page, base + CELL.lastClock);
    const entry = cell(page, base + CELL.logEntry);
    const own = this.#log.has(entry) ? this.#log.place(entry) : SPARE_PLACE;
    this.#describe(own, page, base);
    this.#refresh(own, page, base, Number.POSITIVE_INFINITY);
    this.#lookBack(own, cell(page, base + CELL.sourceWindowEnd), ENTRY_INTEGERS.sourceLink, last);
    this.#figures.write(this.#log, own, ENTRY_INTEGERS.destinationSerial, last, into, at);
    this.#lookBack(own, cell(page, base + CELL.destinationWindowEnd), ENTRY_INTEGERS.destinationLink, last);
    this.#figures.write(this.#log, own, ENTRY_INTEGERS.sourceSerial, last, into, at + WINDOW_VALUES);
  }

  /** The flow is over: its summary becomes final and its hosts have one open flow less. */
  end(slot: number, now: number): void {
    const page = this.#cells.page(slot);
    const base = this.#cells.base(slot);
    const entry = cell(page, base + CELL.logEntry);
    if (this.#log.has(entry)) {
      const place = this.#log.place(entry);
      this.#refresh(place, page, base, now);
      this.#log.integers[place * 16 + ENTRY_INTEGERS.slot] = -1;
    }
    this.#hosts.close(cell(page, base + CELL.sourceHost), now);
    this.#hosts.close(cell(page, base + CELL.destinationHost), now);
  }

  /** Finds the flows of one window; the flow itself is always one of those looked at. */
  #lookBack(own: number, end: number, linkAt: number, last: number): void {
    const log = this.#log;
    const { integers, times } = log;
    const { places } = this.#figures;
    const oldest = last - WINDOW;
    let count = 0;
    let room = WINDOW_FLOWS - 1;
    for (let entry = end; log.has(entry) && count < room; ) {
      const place = log.place(entry);
      if (place === own) room = WINDOW_FLOWS;
      else if ((times[place * 8 + ENTRY_TIMES.start] ?? 0) < oldest) break;
      places[count++] = place;
      this.#refreshOpen(place);
      const back = integers[place * 16 + linkAt] ?? 0;
      if (back === 0) break;
      entry -= back;
    }
    if (room < WINDOW_FLOWS) places[count++] = own;
    this.#figures.count = count;
  }

  /** An open flow's entry says what became of it so far. */
  #refreshOpen(place: number): void {
    const slot = this.#log.integers[place * 16 + ENTRY_INTEGERS.slot] ?? -1;
    if (slot >= 0) this.#refresh(place, this.#cells.page(slot), this.#cells.base(slot), Number.POSITIVE_INFINITY);
  }

  /** What does not change of a flow: its start and its parties. */
  #describe(place: number, page: Float64Array, base: number): void {
    const { times, integers } = this.#log;
    times[place * 8 + ENTRY_TIMES.start] = cell(page, base + CELL.startClock);
    integers[place * 16 + ENTRY_INTEGERS.sourceSerial] = this.#hosts.serial(cell(page, base + CELL.sourceHost));
    integers[place * 16 + ENTRY_INTEGERS.destinationSerial] = this.#hosts.serial(
      cell(page, base + CELL.destinationHost),
    );
    integers[place * 16 + ENTRY_INTEGERS.service] =
      (cell(page, base + CELL.protocol) << 16) | cell(page, base + CELL.destinationPort);
  }

  #refresh(place: number, page: Float64Array, base: number, end: number): void {
    const { times, integers, floats } = this.#log;
    const closing = cell(page, base + CELL.closingClock);
    times[place * 8 + ENTRY_TIMES.last] = cell(page, base + CELL.lastClock);
    times[place * 8 + ENTRY_TIMES.end] = closing >= 0 ? closing : end;
    integers[place * 16 + ENTRY_INTEGERS.outcome] = outcomeOf(page, base);
    if (isDenial(cell(page, sideBase(base, 1) + SIDE.said))) {
      integers[place * 16 + ENTRY_INTEGERS.service] = (integers[place * 16 + ENTRY_INTEGERS.service] ?? 0) | DENIED;
    }
    floats[place * 16 + ENTRY_FLOATS.sourceBytes] = cell(page, sideBase(base, 0) + SIDE.payloadBytes);
    floats[place * 16 + ENTRY_FLOATS.destinationBytes] = cell(page, sideBase(base, 1) + SIDE.payloadBytes);
    floats[place * 16 + ENTRY_FLOATS.packets] = cell(page, base + CELL.records);
  }

  /** Saves the state, or restores it; the flows' cells are saved by themselves. */
  async exchange(state: StateExchange): Promise<void> {
    await this.#hosts.exchange(state);
    await this.#log.exchange(state);
  }
}

/** How far back an earlier entry is; 0 where there is none near enough. */
function link(entry: number, previous: number): number {
  return previous < 0 || entry - previous > MAX_LINK ? 0 : entry - previous;
}

function outcomeOf(page: Float64Array, base: number): number {
  const tcp = cell(page, base + CELL.tcp);
  const isReset = (tcp & (SEEN_SOURCE_RST | SEEN_DESTINATION_RST)) !== 0;
  const isRefused = (tcp & SEEN_DESTINATION_RST) !== 0 && (tcp & SEEN_SYN_ACK) === 0;
  let outcome = cell(page, sideBase(base, 1) + SIDE.packets) > 0 ? ANSWERED : 0;
  if (isRefused || cell(page, base + CELL.icmpUnreachable) > 0) outcome |= REFUSED;
  if ((tcp & SEEN_HANDSHAKE) !== 0) outcome |= ESTABLISHED;
  else if ((tcp & SEEN_SYN) !== 0 && !isReset) outcome |= HALF_OPEN;
  return outcome;
}
