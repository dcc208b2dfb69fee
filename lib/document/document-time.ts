// document: times as the index stores them: RFC 3339 with nine digits, within what a 64-bit count of nanoseconds holds.

/** A moment as captures give it: whole seconds since 1970 and nanoseconds within the second. */
export interface Moment {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** Added to `tags` where a capture's time lies outside 1970–2262. */
export const OUT_OF_RANGE_TAG = 'timestamp-out-of-range';

/** 2262-04-11T23:47:16Z: 2^63 nanoseconds end within this second. */
const END_SECONDS = 9_223_372_036;
const NANOSECONDS = 1_000_000_000n;

export function isIndexableTime({ seconds }: Moment): boolean {
  return seconds >= 0 && seconds < END_SECONDS;
}

// Times come in order, many of one second: the last second's text is kept.
let lastSecond = Number.NaN;
let lastText = '';

/** `2026-11-23T06:41:02.000000123Z`, or undefined outside 1970–2262. */
export function formatTime(moment: Moment): string | undefined {
  if (!isIndexableTime(moment)) return undefined;
  const { seconds } = moment;
  if (seconds !== lastSecond) {
    lastText = new Date(seconds * 1000).toISOString().slice(0, 19);
    lastSecond = seconds;
  }
  return `${lastText}.${String(moment.nanoseconds).padStart(9, '0')}Z`;
}

/** Nanoseconds from one moment to another, never negative; exact up to 104 days, then to a double's precision. */
export function durationNanoseconds(start: Moment, end: Moment): number {
  const duration = (end.seconds - start.seconds) * 1e9 + (end.nanoseconds - start.nanoseconds);
  return Math.max(0, duration);
}

/** Nanoseconds since 1970; whatever a hostile capture claims, the result is a whole number. */
export function toNanoseconds({ seconds, nanoseconds }: Moment): bigint {
  return BigInt(Math.trunc(seconds)) * NANOSECONDS + BigInt(nanoseconds);
}

/** The moment that many nanoseconds after 1970 (or before it). */
export function fromNanoseconds(value: bigint): Moment {
  const remainder = value % NANOSECONDS;
  const nanoseconds = remainder < 0n ? remainder + NANOSECONDS : remainder;
  return { seconds: Number((value - nanoseconds) / NANOSECONDS), nanoseconds: Number(nanoseconds) };
}
