// local/opensearch/aggregation: the beginnings of intervals of time, as fixed lengths or calendar units on a zone's wall clock, in SQL and in numbers.
import { civilTime, daysOf } from '../../../lib/query/civil-time.ts';
import { isFixedZone, type ZonePeriod, zoneOffsetMs, zonePeriods } from '../../../lib/query/time-zone.ts';

export type RoundingUnit = 'second' | 'minute' | 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year';

export type Interval =
  | { readonly kind: 'fixed'; readonly ms: number }
  | { readonly kind: 'calendar'; readonly unit: RoundingUnit };

export interface DateRounding {
  /** SQL of the beginning of the interval that holds a moment. */
  sql(ms: string): string;
  floor(ms: number): number;
  /** The beginning of the interval after the one that begins at `key`. */
  next(key: number): number;
  /** Where all intervals are of one length: that, and what a moment is moved by for them to begin at its multiples. */
  readonly even: { readonly lengthMs: number; readonly shiftMs: number } | undefined;
}

/** What a wall clock shows, cut down, and the next such time; both as if the zone were UTC. */
interface LocalRounding {
  readonly sql: (local: string) => string;
  readonly floor: (local: number) => number;
  readonly next: (local: number) => number;
  /** Of every interval; undefined where they differ. */
  readonly lengthMs?: number;
  readonly shiftMs?: number;
}

const DAY_MS = 86_400_000;
const UNIT_MS: Partial<Record<RoundingUnit, number>> = { second: 1_000, minute: 60_000, hour: 3_600_000 };
/** 1970-01-01 was a Thursday, weeks begin on Monday. */
const WEEK_SHIFT_MS = 3 * DAY_MS;
const MONTHS: Partial<Record<RoundingUnit, number>> = { month: 1, quarter: 3, year: 12 };

/** `fromMs` and `toMs`: of the moments there will be; a zone's changes outside are not known to the rounding. */
export function dateRounding(interval: Interval, zone: string | undefined, fromMs: number, toMs: number): DateRounding {
  const local = localRounding(interval);
  if (zone === undefined || isFixedZone(zone)) {
    const offset = zone === undefined ? 0 : zoneOffsetMs(zone, 0);
    return {
      sql: (ms) => shifted(local, ms, offset),
      floor: (ms) => local.floor(ms + offset) - offset,
      next: (key) => local.next(key + offset) - offset,
      even:
        local.lengthMs === undefined ? undefined : { lengthMs: local.lengthMs, shiftMs: offset + (local.shiftMs ?? 0) },
    };
  }
  return inPeriods(interval, local, zonePeriods(zone, fromMs, toMs));
}

function inPeriods(interval: Interval, local: LocalRounding, periods: readonly ZonePeriod[]): DateRounding {
  const at = (ms: number): number => periods.findLastIndex((period) => period.fromMs <= ms);
  const floor = (ms: number): number => {
    const index = at(ms);
    const { fromMs, offsetMs } = periods[index] ?? START;
    const own = local.floor(ms + offsetMs) - offsetMs;
    return own >= fromMs ? own : beforePeriod(index);
  };
  /** The interval that began before the clock was changed at the beginning of this period. */
  const beforePeriod = (index: number): number => {
    const { fromMs, offsetMs } = periods[index] ?? START;
    const wall = local.floor(fromMs + offsetMs);
    if (interval.kind === 'calendar' && UNIT_MS[interval.unit] === undefined) return toUtc(wall, true);
    const isInGap = wall >= fromMs + (periods[index - 1] ?? START).offsetMs;
    return isInGap && interval.kind === 'fixed' ? fromMs : floor(fromMs - 1);
  };
  const toUtc = (wall: number, gapBegins: boolean): number => {
    for (const [index, { fromMs, offsetMs }] of periods.entries()) {
      const utc = wall - offsetMs;
      if (utc < fromMs) return gapBegins ? fromMs : wall - (periods[index - 1] ?? START).offsetMs;
      if (utc < (periods[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY)) return utc;
    }
    return wall;
  };
  const unitMs = interval.kind === 'calendar' ? UNIT_MS[interval.unit] : undefined;
  const next = (key: number): number => {
    if (unitMs === undefined)
      return toUtc(local.next(key + (periods[at(key)] ?? START).offsetMs), interval.kind === 'calendar');
    let moved = key + unitMs;
    while (floor(moved) <= key) moved += unitMs / 2;
    return floor(moved);
  };
  const leaf = (ms: string, index: number): string => {
    const { fromMs, offsetMs } = periods[index] ?? START;
    const own = shifted(local, ms, offsetMs);
    return index === 0 ? own : `CASE WHEN ${own} < ${fromMs} THEN ${beforePeriod(index)} ELSE ${own} END`;
  };
  const tree = (ms: string, first: number, last: number): string => {
    if (first === last) return leaf(ms, first);
    const middle = Math.ceil((first + last) / 2);
    const from = periods[middle]?.fromMs ?? 0;
    return `CASE WHEN ${ms} < ${from} THEN ${tree(ms, first, middle - 1)} ELSE ${tree(ms, middle, last)} END`;
  };
  return { sql: (ms) => `(${tree(ms, 0, periods.length - 1)})`, floor, next, even: undefined };
}

const START: ZonePeriod = { fromMs: Number.NEGATIVE_INFINITY, offsetMs: 0 };

function shifted(local: LocalRounding, ms: string, offset: number): string {
  return offset === 0 ? local.sql(ms) : `(${local.sql(`(${ms} + (${offset}))`)} - (${offset}))`;
}

function localRounding(interval: Interval): LocalRounding {
  if (interval.kind === 'fixed') return everyLength(interval.ms, 0);
  const { unit } = interval;
  if (unit === 'day') return everyLength(DAY_MS, 0);
  if (unit === 'week') return everyLength(7 * DAY_MS, WEEK_SHIFT_MS);
  const length = UNIT_MS[unit];
  if (length !== undefined) return everyLength(length, 0);
  const months = MONTHS[unit] ?? 1;
  const floor = (local: number): number => {
    const { year, month } = civilTime(local);
    return daysOf(year, month - ((month - 1) % months), 1) * DAY_MS;
  };
  return {
    sql: (local) => `epoch_ms(date_trunc('${unit}', make_timestamp((${local}) * 1000)))`,
    floor,
    // into the middle of a later month, and back to its first day
    next: (local) => floor(floor(local) + months * 31 * DAY_MS),
  };
}

function everyLength(length: number, shift: number): LocalRounding {
  const floor = (local: number): number => Math.floor((local + shift) / length) * length - shift;
  const moved = (local: string): string => (shift === 0 ? local : `(${local} + ${shift})`);
  return {
    // % has the sign of what is divided
    sql: (local) => `(${local} - ((${moved(local)} % ${length}) + ${length}) % ${length})`,
    floor,
    next: (local) => floor(local) + length,
    lengthMs: length,
    shiftMs: shift,
  };
}
