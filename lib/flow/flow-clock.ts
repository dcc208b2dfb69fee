// flow: the clock of a dump: the largest timestamp seen, kept from lone wild timestamps.

import type { StateExchange } from '../checkpoint/state-exchange.ts';
import { STEP_RECORDS, STEP_SECONDS } from './limits.ts';

const NANOSECONDS = 1e9;
const STEP = STEP_SECONDS * NANOSECONDS;

/** A record's time on the clock, and the wall-clock time that counts for its flow. */
export interface Stamp {
  readonly record: number;
  readonly time: number;
  readonly seconds: number;
  readonly nanoseconds: number;
}

/**
 * Counts nanoseconds from the dump's first record and never goes back. A record more than an hour off is a stray: it is
 * taken at the clock's present time. When three successive records are all an hour ahead, the clock goes to the earliest
 * of them; when all are an hour behind (an older capture appended), no time passes and counting goes on from there.
 */
export class FlowClock {
  /** The clock. */
  now = 0;
  /** The wall-clock time it shows. */
  nowSeconds = 0;
  nowNanoseconds = 0;
  /** Of the record last taken: its time on the clock and the wall-clock time that counts for its flow. */
  time = 0;
  seconds = 0;
  nanoseconds = 0;
  /** True where that record's own time was not followed (yet). */
  isStray = false;
  /** Usually empty; after a step, what now counts for the strays before the record last taken. */
  restamped: readonly Stamp[] = [];
  #isStarted = false;
  #originSeconds = 0;
  #originNanoseconds = 0;
  /** The strays since the latest record that was followed, with their own times. */
  #strays: readonly Stamp[] = [];

  take(record: number, seconds: number, nanoseconds: number): void {
    if (!this.#isStarted) {
      this.#isStarted = true;
      this.#originSeconds = seconds;
      this.#originNanoseconds = nanoseconds;
      this.#show(0, seconds, nanoseconds);
    }
    const time = this.#onClock(seconds, nanoseconds);
    if (this.restamped.length > 0) this.restamped = [];
    if (Math.abs(time - this.now) <= STEP) {
      if (this.#strays.length > 0) this.#strays = [];
      this.#accept(time, seconds, nanoseconds);
      return;
    }
    this.#takeStray({ record, time, seconds, nanoseconds });
  }

  #accept(time: number, seconds: number, nanoseconds: number): void {
    if (time > this.now) this.#show(time, seconds, nanoseconds);
    this.time = time;
    this.seconds = seconds;
    this.nanoseconds = nanoseconds;
    this.isStray = false;
  }

  #takeStray(stray: Stamp): void {
    const isAhead = stray.time > this.now;
    const agreeing = this.#strays.filter((other) => other.time > this.now === isAhead);
    this.#strays = [...agreeing, stray].slice(-STEP_RECORDS);
    this.#acceptPresent();
    if (this.#strays.length === STEP_RECORDS) this.#step(isAhead);
  }

  #acceptPresent(): void {
    this.time = this.now;
    this.seconds = this.nowSeconds;
    this.nanoseconds = this.nowNanoseconds;
    this.isStray = true;
  }

  /** Goes to where three successive records agree time is. */
  #step(isAhead: boolean): void {
    const strays = this.#strays;
    const target = strays.reduce((a, b) => (a.time < b.time === isAhead ? a : b));
    if (isAhead) this.#show(target.time, target.seconds, target.nanoseconds);
    else this.#letStandForNow(target);
    const still: Stamp[] = [];
    this.restamped = strays.map((stray) => {
      const time = this.#onClock(stray.seconds, stray.nanoseconds);
      if (Math.abs(time - this.now) <= STEP) {
        this.#accept(time, stray.seconds, stray.nanoseconds);
        still.length = 0;
      } else {
        still.push({ ...stray, time });
        this.#acceptPresent();
      }
      return { record: stray.record, time: this.time, seconds: this.seconds, nanoseconds: this.nanoseconds };
    });
    this.#strays = still;
  }

  #letStandForNow({ seconds, nanoseconds }: Stamp): void {
    const wholeSeconds = Math.floor(this.now / NANOSECONDS);
    this.#originSeconds = seconds - wholeSeconds;
    this.#originNanoseconds = nanoseconds - (this.now - wholeSeconds * NANOSECONDS);
    this.#show(this.now, seconds, nanoseconds);
  }

  #onClock(seconds: number, nanoseconds: number): number {
    return (seconds - this.#originSeconds) * NANOSECONDS + (nanoseconds - this.#originNanoseconds);
  }

  #show(now: number, seconds: number, nanoseconds: number): void {
    this.now = now;
    this.nowSeconds = seconds;
    this.nowNanoseconds = nanoseconds;
  }

  /** Saves the state, or restores it. */
  async exchange(state: StateExchange): Promise<void> {
    this.now = await state.number(this.now);
    this.nowSeconds = await state.number(this.nowSeconds);
    this.nowNanoseconds = await state.number(this.nowNanoseconds);
    this.time = await state.number(this.time);
    this.seconds = await state.number(this.seconds);
    this.nanoseconds = await state.number(this.nanoseconds);
    this.isStray = (await state.number(Number(this.isStray))) === 1;
    this.restamped = await state.rows(this.restamped, ['record', 'time', 'seconds', 'nanoseconds']);
    this.#isStarted = (await state.number(Number(this.#isStarted))) === 1;
    this.#originSeconds = await state.number(this.#originSeconds);
    this.#originNanoseconds = await state.number(this.#originNanoseconds);
    this.#strays = await state.rows(this.#strays, ['record', 'time', 'seconds', 'nanoseconds']);
  }
}
