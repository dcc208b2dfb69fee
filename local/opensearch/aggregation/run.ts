// local/opensearch/aggregation: runs an aggregation tree: one grouping query per bucket node, whatever the number of its parents.
import { BIGINT, type DuckDBConnection, type DuckDBType, type DuckDBValue } from '@duckdb/node-api';
import { type Row, rowsOf } from '../database/database.ts';
import { SqlBinder } from '../database/sql-binder.ts';
import { ReduceError, ShardError } from '../request/body-parameters.ts';
import type { JsonObject } from '../request/json-text.ts';
import { reduceFailure, type SearchTarget, searchFailure } from '../search/search-target.ts';
import { bucketAnswer, emptyAnswers, inOrder, type Plans, readMetrics } from './answer.ts';
import { AggregationBase } from './base.ts';
import { planBucket } from './bucket.ts';
import { bucketSorter } from './bucket-sort.ts';
import { chosenBuckets } from './chosen-buckets.ts';
import { MAX_BUCKETS, tooManyBuckets } from './histogram.ts';
import { planMetric } from './metric.ts';
import { type AggregationNode, type BucketNode, readAggregations } from './node.ts';
import type { Answer, BucketPlan, FoundBucket } from './plan.ts';
import { COUNT_COLUMNS, type Grouping, groupingSql, keyedRelation, metricColumns, type Relation } from './sql.ts';
import { planTopHits } from './top-hits.ts';
import { MAX_GROUPS, markWide, twoLevels, upperRows, wasWide } from './two-levels.ts';

type BucketPlans = BucketPlan & { readonly children: Plans };

interface Run {
  readonly connection: DuckDBConnection;
  readonly base: AggregationBase;
  readonly binder: SqlBinder;
  buckets: number;
  /** Of documents that the query matches; undefined while no statement has told it. */
  documents: number | undefined;
}

/** Rows that all belong to one parent. */
const ONE_PARENT = { parent: [], types: [], parentOf: () => 0 };

/** Rows that belong to parents. */
interface Below extends Relation {
  readonly parents: number;
  /** SQL types of the parent's columns. */
  readonly types: readonly DuckDBType[];
  /** The number of the parent that values of these columns name; undefined: none that anything is looked for in. */
  readonly parentOf: (values: readonly DuckDBValue[]) => number | undefined;
  /** How many they are at most. */
  readonly documents: number;
  /** Levels above; of 0 the rows are all that the query matches. */
  readonly depth: number;
}

export interface AggregationAnswer {
  readonly answer: Answer;
  /** Documents that the query matches, where the buckets told it by the way: they need not be counted again. */
  readonly documents: number | undefined;
}

