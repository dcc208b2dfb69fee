// capture: 64-bit timestamps in any resolution to exact seconds and nanoseconds, without BigInt where it matters.

/** Where a conversion leaves its two numbers; reused, so that nothing is allocated per record. */
export interface Timestamp {
  seconds: number;
  nanoseconds: number;
}

const EXACT_UNITS = 2 ** 23;

/**
 * Splits `high · 2^32 + low` units since 1970. Decimal resolutions up to nanoseconds and binary ones up to 2^23 take
 * two exact divisions below 2^53; finer ones go through BigInt. Digits below a nanosecond are cut off.
 */
export function splitTimestamp(
  high: number,
  low: number,
  unitsPerSecond: number,
  offsetSeconds: number,
  into: Timestamp,
): void {
  const nanosecondsPerUnit = 1e9 / unitsPerSecond;
  const isWholeNanoseconds = Number.isInteger(nanosecondsPerUnit);
  if (!isWholeNanoseconds && unitsPerSecond > EXACT_UNITS) {
    splitFineTimestamp(high, low, unitsPerSecond, offsetSeconds, into);
    return;
  }
  const upper = high * 65_536 + (low >>> 16);
  const upperSeconds = Math.floor(upper / unitsPerSecond);
  const lower = (upper - upperSeconds * unitsPerSecond) * 65_536 + (low & 0xffff);
  const lowerSeconds = Math.floor(lower / unitsPerSecond);
  const rest = lower - lowerSeconds * unitsPerSecond;
  into.seconds = upperSeconds * 65_536 + lowerSeconds + offsetSeconds;
  into.nanoseconds = isWholeNanoseconds ? rest * nanosecondsPerUnit : Math.floor((rest * 1e9) / unitsPerSecond);
}

function splitFineTimestamp(
  high: number,
  low: number,
  unitsPerSecond: number,
  offsetSeconds: number,
  into: Timestamp,
): void {
  const units = BigInt(unitsPerSecond);
  const value = (BigInt(high) << 32n) | BigInt(low);
  into.seconds = Number(value / units) + offsetSeconds;
  into.nanoseconds = Number(((value % units) * 1_000_000_000n) / units);
}
