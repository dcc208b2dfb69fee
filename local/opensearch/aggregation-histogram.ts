// local/opensearch: histograms over numbers and dates, with the empty buckets between.
import { BIGINT, DOUBLE } from '@duckdb/node-api';
import { addUnits, type CalendarUnit, floorToUnit, parseDateMath } from '../../lib/query/date-math.ts';
import { formatInstant } from '../../lib/query/date-text.ts';
import { isTimeZone, zoneOffsetAtLocalMs, zoneOffsetMs } from '../../lib/query/time-zone.ts';
import type { AggregationBase, Slot } from './aggregation-base.ts';
import { type BucketPlan, type FoundBucket, javaDouble } from './aggregation-bucket.ts';
import type { BucketNode } from './aggregation-node.ts';
import { readOrder } from './aggregation-terms.ts';
import type { JsonObject } from './json-text.ts';
import { booleanOf, integerOf, numberOf, objectOf, onlyKeys, stringOf } from './request-value.ts';
import { illegalArgument, parsingError, ResponseError, unsupported } from './response-error.ts';
import { realNumber, type SqlBinder } from './sql-binder.ts';

/** Most buckets of one answer, as OpenSearch's search.max_buckets has it. */
export const MAX_BUCKETS = 65_535;

const CALENDAR: ReadonlyMap<string, readonly [CalendarUnit, string]> = new Map<string, readonly [CalendarUnit, string]>(
  [
    ...pairs(['second', '1s'], 's', 'second'),
    ...pairs(['minute', '1m'], 'm', 'minute'),
    ...pairs(['hour', '1h'], 'h', 'hour'),
    ...pairs(['day', '1d'], 'd', 'day'),
    ...pairs(['week', '1w'], 'w', 'week'),
    ...pairs(['month', '1M'], 'M', 'month'),
    ...pairs(['quarter', '1q'], 'q', 'quarter'),
    ...pairs(['year', '1y'], 'y', 'year'),
  ],
);
const FIXED_MS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

function pairs(names: readonly string[], unit: CalendarUnit, sql: string): [string, readonly [CalendarUnit, string]][] {
  return names.map((name) => [name, [unit, sql]]);
}

interface Steps {
  /** The key that a bound belongs to. */
  readonly floor: (value: number) => number;
  readonly next: (key: number) => number;
}

export function planHistogram(node: BucketNode, base: AggregationBase): BucketPlan {
  const { body } = node;
  onlyKeys(body, ['field', 'interval', 'offset', 'min_doc_count', 'extended_bounds', 'keyed', 'order'], 'histogram');
  const slot = base.slot(stringOf(body['field'], 'field'));
  if (slot.field !== undefined && slot.family !== 'integer' && slot.family !== 'real')
    throw unsupported(`a [histogram] over [${slot.name}] of type [${slot.field.type}]`);
  const interval = numberOf(body['interval'], 'interval');
  if (interval <= 0) throw illegalArgument(`[interval] must be >0 for histogram aggregation [${node.name}]`);
  const offset = body['offset'] === undefined ? 0 : numberOf(body['offset'], 'offset');
  const key = (value: string): string =>
    `(floor((${value} - ${realNumber(offset)}) / ${realNumber(interval)}) * ${realNumber(interval)} + ${realNumber(offset)})::DOUBLE`;
  const step = (value: number): number => Math.floor((value - offset) / interval);
  const steps: Steps = {
    floor: (value) => step(value) * interval + offset,
    next: (at) => (Math.round((at - offset) / interval) + 1) * interval + offset,
  };
  const bounds =
    body['extended_bounds'] === undefined ? undefined : objectOf(body['extended_bounds'], 'extended_bounds');
  const bound = (name: 'min' | 'max'): number | undefined =>
    bounds?.[name] === undefined || bounds[name] === null ? undefined : numberOf(bounds[name], name);
  return plan(node, slot, key, DOUBLE, steps, { min: bound('min'), max: bound('max') }, (value) => ({
    body: { key: value },
    name: javaDouble(value),
  }));
}

