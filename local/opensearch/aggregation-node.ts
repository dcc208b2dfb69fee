// local/opensearch: an aggregation tree as asked for, each node with its name, kind and children.
import { isJsonObject, type JsonObject } from './json-text.ts';
import { objectOf } from './request-value.ts';
import { parsingError, ResponseError } from './response-error.ts';

export type BucketKind = 'terms' | 'date_histogram' | 'histogram' | 'range' | 'filter' | 'filters' | 'missing';
export type MetricKind = 'min' | 'max' | 'avg' | 'sum' | 'value_count' | 'stats' | 'cardinality' | 'percentiles';

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

export type AggregationNode = BucketNode | MetricNode | TopHitsNode;

const BUCKETS: ReadonlySet<string> = new Set<BucketKind>([
  'terms',
  'date_histogram',
  'histogram',
  'range',
  'filter',
  'filters',
  'missing',
]);
const METRICS: ReadonlySet<string> = new Set<MetricKind>([
  'min',
  'max',
  'avg',
  'sum',
  'value_count',
  'stats',
  'cardinality',
  'percentiles',
]);
const MAX_DEPTH = 8;
const MAX_NODES = 200;

/** Reads `aggs`; a kind that is not known is refused by name. */
export function readAggregations(json: JsonObject, depth = 0, counted = { value: 0 }): readonly AggregationNode[] {
  if (depth >= MAX_DEPTH) throw parsingError(`aggregations are nested more than ${MAX_DEPTH} levels deep`);
  return Object.entries(json).map(([name, value]) => {
    counted.value += 1;
    if (counted.value > MAX_NODES) throw parsingError(`there are more than ${MAX_NODES} aggregations`);
    if (/[[\]>]/.test(name) || name === '')
      throw parsingError(
        `Invalid aggregation name [${name}]. Aggregation names can contain any character except '[', ']', and '>'`,
      );
    return readNode(name, objectOf(value, name), depth, counted);
  });
}

function readNode(name: string, json: JsonObject, depth: number, counted: { value: number }): AggregationNode {
  const { aggs, aggregations, meta, ...rest } = json;
  const kinds = Object.entries(rest);
  const [first] = kinds;
  if (first === undefined) throw parsingError(`Missing definition for aggregation [${name}]`);
  if (kinds.length > 1)
    throw parsingError(
      `Found two aggregation type definitions in [${name}]: [${kinds.map(([kind]) => kind).join('] and [')}]`,
    );
  const [kind, body] = first;
  const nested = aggs ?? aggregations;
  if (isBucket(kind)) {
    const children = nested === undefined ? [] : readAggregations(objectOf(nested, 'aggs'), depth + 1, counted);
    return { group: 'bucket', name, kind, body: objectOf(body, kind), children, meta };
  }
  if (
    nested !== undefined &&
    isJsonObject(nested) &&
    Object.keys(nested).length > 0 &&
    (isMetric(kind) || kind === 'top_hits')
  ) {
    throw new ResponseError(
      500,
      'aggregation_initialization_exception',
      `Aggregator [${name}] of type [${kind}] cannot accept sub-aggregations`,
    );
  }
  if (isMetric(kind)) return { group: 'metric', name, kind, body: objectOf(body, kind), meta };
  if (kind === 'top_hits') return { group: 'top_hits', name, body: objectOf(body, kind), meta };
  throw parsingError(`Unknown aggregation type [${kind}]: the embedded search engine does not support it`);
}

function isBucket(kind: string): kind is BucketKind {
  return BUCKETS.has(kind);
}

function isMetric(kind: string): kind is MetricKind {
  return METRICS.has(kind);
}
