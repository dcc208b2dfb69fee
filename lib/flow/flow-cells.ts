// flow: an open flow's state: one row of numbers in paged memory, which grows without copying and stays where it is.

import type { StateExchange } from '../checkpoint/state-exchange.ts';
import type { Run } from './used-runs.ts';

/** Cells of a flow. Times are nanoseconds on the flow clock unless the name says otherwise; -1 = none. */
export const CELL = {
  record: 0,
  lastRecord: 1,
  records: 2,
  thousandthRecord: 3,
  offset: 4,
  /** The clock at the flow's first and last packet. */
  startClock: 5,
  lastClock: 6,
  /** Latest packet's own time on the clock: gaps are measured from it. */
  lastTime: 7,
  gapMin: 8,
  gapMax: 9,
  gapMean: 10,
  gapSquares: 11,
  /** Bits of TCP (tcp-state.ts). */
  tcp: 12,
  closingClock: 13,
  /** 1 where the key's first endpoint is the flow's source. */
  isForward: 14,
  /** Latest block of sizes and gaps of the first packets (from the second on), and the directions of all as bits. */
  firstBlock: 15,
  firstDirections: 16,
  sourceHost: 17,
  destinationHost: 18,
  /** The hosts' latest flows when this one's last packet came (host-log numbers). */
  sourceWindowEnd: 19,
  destinationWindowEnd: 20,
  logEntry: 21,
  startSeconds: 22,
  startNanoseconds: 23,
  endSeconds: 24,
  endNanoseconds: 25,
  interfaceId: 26,
  ipVersion: 27,
  protocol: 28,
  vlan: 29,
  part: 30,
  icmpType: 31,
  icmpCode: 32,
  icmpUnreachable: 33,
  hasMac: 34,
  sourceMacHigh: 35,
  sourceMacLow: 36,
  destinationMacHigh: 37,
  destinationMacLow: 38,
  /** -1 while the flow goes on. */
  endReason: 39,
  sourcePort: 40,
  destinationPort: 41,
  /** Payload bytes of the first packet. */
  firstSize: 42,
  /** Block of the tunnel that the flow lies in (flow-tunnels.ts), -1 = none. */
  tunnelBlock: 43,
} as const;

/** Cells of one direction, from `sideBase`. */
export const SIDE = {
  packets: 0,
  bytes: 1,
  payloadPackets: 2,
  payloadBytes: 3,
  sizeMin: 4,
  sizeMax: 5,
  sizeSum: 6,
  sizeSquares: 7,
  gapMin: 8,
  gapMax: 9,
  gapMean: 10,
  gapSquares: 11,
  lastTime: 12,
  nextSequence: 13,
  firstSequence: 14,
  retransmissions: 15,
  fin: 16,
  syn: 17,
  rst: 18,
  psh: 19,
  ack: 20,
  urg: 21,
  ece: 22,
  cwr: 23,
  firstWindow: 24,
  firstTtl: 25,
  firstTos: 26,
  /** Payload packets whose first bytes are kept, and the block of each of the three. */
  headCount: 27,
  payloadBlock: 28,
  /** The side's first bytes (stream-heads.ts): first block, bytes in order, TCP sequence number of the first one. */
  streamBlock: 31,
  streamLength: 32,
  streamBase: 33,
  /** A piece that came before what precedes it. */
  earlyStart: 34,
  earlyEnd: 35,
  /** How many of the stream's bytes are kept; 0 before the first one. */
  streamLimit: 36,
  /** Where the next TLS record begins, of a stream that begins with one. */
  nextRecord: 37,
  /** Of datagrams: where each of the three ends, in the cells that only a stream needs. */
  datagramEnds: 33,
} as const;

const FLOW_CELLS = 44;
const SIDE_CELLS = 38;
const STRIDE = FLOW_CELLS + 2 * SIDE_CELLS;
/** Flows of a page: a run of slots that are saved together lies within one. */
export const PAGE_FLOWS = 256;
const PAGE_SHIFT = 8;

/** Where direction 0 (source) or 1 (destination) begins, from a flow's base. */
export function sideBase(base: number, direction: number): number {
  return base + FLOW_CELLS + direction * SIDE_CELLS;
}

/** The caller keeps `at` within the page; so the cast from `number | undefined` holds. */
export function cell(page: Float64Array, at: number): number {
  return page[at] as number;
}

export class FlowCells {
  readonly #pages: Float64Array[] = [];

  /** The page a slot's cells lie in, from `base(slot)` on. */
  page(slot: number): Float64Array {
    return this.#pages[slot >> PAGE_SHIFT] as Float64Array; // made by `clear` when the slot was first given out
  }

  base(slot: number): number {
    return (slot & (PAGE_FLOWS - 1)) * STRIDE;
  }

  get(slot: number, name: number): number {
    return cell(this.page(slot), this.base(slot) + name);
  }

  set(slot: number, name: number, value: number): void {
    this.page(slot)[this.base(slot) + name] = value;
  }

  /** Makes a slot's cells 0; the first call for a slot makes its page. */
  clear(slot: number): void {
    while (this.#pages.length <= slot >> PAGE_SHIFT) this.#pages.push(new Float64Array(PAGE_FLOWS * STRIDE));
    const base = this.base(slot);
    this.page(slot).fill(0, base, base + STRIDE);
  }

  /** Saves the cells of the slots in these runs, or restores them; any other slot below `count` then has no flow. */
  async exchange(state: StateExchange, count: number, runs: Iterable<Run>): Promise<void> {
    if (state.isRestoring) {
      if (count > 0) this.clear(count - 1);
      for (let slot = 0; slot < count; slot++) this.set(slot, CELL.record, -1);
    }
    for (const { start, end } of runs) {
      const from = this.base(start);
      await state.contents(this.page(start).subarray(from, from + (end - start) * STRIDE));
    }
  }
}
