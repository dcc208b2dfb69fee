// local/opensearch/aggregation: from what the database found to the JSON of an aggregation's answer.
import type { DuckDBValue } from '@duckdb/node-api';
import type { bucketSorter, SortedBucket } from './bucket-sort.ts';
import type { MetricPlan } from './metric.ts';
import type { AggregationNode } from './node.ts';
import type { Answer, BucketPlan, ShownBucket, Totals } from './plan.ts';
import type { TopHitsPlan } from './top-hits.ts';

/** What is to be found out on one level of the tree. */
export interface Plans {
  readonly metrics: readonly MetricPlan[];
  readonly buckets: readonly (BucketPlan & { readonly children: Plans })[];
  readonly topHits: readonly TopHitsPlan[];
  /** They work on the buckets that this level stands below. */
  readonly sorters: readonly ReturnType<typeof bucketSorter>[];
}

/** One bucket aggregation's answer for one parent; `answers` has those of the level below, bucket by bucket. */
export function bucketAnswer(
  plan: BucketPlan,
  children: Plans,
  shown: readonly ShownBucket[],
  answers: readonly ReadonlyMap<string, unknown>[],
  totals: Totals,
): Answer {
  let list: readonly SortedBucket[] = shown.map(({ found, body, name }, at) => ({
    name,
    keys: found.keys,
    body: { ...body, doc_count: found.count, ...inOrder(plan.node.children, answers[at] ?? new Map()) },
  }));
  if (plan.form === 'single') return list[0]?.body ?? {};
  const { sort } = plan;
  if (sort !== undefined) list = list.toSorted((left, right) => sort(left.body, right.body));
  for (const sorter of children.sorters) list = sorter(list);
  const buckets =
    plan.form === 'keyed'
      ? Object.fromEntries(list.map(({ name, body }) => [name, body]))
      : list.map(({ body }) => body);
  return { ...plan.extra(totals, shown), buckets };
}

export function readMetrics(
  metrics: readonly MetricPlan[],
  row: readonly DuckDBValue[],
  from: number,
  answers: Map<string, unknown>,
): void {
  let at = from;
  for (const metric of metrics) {
    answers.set(metric.node.name, metric.read(row.slice(at, at + metric.columns.length)));
    at += metric.columns.length;
  }
}

/** The answers of a bucket that nothing was looked for in. */
export function emptyAnswers(plans: Plans): Map<string, unknown> {
  const answers = new Map<string, unknown>(plans.metrics.map((metric) => [metric.node.name, metric.read([])]));
  for (const plan of plans.topHits) answers.set(plan.name, plan.empty);
  for (const plan of plans.buckets) {
    const shown = plan.showsInGaps ? plan.show([]) : [];
    const answer = bucketAnswer(
      plan,
      plan.children,
      shown,
      shown.map(() => emptyAnswers(plan.children)),
      { documents: 0, buckets: 0 },
    );
    answers.set(plan.node.name, answer);
  }
  return answers;
}

/** The answers by name in the order of the request. */
export function inOrder(nodes: readonly AggregationNode[], answers: ReadonlyMap<string, unknown>): Answer {
  return Object.fromEntries(
    nodes
      .filter((node) => node.group !== 'bucket_sort')
      .map((node) => {
        const answer = answers.get(node.name) as Answer | undefined;
        return [node.name, node.meta === undefined ? answer : { meta: node.meta, ...answer }];
      }),
  );
}
