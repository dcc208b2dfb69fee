// local/opensearch/aggregation: bucket_sort: sorts and cuts the buckets of its parent once their numbers are known.

import {
  checkParameters,
  fieldFailure,
  integerParameter,
  parseFailure,
  reduceError,
  textParameter,
  tokenOf,
} from '../request/body-parameters.ts';
import { isJsonObject, type JsonObject } from '../request/json-text.ts';
import { ResponseError, unsupported } from '../request/response-error.ts';
import type { AggregationNode, BucketKind, BucketSortNode } from './node.ts';
import { hasProperty, isMultiValued } from './order.ts';
import { type AggregationPath, followPath, numberAt } from './path.ts';

type Answer = Readonly<Record<string, unknown>>;
type SortValue = number | string | readonly unknown[] | undefined;

export interface SortedBucket {
  readonly body: Answer;
  readonly keys: readonly unknown[];
  readonly name: string;
}

interface SortKey {
  readonly path: string;
  readonly descending: boolean;
}

interface Settings {
  readonly keys: readonly SortKey[];
  readonly from: number;
  readonly size: number | undefined;
  readonly insertsZeros: boolean;
}

/** What OpenSearch checks before it asks any index. */
export function checkBucketSort(
  node: BucketSortNode,
  siblings: readonly AggregationNode[],
  parent: BucketKind | undefined,
): void {
  const settings = readSettings(node.body);
  const problems: string[] = [];
  if (parent === undefined)
    problems.push(`bucket_sort aggregation [${node.name}] must be declared inside of another aggregation`);
  if (settings.keys.length === 0 && settings.size === undefined && settings.from === 0)
    problems.push(
      `[${node.name}] is configured to perform nothing. Please set either of [sort, size, from] to use bucket_sort`,
    );
  for (const { path } of settings.keys) {
    const [head = ''] = path.split(/[>.[]/, 1);
    if (path !== '_count' && path !== '_key' && !siblings.some(({ name }) => name === head))
      problems.push(`No aggregation found for path [${path}]`);
  }
  if (problems.length === 0) return;
  const list = problems.map((problem, at) => `${at + 1}: ${problem};`).join('');
  throw new ResponseError(400, 'action_request_validation_exception', `Validation Failed: ${list}`);
}

/** From a parent's buckets to those it keeps, in their new order. */
export function bucketSorter(
  node: BucketSortNode,
  siblings: readonly AggregationNode[],
): <T extends SortedBucket>(buckets: readonly T[]) => readonly T[] {
  const { keys, from, size, insertsZeros } = readSettings(node.body);
  const readers = keys.map(({ path, descending }) => ({ descending, read: readerOf(path, siblings, insertsZeros) }));
  return (buckets) => {
    const end = size === undefined ? undefined : from + size;
    if (readers.length === 0) return buckets.slice(from, end);
    const valued = buckets
      .map((bucket) => ({ bucket, values: readers.map(({ read }) => read(bucket)) }))
      // a bucket without any of the numbers is left out
      .filter(({ values }) => values.some((value) => value !== undefined));
    valued.sort((left, right) => {
      for (const [at, { descending }] of readers.entries()) {
        const order = compare(left.values[at], right.values[at], descending);
        if (order !== 0) return order;
      }
      return 0;
    });
    return valued.slice(from, end).map(({ bucket }) => bucket);
  };
}

function compare(left: SortValue, right: SortValue, descending: boolean): number {
  if (left === right) return 0;
  if (left === undefined || right === undefined) return left === undefined ? 1 : -1;
  if (typeof left !== 'object' || typeof right !== 'object') return left < right !== descending ? -1 : 1;
  for (const [at, value] of left.entries()) {
    const other = right[at];
    if (value === other) continue;
    // nothing is the smallest
    if (value === null || other === null) return (value === null) !== descending ? -1 : 1;
    const isLess =
      typeof value === 'string' && typeof other === 'string'
        ? Buffer.compare(Buffer.from(value), Buffer.from(other)) < 0
        : Number(value) < Number(other);
    return isLess !== descending ? -1 : 1;
  }
  return 0;
}

/** What a bucket is told from others by: a text, a number, or the values of a composite as they are kept. */
function keyOf({ body, keys, name }: SortedBucket): SortValue {
  const { key } = body;
  if (typeof key === 'string') return key;
  if (Array.isArray(key)) throw reduceError('a list of keys has no order', 'class_cast_exception', 500);
  if (isJsonObject(key)) return keys;
  // buckets that the request names are numbered here
  const [own] = keys;
  return typeof own === 'bigint' && key === undefined ? name || String(own) : Number(own);
}

function readerOf(
  path: string,
  siblings: readonly AggregationNode[],
  insertsZeros: boolean,
): (bucket: SortedBucket) => SortValue {
  if (path === '_count') return ({ body }) => Number(body['doc_count']);
  if (path === '_key') return keyOf;
  const found = checkedPath(path, siblings);
  return ({ body }) => {
    const value = numberAt(found, body);
    const isGap = !Number.isFinite(value) || body['doc_count'] === 0;
    return isGap ? (insertsZeros ? 0 : undefined) : value;
  };
}

function checkedPath(path: string, siblings: readonly AggregationNode[]): AggregationPath {
  const counted = path.endsWith('>_count') ? path.slice(0, -'>_count'.length) : path;
  const found = followPath(counted, siblings);
  // of a bucket only its count is a number, and only by that name
  if (typeof found === 'string' || (found.metric === undefined && counted === path)) {
    throw reduceError(
      `buckets_path must reference either a number value or a single value numeric metric aggregation, but [${path}] does not`,
      'aggregation_execution_exception',
      500,
    );
  }
  const { metric, property } = found;
  if (metric === undefined || !isMultiValued(metric.kind)) return found;
  if (property === undefined) {
    throw reduceError(
      `buckets_path must reference either a number value or a single value numeric metric aggregation, but [${path}] contains multiple values. Please specify which to use.`,
      'aggregation_execution_exception',
      500,
    );
  }
  if (!hasProperty(metric, property))
    throw reduceError(
      `[${metric.name}] of type [${metric.kind}] has no value [${property}]`,
      'illegal_argument_exception',
      400,
    );
  return found;
}

function readSettings(body: JsonObject): Settings {
  checkParameters('bucket_sort', body, ['sort', 'from', 'size', 'gap_policy']);
  const from = integerParameter('bucket_sort', body, 'from') ?? 0;
  if (from < 0) throw fieldFailure('bucket_sort', 'from', `[from] must be a non-negative integer: [${from}]`);
  const size = integerParameter('bucket_sort', body, 'size');
  if (size !== undefined && size < 1)
    throw fieldFailure('bucket_sort', 'size', `[size] must be a positive integer: [${size}]`);
  const policy = textParameter('bucket_sort', body, 'gap_policy') ?? 'skip';
  if (policy !== 'skip' && policy !== 'insert_zeros')
    throw fieldFailure(
      'bucket_sort',
      'gap_policy',
      `Invalid gap policy: [${policy}], accepted values: [insert_zeros, skip]`,
      'parsing_exception',
    );
  const sort = body['sort'] ?? [];
  if (!Array.isArray(sort)) throw parseFailure(`[bucket_sort] sort doesn't support values of type: ${tokenOf(sort)}`);
  return { keys: sort.flatMap(readKeys), from, size, insertsZeros: policy === 'insert_zeros' };
}

function readKeys(item: unknown): readonly SortKey[] {
  if (typeof item === 'string') return [{ path: item, descending: item === '_score' }];
  if (!isJsonObject(item)) throw parseFailure(`[bucket_sort] sort doesn't support values of type: ${tokenOf(item)}`);
  return Object.entries(item).map(([path, value]) => {
    const options = isJsonObject(value) ? value : { order: value };
    for (const name of Object.keys(options))
      if (name !== 'order') throw unsupported(`[${name}] in [sort] of [bucket_sort]`);
    const order = String(options['order'] ?? 'asc').toLowerCase();
    if (order !== 'asc' && order !== 'desc') throw fieldFailure('bucket_sort', 'sort', `Unknown SortOrder [${order}]`);
    return { path, descending: order === 'desc' };
  });
}
