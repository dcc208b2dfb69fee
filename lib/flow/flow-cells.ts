// flow: an open flow's state: one row of numbers in paged memory, which grows without copying and stays where it is.

import type { StateExchange } from '../checkpoint/state-exchange.ts';
import type { Run } from './used-runs.ts';

/**
 * Cells of a flow. Times are nanoseconds on the flow clock unless the name says otherwise; -1 = none. What each packet
 * reads or writes comes last, beside the source's cells, which begin the same way: few lines of memory for a packet.
 */
export const CELL = {
  offset: 0,
  /** The clock at the flow's first packet (and, below, at its last). */
  startClock: 1,
  logEntry: 2,
  startSeconds: 3,
  startNanoseconds: 4,
  interfaceId: 5,
  ipVersion: 6,
  protocol: 7,
  vlan: 8,
  part: 9,
  icmpType: 10,
  icmpCode: 11,
  hasMac: 12,
  sourceMacHigh: 13,
  sourceMacLow: 14,
  destinationMacHigh: 15,
  destinationMacLow: 16,
  sourcePort: 17,
  destinationPort: 18,
  /** Payload bytes of the first packet. */
  firstSize: 19,
  /** Block of the tunnel that the flow lies in (flow-tunnels.ts), -1 = none. */
  tunnelBlock: 20,
  thousandthRecord: 21,
  icmpUnreachable: 22,
  /** -1 while the flow goes on. */
  endReason: 23,
  record: 24,
  /** 1 where the key's first endpoint is the flow's source. */
  isForward: 25,
  records: 26,
  lastRecord: 27,
  lastClock: 28,
  /** Latest packet's own time on the clock: gaps are measured from it. */
  lastTime: 29,
  /** Bits of TCP (tcp-state.ts). */
  tcp: 30,
  closingClock: 31,
  gapMin: 32,
  gapMax: 33,
  gapMean: 34,
  gapSquares: 35,
  endSeconds: 36,
  endNanoseconds: 37,
  sourceHost: 38,
  destinationHost: 39,
  /** The hosts' latest flows when this one's last packet came (host-log numbers). */
  sourceWindowEnd: 40,
  destinationWindowEnd: 41,
  /** Latest block of sizes and gaps of the first packets (from the second on), and the directions of all as bits. */
  firstBlock: 42,
  firstDirections: 43,
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
  ack: 14,
  psh: 15,
  /** Payload packets whose first bytes are kept, and (below) the block of each of the three. */
  headCount: 16,
  /** The side's first bytes (stream-heads.ts): bytes in order, how many are kept (0 before the first one), first block. */
  streamLength: 17,
  streamLimit: 18,
  streamBlock: 19,
  firstSequence: 20,
  retransmissions: 21,
  fin: 22,
  syn: 23,
  rst: 24,
  urg: 25,
  ece: 26,
  cwr: 27,
  firstWindow: 28,
  firstTtl: 29,
  firstTos: 30,
  payloadBlock: 31,
  /** Where the next TLS record begins, of a stream that begins with one. */
  nextRecord: 34,
  /** TCP sequence number of the stream's first byte, and a piece that came before what precedes it. */
  streamBase: 35,
  earlyStart: 36,
  earlyEnd: 37,
  /** What the side's packets said (signs.ts), and how often (said-counts.ts). */
  signs: 38,
  said: 39,
  /** Of datagrams: where each of the three ends, in the cells that only a stream needs. */
  datagramEnds: 35,
} as const;

const FLOW_CELLS = 44;
const SIDE_CELLS = 40;
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
