// flow: what a flow's hosts did in the minute before its last packet: the sourceWindow… and destinationWindow… fields.

import { CELL, cell, type FlowCells, SIDE, sideBase } from './flow-cells.ts';
import { ENTRY, FlowLog } from './flow-log.ts';
import { Hosts } from './hosts.ts';
import { WINDOW_FLOWS, WINDOW_SECONDS } from './limits.ts';
import { SEEN_DESTINATION_RST, SEEN_HANDSHAKE, SEEN_SOURCE_RST, SEEN_SYN, SEEN_SYN_ACK } from './tcp-state.ts';
import { ANSWERED, ESTABLISHED, HALF_OPEN, REFUSED, WINDOW_VALUES, WindowSums } from './window-sums.ts';

const WINDOW = WINDOW_SECONDS * 1e9;

export interface HostWindowsOptions {
  readonly maxOpenFlows: number;
  /** Flows the windows can look back on: a power of two. */
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
  readonly #sums = new WindowSums();

  constructor(cells: FlowCells, options: HostWindowsOptions) {
    this.#cells = cells;
    this.#hosts = new Hosts(options.maxOpenFlows, options.maxIdleHosts);
    this.#log = new FlowLog(options.logFlows);
  }

  /** Enters a new flow from `source` to `destination` (key words of its table from those positions on). */
  begin(slot: number, source: Uint32Array, destination: Uint32Array): void {
    const hosts = this.#hosts;
    const log = this.#log;
    const page = this.#cells.page(slot);
    const base = this.#cells.base(slot);
    const now = cell(page, base + CELL.startClock);
    const sourceHost = hosts.open(source, now);
    const destinationHost = hosts.open(destination, now);
    const entry = log.append();
    const at = log.base(entry);
    log.set(at, ENTRY.start, now);
    log.set(at, ENTRY.slot, slot);
    log.set(at, ENTRY.sourceSerial, hosts.serial(sourceHost));
    log.set(at, ENTRY.destinationSerial, hosts.serial(destinationHost));
    log.set(at, ENTRY.protocol, cell(page, base + CELL.protocol));
    log.set(at, ENTRY.port, cell(page, base + CELL.destinationPort));
    log.set(at, ENTRY.previousOfSource, hosts.latestAsSource(sourceHost));
    log.set(at, ENTRY.previousOfDestination, hosts.latestAsDestination(destinationHost));
    hosts.setLatestAsSource(sourceHost, entry);
    hosts.setLatestAsDestination(destinationHost, entry);
    page[base + CELL.sourceHost] = sourceHost;
    page[base + CELL.destinationHost] = destinationHost;
    page[base + CELL.logEntry] = entry;
  }

