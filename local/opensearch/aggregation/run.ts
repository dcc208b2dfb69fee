// local/opensearch/aggregation: runs an aggregation tree: one grouping query per bucket node, whatever the number of its parents.
import { BIGINT, type DuckDBConnection } from '@duckdb/node-api';
import { type Row, rowsOf } from '../database/database.ts';
import { SqlBinder } from '../database/sql-binder.ts';
import { ReduceError, ShardError } from '../request/body-parameters.ts';
import type { JsonObject } from '../request/json-text.ts';
import { reduceFailure, type SearchTarget, searchFailure } from '../search/search-target.ts';
import { bucketAnswer, emptyAnswers, inOrder, type Plans, readMetrics } from './answer.ts';
import { AggregationBase } from './base.ts';
import { planBucket } from './bucket.ts';
import { bucketSorter } from './bucket-sort.ts';
import { MAX_BUCKETS, tooManyBuckets } from './histogram.ts';
import { planMetric } from './metric.ts';
import { type AggregationNode, type BucketNode, readAggregations } from './node.ts';
import type { Answer, BucketPlan, FoundBucket, ShownBucket } from './plan.ts';
import { FIRST_METRIC, groupingSql, keyedRelation, metricColumns } from './sql.ts';
import { planTopHits } from './top-hits.ts';

type BucketPlans = BucketPlan & { readonly children: Plans };

interface Run {
  readonly connection: DuckDBConnection;
  readonly base: AggregationBase;
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
  try {
    const plans = await planAll(nodes, base, connection, undefined);
    if (targets.length === 0) return inOrder(nodes, emptyAnswers(plans));
    const relation = base.relation();
    const run: Run = { connection, base, binder, buckets: 0 };
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
  } catch (error) {
    const [target] = targets;
    if (error instanceof ReduceError) throw reduceFailure(error);
    throw error instanceof ShardError && target !== undefined ? searchFailure(error, target.index) : error;
  }
}

async function planAll(
  nodes: readonly AggregationNode[],
  base: AggregationBase,
  connection: DuckDBConnection,
  parent: BucketNode | undefined,
): Promise<Plans> {
  const metrics: Plans['metrics'][number][] = [];
  const buckets: BucketPlans[] = [];
  const topHits: Plans['topHits'][number][] = [];
  const sorters: Plans['sorters'][number][] = [];
  for (const node of nodes) {
    if (node.group === 'metric') metrics.push(planMetric(node, base));
    else if (node.group === 'top_hits') topHits.push(planTopHits(node, base));
    else if (node.group === 'bucket_sort') sorters.push(bucketSorter(node, nodes));
    else {
      const children = await planAll(node.children, base, connection, node);
      buckets.push({ ...(await planBucket(node, base, connection, parent)), children });
    }
  }
  return { metrics, buckets, topHits, sorters };
}

/** Bucket and top_hits nodes of one level; one map of answers per parent. */
async function runBelow(run: Run, plans: Plans, relation: string, parents: number): Promise<Map<string, unknown>[]> {
  const answers = Array.from({ length: parents }, () => new Map<string, unknown>());
  if (parents === 0) return answers;
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

async function runBuckets(run: Run, plan: BucketPlans, relation: string, parents: number): Promise<Answer[]> {
  const { children } = plan;
  const keyed = keyedRelation(plan, relation);
  const everyKey = plan.minDocCount === 0 ? keyedRelation(plan, run.base.everything()) : undefined;
  const sql = groupingSql(plan, children, keyed, everyKey, parents);
  const rows = await rowsOf(run.connection, run.binder.statement(sql));
  const byParent = groupRows(rows, plan.keys.length, parents);
  const shown = byParent.map(({ found }) => plan.show(found));
  run.buckets += shown.reduce((sum, list) => sum + list.length, 0);
  if (run.buckets > MAX_BUCKETS) throw tooManyBuckets(run.buckets);
  const looked = shown.flat().filter((bucket) => !bucket.found.isGap);
  const ordinals = new Map(looked.map((bucket, at) => [bucket.found, at]));
  const below = hasBelow(children)
    ? await runBelow(run, children, childRelation(run, plan, keyed, shown), looked.length)
    : [];
  return shown.map((buckets, parent) => {
    const bodies = buckets.map(({ found }) => {
      if (found.isGap) return emptyAnswers(children);
      const answers = new Map(below[ordinals.get(found) ?? -1] ?? []);
      const row = found.row === undefined || found.count === 0 ? undefined : rows[found.row];
      readMetrics(children.metrics, row ?? [], plan.keys.length + FIRST_METRIC, answers);
      return answers;
    });
    return bucketAnswer(plan, children, buckets, bodies, byParent[parent] ?? NOTHING);
  });
}

const NOTHING = { found: [], documents: 0, buckets: 0 };

interface ParentBuckets {
  readonly found: FoundBucket[];
  documents: number;
  buckets: number;
}

function groupRows(rows: readonly Row[], keys: number, parents: number): readonly ParentBuckets[] {
  const byParent = Array.from({ length: parents }, (): ParentBuckets => ({ found: [], documents: 0, buckets: 0 }));
  for (const [at, row] of rows.entries()) {
    const group = byParent[Number(row[0])];
    if (group === undefined) continue;
    if (row[2 + keys] === true)
      group.found.push({ keys: row.slice(1, 1 + keys), count: Number(row[1 + keys]), row: at, isGap: false });
    group.documents = Number(row[3 + keys]);
    group.buckets = Number(row[4 + keys]);
  }
  return byParent;
}

/** The rows of the shown buckets only, each with its bucket's number as the new parent. */
function childRelation(run: Run, plan: BucketPlan, keyed: string, shown: readonly (readonly ShownBucket[])[]): string {
  const looked = shown.flatMap((buckets, parent) =>
    buckets.filter(({ found }) => !found.isGap).map(({ found }) => ({ parent, found })),
  );
  const kept = looked.map((bucket, number) => ({ ...bucket, number })).filter(({ found }) => found.row !== undefined);
  const { binder } = run;
  const parents = binder.list(
    kept.map(({ parent }) => BigInt(parent)),
    BIGINT,
  );
  const keys = plan.keys.map(({ type }, at) =>
    binder.list(
      kept.map(({ found }) => found.keys[at] ?? null),
      type,
    ),
  );
  const numbers = binder.list(
    kept.map(({ number }) => BigInt(number)),
    BIGINT,
  );
  const columns = keys.map((list, at) => `unnest(${list}) AS j${at}, `).join('');
  const chosen = `(SELECT unnest(${parents}) AS jp, ${columns}unnest(${numbers}) AS jn)`;
  const names = plan.keys.map((_, at) => `k${at}`);
  const on = plan.keys.map(({ isNullable }, at) => `kd.k${at} ${isNullable ? 'IS NOT DISTINCT FROM' : '='} j.j${at}`);
  return `(SELECT kd.* EXCLUDE (${['p', ...names].join(', ')}), j.jn AS p FROM ${keyed} kd JOIN ${chosen} j ON ${['kd.p = j.jp', ...on].join(' AND ')})`;
}

function hasBelow(plans: Plans): boolean {
  return plans.buckets.length > 0 || plans.topHits.length > 0;
}
