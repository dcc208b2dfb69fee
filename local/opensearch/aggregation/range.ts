// local/opensearch/aggregation: range and date_range: a bucket per stretch of numbers or of time, its end left out.

import { isTimeZone } from '../../../lib/query/time-zone.ts';
import { realNumber } from '../database/sql-binder.ts';
import { javaDouble } from '../mapping/java-double.ts';
import { numberIn, type ValueFamily, type ValueFormat, valueFormat } from '../mapping/value-format.ts';
import {
  booleanParameter,
  checkParameters,
  fieldFailure,
  fieldParameter,
  shardError,
  textParameter,
  tokenOf,
} from '../request/body-parameters.ts';
import { isJsonObject, type JsonObject } from '../request/json-text.ts';
import type { AggregationBase, Slot } from './base.ts';
import { filledSlot } from './missing.ts';
import type { BucketNode } from './node.ts';
import { type Answer, type BucketPlan, fixedPlan } from './plan.ts';

interface Range {
  readonly key: string | undefined;
  /** ±Infinity where it is open. */
  readonly from: number;
  readonly to: number;
}

export function planRange(node: BucketNode, base: AggregationBase): BucketPlan {
  checkParameters('range', node.body, ['field', 'ranges', 'keyed', 'missing', 'format']);
  return planRanges(node, base, 'real', undefined);
}

export function planDateRange(node: BucketNode, base: AggregationBase): BucketPlan {
  checkParameters('date_range', node.body, ['field', 'ranges', 'keyed', 'missing', 'format', 'time_zone']);
  return planRanges(node, base, 'date', zoneParameter('date_range', node.body));
}

export function zoneParameter(kind: string, body: JsonObject): string | undefined {
  const zone = textParameter(kind, body, 'time_zone');
  if (zone !== undefined && !isTimeZone(zone))
    throw fieldFailure(kind, 'time_zone', `Unknown time-zone ID: ${zone}`, 'zone_rules_exception');
  return zone;
}

function planRanges(
  node: BucketNode,
  base: AggregationBase,
  unmapped: ValueFamily,
  zone: string | undefined,
): BucketPlan {
  const { body, kind } = node;
  const ranges = rangeList(kind, body).map((range) => checkRange(kind, range));
  const isKeyed = booleanParameter(kind, body, 'keyed') ?? false;
  const format = textParameter(kind, body, 'format');
  const slot = base.slot(fieldParameter(kind, body), unmapped);
  if (ranges.length === 0) throw shardError(`No [ranges] specified for the [${node.name}] aggregation`);
  if (slot.family === 'keyword' || slot.family === 'ip')
    throw shardError(`Field [${slot.name}] of type [${slot.field?.type}] is not supported for aggregation [${kind}]`);
  const shown = valueFormat(slot.family, slot.field, format, zone);
  const sorted = ranges
    .map((range) => boundsOf(range, shown, base.nowMs))
    .sort((left, right) => left.from - right.from || left.to - right.to);
  const filled = filledSlot(slot, body['missing'], base, shown);
  return fixedPlan(
    node,
    sorted.map(({ from, to }) => anyWithin(filled, from, to)),
    sorted.map((range) => rangeBody(range, shown, isKeyed)),
    sorted.map((range) => keyOf(range, shown)),
    isKeyed ? 'keyed' : 'list',
    { isNowhere: slot.field === undefined && body['missing'] === undefined },
  );
}

export function rangeList(kind: string, body: JsonObject): readonly JsonObject[] {
  const ranges = body['ranges'] ?? [];
  const list: readonly unknown[] = Array.isArray(ranges) ? ranges : [ranges];
  return list.map((range) => {
    if (isJsonObject(range)) return range;
    throw fieldFailure(
      kind,
      'ranges',
      `ranges doesn't support values of type: ${tokenOf(range)}`,
      'x_content_parse_exception',
    );
  });
}

function checkRange(kind: string, range: JsonObject): JsonObject {
  for (const name of Object.keys(range)) {
    if (!['key', 'from', 'to'].includes(name))
      throw fieldFailure(kind, 'ranges', `[range] unknown field [${name}]`, 'x_content_parse_exception');
  }
  return range;
}

function boundsOf(range: JsonObject, format: ValueFormat, nowMs: number): Range {
  const bound = (name: string, open: number): number => {
    const value = range[name];
    return value === undefined || value === null ? open : numberIn(format, value, nowMs);
  };
  return {
    key: textParameter('range', range, 'key'),
    from: bound('from', Number.NEGATIVE_INFINITY),
    to: bound('to', Number.POSITIVE_INFINITY),
  };
}

function keyOf({ key, from, to }: Range, format: ValueFormat): string {
  const name = (bound: number): string => (Number.isFinite(bound) ? (format.text?.(bound) ?? javaDouble(bound)) : '*');
  return key ?? `${name(from)}-${name(to)}`;
}

function rangeBody(range: Range, format: ValueFormat, isKeyed: boolean): Answer {
  const bound = (name: string, value: number): Answer => {
    if (!Number.isFinite(value)) return {};
    const text = format.text?.(value);
    const asText =
      text === undefined ? {} : { [`${name}_as_string`]: format.family === 'boolean' ? text === 'true' : text };
    return { [name]: value, ...asText };
  };
  const key = isKeyed ? {} : { key: keyOf(range, format) };
  return { ...key, ...bound('from', range.from), ...bound('to', range.to) };
}

function anyWithin(slot: Slot, from: number, to: number): string {
  const bound = (value: number): string => realNumber(roundFor(slot, value));
  const within = (value: string): string => {
    const parts: string[] = [`${value} IS NOT NULL`];
    if (Number.isFinite(from)) parts.push(`${value} >= ${bound(from)}`);
    if (Number.isFinite(to)) parts.push(`${value} < ${bound(to)}`);
    return `(${parts.join(' AND ')})`;
  };
  return slot.list === undefined ? within(slot.single) : `len(list_filter(${slot.list}, lambda v: ${within('v')})) > 0`;
}

/** A bound among values that are kept with fewer digits than it is written with. */
function roundFor({ field }: Slot, value: number): number {
  if (field?.type === 'float') return Math.fround(value);
  return field?.type === 'half_float' ? Math.f16round(value) : value;
}
