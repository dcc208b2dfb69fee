// local/opensearch: how each kind of bucket sorts documents into buckets, and which buckets it shows.

import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { BIGINT, DOUBLE, UHUGEINT, VARCHAR } from '@duckdb/node-api';
import { formatInstant, instantOfNanoseconds } from '../../lib/query/date-text.ts';
import { formatIp } from '../../lib/query/ip-number.ts';
import type { AggregationBase, Slot } from './aggregation-base.ts';
import { planDateHistogram, planHistogram } from './aggregation-histogram.ts';
import type { BucketNode } from './aggregation-node.ts';
import { planTerms } from './aggregation-terms.ts';
import { isJsonObject, type JsonObject } from './json-text.ts';
import { booleanOf, listOf, numberOf, objectOf, onlyKeys, stringOf } from './request-value.ts';
import { illegalArgument, unsupported } from './response-error.ts';
import { realNumber } from './sql-binder.ts';

/** A bucket of the database's answer, or an empty one put in between. */
export interface FoundBucket {
  readonly key: DuckDBValue;
  readonly count: number;
  /** The row it came from; undefined for one without documents. */
  readonly row: number | undefined;
}

export interface ShownBucket {
  readonly found: FoundBucket;
  /** The bucket's own members, before the sub-aggregations. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Its name where buckets are shown as an object. */
  readonly name: string;
}

export interface BucketPlan {
  readonly node: BucketNode;
  /** SQL of the key, or of the list of keys, of one document. */
  readonly key: string;
  readonly isList: boolean;
  readonly keyType: DuckDBType;
  /** Set: only the first `size` of each parent by this order, which may name metric columns. */
  readonly top:
    | {
        readonly size: number;
        readonly order: (metricColumn: (name: string, property: string | undefined) => string) => string;
      }
    | undefined;
  readonly minDocCount: number;
  /** Buckets to show for one parent, in order, from those found (in the order of the database). */
  readonly show: (found: readonly FoundBucket[]) => readonly ShownBucket[];
  readonly form: 'list' | 'keyed' | 'single';
  /** Members beside `buckets`; `total` counts the documents of all buckets, shown or not. */
  readonly extra: (total: number, shown: number) => Readonly<Record<string, unknown>>;
}

export function planBucket(node: BucketNode, base: AggregationBase): BucketPlan {
  switch (node.kind) {
    case 'terms':
      return planTerms(node, base);
    case 'date_histogram':
      return planDateHistogram(node, base);
    case 'histogram':
      return planHistogram(node, base);
    case 'range':
      return planRange(node, base);
    case 'filter':
      return planFixed(node, [`CASE WHEN ${base.filter(node.body)} THEN 0 END`], [{}], ['filter'], 'single');
    case 'filters':
      return planFilters(node, base);
    case 'missing': {
      onlyKeys(node.body, ['field'], 'missing');
      const slot = base.slot(stringOf(node.body['field'], 'field'));
      return planFixed(node, [`CASE WHEN ${slot.list ?? slot.single} IS NULL THEN 0 END`], [{}], ['missing'], 'single');
    }
  }
}

/** Buckets whose number and names stand in the request; a document may be in several. */
function planFixed(
  node: BucketNode,
  keys: readonly string[],
  bodies: readonly Readonly<Record<string, unknown>>[],
  names: readonly string[],
  form: BucketPlan['form'],
): BucketPlan {
  return {
    node,
    key: keys.length === 1 ? `(${keys[0]})::BIGINT` : `[${keys.map((key) => `(${key})::BIGINT`).join(', ')}]`,
    isList: keys.length !== 1,
    keyType: BIGINT,
    top: undefined,
    minDocCount: 0,
    show: (found) => {
      const byKey = new Map(found.map((bucket) => [Number(bucket.key), bucket]));
      return bodies.map((body, at) => ({
        found: byKey.get(at) ?? { key: BigInt(at), count: 0, row: undefined },
        body,
        name: names[at] ?? '',
      }));
    },
    form,
    extra: () => ({}),
  };
}

