// query: date expressions of ranges, such as now-1d/d or 2026-11-01||+1M/d.
// https://docs.opensearch.org/latest/field-types/supported-field-types/date/#date-math
import { parseDate } from './date-formats.ts';
import type { Instant } from './date-text.ts';
import { zoneOffsetAtLocalMs, zoneOffsetMs } from './time-zone.ts';

export interface DateMathOptions {
  readonly formats: readonly string[];
  readonly nowMs: number;
  /** The end of what the text names instead of its beginning. */
  readonly roundUp: boolean;
  readonly zone?: string | undefined;
}

export type CalendarUnit = 'y' | 'q' | 'M' | 'w' | 'd' | 'h' | 'm' | 's';

const STEP = /^(?:([+-])(\d{1,9})([yMwdhHms])|\/([yMwdhHms]))/;
const UNIT_MS = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 } as const;

/** The moment an expression means, undefined if it is none. */
export function parseDateMath(text: string, options: DateMathOptions): Instant | undefined {
  const zone = options.zone;
  const anchor = text.startsWith('now') ? 'now' : text.includes('||') ? text.slice(0, text.indexOf('||')) : text;
  const steps = text.startsWith('now') ? text.slice(3) : text.includes('||') ? text.slice(anchor.length + 2) : '';
  const hasSteps = steps !== '';
  const start: Instant | undefined =
    anchor === 'now'
      ? { ms: options.nowMs, ns: 0 }
      : parseDate(anchor, options.formats, { roundUp: options.roundUp && !hasSteps, zone });
  if (start === undefined || !hasSteps) return start;
  return applySteps(start, steps, options.roundUp, zone);
}

function applySteps(start: Instant, steps: string, roundUp: boolean, zone: string | undefined): Instant | undefined {
  let { ms, ns } = start;
  let rest = steps;
  while (rest !== '') {
    const step = STEP.exec(rest);
    if (step === null) return undefined;
    const [whole, sign, amount, unit, roundTo] = step;
    if (roundTo !== undefined) {
      const floor = floorToUnit(ms, calendarUnit(roundTo), zone);
      ms = roundUp ? addUnits(floor, 1, calendarUnit(roundTo), zone) - 1 : floor;
      ns = roundUp ? 999_999 : 0;
    } else {
      ms = addUnits(ms, Number(amount) * (sign === '-' ? -1 : 1), calendarUnit(unit ?? 'd'), zone);
    }
    rest = rest.slice(whole.length);
  }
  return Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? { ms, ns } : undefined;
}

function calendarUnit(letter: string): CalendarUnit {
  switch (letter) {
    case 'y':
    case 'M':
    case 'w':
    case 'd':
    case 'm':
    case 's':
      return letter;
    default:
      return 'h';
  }
}

/** The beginning of the unit that holds the moment, on the zone's wall clock; weeks begin on Monday. */
export function floorToUnit(utcMs: number, unit: CalendarUnit, zone: string | undefined): number {
  const local = utcMs + (zone === undefined ? 0 : zoneOffsetMs(zone, utcMs));
  const floor = floorLocal(local, unit);
  return floor - (zone === undefined ? 0 : zoneOffsetAtLocalMs(zone, floor));
}

/** The moment `count` units later on the zone's wall clock; months keep the day where the month has it. */
export function addUnits(utcMs: number, count: number, unit: CalendarUnit, zone: string | undefined): number {
  if (unit === 'h' || unit === 'm' || unit === 's') return utcMs + count * UNIT_MS[unit];
  const local = utcMs + (zone === undefined ? 0 : zoneOffsetMs(zone, utcMs));
  const moved = unit === 'd' || unit === 'w' ? local + count * UNIT_MS[unit] : addMonths(local, count * monthsIn(unit));
  return moved - (zone === undefined ? 0 : zoneOffsetAtLocalMs(zone, moved));
}

function monthsIn(unit: 'y' | 'q' | 'M'): number {
  return unit === 'y' ? 12 : unit === 'q' ? 3 : 1;
}

function addMonths(ms: number, months: number): number {
  const date = new Date(ms);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(2_000 + (date.getUTCFullYear() % 400), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, lastDay));
  return date.getTime();
}

function floorLocal(ms: number, unit: CalendarUnit): number {
  if (unit === 'w') return Math.floor((ms - 345_600_000) / UNIT_MS.w) * UNIT_MS.w + 345_600_000;
  if (unit === 'd' || unit === 'h' || unit === 'm' || unit === 's')
    return Math.floor(ms / UNIT_MS[unit]) * UNIT_MS[unit];
  const date = new Date(ms);
  const month = unit === 'y' ? 0 : unit === 'q' ? date.getUTCMonth() - (date.getUTCMonth() % 3) : date.getUTCMonth();
  const floor = new Date(0);
  floor.setUTCFullYear(date.getUTCFullYear(), month, 1);
  return floor.getTime();
}
