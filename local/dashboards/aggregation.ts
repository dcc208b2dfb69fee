// dashboards: the aggregations of a visualization as Dashboards writes them down; it makes the request out of them itself.

import { lucene } from './saved-object.ts';

/** A value that is drawn or stands in a column. */
export interface Metric {
  readonly type: 'count' | 'sum' | 'avg' | 'min' | 'max' | 'cardinality' | 'std_dev';
  readonly params: { readonly field?: string; readonly customLabel: string };
}

/** What the documents are divided by. */
export interface Bucket {
  readonly type: 'terms' | 'date_histogram' | 'histogram' | 'range' | 'filters';
  readonly params: Readonly<Record<string, unknown>>;
}

/** As it stands in a `visState`. */
export interface Aggregation {
  readonly id: string;
  readonly enabled: true;
  readonly type: (Metric | Bucket)['type'];
  readonly schema: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export function count(customLabel = 'Flows'): Metric {
  return { type: 'count', params: { customLabel } };
}

export function metric(type: Exclude<Metric['type'], 'count'>, field: string, customLabel: string): Metric {
  return { type, params: { field, customLabel } };
}

export interface TermsOptions {
  readonly size?: number;
  /** Number of the metric that gives the order, from 1 as the visualization has them. */
  readonly by?: number;
  readonly rarestFirst?: true;
  /** What is not among the first is drawn as one. */
  readonly others?: true;
  /** Documents without the field have a bucket, by this name; for text only. */
  readonly without?: string;
}

export function terms(field: string, customLabel: string, options: TermsOptions = {}): Bucket {
  const { size = 10, by = 1, rarestFirst, others, without } = options;
  return {
    type: 'terms',
    params: {
      field,
      orderBy: String(by),
      order: rarestFirst === true ? 'asc' : 'desc',
      size,
      otherBucket: others === true,
      otherBucketLabel: 'Other',
      missingBucket: without !== undefined,
      missingBucketLabel: without ?? 'Missing',
      customLabel,
    },
  };
}

/** As wide as the time range asks for. */
export function byTime(): Bucket {
  return {
    type: 'date_histogram',
    params: {
      field: '@timestamp',
      useNormalizedOpenSearchInterval: true,
      scaleMetricValues: false,
      interval: 'auto',
      drop_partials: false,
      min_doc_count: 1,
      extended_bounds: {},
      customLabel: 'Time',
    },
  };
}

export function histogram(field: string, customLabel: string, interval: number): Bucket {
  return {
    type: 'histogram',
    params: { field, interval, min_doc_count: false, has_extended_bounds: false, extended_bounds: {}, customLabel },
  };
}

/** `[from, to)`; an end that is absent is open. */
export function ranges(
  field: string,
  customLabel: string,
  limits: readonly { readonly from?: number; readonly to?: number }[],
): Bucket {
  return { type: 'range', params: { field, ranges: limits, customLabel } };
}

/** Queries by their labels. */
export function filters(queries: Readonly<Record<string, string>>): Bucket {
  const inputs = Object.entries(queries).map(([label, query]) => ({ input: lucene(query), label }));
  return { type: 'filters', params: { filters: inputs } };
}

/** Metrics are numbered first, so that an order can name them. */
export function aggregations(
  metrics: readonly Metric[],
  buckets: readonly (readonly [schema: string, Bucket])[],
): readonly Aggregation[] {
  const all = [...metrics.map((each) => ['metric', each] as const), ...buckets];
  return all.map(([schema, { type, params }], i) => ({ id: String(i + 1), enabled: true, type, schema, params }));
}
