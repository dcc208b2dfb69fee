// local/opensearch/aggregation: histograms over numbers, and the empty buckets between those of any histogram.
import { DOUBLE } from '@duckdb/node-api';
import { realNumber } from '../database/sql-binder.ts';
import { javaDouble } from '../mapping/java-double.ts';
import { type ValueFormat, valueFormat } from '../mapping/value-format.ts';
import {
  booleanParameter,
  checkParameters,
  fieldFailure,
  fieldParameter,
  integerParameter,
  numberParameter,
  parseFailure,
  ReduceError,
  shardError,
  textParameter,
  tokenOf,
} from '../request/body-parameters.ts';
import { isJsonObject, type JsonObject } from '../request/json-text.ts';
import type { AggregationBase, Slot } from './base.ts';
import { filledSlot } from './missing.ts';
import type { BucketNode } from './node.ts';
import { bodyOrder, readOrder } from './order.ts';
import type { BucketKey, BucketPlan, FoundBucket } from './plan.ts';

/** Most buckets of one answer, as OpenSearch's search.max_buckets has it. */
export const MAX_BUCKETS = 65_535;
export const HISTOGRAM_PARAMETERS = [
  ...['field', 'offset', 'min_doc_count', 'extended_bounds', 'hard_bounds', 'keyed', 'order', 'format', 'missing'],
];

/** Keys of buckets as numbers. */
export interface Steps {
  /** The key that a bound stands for. */
  readonly ofBound: (bound: number) => number;
  readonly next: (key: number) => number;
}

export interface Bounds {
  readonly min: number | undefined;
  readonly max: number | undefined;
}

export function planHistogram(node: BucketNode, base: AggregationBase): BucketPlan {
  const { body } = node;
  checkParameters('histogram', body, [...HISTOGRAM_PARAMETERS, 'interval']);
  const interval = numberParameter('histogram', body, 'interval');
  if (interval !== undefined && interval <= 0)
    throw fieldFailure('histogram', 'interval', `[interval] must be >0 for histogram aggregation [${node.name}]`);
  const offset = numberParameter('histogram', body, 'offset') ?? 0;
  const extended = numericBounds(body, 'extended_bounds');
  const hard = numericBounds(body, 'hard_bounds');
  const { slot, format } = histogramSlot(node, base, 'real', undefined);
  if (interval === undefined) throw shardError('interval must be positive, got: 0.0');
  checkInside(extended, hard);
  const steps: Steps = {
    ofBound: (value) => Math.floor((value - offset) / interval) * interval + offset,
    next: (key) => Math.floor((key + interval + interval / 2 - offset) / interval) * interval + offset,
  };
  const key = (value: string): string =>
    `(floor((${value}::DOUBLE - ${realNumber(offset)}) / ${realNumber(interval)}) * ${realNumber(interval)} + ${realNumber(offset)})::DOUBLE`;
  const keep = [
    ...(hard?.min === undefined ? [] : [`k0 >= ${realNumber(hard.min + offset)}`]),
    ...(hard?.max === undefined ? [] : [`k0 <= ${realNumber(hard.max + offset)}`]),
  ];
  return histogramPlan(node, histogramKey(slot, key), keep.join(' AND ') || 'true', steps, extended, format);
}

/** The values that a histogram counts, and how it shows its keys. */
export function histogramSlot(
  node: BucketNode,
  base: AggregationBase,
  unmapped: 'real' | 'date',
  zone: string | undefined,
): { readonly slot: Slot; readonly format: ValueFormat } {
  const slot = base.slot(fieldParameter(node.kind, node.body), unmapped);
  if (slot.family === 'keyword' || slot.family === 'ip')
    throw shardError(
      `Field [${slot.name}] of type [${slot.field?.type}] is not supported for aggregation [${node.kind}]`,
    );
  const format = valueFormat(slot.family, slot.field, textParameter(node.kind, node.body, 'format'), zone);
  return { slot: filledSlot(slot, node.body['missing'], base, format), format };
}

export function histogramKey(slot: Slot, key: (value: string) => string): BucketKey {
  if (slot.list === undefined)
    return { sql: key(slot.single), isList: false, type: DOUBLE, isNullable: false, source: slot.single };
  const sql = `list_distinct(list_transform(${slot.list}, lambda v: ${key('v')}))`;
  return { sql, isList: true, type: DOUBLE, isNullable: false };
}

