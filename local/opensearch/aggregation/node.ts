// local/opensearch/aggregation: an aggregation tree as asked for, each node with its name, kind and children.

import { tokenOf } from '../request/body-parameters.ts';
import { isJsonObject, type JsonObject } from '../request/json-text.ts';
import { parsingError, ResponseError } from '../request/response-error.ts';
import { checkBucketSort } from './bucket-sort.ts';

export type BucketKind =
  | 'terms'
  | 'multi_terms'
  | 'composite'
  | 'date_histogram'
  | 'histogram'
  | 'range'
  | 'date_range'
  | 'ip_range'
  | 'filter'
  | 'filters'
  | 'missing';
export type MetricKind =
  | 'min'
  | 'max'
  | 'avg'
  | 'sum'
  | 'value_count'
  | 'stats'
  | 'extended_stats'
  | 'cardinality'
  | 'percentiles';

export interface BucketNode {
  readonly group: 'bucket';
  readonly name: string;
  readonly kind: BucketKind;
  readonly body: JsonObject;
  readonly children: readonly AggregationNode[];
  readonly meta: unknown;
}

export interface MetricNode {
  readonly group: 'metric';
  readonly name: string;
  readonly kind: MetricKind;
  readonly body: JsonObject;
  readonly meta: unknown;
}

export interface TopHitsNode {
  readonly group: 'top_hits';
  readonly name: string;
  readonly body: JsonObject;
  readonly meta: unknown;
}

/** Works on the buckets of its parent; has no answer of its own. */
export interface BucketSortNode {
  readonly group: 'bucket_sort';
  readonly name: string;
  readonly body: JsonObject;
}

export type AggregationNode = BucketNode | MetricNode | TopHitsNode | BucketSortNode;

const BUCKETS: ReadonlySet<string> = new Set<BucketKind>([
  ...(['terms', 'multi_terms', 'composite', 'date_histogram', 'histogram'] as const),
  ...(['range', 'date_range', 'ip_range', 'filter', 'filters', 'missing'] as const),
]);
/** A document is in one bucket or in none, so that its count and metrics can be ordered by. */
const SINGLE_BUCKETS: ReadonlySet<BucketKind> = new Set<BucketKind>(['filter', 'missing']);
const METRICS: ReadonlySet<string> = new Set<MetricKind>([
  ...(['min', 'max', 'avg', 'sum', 'value_count', 'stats', 'extended_stats', 'cardinality', 'percentiles'] as const),
]);
const MAX_DEPTH = 8;
const MAX_NODES = 200;

/** Reads `aggs`; a kind that is not known is refused by name. */
export function readAggregations(
  json: JsonObject,
  parent: BucketKind | undefined = undefined,
  depth = 0,
  counted = { value: 0 },
): readonly AggregationNode[] {
  if (depth >= MAX_DEPTH) throw parsingError(`aggregations are nested more than ${MAX_DEPTH} levels deep`);
  const nodes = Object.entries(json).map(([name, value]) => {
    counted.value += 1;
    if (counted.value > MAX_NODES) throw parsingError(`there are more than ${MAX_NODES} aggregations`);
    if (/[[\]>]/.test(name) || name === '')
      throw parsingError(
        `Invalid aggregation name [${name}]. Aggregation names can contain any character except '[', ']', and '>'`,
      );
    if (!isJsonObject(value))
      throw parsingError(
        `Aggregation definition for [${name} starts with a [${tokenOf(value)}], expected a [START_OBJECT].`,
      );
    return readNode(name, value, depth, counted);
  });
  for (const node of nodes) if (node.group === 'bucket_sort') checkBucketSort(node, nodes, parent);
  return nodes;
}

function readNode(name: string, json: JsonObject, depth: number, counted: { value: number }): AggregationNode {
  const { aggs, aggregations, meta, ...rest } = json;
  if (meta !== undefined && !isJsonObject(meta))
    throw parsingError(`Expected [START_OBJECT] under [meta], but got a [${tokenOf(meta)}] in [${name}]`);
  const kinds = Object.entries(rest);
  const [first] = kinds;
  if (first === undefined) throw parsingError(`Missing definition for aggregation [${name}]`);
  if (kinds.length > 1)
    throw parsingError(
      `Found two aggregation type definitions in [${name}]: [${kinds.map(([kind]) => kind).join('] and [')}]`,
    );
  const [kind, body] = first;
  if (!isBucket(kind) && !isMetric(kind) && kind !== 'top_hits' && kind !== 'bucket_sort')
    throw parsingError(`Unknown aggregation type [${kind}]: the embedded search engine does not support it`);
  if (!isJsonObject(body))
    throw parsingError(`Expected [START_OBJECT] under [${kind}], but got a [${tokenOf(body)}] in [${name}]`);
  const nested = aggregations ?? aggs ?? {};
  if (!isJsonObject(nested))
    throw parsingError(`Expected [START_OBJECT] under [aggs], but got a [${tokenOf(nested)}] in [${name}]`);
  if (isBucket(kind)) {
    const children = readAggregations(nested, kind, depth + 1, counted);
    return { group: 'bucket', name, kind, body, children, meta };
  }
  if (Object.keys(nested).length > 0) throw childless(name, kind);
  if (isMetric(kind)) return { group: 'metric', name, kind, body, meta };
  return kind === 'top_hits' ? { group: 'top_hits', name, body, meta } : { group: 'bucket_sort', name, body };
}

function childless(name: string, kind: string): ResponseError {
  return kind === 'bucket_sort'
    ? new ResponseError(400, 'illegal_argument_exception', `Aggregation [${name}] cannot define sub-aggregations`)
    : new ResponseError(
        500,
        'aggregation_initialization_exception',
        `Aggregator [${name}] of type [${kind}] cannot accept sub-aggregations`,
      );
}

export function isSingleBucket(kind: BucketKind): boolean {
  return SINGLE_BUCKETS.has(kind);
}

function isBucket(kind: string): kind is BucketKind {
  return BUCKETS.has(kind);
}

function isMetric(kind: string): kind is MetricKind {
  return METRICS.has(kind);
}