export function planDateHistogram(node: BucketNode, base: AggregationBase): BucketPlan {
  const { body } = node;
  onlyKeys(
    body,
    [
      'field',
      'fixed_interval',
      'calendar_interval',
      'time_zone',
      'offset',
      'min_doc_count',
      'extended_bounds',
      'keyed',
      'order',
      'format',
    ],
    'date_histogram',
  );
  const slot = base.slot(stringOf(body['field'], 'field'));
  if (slot.field !== undefined && slot.family !== 'date' && slot.family !== 'nanos')
    throw illegalArgument(
      `Field [${slot.name}] of type [${slot.field.type}] is not supported for aggregation [date_histogram]`,
    );
  const zone = body['time_zone'] === undefined ? undefined : stringOf(body['time_zone'], 'time_zone');
  if (zone !== undefined && !isTimeZone(zone)) throw parsingError(`[time_zone] [${zone}] is not known`);
  const isUtc = zone === undefined || zone === 'UTC' || zone === 'Z';
  const offsetMs = body['offset'] === undefined ? 0 : signedDurationMs(body['offset']);
  const rounding = readRounding(body, isUtc ? undefined : zone, node.name, base.binder);
  const milliseconds = (value: string): string => (slot.family === 'nanos' ? `(${value} // 1000000)` : value);
  const shifted = (value: string): string =>
    offsetMs === 0 ? milliseconds(value) : `(${milliseconds(value)} - (${offsetMs}))`;
  const key = (value: string): string => `(${rounding.sql(shifted(value))} + (${offsetMs}))::BIGINT`;
  const steps: Steps = {
    floor: (value) => rounding.steps.floor(value - offsetMs) + offsetMs,
    next: (at) => rounding.steps.next(at - offsetMs) + offsetMs,
  };
  const bounds =
    body['extended_bounds'] === undefined ? undefined : objectOf(body['extended_bounds'], 'extended_bounds');
  const bound = (name: 'min' | 'max'): number | undefined => dateBound(bounds, name, zone);
  const show = keyFormat(body['format'], zone);
  return plan(node, slot, key, BIGINT, steps, { min: bound('min'), max: bound('max') }, (value) => {
    const text = show(value);
    return { body: { key_as_string: text, key: value }, name: text };
  });
}

function plan(
  node: BucketNode,
  slot: Slot,
  key: (value: string) => string,
  keyType: typeof DOUBLE | typeof BIGINT,
  steps: Steps,
  bounds: { readonly min: number | undefined; readonly max: number | undefined },
  show: (key: number) => { readonly body: Readonly<Record<string, unknown>>; readonly name: string },
): BucketPlan {
  const { body } = node;
  const minDocCount = body['min_doc_count'] === undefined ? 0 : integerOf(body['min_doc_count'], 'min_doc_count');
  const [order] =
    body['order'] === undefined ? [{ name: '_key', direction: 'ASC' as const }] : readOrder(body['order']);
  if (order === undefined || (order.name !== '_key' && order.name !== '_count'))
    throw unsupported(`[order] by [${order?.name ?? ''}] in [${node.kind}]`);
  const isMapped = slot.field !== undefined;
  const sql = !isMapped
    ? 'NULL::BIGINT'
    : slot.list === undefined
      ? key(slot.single)
      : `list_distinct(list_transform(${slot.list}, lambda v: ${key('v')}))`;
  return {
    node,
    key: sql,
    isList: isMapped && slot.list !== undefined,
    keyType: isMapped ? keyType : BIGINT,
    top: undefined,
    minDocCount,
    show: (found) => {
      const all = minDocCount === 0 ? fillGaps(found, steps, bounds, keyType === BIGINT) : found;
      const sign = order.direction === 'DESC' ? -1 : 1;
      const sorted =
        order.name === '_count'
          ? all.toSorted((left, right) => sign * (left.count - right.count))
          : sign < 0
            ? all.toReversed()
            : all;
      return sorted.map((bucket) => ({
        found: bucket,
        ...show(Number(bucket.key)),
      }));
    },
    form: body['keyed'] !== undefined && booleanOf(body['keyed'], 'keyed') ? 'keyed' : 'list',
    extra: () => ({}),
  };
}

