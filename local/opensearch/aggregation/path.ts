// local/opensearch/aggregation: paths such as `alerts>score.max` from a bucket to a number below it, for `order` and bucket_sort.
import { type AggregationNode, type BucketNode, isSingleBucket, type MetricNode } from './node.ts';

export interface AggregationPath {
  readonly buckets: readonly BucketNode[];
  /** Undefined: the count of the last bucket. */
  readonly metric: MetricNode | undefined;
  readonly property: string | undefined;
}

export type PathProblem = 'missing' | 'not a number' | 'no such count';

type Answer = Readonly<Record<string, unknown>>;

/** Follows a path through the nodes below a bucket. */
export function followPath(path: string, children: readonly AggregationNode[]): AggregationPath | PathProblem {
  const parts = path.split('>');
  const last = splitProperty(parts.pop() ?? '');
  const buckets: BucketNode[] = [];
  let nodes = children;
  for (const part of parts) {
    const node = nodes.find(({ name, group }) => name === part && group !== 'bucket_sort');
    if (node === undefined) return 'missing';
    if (node.group !== 'bucket' || !isSingleBucket(node.kind)) return 'not a number';
    buckets.push(node);
    nodes = node.children;
  }
  const node = nodes.find(({ name, group }) => name === last.name && group !== 'bucket_sort');
  if (node === undefined) return 'missing';
  if (node.group === 'metric') return { buckets, metric: node, property: last.property };
  if (node.group !== 'bucket' || !isSingleBucket(node.kind)) return 'not a number';
  if (last.property !== undefined && last.property !== 'doc_count') return 'no such count';
  return { buckets: [...buckets, node], metric: undefined, property: undefined };
}

function splitProperty(text: string): { readonly name: string; readonly property: string | undefined } {
  const bracket = text.lastIndexOf('[');
  if (bracket > 0 && text.endsWith(']')) return { name: text.slice(0, bracket), property: text.slice(bracket + 1, -1) };
  const dot = text.lastIndexOf('.');
  return dot < 0 ? { name: text, property: undefined } : { name: text.slice(0, dot), property: text.slice(dot + 1) };
}

/** The number at a path in a bucket's answer; NaN where there is none. */
export function numberAt(path: AggregationPath, bucket: Answer): number {
  let at: Answer = bucket;
  for (const { name } of path.buckets) at = (at[name] ?? {}) as Answer;
  const { metric, property } = path;
  if (metric === undefined) return Number(at['doc_count'] ?? 0);
  const value = metricValue(metric, property, (at[metric.name] ?? {}) as Answer);
  if (typeof value === 'number') return value;
  const asked = metric.kind === 'stats' || metric.kind === 'extended_stats' ? property : metric.kind;
  return asked === 'min' ? Number.POSITIVE_INFINITY : asked === 'max' ? Number.NEGATIVE_INFINITY : Number.NaN;
}

function metricValue(metric: MetricNode, property: string | undefined, answer: Answer): unknown {
  if (metric.kind === 'stats') return answer[property ?? ''];
  if (metric.kind === 'extended_stats') {
    const bound = /^std_(upper|lower)(_population|_sampling)?$/.exec(property ?? '');
    if (bound === null) return answer[property ?? ''];
    return (answer['std_deviation_bounds'] as Answer | undefined)?.[`${bound[1]}${bound[2] ?? ''}`];
  }
  if (metric.kind !== 'percentiles') return answer['value'];
  const percent = Number(property);
  const values = answer['values'];
  if (Array.isArray(values)) return (values as Answer[]).find(({ key }) => key === percent)?.['value'];
  return Object.entries((values ?? {}) as Answer).find(([key]) => Number(key) === percent)?.[1];
}