export async function runAggregations(
  connection: DuckDBConnection,
  targets: readonly SearchTarget[],
  query: unknown,
  json: JsonObject,
  nowMs: number,
): Promise<AggregationAnswer> {
  const nodes = readAggregations(json);
  const binder = new SqlBinder();
  const base = new AggregationBase(targets, query, binder, nowMs);
  try {
    const plans = await planAll(nodes, base, connection, undefined);
    if (targets.length === 0) return { answer: inOrder(nodes, emptyAnswers(plans)), documents: undefined };
    const relation = base.relation();
    const run: Run = { connection, base, binder, buckets: 0, documents: undefined };
    const answers = new Map<string, unknown>();
    if (plans.metrics.length > 0) {
      const columns = ['count(*)', ...metricColumns(plans.metrics)].join(', ');
      const [row] = await rowsOf(connection, binder.statement(`SELECT ${columns} FROM ${relation}`));
      run.documents = Number(row?.[0]);
      readMetrics(plans.metrics, row ?? [], 1, answers);
    }
    const [below] = await runBelow(run, plans, {
      ...{ sql: relation, parents: 1, depth: 0, documents: run.documents ?? Number.POSITIVE_INFINITY },
      ...ONE_PARENT,
    });
    return { answer: inOrder(nodes, new Map([...answers, ...(below ?? [])])), documents: run.documents };
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
async function runBelow(run: Run, plans: Plans, below: Below, found?: Found): Promise<Map<string, unknown>[]> {
  const answers = Array.from({ length: below.parents }, () => new Map<string, unknown>());
  if (below.parents === 0) return answers;
  for (const plan of plans.topHits) {
    for (const [parent, answer] of (await plan.run(run.connection, run.binder, below.sql, below.parents)).entries())
      answers[parent]?.set(plan.name, answer);
  }
  for (const plan of plans.buckets) {
    for (const [parent, answer] of (await runBuckets(run, plan, below, found)).entries())
      answers[parent]?.set(plan.node.name, answer);
  }
  return answers;
}

/** What a grouping statement gave. */
interface Found {
  readonly rows: readonly Row[];
  readonly grouping: Omit<Grouping, 'sql'>;
}

/** `known`: found already, with the level above. */
async function runBuckets(run: Run, plan: BucketPlans, above: Below, known?: Found): Promise<Answer[]> {
  const { children } = plan;
  const both = known === undefined && above.depth === 0 ? await findTwoLevels(run, plan, above) : undefined;
  const { rows, grouping } = known ?? both?.upper ?? (await find(run, plan, above));
  const firstKey = above.parent.length;
  const firstCount = firstKey + plan.keys.length;
  if (above.depth === 0) {
    const all = rows[0]?.[firstCount + 4];
    if (grouping.tellsAll) run.documents ??= rows.reduce((sum, row) => sum + Number(row[firstCount]), 0);
    else if (typeof all === 'bigint') run.documents ??= Number(all);
  }
  const byParent = groupRows(rows, plan, above, grouping);
  const shown = byParent.map(({ found }) => plan.show(found));
  run.buckets += shown.reduce((sum, list) => sum + list.length, 0);
  if (run.buckets > MAX_BUCKETS) throw tooManyBuckets(run.buckets);
  const looked = shown.flatMap((buckets, parent) =>
    buckets.filter(({ found }) => !found.isGap).map(({ found }) => ({ parent, found })),
  );
  const ordinals = new Map(looked.map(({ found }, at) => [found, at]));
  const below = hasBelow(children)
    ? await runBelow(run, children, childrenOf(run, plan, above, { looked, rows, byParent }, both), both?.lower)
    : [];
  return shown.map((buckets, parent) => {
    const bodies = buckets.map(({ found }) => {
      if (found.isGap) return emptyAnswers(children);
      const answers = new Map(below[ordinals.get(found) ?? -1] ?? []);
      const row = found.row === undefined || found.count === 0 ? undefined : rows[found.row];
      readMetrics(children.metrics, row ?? [], firstCount + COUNT_COLUMNS, answers);
      return answers;
    });
    return bucketAnswer(plan, children, buckets, bodies, byParent[parent] ?? NOTHING);
  });
}

async function find(run: Run, plan: BucketPlans, above: Below): Promise<Found> {
  const everyKey = plan.minDocCount === 0 ? keyedRelation(plan, run.base.everything()) : undefined;
  const most = above.documents;
  const grouping = groupingSql(plan, plan.children, above, everyKey, { parents: above.parents, most });
  return { rows: await rowsOf(run.connection, run.binder.statement(grouping.sql)), grouping };
}

interface FoundLevels {
  readonly upper: Found;
  readonly lower: Found;
}

/** Undefined where they must be looked for one after the other. */
async function findTwoLevels(run: Run, plan: BucketPlans, { sql }: Below): Promise<FoundLevels | undefined> {
  const { targets, nowMs } = run.base;
  const levels = twoLevels(plan, sql);
  if (levels === undefined || wasWide(targets, plan, nowMs)) return undefined;
  const rows = await rowsOf(run.connection, run.binder.statement(levels.sql));
  if (rows.length > MAX_GROUPS) {
    markWide(targets, plan, nowMs);
    return undefined;
  }
  return {
    upper: { rows: upperRows(rows, levels.lower.keys.length), grouping: { isWhole: true, tellsAll: true } },
    lower: { rows, grouping: { isWhole: true, tellsAll: false } },
  };
}

const NOTHING = { found: [], documents: 0, buckets: 0 };

interface ParentBuckets {
  found: FoundBucket[];
  documents: number;
  buckets: number;
}

function groupRows(
  rows: readonly Row[],
  plan: BucketPlan,
  above: Below,
  { isWhole }: Omit<Grouping, 'sql'>,
): readonly ParentBuckets[] {
  const byParent = Array.from(
    { length: above.parents },
    (): ParentBuckets => ({ found: [], documents: 0, buckets: 0 }),
  );
  const firstKey = above.parent.length;
  const firstCount = firstKey + plan.keys.length;
  for (const [at, row] of rows.entries()) {
    const group = byParent[above.parentOf(row) ?? -1];
    if (group === undefined) continue;
    const keys = plan.keys.map(({ read }, key) => {
      const value = row[firstKey + key] ?? null;
      return read === undefined ? value : read(value);
    });
    if (row[firstCount + 1] === true) group.found.push({ keys, count: Number(row[firstCount]), row: at, isGap: false });
    group.documents = Number(row[firstCount + 2]);
    group.buckets = Number(row[firstCount + 3]);
  }
  if (!isWhole) return byParent;
  for (const group of byParent) {
    const { found } = group;
    group.documents = found.reduce((sum, { count }) => sum + count, 0);
    group.buckets = found.length;
    group.found = chosenBuckets(found, plan.top?.plain, plan.top?.size ?? found.length);
  }
  return byParent;
}

interface Looked {
  /** The buckets that something is looked for in, each the parent of its number. */
  readonly looked: readonly { readonly parent: number; readonly found: FoundBucket }[];
  readonly rows: readonly Row[];
  readonly byParent: readonly ParentBuckets[];
}

type ChildRows = Omit<Below, 'parents' | 'depth' | 'documents'>;

/** The rows of the shown buckets, which become parents; `both`: with their own buckets, by their parents' keys. */
function childrenOf(run: Run, plan: BucketPlans, above: Below, found: Looked, both: FoundLevels | undefined): Below {
  const { looked, byParent } = found;
  const keyed = keyedRelation(plan, above.sql);
  const { children } = plan;
  const isEvery =
    plan.top === undefined
      ? plan.minDocCount <= 1
      : byParent.every((parent) => parent.found.length === parent.buckets) && plan.minDocCount === 1;
  const needsNumbers = children.topHits.length > 0 || children.buckets.some(({ minDocCount }) => minDocCount === 0);
  const rows = isEvery && !needsNumbers ? byKeys(plan, above, keyed, found) : joined(run, plan, above, keyed, found);
  const documents = looked.reduce((sum, { found: { count } }) => sum + count, 0);
  const common = { parents: looked.length, depth: above.depth + 1, documents };
  return { ...rows, ...common, ...(looked.length === 1 && both === undefined ? ONE_PARENT : {}) };
}

/** Each row's bucket by its keys: where all buckets are shown nothing need be joined, and what grouping finds is little. */
function byKeys(plan: BucketPlans, above: Below, keyed: string, { looked, rows }: Looked): ChildRows {
  const first = above.parent.length;
  const names = plan.keys.map((_, at) => `q${above.depth}_${at}`);
  const renamed = names.map((name, at) => `k${at} AS ${name}`).join(', ');
  const own = plan.keys.map((_, at) => `k${at}`).join(', ');
  const columns = first + plan.keys.length;
  const numbers = new Map<string, number>();
  for (const [number, { found }] of looked.entries()) {
    const row = found.row === undefined ? undefined : rows[found.row];
    if (row !== undefined) numbers.set(nameOf(row, columns), number);
  }
  return {
    sql: `(SELECT * EXCLUDE (${own}), ${renamed} FROM ${keyed})`,
    parent: [...above.parent, ...names],
    types: [...above.types, ...plan.keys.map(({ type }) => type)],
    parentOf: (values) => numbers.get(nameOf(values, columns)),
  };
}

function nameOf(values: readonly DuckDBValue[], columns: number): string {
  let name = '';
  for (let at = 0; at < columns; at += 1) {
    const value = values[at];
    // lengths, so that no text of a document can look like two
    const text = String(value);
    name += `${typeof value} ${text.length} ${text}`;
  }
  return name;
}

/** The rows of the shown buckets only, each with its bucket's number. */
function joined(run: Run, plan: BucketPlan, above: Below, keyed: string, { looked, rows }: Looked): ChildRows {
  const { binder } = run;
  const kept = looked.flatMap(({ found }, number) => {
    const row = found.row === undefined ? undefined : rows[found.row];
    return row === undefined ? [] : [{ number, row }];
  });
  const parents = above.parent.map((column, at) => ({ column, type: above.types[at] ?? BIGINT, isNullable: true }));
  const keys = plan.keys.map(({ type, isNullable }, at) => ({ column: `k${at}`, type, isNullable }));
  const all = [...parents, ...keys];
  const lists = all.map(({ type }, at) =>
    binder.list(
      kept.map(({ row }) => row[at] ?? null),
      type,
    ),
  );
  const numbers = binder.list(
    kept.map(({ number }) => BigInt(number)),
    BIGINT,
  );
  const columns = lists.map((list, at) => `unnest(${list}) AS j${at}, `).join('');
  const chosen = `(SELECT ${columns}unnest(${numbers}) AS jn)`;
  const on = all.map(
    ({ column, isNullable }, at) => `kd.${column} ${isNullable ? 'IS NOT DISTINCT FROM' : '='} j.j${at}`,
  );
  const names = new Set(['p', ...all.map(({ column }) => column)]);
  return {
    sql: `(SELECT kd.* EXCLUDE (${[...names].join(', ')}), j.jn AS p FROM ${keyed} kd JOIN ${chosen} j ON ${on.join(' AND ')})`,
    parent: ['p'],
    types: [BIGINT],
    parentOf: ([number]) => Number(number),
  };
}

function hasBelow(plans: Plans): boolean {
  return plans.buckets.length > 0 || plans.topHits.length > 0;
}