function fillGaps(
  found: readonly FoundBucket[],
  steps: Steps,
  bounds: { readonly min: number | undefined; readonly max: number | undefined },
  isWhole: boolean,
): readonly FoundBucket[] {
  const first = found[0];
  const last = found.at(-1);
  const lowest = bounds.min === undefined ? undefined : steps.floor(bounds.min);
  const highest = bounds.max === undefined ? undefined : steps.floor(bounds.max);
  const from = smallest(first === undefined ? undefined : Number(first.key), lowest);
  const to = smallest(negative(last === undefined ? undefined : Number(last.key)), negative(highest));
  if (from === undefined || to === undefined) return found;
  const byKey = new Map(found.map((bucket) => [Number(bucket.key), bucket]));
  const filled: FoundBucket[] = [];
  for (let key = from; key <= -to; key = steps.next(key)) {
    filled.push(byKey.get(key) ?? { key: isWhole ? BigInt(key) : key, count: 0, row: undefined });
    byKey.delete(key);
    if (filled.length > MAX_BUCKETS) throw tooManyBuckets(filled.length);
  }
  // a key that the steps do not meet (a clock change) keeps its documents
  return byKey.size === 0
    ? filled
    : [...filled, ...byKey.values()].sort((left, right) => Number(left.key) - Number(right.key));
}

function smallest(left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined) return right;
  return right === undefined ? left : Math.min(left, right);
}

function negative(value: number | undefined): number | undefined {
  return value === undefined ? undefined : -value;
}

export function tooManyBuckets(count: number): ResponseError {
  return new ResponseError(
    503,
    'too_many_buckets_exception',
    `Trying to create too many buckets. Must be less than or equal to: [${MAX_BUCKETS}] but was [${count}]. This limit can be set by changing the [search.max_buckets] cluster level setting.`,
    { max_buckets: MAX_BUCKETS },
  );
}

interface Rounding {
  readonly sql: (milliseconds: string) => string;
  readonly steps: Steps;
}

function readRounding(body: JsonObject, zone: string | undefined, name: string, binder: SqlBinder): Rounding {
  const fixed = body['fixed_interval'];
  const calendar = body['calendar_interval'];
  if ((fixed === undefined) === (calendar === undefined)) {
    throw illegalArgument(
      `Required one of fields [interval, fixed_interval, calendar_interval], but ${fixed === undefined ? 'none' : 'two'} were specified in [${name}]`,
    );
  }
  if (fixed !== undefined) return fixedRounding(durationMs(fixed), zone, binder);
  const unit = CALENDAR.get(stringOf(calendar, 'calendar_interval'));
  if (unit === undefined)
    throw illegalArgument(`The supplied interval [${String(calendar)}] could not be parsed as a calendar interval.`);
  const [letter, sqlUnit] = unit;
  const steps: Steps = {
    floor: (value) => floorToUnit(value, letter, zone),
    next: (key) => addUnits(key, 1, letter, zone),
  };
  if (letter === 's' || letter === 'm' || letter === 'h') {
    const length = { s: 1_000, m: 60_000, h: 3_600_000 }[letter];
    if (zone === undefined) return { sql: (ms) => floorBy(ms, length), steps };
    const { toLocal } = zoneSql(zone, binder);
    return { sql: (ms) => `(${ms} - (${toLocal(ms)} - ${floorBy(toLocal(ms), length)}))`, steps };
  }
  const truncate = (local: string): string => `epoch_ms(date_trunc('${sqlUnit}', make_timestamp((${local}) * 1000)))`;
  if (zone === undefined) return { sql: truncate, steps };
  const { toLocal, toUtc } = zoneSql(zone, binder);
  return { sql: (ms) => toUtc(truncate(toLocal(ms))), steps };
}

