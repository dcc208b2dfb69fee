// flow: which open flows must end, and when: by silence, age, closing, volume, or because the table is full.

import type { StateExchange } from '../checkpoint/state-exchange.ts';
import { CELL, type FlowCells } from './flow-cells.ts';
import { END_REASONS, type EndReason } from './flow-fields.ts';
import { ACTIVE_SECONDS, CLOSE_SECONDS, IDLE_SECONDS, VOLUME_BYTES, VOLUME_RECORDS } from './limits.ts';
import { SlotList } from './slot-list.ts';

const NANOSECONDS = 1e9;

export interface LifetimeOptions {
  readonly idleSeconds?: number | undefined;
  readonly activeSeconds?: number | undefined;
  readonly closeSeconds?: number | undefined;
  readonly volumeBytes?: number | undefined;
  readonly volumeRecords?: number | undefined;
}

/** An open flow is in three lists: by last activity, by age and, once it closes, by closing; each is in order of time. */
export class FlowLifetime {
  readonly #cells: FlowCells;
  readonly #byActivity = new SlotList();
  readonly #byAge = new SlotList();
  readonly #byClosing = new SlotList();
  readonly #idle: number;
  readonly #active: number;
  readonly #close: number;
  readonly #volumeBytes: number;
  readonly #volumeRecords: number;
  /** Nothing ends before one of these is passed. */
  #dueClock = Number.POSITIVE_INFINITY;
  #dueOffset = Number.POSITIVE_INFINITY;
  #dueRecord = Number.POSITIVE_INFINITY;
  #ending: number[] = [];
  #nextEnding = 0;

  constructor(cells: FlowCells, options: LifetimeOptions) {
    this.#cells = cells;
    this.#idle = (options.idleSeconds ?? IDLE_SECONDS) * NANOSECONDS;
    this.#active = (options.activeSeconds ?? ACTIVE_SECONDS) * NANOSECONDS;
    this.#close = (options.closeSeconds ?? CLOSE_SECONDS) * NANOSECONDS;
    this.#volumeBytes = options.volumeBytes ?? VOLUME_BYTES;
    this.#volumeRecords = options.volumeRecords ?? VOLUME_RECORDS;
  }

  /** The flow that was active longest ago, -1 when none is open. */
  get leastRecentlyActive(): number {
    return this.#byActivity.head;
  }

  /** Flows that must end and are not yet handed out. */
  get endingCount(): number {
    return this.#ending.length - this.#nextEnding;
  }

  begin(slot: number, now: number, offset: number, record: number): void {
    if (this.#byAge.head < 0) {
      this.#dueOffset = offset + this.#volumeBytes;
      this.#dueRecord = record + this.#volumeRecords;
    }
    this.#byActivity.append(slot);
    this.#byAge.append(slot);
    this.#dueClock = Math.min(this.#dueClock, now + this.#idle, now + this.#active);
  }

  touch(slot: number): void {
    this.#byActivity.moveToEnd(slot);
  }

  /** The flow closes: it stays open a little longer for what is still under way. */
  close(slot: number, now: number): void {
    this.#cells.set(slot, CELL.closingClock, now);
    this.#byClosing.append(slot);
    this.#dueClock = Math.min(this.#dueClock, now + this.#close);
  }

  /** Marks what must end before the record at this offset, in the order (last packet, first record). */
  expire(now: number, offset: number, record: number): void {
    if (now <= this.#dueClock && offset < this.#dueOffset && record < this.#dueRecord) return;
    for (let slot = this.#byClosing.head; slot >= 0; slot = this.#byClosing.head) {
      if (this.#cells.get(slot, CELL.closingClock) + this.#close >= now) break;
      this.end(slot, 'closed');
    }
    for (let slot = this.#byActivity.head; slot >= 0; slot = this.#byActivity.head) {
      if (this.#cells.get(slot, CELL.lastClock) + this.#idle >= now) break;
      this.end(slot, 'idle');
    }
    for (let slot = this.#byAge.head; slot >= 0; slot = this.#byAge.head) {
      const reason = this.#reasonByAge(slot, now, offset, record);
      if (reason === undefined) break;
      this.end(slot, reason);
    }
    this.#sortEnding();
    this.#setDue();
  }

  /** Marks every open flow. */
  endAll(): void {
    for (let slot = this.#byActivity.head; slot >= 0; slot = this.#byActivity.head) {
      this.end(slot, this.#cells.get(slot, CELL.closingClock) >= 0 ? 'closed' : 'end-of-dump');
    }
    this.#sortEnding();
  }

  /** Marks one flow; it is open no more. */
  end(slot: number, reason: EndReason): void {
    this.#byActivity.remove(slot);
    this.#byAge.remove(slot);
    if (this.#cells.get(slot, CELL.closingClock) >= 0) this.#byClosing.remove(slot);
    this.#cells.set(slot, CELL.endReason, END_REASONS.indexOf(reason));
    this.#ending.push(slot);
  }

  /** Hands out the next flow that was marked, -1 when there is none. */
  takeEnding(): number {
    const slot = this.#ending[this.#nextEnding];
    if (slot !== undefined) {
      this.#nextEnding++;
      return slot;
    }
    if (this.#nextEnding > 0) {
      this.#ending.length = 0;
      this.#nextEnding = 0;
    }
    return -1;
  }

  #reasonByAge(slot: number, now: number, offset: number, record: number): EndReason | undefined {
    if (this.#cells.get(slot, CELL.startClock) + this.#active < now) return 'active';
    const isFar =
      offset - this.#cells.get(slot, CELL.offset) >= this.#volumeBytes ||
      record - this.#cells.get(slot, CELL.record) >= this.#volumeRecords;
    return isFar ? 'volume' : undefined;
  }

  #sortEnding(): void {
    if (this.#ending.length < 2) return;
    const cells = this.#cells;
    this.#ending.sort(
      (a, b) =>
        cells.get(a, CELL.lastClock) - cells.get(b, CELL.lastClock) ||
        cells.get(a, CELL.record) - cells.get(b, CELL.record),
    );
  }

  #setDue(): void {
    const cells = this.#cells;
    const oldest = this.#byAge.head;
    const silent = this.#byActivity.head;
    const closing = this.#byClosing.head;
    const none = Number.POSITIVE_INFINITY;
    this.#dueClock = Math.min(
      oldest < 0 ? none : cells.get(oldest, CELL.startClock) + this.#active,
      silent < 0 ? none : cells.get(silent, CELL.lastClock) + this.#idle,
      closing < 0 ? none : cells.get(closing, CELL.closingClock) + this.#close,
    );
    this.#dueOffset = oldest < 0 ? none : cells.get(oldest, CELL.offset) + this.#volumeBytes;
    this.#dueRecord = oldest < 0 ? none : cells.get(oldest, CELL.record) + this.#volumeRecords;
  }

  /** Saves the state, or restores it. */
  async exchange(state: StateExchange): Promise<void> {
    await this.#byActivity.exchange(state);
    await this.#byAge.exchange(state);
    await this.#byClosing.exchange(state);
    this.#dueClock = await state.number(this.#dueClock);
    this.#dueOffset = await state.number(this.#dueOffset);
    this.#dueRecord = await state.number(this.#dueRecord);
    this.#ending = await state.numbers(this.#ending);
    this.#nextEnding = await state.number(this.#nextEnding);
  }
}
