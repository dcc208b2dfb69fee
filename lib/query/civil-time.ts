// query: days and years of the proleptic Gregorian calendar, as far as a 64-bit count of milliseconds reaches.
// JavaScript's Date ends in the year 275760; the sum of a million dates does not.

export interface CivilTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly ms: number;
  /** Monday is 1. */
  readonly weekday: number;
  readonly dayOfYear: number;
}

const DAY_MS = 86_400_000;
const DAYS_PER_ERA = 146_097;
/** The largest 64-bit number: a larger double becomes this one, as where Java casts it. */
const MAX_MS = 9_223_372_036_854_775_807n;

/** The wall clock's reading `ms` milliseconds after 1970 began. */
export function civilTime(ms: number): CivilTime {
  const { days, rest } = splitDays(ms);
  const { year, month, day } = civilDate(days);
  return {
    year,
    month,
    day,
    hour: Math.floor(rest / 3_600_000),
    minute: Math.floor(rest / 60_000) % 60,
    second: Math.floor(rest / 1_000) % 60,
    ms: rest % 1_000,
    weekday: modulo(days + 3, 7) + 1,
    dayOfYear: days - daysOf(year, 1, 1) + 1,
  };
}

function splitDays(ms: number): { readonly days: number; readonly rest: number } {
  if (Number.isSafeInteger(ms)) return { days: Math.floor(ms / DAY_MS), rest: modulo(ms, DAY_MS) };
  let whole = BigInt(Math.trunc(ms));
  if (whole > MAX_MS) whole = MAX_MS;
  if (whole < -MAX_MS - 1n) whole = -MAX_MS - 1n;
  const rest = ((whole % 86_400_000n) + 86_400_000n) % 86_400_000n;
  return { days: Number((whole - rest) / 86_400_000n), rest: Number(rest) };
}

/** Years begin in March here, so that the leap day is a year's last. */
function civilDate(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / DAYS_PER_ERA);
  const dayOfEra = shifted - era * DAYS_PER_ERA;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  };
}

/** Days from 1970-01-01 to a date. */
export function daysOf(year: number, month: number, day: number): number {
  const shiftedYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(shiftedYear / 400);
  const yearOfEra = shiftedYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_PER_ERA + dayOfEra - 719_468;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