function fixedRounding(length: number, zone: string | undefined, binder: SqlBinder): Rounding {
  const floor = (value: number): number => Math.floor(value / length) * length;
  if (zone === undefined) return { sql: (ms) => floorBy(ms, length), steps: { floor, next: (key) => key + length } };
  const { toLocal, toUtc } = zoneSql(zone, binder);
  const toWall = (ms: number): number => ms + zoneOffsetMs(zone, ms);
  const fromWall = (local: number): number => local - zoneOffsetAtLocalMs(zone, local);
  return {
    sql: (ms) => toUtc(floorBy(toLocal(ms), length)),
    steps: { floor: (value) => fromWall(floor(toWall(value))), next: (key) => fromWall(toWall(key) + length) },
  };
}

function floorBy(value: string, length: number): string {
  return `(floor((${value}) / ${length}.0)::BIGINT * ${length})`;
}

/** Wall clock and back in SQL, both as milliseconds. */
function zoneSql(
  zone: string,
  binder: SqlBinder,
): { readonly toLocal: (ms: string) => string; readonly toUtc: (local: string) => string } {
  if (/^[+-]|^(?:UTC|GMT)/.test(zone)) {
    const offset = zoneOffsetMs(zone, 0);
    return { toLocal: (ms) => `(${ms} + (${offset}))`, toUtc: (local) => `(${local} - (${offset}))` };
  }
  const name = binder.text(zone);
  return {
    toLocal: (ms) => `epoch_ms(timezone(${name}, timezone('UTC', make_timestamp((${ms}) * 1000))))`,
    toUtc: (local) => `epoch_ms(timezone(${name}, make_timestamp((${local}) * 1000)))`,
  };
}

function durationMs(value: unknown): number {
  const found = /^(\d{1,12})(ms|s|m|h|d)$/.exec(stringOf(value, 'fixed_interval'));
  const ms = found === null ? 0 : Number(found[1]) * (FIXED_MS.get(found[2] ?? '') ?? 0);
  if (ms < 1)
    throw illegalArgument(
      `failed to parse setting [date_histogram.fixedInterval] with value [${String(value)}] as a time value`,
    );
  return ms;
}

function signedDurationMs(value: unknown): number {
  const text = stringOf(value, 'offset');
  const sign = text.startsWith('-') ? -1 : 1;
  return sign * durationMs(text.replace(/^[+-]/, ''));
}

function dateBound(bounds: JsonObject | undefined, name: 'min' | 'max', zone: string | undefined): number | undefined {
  const value = bounds?.[name];
  if (value === undefined || value === null) return undefined;
  const formats = ['strict_date_optional_time', 'epoch_millis'] as const;
  const instant =
    typeof value === 'number'
      ? { ms: value }
      : parseDateMath(String(value), { formats, nowMs: Date.now(), roundUp: false, zone });
  if (instant === undefined) throw parsingError(`failed to parse date field [${String(value)}] in [extended_bounds]`);
  return instant.ms;
}

function keyFormat(format: unknown, zone: string | undefined): (ms: number) => string {
  const offsetOf = zone === undefined ? undefined : (ms: number): number => zoneOffsetMs(zone, ms);
  const iso = (ms: number, digits: 3 | 9): string => {
    const offset = offsetOf?.(ms) ?? 0;
    const text = formatInstant({ ms: ms + offset, ns: 0 }, digits);
    if (offset === 0) return text;
    const minutes = Math.abs(offset) / 60_000;
    const pad = (value: number): string => String(Math.trunc(value)).padStart(2, '0');
    return `${text.slice(0, -1)}${offset < 0 ? '-' : '+'}${pad(minutes / 60)}:${pad(minutes % 60)}`;
  };
  if (format === undefined) return (ms) => iso(ms, 3);
  switch (stringOf(format, 'format')) {
    case 'epoch_millis':
      return String;
    case 'strict_date_optional_time':
    case 'date_time':
      return (ms) => iso(ms, 3);
    case 'strict_date_optional_time_nanos':
      return (ms) => iso(ms, 9);
    case 'yyyy-MM-dd':
    case 'strict_date':
      return (ms) => iso(ms, 3).slice(0, 10);
    default:
      throw unsupported(`[format] [${String(format)}] in [date_histogram]`);
  }
}
