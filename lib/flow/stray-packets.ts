// flow: packets taken at the clock's present time, and what their flows were before: a step takes them again.

import type { StateExchange } from '../checkpoint/state-exchange.ts';
import { CELL, cell, type FlowCells, SIDE, sideBase } from './flow-cells.ts';
import type { Stamp } from './flow-clock.ts';
import { STEP_RECORDS } from './limits.ts';

interface StrayPacket {
  readonly record: number;
  readonly slot: number;
  /** First record of its flow: a slot may since have been given to another. */
  readonly flow: number;
  readonly direction: number;
  /** The flow's cells before this packet. */
  lastTime: number;
  sideLastTime: number;
  endSeconds: number;
  endNanoseconds: number;
}

/** The clock's strays are always the latest records, so taking their packets back one by one is exact. */
export class StrayPackets {
  readonly #cells: FlowCells;
  #packets: readonly StrayPacket[] = [];

  constructor(cells: FlowCells) {
    this.#cells = cells;
  }

  /** Call before a stray's packet changes its flow. */
  remember(record: number, slot: number, direction: number): void {
    const flow = this.#cells.get(slot, CELL.record);
    const packet = { record, slot, flow, direction, lastTime: 0, sideLastTime: 0, endSeconds: 0, endNanoseconds: 0 };
    this.#save(packet);
    this.#packets = [...this.#packets, packet].slice(1 - STEP_RECORDS);
  }

  /** Gives the strays' packets the times they have after a step; gaps already counted stay. `began`: those of new flows. */
  restamp(stamps: readonly Stamp[], now: number, began: (slot: number, stamp: Stamp) => void): void {
    const packets = this.#packets.filter((packet) => this.#isOpen(packet) && stamps.some(isOf(packet)));
    for (const packet of packets.toReversed()) this.#takeBack(packet);
    for (const packet of packets) {
      const stamp = stamps.find(isOf(packet));
      if (stamp === undefined) continue;
      this.#save(packet);
      this.#take(packet, stamp, now);
      if (packet.record === packet.flow) began(packet.slot, stamp);
    }
  }

  #isOpen({ slot, flow }: StrayPacket): boolean {
    return this.#cells.get(slot, CELL.record) === flow && this.#cells.get(slot, CELL.endReason) < 0;
  }

  #save(packet: StrayPacket): void {
    const page = this.#cells.page(packet.slot);
    const base = this.#cells.base(packet.slot);
    packet.lastTime = cell(page, base + CELL.lastTime);
    packet.sideLastTime = cell(page, sideBase(base, packet.direction) + SIDE.lastTime);
    packet.endSeconds = cell(page, base + CELL.endSeconds);
    packet.endNanoseconds = cell(page, base + CELL.endNanoseconds);
  }

  #takeBack(packet: StrayPacket): void {
    const page = this.#cells.page(packet.slot);
    const base = this.#cells.base(packet.slot);
    page[base + CELL.lastTime] = packet.lastTime;
    page[sideBase(base, packet.direction) + SIDE.lastTime] = packet.sideLastTime;
    page[base + CELL.endSeconds] = packet.endSeconds;
    page[base + CELL.endNanoseconds] = packet.endNanoseconds;
  }

  #take({ slot, direction }: StrayPacket, { time, seconds, nanoseconds }: Stamp, now: number): void {
    const page = this.#cells.page(slot);
    const base = this.#cells.base(slot);
    const side = sideBase(base, direction);
    if (time >= cell(page, base + CELL.lastTime)) {
      page[base + CELL.lastTime] = time;
      page[base + CELL.endSeconds] = seconds;
      page[base + CELL.endNanoseconds] = nanoseconds;
    }
    if (time > cell(page, side + SIDE.lastTime)) page[side + SIDE.lastTime] = time;
    page[base + CELL.lastClock] = now;
  }

  /** Saves the state, or restores it. */
  async exchange(state: StateExchange): Promise<void> {
    this.#packets = await state.rows(this.#packets, [
      'record',
      'slot',
      'flow',
      'direction',
      'lastTime',
      'sideLastTime',
      'endSeconds',
      'endNanoseconds',
    ]);
  }
}

function isOf(packet: StrayPacket): (stamp: Stamp) => boolean {
  return ({ record }) => record === packet.record;
}