  /** Moves a flow's start on the clock. */
  restart(slot: number, start: number): void {
    const entry = this.#cells.get(slot, CELL.logEntry);
    if (this.#log.has(entry)) this.#log.set(this.#log.base(entry), ENTRY.start, start);
  }

  /** Remembers where the hosts stand at a packet of the flow. */
  touch(page: Float64Array, base: number): void {
    page[base + CELL.sourceWindowEnd] = this.#hosts.latestAsSource(cell(page, base + CELL.sourceHost));
    page[base + CELL.destinationWindowEnd] = this.#hosts.latestAsDestination(cell(page, base + CELL.destinationHost));
  }

  /** Writes a flow's source window, then its destination window: WINDOW_VALUES each, from `at` on. */
  write(slot: number, into: Float64Array, at: number): void {
    this.#lookBack(slot, false);
    this.#sums.write(into, at);
    this.#lookBack(slot, true);
    this.#sums.write(into, at + WINDOW_VALUES);
  }

  /** The flow is over: its summary becomes final and its hosts have one open flow less. */
  end(slot: number, now: number): void {
    const page = this.#cells.page(slot);
    const base = this.#cells.base(slot);
    const entry = cell(page, base + CELL.logEntry);
    if (this.#log.has(entry)) this.#finish(this.#log.base(entry), page, base, now);
    this.#hosts.close(cell(page, base + CELL.sourceHost), now);
    this.#hosts.close(cell(page, base + CELL.destinationHost), now);
  }

  #finish(at: number, page: Float64Array, base: number, now: number): void {
    const log = this.#log;
    const closing = cell(page, base + CELL.closingClock);
    log.set(at, ENTRY.slot, -1);
    log.set(at, ENTRY.last, cell(page, base + CELL.lastClock));
    log.set(at, ENTRY.end, closing >= 0 ? closing : now);
    log.set(at, ENTRY.outcome, outcomeOf(page, base));
    log.set(at, ENTRY.sourceBytes, cell(page, sideBase(base, 0) + SIDE.payloadBytes));
    log.set(at, ENTRY.destinationBytes, cell(page, sideBase(base, 1) + SIDE.payloadBytes));
    log.set(at, ENTRY.packets, cell(page, base + CELL.records));
  }

  /** Sums up one window; the flow itself is always one of those looked at. */
  #lookBack(slot: number, ofDestination: boolean): void {
    const log = this.#log;
    const sums = this.#sums;
    const page = this.#cells.page(slot);
    const base = this.#cells.base(slot);
    const own = cell(page, base + CELL.logEntry);
    const last = cell(page, base + CELL.lastClock);
    const sourceSerial = this.#hosts.serial(cell(page, base + CELL.sourceHost));
    const destinationSerial = this.#hosts.serial(cell(page, base + CELL.destinationHost));
    const port = cell(page, base + CELL.destinationPort);
    sums.begin({ ofDestination, sourceSerial, destinationSerial, port, last });
    const link = ofDestination ? ENTRY.previousOfDestination : ENTRY.previousOfSource;
    let isOwnMissing = true;
    let entry = cell(page, base + (ofDestination ? CELL.destinationWindowEnd : CELL.sourceWindowEnd));
    while (log.has(entry) && sums.flows < WINDOW_FLOWS - (isOwnMissing ? 1 : 0)) {
      const at = log.base(entry);
      if (entry === own) {
        isOwnMissing = false;
      } else if (log.get(at, ENTRY.start) < last - WINDOW) {
        break;
      }
      this.#add(at);
      entry = log.get(at, link);
    }
    if (isOwnMissing) {
      const protocol = cell(page, base + CELL.protocol);
      sums.addFlow(cell(page, base + CELL.startClock), sourceSerial, destinationSerial, protocol, port);
      this.#addOpen(page, base);
    }
  }

  #add(at: number): void {
    const log = this.#log;
    this.#sums.addFlow(
      log.get(at, ENTRY.start),
      log.get(at, ENTRY.sourceSerial),
      log.get(at, ENTRY.destinationSerial),
      log.get(at, ENTRY.protocol),
      log.get(at, ENTRY.port),
    );
    const slot = log.get(at, ENTRY.slot);
    if (slot >= 0) {
      this.#addOpen(this.#cells.page(slot), this.#cells.base(slot));
      return;
    }
    this.#sums.addOutcome(
      log.get(at, ENTRY.outcome),
      log.get(at, ENTRY.last),
      log.get(at, ENTRY.end),
      log.get(at, ENTRY.sourceBytes),
      log.get(at, ENTRY.destinationBytes),
      log.get(at, ENTRY.packets),
    );
  }

  #addOpen(page: Float64Array, base: number): void {
    const closing = cell(page, base + CELL.closingClock);
    this.#sums.addOutcome(
      outcomeOf(page, base),
      cell(page, base + CELL.lastClock),
      closing >= 0 ? closing : Number.POSITIVE_INFINITY,
      cell(page, sideBase(base, 0) + SIDE.payloadBytes),
      cell(page, sideBase(base, 1) + SIDE.payloadBytes),
      cell(page, base + CELL.records),
    );
  }
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
