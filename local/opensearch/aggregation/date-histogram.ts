// local/opensearch/aggregation: histograms over time, by fixed lengths or by the calendar of a time zone.
import { BIGINT, type DuckDBConnection } from '@duckdb/node-api';
import { momentIn } from '../mapping/value-format.ts';
import { checkParameters, fieldFailure, shardError, textParameter } from '../request/body-parameters.ts';
import type { JsonObject } from '../request/json-text.ts';
import { timeValueMs } from '../request/time-value.ts';
import type { AggregationBase, Slot } from './base.ts';
import { type DateRounding, dateRounding, type Interval, type RoundingUnit } from './date-rounding.ts';
import {
  type Bounds,
  boundsMember,
  checkInside,
  HISTOGRAM_PARAMETERS,
  histogramKey,
  histogramPlan,
  histogramSlot,
  type Steps,
} from './histogram.ts';
import type { BucketNode } from './node.ts';
import type { BucketKey, BucketPlan } from './plan.ts';
import { zoneParameter } from './range.ts';

export const INTERVAL_PARAMETERS = ['fixed_interval', 'calendar_interval', 'interval', 'time_zone'];
const CALENDAR: ReadonlyMap<string, RoundingUnit> = new Map<string, RoundingUnit>([
  ...(['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'] as const).map(
    (unit) => [unit, unit] as const,
  ),
  ...([
    ['1s', 'second'],
    ['1m', 'minute'],
    ['1h', 'hour'],
    ['1d', 'day'],
    ['1w', 'week'],
    ['1M', 'month'],
  ] as const),
  ...([
    ['1q', 'quarter'],
    ['1y', 'year'],
  ] as const),
]);
/** What may lie between the last document and the last bucket that is asked for. */
const MARGIN_MS = 400 * 86_400_000;
const NANOS_A_MS = 1_000_000n;

export async function planDateHistogram(
  node: BucketNode,
  base: AggregationBase,
  connection: DuckDBConnection,
): Promise<BucketPlan> {
  const { body } = node;
  checkParameters('date_histogram', body, [...HISTOGRAM_PARAMETERS, ...INTERVAL_PARAMETERS]);
  const zone = zoneParameter('date_histogram', body);
  const interval = readInterval('date_histogram', body);
  const offsetMs = offsetOf('date_histogram', body);
  const extendedTexts = boundsMember('date_histogram', body, 'extended_bounds');
  const hardTexts = boundsMember('date_histogram', body, 'hard_bounds');
  const { slot, format } = histogramSlot(node, base, 'date', zone);
  checkInterval(interval);
  const bounds = (texts: JsonObject | undefined): Bounds | undefined => {
    const bound = (name: string): number | undefined => {
      const value = texts?.[name];
      if (value === undefined || value === null) return undefined;
      return typeof value === 'number' ? value : momentIn(format, String(value), base.nowMs);
    };
    return texts === undefined ? undefined : { min: bound('min'), max: bound('max') };
  };
  const extended = bounds(extendedTexts);
  const hard = bounds(hardTexts);
  if (extended?.min !== undefined && extended.max !== undefined && extended.min > extended.max)
    throw shardError(
      `[extended_bounds.min][${extended.min}] cannot be greater than [extended_bounds.max][${extended.max}] for histogram aggregation [${node.name}]`,
    );
  checkInside(extended, hard);
  const rounding = await roundingOver(base, connection, slot, interval, zone, [
    extended?.min,
    extended?.max,
    hard?.min,
    hard?.max,
  ]);
  const steps: Steps = {
    // bounds are rounded without the offset and then moved by it: with one they may fall into the neighbour
    ofBound: (value) => rounding.floor(value) + offsetMs,
    next: (key) => rounding.next(key - offsetMs) + offsetMs,
  };
  // hard ones are not even moved
  const keep = [
    ...(hard?.min === undefined ? [] : [`k0 >= ${rounding.floor(hard.min)}`]),
    ...(hard?.max === undefined ? [] : [`k0 < ${rounding.floor(hard.max)}`]),
  ];
  const key =
    (keep.length === 0 ? stepKey(base, slot, rounding, offsetMs) : undefined) ??
    histogramKey(slot, (value) => dateKey(slot, rounding, offsetMs, value));
  return histogramPlan(node, key, keep.join(' AND ') || 'true', steps, extended, format);
}

