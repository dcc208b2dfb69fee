// local/opensearch/aggregation: `order` of buckets: by count, by key, by a metric below.

import { fieldFailure, orderPathError, parseFailure, tokenOf } from '../request/body-parameters.ts';
import { isJsonObject } from '../request/json-text.ts';
import type { AggregationBase } from './base.ts';
import { planMetric } from './metric.ts';
import type { AggregationNode, BucketNode, MetricNode } from './node.ts';
import { type AggregationPath, followPath, numberAt } from './path.ts';
import { readPercents } from './percentiles.ts';
import { singleBucketCondition } from './single.ts';

export interface OrderKey {
  readonly path: string;
  readonly direction: 'ASC' | 'DESC';
}

const BY_COUNT: OrderKey = { path: '_count', direction: 'DESC' };
const BY_KEY: OrderKey = { path: '_key', direction: 'ASC' };

/** The keys of an `order`; undefined where there is none. */
export function readOrder(kind: string, value: unknown): readonly OrderKey[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) return [readKey(kind, value)];
  if (value.length === 0)
    throw fieldFailure(kind, 'order', 'Index 0 out of bounds for length 0', 'index_out_of_bounds_exception');
  return value.map((item) => readKey(kind, item));
}

/** Of several members the last one counts, as in OpenSearch. */
function readKey(kind: string, item: unknown): OrderKey {
  if (!isJsonObject(item)) throw parseFailure(`[${kind}] order doesn't support values of type: ${tokenOf(item)}`);
  const last = Object.entries(item).at(-1);
  if (last === undefined)
    throw fieldFailure(kind, 'order', 'Must specify at least one field for [order]', 'parsing_exception');
  const [name, direction] = last;
  const text = String(direction).toLowerCase();
  if (text !== 'asc' && text !== 'desc')
    throw fieldFailure(kind, 'order', `Unknown order direction [${String(direction)}]`, 'parsing_exception');
  const path = name === '_term' || name === '_time' ? '_key' : name;
  return { path, direction: text === 'asc' ? 'ASC' : 'DESC' };
}

export function isKeyOrder(keys: readonly OrderKey[]): boolean {
  return keys[0]?.path === '_key';
}

export function isCountDescending(keys: readonly OrderKey[]): boolean {
  return keys[0]?.path === '_count' && keys[0].direction === 'DESC';
}

export interface OrderSql {
  /** Aggregate expressions over a bucket's rows, to be named o0, o1, … */
  readonly columns: readonly string[];
  /** ORDER BY over them, `n` and the keys k0, k1, … */
  readonly orderBy: string;
  /** The same, where it needs no more than a bucket's count and its keys. */
  readonly plain: readonly PlainOrder[] | undefined;
}

export interface PlainOrder {
  /** All keys, one after the other. */
  readonly by: 'count' | 'key';
  readonly descending: boolean;
}

export function orderSql(
  asked: readonly OrderKey[] | undefined,
  node: BucketNode,
  base: AggregationBase,
  keyColumns: readonly string[],
): OrderSql {
  const columns: string[] = [];
  const keys = [...(asked ?? [BY_COUNT]), BY_KEY];
  const parts = keys.flatMap(({ path, direction }) => {
    if (path === '_count') return [`n ${direction}`];
    if (path === '_key') return keyColumns.map((column) => `${column} ${direction}`);
    columns.push(aggregateAt(checkedPath(path, node.children), base));
    return [`o${columns.length - 1} ${direction} NULLS LAST`];
  });
  const plain = keys.map(({ path, direction }) => ({
    by: path === '_count' ? ('count' as const) : ('key' as const),
    descending: direction === 'DESC',
  }));
  return { columns, orderBy: parts.join(', '), plain: columns.length === 0 ? plain : undefined };
}

/** Sorts buckets that are all there, by their answers; stable. */
export function bodyOrder(
  asked: readonly OrderKey[],
  children: readonly AggregationNode[],
): (left: Readonly<Record<string, unknown>>, right: Readonly<Record<string, unknown>>) => number {
  const keys = asked.map(({ path, direction }) => ({
    sign: direction === 'DESC' ? -1 : 1,
    read:
      path === '_count' || path === '_key'
        ? (bucket: Readonly<Record<string, unknown>>) => Number(bucket[path === '_count' ? 'doc_count' : 'key'])
        : reader(checkedPath(path, children)),
  }));
  return (left, right) => {
    for (const { sign, read } of keys) {
      const a = read(left);
      const b = read(right);
      if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
      if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) ? 1 : -1;
      return a < b ? -sign : sign;
    }
    return 0;
  };
}

function reader(path: AggregationPath): (bucket: Readonly<Record<string, unknown>>) => number {
  return (bucket) => numberAt(path, bucket);
}

const NO_NUMBER =
  'Buckets can only be sorted on a sub-aggregator path that is built out of zero or more single-bucket aggregations within the path and a final single-bucket or a metrics aggregation at the path end.';

function checkedPath(path: string, children: readonly AggregationNode[]): AggregationPath {
  const found = followPath(path, children);
  if (found === 'missing')
    throw orderPathError(
      path,
      `The provided aggregation [${path}] either does not exist, or is a pipeline aggregation and cannot be used to sort the buckets.`,
    );
  if (found === 'not a number') throw orderPathError(path, NO_NUMBER);
  if (found === 'no such count')
    throw orderPathError(path, 'Ordering on a single-bucket aggregation can only be done on its doc_count.');
  if (found.metric !== undefined) checkProperty(path, found.metric, found.property);
  return found;
}

const STATS = ['count', 'min', 'max', 'avg', 'sum'];
const EXTENDED = [
  ...STATS,
  ...['sum_of_squares', 'variance', 'variance_population', 'variance_sampling', 'std_deviation'],
  ...['std_deviation_population', 'std_deviation_sampling', 'std_upper', 'std_lower'],
  ...['std_upper_population', 'std_lower_population', 'std_upper_sampling', 'std_lower_sampling'],
];

export function hasProperty(metric: MetricNode, property: string): boolean {
  if (metric.kind === 'percentiles') return property !== '' && readPercents(metric).includes(Number(property));
  return (metric.kind === 'stats' ? STATS : EXTENDED).includes(property);
}

export function isMultiValued(kind: string): boolean {
  return kind === 'stats' || kind === 'extended_stats' || kind === 'percentiles';
}

function checkProperty(path: string, metric: MetricNode, property: string | undefined): void {
  if (isMultiValued(metric.kind)) {
    if (property === undefined)
      throw orderPathError(path, 'When ordering on a multi-value metrics aggregation a metric name must be specified.');
    if (!hasProperty(metric, property))
      throw orderPathError(
        path,
        `Unknown metric name [${property}] on multi-value metrics aggregation [${metric.name}]`,
      );
  } else if (property !== undefined && property !== 'value') {
    throw orderPathError(
      path,
      `Ordering on a single-value metrics aggregation can only be done on its value. Either drop the key (a la "${metric.name}") or change it to "value" (a la "${metric.name}.value")`,
    );
  }
}

function aggregateAt(path: AggregationPath, base: AggregationBase): string {
  const conditions = path.buckets.map((bucket) => singleBucketCondition(bucket, base));
  const condition = conditions.length === 0 ? undefined : conditions.map((one) => `(${one})`).join(' AND ');
  if (path.metric === undefined) return `count(*) FILTER (WHERE ${condition ?? 'true'})`;
  return planMetric(path.metric, base, condition).orderSql(path.property);
}
