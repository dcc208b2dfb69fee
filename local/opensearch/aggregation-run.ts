// local/opensearch: runs an aggregation tree: one grouping query per bucket node, whatever the number of its parents.
import { BIGINT, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';
import { AggregationBase } from './aggregation-base.ts';
import { type BucketPlan, type FoundBucket, planBucket, type ShownBucket } from './aggregation-bucket.ts';
import { MAX_BUCKETS, tooManyBuckets } from './aggregation-histogram.ts';
import { type MetricPlan, planMetric } from './aggregation-metric.ts';
import { type AggregationNode, readAggregations } from './aggregation-node.ts';
import { planTopHits, type TopHitsPlan } from './aggregation-top-hits.ts';
import { type Row, rowsOf } from './database.ts';
import type { JsonObject } from './json-text.ts';
import { illegalArgument } from './response-error.ts';
import type { SearchTarget } from './search-target.ts';
import { SqlBinder } from './sql-binder.ts';

type Answer = Readonly<Record<string, unknown>>;

interface Plans {
  readonly metrics: readonly MetricPlan[];
  readonly buckets: readonly (BucketPlan & { readonly children: Plans })[];
  readonly topHits: readonly TopHitsPlan[];
}

interface Run {
  readonly connection: DuckDBConnection;
  readonly binder: SqlBinder;
  buckets: number;
}

export async function runAggregations(
  connection: DuckDBConnection,
  targets: readonly SearchTarget[],
  query: unknown,
  json: JsonObject,
  nowMs: number,
): Promise<Answer> {
  const nodes = readAggregations(json);
  const binder = new SqlBinder();
  const base = new AggregationBase(targets, query, binder, nowMs);
  const plans = planAll(nodes, base, targets);
  if (targets.length === 0) return inOrder(nodes, emptyAnswers(plans));
  const relation = base.relation();
  const run: Run = { connection, binder, buckets: 0 };
  const answers = new Map<string, unknown>();
  if (plans.metrics.length > 0) {
    const [row] = await rowsOf(
      connection,
      binder.statement(`SELECT ${metricColumns(plans.metrics).join(', ')} FROM ${relation}`),
    );
    readMetrics(plans.metrics, row ?? [], 0, answers);
  }
  const [below] = await runBelow(run, plans, relation, 1);
  return inOrder(nodes, new Map([...answers, ...(below ?? [])]));
}

function planAll(nodes: readonly AggregationNode[], base: AggregationBase, targets: readonly SearchTarget[]): Plans {
  const metrics: MetricPlan[] = [];
  const buckets: (BucketPlan & { children: Plans })[] = [];
  const topHits: TopHitsPlan[] = [];
  for (const node of nodes) {
    if (node.group === 'metric') metrics.push(planMetric(node, base));
    else if (node.group === 'top_hits') topHits.push(planTopHits(node, base, targets));
    else buckets.push({ ...planBucket(node, base), children: planAll(node.children, base, targets) });
  }
  return { metrics, buckets, topHits };
}

/** Bucket and top_hits nodes of one level; one map of answers per parent. */
async function runBelow(run: Run, plans: Plans, relation: string, parents: number): Promise<Map<string, unknown>[]> {
  const answers = Array.from({ length: parents }, () => new Map<string, unknown>());
  for (const plan of plans.topHits) {
    for (const [parent, answer] of (await plan.run(run.connection, run.binder, relation, parents)).entries())
      answers[parent]?.set(plan.name, answer);
  }
  for (const plan of plans.buckets) {
    for (const [parent, answer] of (await runBuckets(run, plan, relation, parents)).entries())
      answers[parent]?.set(plan.node.name, answer);
  }
  return answers;
}

async function runBuckets(
  run: Run,
  plan: BucketPlan & { readonly children: Plans },
  relation: string,
  parents: number,
): Promise<Answer[]> {
  const { children } = plan;
  const keyed = plan.isList
    ? `(SELECT * FROM (SELECT *, unnest(${plan.key}) AS k FROM ${relation}) WHERE k IS NOT NULL)`
    : `(SELECT * FROM (SELECT *, ${plan.key} AS k FROM ${relation}) WHERE k IS NOT NULL)`;
  const rows = await rowsOf(run.connection, run.binder.statement(groupingSql(plan, children, keyed)));
  run.buckets += rows.length;
  if (run.buckets > MAX_BUCKETS) throw tooManyBuckets(run.buckets);
  const byParent = groupRows(rows, parents);
  const shown = byParent.map(({ found }) => plan.show(found));
  const withRows = shown.flat().filter((bucket) => bucket.found.row !== undefined);
  const ordinals = new Map(withRows.map((bucket, at) => [bucket.found.row, at]));
  const below = hasBelow(children)
    ? await runBelow(run, children, childRelation(run, plan, keyed, rows, withRows), withRows.length)
    : [];
  return shown.map((buckets, parent) => {
    const list = buckets.map((bucket) => {
      const ordinal = ordinals.get(bucket.found.row);
      const answers = bucket.found.row === undefined ? emptyAnswers(children) : new Map(below[ordinal ?? -1] ?? []);
      const row = bucket.found.row === undefined ? undefined : rows[bucket.found.row];
      if (row !== undefined) readMetrics(children.metrics, row, 4, answers);
      return {
        bucket,
        body: { ...bucket.body, doc_count: bucket.found.count, ...inOrder(plan.node.children, answers) },
      };
    });
    const count = buckets.reduce((sum, bucket) => sum + bucket.found.count, 0);
    return answerOf(plan, list, byParent[parent]?.total ?? 0, count);
  });
}

function answerOf(
  plan: BucketPlan,
  list: readonly { readonly bucket: ShownBucket; readonly body: Answer }[],
  total: number,
  count: number,
): Answer {
  if (plan.form === 'single') return list[0]?.body ?? {};
  const buckets =
    plan.form === 'keyed'
      ? Object.fromEntries(list.map(({ bucket, body }) => [bucket.name, body]))
      : list.map(({ body }) => body);
  return { ...plan.extra(total, count), buckets };
}

/** Rows of parent, key, count, the parent's total and then the metrics of the children. */
function groupingSql(plan: BucketPlan, children: Plans, keyed: string): string {
  const columns = metricColumns(children.metrics).map((column, at) => `${column} AS a${at}`);
  const having = plan.minDocCount > 1 ? `HAVING count(*) >= ${plan.minDocCount}` : '';
  const grouped = `SELECT ${['p', 'k', 'count(*) AS n', ...columns].join(', ')} FROM ${keyed} GROUP BY p, k ${having}`;
  const names = columns.map((_, at) => `a${at}`);
  if (plan.top === undefined)
    return `SELECT ${['p', 'k', 'n', '0', ...names].join(', ')} FROM (${grouped}) ORDER BY p, k`;
  const order = plan.top.order((name, property) => {
    let from = 0;
    for (const metric of children.metrics) {
      if (metric.node.name === name) return `a${from + metric.orderColumn(property)}`;
      from += metric.columns.length;
    }
    throw illegalArgument(`Invalid aggregation order path [${name}]: it is no metric right below [${plan.node.name}]`);
  });
  const ranked = `SELECT *, sum(n) OVER (PARTITION BY p) AS total, row_number() OVER (PARTITION BY p ORDER BY ${order}) AS rank FROM (${grouped})`;
  return `SELECT ${['p', 'k', 'n', 'total', ...names].join(', ')} FROM (${ranked}) WHERE rank <= ${plan.top.size} ORDER BY p, rank`;
}

function groupRows(rows: readonly Row[], parents: number): readonly { readonly found: FoundBucket[]; total: number }[] {
  const byParent = Array.from({ length: parents }, () => ({ found: [] as FoundBucket[], total: 0 }));
  for (const [at, [parent, key, count, total]] of rows.entries()) {
    const group = byParent[Number(parent)];
    if (group === undefined || key === undefined) continue;
    group.found.push({ key, count: Number(count), row: at });
    group.total = Number(total);
  }
  return byParent;
}

/** The rows of the shown buckets only, each with its bucket's number as the new parent. */
function childRelation(
  run: Run,
  plan: BucketPlan,
  keyed: string,
  rows: readonly Row[],
  shown: readonly ShownBucket[],
): string {
  const kept = shown.map((bucket) => rows[bucket.found.row ?? -1] ?? []);
  const parents = run.binder.list(
    kept.map(([parent]) => BigInt(Number(parent))),
    BIGINT,
  );
  const keys = run.binder.list(
    kept.map(([, key]) => key ?? null),
    plan.keyType,
  );
  const numbers = run.binder.list(
    kept.map((_, at) => BigInt(at)),
    BIGINT,
  );
  const chosen = `(SELECT unnest(${parents}) AS jp, unnest(${keys}) AS jk, unnest(${numbers}) AS jn)`;
  return `(SELECT kd.* EXCLUDE (p, k), j.jn AS p FROM ${keyed} kd JOIN ${chosen} j ON kd.p = j.jp AND kd.k = j.jk)`;
}

function hasBelow(plans: Plans): boolean {
  return plans.buckets.length > 0 || plans.topHits.length > 0;
}

function metricColumns(metrics: readonly MetricPlan[]): readonly string[] {
  return metrics.flatMap((metric) => metric.columns);
}

function readMetrics(
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

/** The answers of a bucket without documents. */
function emptyAnswers(plans: Plans): Map<string, unknown> {
  const answers = new Map<string, unknown>(plans.metrics.map((metric) => [metric.node.name, metric.empty]));
  for (const plan of plans.topHits) answers.set(plan.name, plan.empty);
  for (const plan of plans.buckets) {
    const list = plan.show([]).map((bucket) => ({
      bucket,
      body: { ...bucket.body, doc_count: 0, ...Object.fromEntries(emptyAnswers(plan.children)) },
    }));
    answers.set(plan.node.name, answerOf(plan, list, 0, 0));
  }
  return answers;
}

/** The answers by name in the order of the request. */
function inOrder(nodes: readonly AggregationNode[], answers: ReadonlyMap<string, unknown>): Answer {
  return Object.fromEntries(
    nodes.map((node) => {
      const answer = answers.get(node.name) as Answer | undefined;
      return [node.name, node.meta === undefined ? answer : { meta: node.meta, ...answer }];
    }),
  );
}