/**
 * The number of the interval, where all are of one length: one division a document, and the key's own reckoning once a
 * bucket (a histogram over a million flows 13.7 → 6.2 ms). Undefined where it cannot be told so.
 */
function stepKey(base: AggregationBase, slot: Slot, rounding: DateRounding, offsetMs: number): BucketKey | undefined {
  const { even } = rounding;
  if (even === undefined || slot.list !== undefined || (slot.family !== 'date' && slot.family !== 'integer'))
    return undefined;
  const length = BigInt(Math.trunc(even.lengthMs));
  const shift = BigInt(even.shiftMs - offsetMs);
  if (length * NANOS_A_MS >= 2n ** 63n) return undefined;
  const nanos = shift === 0n ? base.nanosColumn(slot) : undefined;
  const moved = shift === 0n ? slot.single : `(${slot.single} + (${shift}))`;
  return {
    // // cuts towards zero, and nanoseconds are never below
    sql:
      nanos === undefined
        ? `(${moved} // ${length} - (${moved} % ${length} < 0)::BIGINT)`
        : `(${nanos} // ${length * NANOS_A_MS})`,
    isList: false,
    type: BIGINT,
    isNullable: false,
    source: nanos ?? slot.single,
    read: (step) => (typeof step === 'bigint' ? Number(step * length - shift) : step),
  };
}

/** SQL of the key that a value of the slot belongs to. */
export function dateKey(slot: Slot, rounding: DateRounding, offsetMs: number, value: string): string {
  const ms = slot.family === 'real' ? `trunc(${value})::BIGINT` : value;
  const shifted = offsetMs === 0 ? ms : `(${ms} - (${offsetMs}))`;
  return `(${rounding.sql(shifted)} + (${offsetMs}))::DOUBLE`;
}

/** A rounding that knows the clock changes of all documents and of some other moments. */
export async function roundingOver(
  base: AggregationBase,
  connection: DuckDBConnection,
  slot: Slot,
  interval: Interval,
  zone: string | undefined,
  others: readonly (number | undefined)[],
): Promise<DateRounding> {
  const extent = zone === undefined ? undefined : await base.extent(connection, slot);
  const moments = [extent?.min, extent?.max, ...others].filter((moment) => moment !== undefined);
  const from = moments.length === 0 ? base.nowMs : Math.min(...moments);
  const to = moments.length === 0 ? base.nowMs : Math.max(...moments);
  return dateRounding(interval, zone, from - MARGIN_MS, to + MARGIN_MS);
}

/** The interval that a request names in one of three members; undefined where it names none. */
export function readInterval(kind: string, body: JsonObject): Interval | undefined {
  const given = ['fixed_interval', 'calendar_interval', 'interval'].filter((name) => body[name] !== undefined);
  const [name, second] = given;
  if (name === undefined) return undefined;
  if (second !== undefined)
    throw fieldFailure(kind, second, `Cannot use [${second}] with [${name}] configuration option.`);
  const text = textParameter(kind, body, name) ?? '';
  const unit = CALENDAR.get(text);
  if (name !== 'fixed_interval' && unit !== undefined) return { kind: 'calendar', unit };
  if (name === 'calendar_interval')
    throw fieldFailure(kind, name, `The supplied interval [${text}] could not be parsed as a calendar interval.`);
  return { kind: 'fixed', ms: lengthMs(kind, name, text) };
}

export function checkInterval(interval: Interval | undefined): asserts interval is Interval {
  if (interval === undefined) throw shardError('Invalid interval specified, must be non-null and non-empty');
  if (interval.kind === 'fixed' && interval.ms < 1) throw shardError('Zero or negative time interval not supported');
}

function lengthMs(kind: string, name: string, text: string): number {
  const ms = timeValueMs(text);
  if (ms !== undefined) return Math.floor(ms);
  throw fieldFailure(
    kind,
    name,
    `failed to parse setting [date_histogram.fixedInterval] with value [${text}] as a time value: unit is missing or unrecognized`,
  );
}

export function offsetOf(kind: string, body: JsonObject): number {
  const value = body['offset'];
  if (value === undefined || value === null) return 0;
  if (typeof value === 'number') return Math.trunc(value);
  const text = textParameter(kind, body, 'offset') ?? '';
  const length = lengthMs(kind, 'offset', text.replace(/^[+-]/, ''));
  return text.startsWith('-') ? -length : length;
}