function planFilters(node: BucketNode, base: AggregationBase): BucketPlan {
  onlyKeys(node.body, ['filters', 'other_bucket', 'other_bucket_key'], 'filters');
  const filters = node.body['filters'];
  const isKeyed = isJsonObject(filters);
  const named = isKeyed
    ? Object.entries(filters).sort(([left], [right]) => (left < right ? -1 : 1))
    : listOf(filters ?? []).map((filter) => ['', filter] as const);
  if (named.length === 0) throw illegalArgument('[filters] cannot be empty.');
  const columns = named.map(([, filter]) => base.filter(filter));
  const keys = columns.map((column, at) => `CASE WHEN ${column} THEN ${at} END`);
  const names = named.map(([name]) => name);
  const otherKey = node.body['other_bucket_key'];
  if (
    otherKey !== undefined ||
    (node.body['other_bucket'] !== undefined && booleanOf(node.body['other_bucket'], 'other_bucket'))
  ) {
    keys.push(`CASE WHEN NOT (${columns.join(' OR ')}) THEN ${named.length} END`);
    names.push(otherKey === undefined ? '_other_' : stringOf(otherKey, 'other_bucket_key'));
  }
  const bodies = keys.map(() => ({}));
  return planFixed(node, keys, bodies, names, isKeyed ? 'keyed' : 'list');
}

function planRange(node: BucketNode, base: AggregationBase): BucketPlan {
  onlyKeys(node.body, ['field', 'ranges', 'keyed'], 'range');
  const slot = base.slot(stringOf(node.body['field'], 'field'));
  if (slot.field !== undefined && slot.family !== 'integer' && slot.family !== 'real')
    throw unsupported(`a [range] aggregation over [${slot.name}] of type [${slot.field.type}]`);
  const ranges = listOf(node.body['ranges'] ?? []).map((range) => readRange(objectOf(range, 'ranges')));
  if (ranges.length === 0) throw illegalArgument(`No [ranges] specified for the [${node.name}] aggregation`);
  ranges.sort((left, right) => left.from - right.from || left.to - right.to);
  const keys = ranges.map((range, at) => `CASE WHEN ${anyWithin(slot, range.from, range.to)} THEN ${at} END`);
  const isKeyed = node.body['keyed'] !== undefined && booleanOf(node.body['keyed'], 'keyed');
  const bodies = ranges.map(({ key, from, to }) => ({
    ...(isKeyed ? {} : { key }),
    ...(Number.isFinite(from) ? { from } : {}),
    ...(Number.isFinite(to) ? { to } : {}),
  }));
  return planFixed(
    node,
    keys,
    bodies,
    ranges.map(({ key }) => key),
    isKeyed ? 'keyed' : 'list',
  );
}

function readRange(range: JsonObject): { readonly key: string; readonly from: number; readonly to: number } {
  onlyKeys(range, ['key', 'from', 'to'], 'ranges');
  const from =
    range['from'] === undefined || range['from'] === null ? Number.NEGATIVE_INFINITY : numberOf(range['from'], 'from');
  const to = range['to'] === undefined || range['to'] === null ? Number.POSITIVE_INFINITY : numberOf(range['to'], 'to');
  const name = (bound: number): string => (Number.isFinite(bound) ? javaDouble(bound) : '*');
  return { key: range['key'] === undefined ? `${name(from)}-${name(to)}` : stringOf(range['key'], 'key'), from, to };
}

function anyWithin(slot: Slot, from: number, to: number): string {
  const within = (value: string): string => {
    const parts: string[] = [`${value} IS NOT NULL`];
    if (Number.isFinite(from)) parts.push(`${value} >= ${realNumber(from)}`);
    if (Number.isFinite(to)) parts.push(`${value} < ${realNumber(to)}`);
    return `(${parts.join(' AND ')})`;
  };
  if (slot.family === 'keyword') return 'false';
  return slot.list === undefined ? within(slot.single) : `len(list_filter(${slot.list}, lambda v: ${within('v')})) > 0`;
}

/** A number as Java prints a double. */
export function javaDouble(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e7 ? `${value}.0` : String(value);
}

/** Type of a field's keys in SQL. */
export function keyTypeOf(slot: Slot): DuckDBType {
  if (slot.family === 'keyword') return VARCHAR;
  if (slot.family === 'ip') return UHUGEINT;
  return slot.family === 'real' ? DOUBLE : BIGINT;
}

/** A key as a bucket shows it: `key` and, for what is no plain text or number, `key_as_string`. */
export function keyBody(slot: Slot, key: DuckDBValue): Readonly<Record<string, unknown>> {
  if (slot.family === 'ip' && typeof key === 'bigint') return { key: formatIp(key) };
  if (slot.family === 'boolean') return { key: Number(key), key_as_string: Number(key) === 1 ? 'true' : 'false' };
  if (slot.family === 'date') return { key, key_as_string: formatInstant({ ms: Number(key), ns: 0 }, 3) };
  if (slot.family === 'nanos' && typeof key === 'bigint')
    return { key, key_as_string: formatInstant(instantOfNanoseconds(key), 9) };
  return { key };
}