export function histogramPlan(
  node: BucketNode,
  key: BucketKey,
  keep: string,
  steps: Steps,
  bounds: Bounds | undefined,
  format: ValueFormat,
): BucketPlan {
  const { kind, body } = node;
  const minDocCount = integerParameter(kind, body, 'min_doc_count') ?? 0;
  if (minDocCount < 0)
    throw fieldFailure(
      kind,
      'min_doc_count',
      `[minDocCount] must be greater than or equal to 0. Found [${minDocCount}] in [${node.name}]`,
    );
  const order = readOrder(kind, body['order']);
  return {
    node,
    keys: [key],
    keep,
    top: undefined,
    minDocCount: Math.max(minDocCount, 1),
    show: (found) =>
      (minDocCount === 0 ? fillGaps(found, steps, bounds) : found).map((bucket) => {
        const value = Number(bucket.keys[0]);
        const text = format.text?.(value);
        const body = text === undefined ? { key: value } : { key_as_string: text, key: value };
        return { found: bucket, body, name: text ?? javaDouble(value) };
      }),
    showsInGaps: true,
    sort: order === undefined ? undefined : bodyOrder(order, node.children),
    form: (booleanParameter(kind, body, 'keyed') ?? false) ? 'keyed' : 'list',
    extra: () => ({}),
  };
}

/** Every step from each bucket up to the next one, and out to the bounds. */
function fillGaps(found: readonly FoundBucket[], steps: Steps, bounds: Bounds | undefined): readonly FoundBucket[] {
  const lowest = bounds?.min === undefined ? undefined : steps.ofBound(bounds.min);
  const highest = bounds?.max === undefined ? undefined : steps.ofBound(bounds.max);
  const filled: FoundBucket[] = [];
  const fill = (from: number, isDone: (key: number) => boolean): void => {
    for (let key = from; !isDone(key); key = steps.next(key)) {
      filled.push({ keys: [key], count: 0, row: undefined, isGap: true });
      if (filled.length > MAX_BUCKETS) throw tooManyBuckets(filled.length);
    }
  };
  const [first] = found;
  if (first === undefined) {
    if (lowest !== undefined && highest !== undefined) fill(lowest, (key) => key > highest);
    return filled;
  }
  if (lowest !== undefined) fill(lowest, (key) => key >= Number(first.keys[0]));
  for (const [at, bucket] of found.entries()) {
    filled.push(bucket);
    const after = found[at + 1];
    const next = steps.next(Number(bucket.keys[0]));
    if (after !== undefined) fill(next, (key) => key >= Number(after.keys[0]));
    else if (highest !== undefined) fill(next, (key) => key > highest);
  }
  return filled;
}

export function tooManyBuckets(count: number): ReduceError {
  return new ReduceError(
    503,
    'too_many_buckets_exception',
    `Trying to create too many buckets. Must be less than or equal to: [${MAX_BUCKETS}] but was [${count}]. This limit can be set by changing the [search.max_buckets] cluster level setting.`,
    { max_buckets: MAX_BUCKETS },
  );
}

/** The members of `extended_bounds` or `hard_bounds`. */
export function boundsMember(kind: string, body: JsonObject, name: string): JsonObject | undefined {
  const bounds = body[name];
  if (bounds === undefined || bounds === null) return undefined;
  if (!isJsonObject(bounds)) throw parseFailure(`[${kind}] ${name} doesn't support values of type: ${tokenOf(bounds)}`);
  for (const key of Object.keys(bounds)) {
    if (key !== 'min' && key !== 'max')
      throw fieldFailure(kind, name, `[bounds] unknown field [${key}]`, 'x_content_parse_exception');
  }
  return bounds;
}

function numericBounds(body: JsonObject, name: string): Bounds | undefined {
  const member = boundsMember('histogram', body, name);
  if (member === undefined) return undefined;
  const bounds = { min: numberParameter(name, member, 'min'), max: numberParameter(name, member, 'max') };
  if (bounds.min !== undefined && bounds.max !== undefined && bounds.max < bounds.min)
    throw fieldFailure('histogram', name, `max bound [${bounds.max}] must be greater than min bound [${bounds.min}]`);
  return bounds;
}

export function checkInside(extended: Bounds | undefined, hard: Bounds | undefined): void {
  if (extended === undefined || hard === undefined) return;
  const isInside =
    (hard.min === undefined || extended.min === undefined || extended.min >= hard.min) &&
    (hard.max === undefined || extended.max === undefined || extended.max <= hard.max);
  if (isInside) return;
  const text = ({ min, max }: Bounds): string => `[${min ?? ''}--${max ?? ''}]`;
  throw shardError(
    `Extended bounds have to be inside hard bounds, hard bounds: ${text(hard)}, extended bounds: ${text(extended)}`,
  );
}
