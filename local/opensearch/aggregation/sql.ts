// local/opensearch/aggregation: the statements that group rows into buckets.
import type { Plans } from './answer.ts';
import { MAX_RANKED_HERE } from './chosen-buckets.ts';
import type { MetricPlan } from './metric.ts';
import type { BucketPlan, TopBuckets } from './plan.ts';

/** Rows with the columns that say which parent each belongs to: none where all have the same. */
export interface Relation {
  readonly sql: string;
  readonly parent: readonly string[];
}

/** Columns of a grouping statement behind the parent's and the keys: n, kept, total, buckets and all; the metrics follow. */
export const COUNT_COLUMNS = 5;

export function metricColumns(metrics: readonly MetricPlan[]): readonly string[] {
  return metrics.flatMap((metric) => metric.columns);
}

/** The rows with their keys k0, k1, …: a document stands there once for each bucket that it is in, or with NULL for none. */
export function withKeys(plan: BucketPlan, relation: string, where = ''): string {
  let rows = relation;
  const columns: string[] = [];
  for (const [at, key] of plan.keys.entries()) {
    if (key.isList) rows = `(SELECT *, unnest(${key.sql}) AS k${at} FROM ${rows})`;
    else columns.push(`, ${key.sql} AS k${at}`);
  }
  return columns.length === 0 ? rows : `(SELECT *${columns.join('')} FROM ${rows}${where})`;
}

const A_COLUMN = /^\w+$/;

/** The rows with their keys, but those that are in no bucket. */
export function keyedRelation(plan: BucketPlan, relation: string): string {
  const sources = plan.keys.map(({ source, sql, isList }) =>
    isList ? undefined : (source ?? (A_COLUMN.test(sql) ? sql : undefined)),
  );
  if (plan.keep === 'true' && sources.every((source) => source !== undefined)) {
    // in one SELECT: each costs its while in DuckDB's planning
    const present = sources.flatMap((source, at) =>
      plan.keys[at]?.isNullable === true ? [] : [`${source} IS NOT NULL`],
    );
    return withKeys(plan, relation, present.length === 0 ? '' : ` WHERE ${present.join(' AND ')}`);
  }
  const conditions = plan.keys.flatMap((key, at) => (key.isNullable ? [] : [`${key.source ?? `k${at}`} IS NOT NULL`]));
  if (plan.keep !== 'true') conditions.push(plan.keep);
  const all = withKeys(plan, relation);
  return conditions.length === 0 ? all : `(SELECT * FROM ${all} WHERE ${conditions.join(' AND ')})`;
}

/** The condition for a group to be a bucket, where grouping can tell all documents apart from those in buckets. */
function bucketGroups(plan: BucketPlan): string | undefined {
  if (plan.keep !== 'true' || plan.minDocCount !== 1 || plan.keys.some(({ isList }) => isList)) return undefined;
  const present = plan.keys.flatMap(({ isNullable }, at) => (isNullable ? [] : [`k${at} IS NOT NULL`]));
  return present.join(' AND ') || 'true';
}

export interface Grouping {
  /**
   * Rows of parent, keys, count, whether it is a bucket to show, the parent's documents and buckets in total, all documents
   * of the relation where they are counted (of one parent only, else NULL), and the metrics of the children.
   */
  readonly sql: string;
  /** All groups are there, in any order and without totals: the first of them are to be chosen. */
  readonly isWhole: boolean;
  /** The groups are all documents of the relation: those in no bucket as well. */
  readonly tellsAll: boolean;
}

/** `most`: how many documents the relation has at most, where that is known. */
export function groupingSql(
  plan: BucketPlan,
  children: Plans,
  relation: Relation,
  everyKey: string | undefined,
  { parents, most }: { readonly parents: number; readonly most: number },
): Grouping {
  const { top } = plan;
  const own = plan.keys.map((_, at) => `k${at}`);
  const keys = [...relation.parent, ...own];
  const metrics = metricColumns(children.metrics).map((column, at) => ({ name: `a${at}`, sql: column }));
  const orders = (top?.columns ?? []).map((column, at) => ({ name: `o${at}`, sql: column }));
  const aggregates = [...metrics, ...orders].map(({ name, sql }) => `${sql} AS ${name}`);
  const having = plan.minDocCount > 1 && top === undefined ? ` HAVING count(*) >= ${plan.minDocCount}` : '';
  const isOne = relation.parent.length === 0;
  const isBucket = isOne && everyKey === undefined ? bucketGroups(plan) : undefined;
  const rows = isBucket === undefined ? keyedRelation(plan, relation.sql) : withKeys(plan, relation.sql);
  const counted = `SELECT ${[...keys, 'count(*) AS n', ...aggregates].join(', ')} FROM ${rows} GROUP BY ${keys.join(', ')}${having}`;
  const grouped = everyKey === undefined ? counted : withEveryKey(counted, relation, own, orders, everyKey, parents);
  const names = metrics.map(({ name }) => name);
  const columns = (counts: readonly string[]): string => [...keys, 'n', ...counts, ...names].join(', ');
  const whole = (order: string): string =>
    `SELECT ${[...keys, 'count(*) AS n', isBucket ?? 'true', '0', '0', 'NULL', ...aggregates].join(', ')} FROM ${rows} GROUP BY ${keys.join(', ')}${having}${order}`;
  const isPlain = top === undefined || (top.plain !== undefined && plan.minDocCount === 1);
  const isTotal = plan.keys.every(({ isNullable }) => !isNullable);
  if (most <= MAX_RANKED_HERE && isPlain && isTotal && everyKey === undefined)
    return { sql: whole(''), isWhole: true, tellsAll: isBucket !== undefined };
  if (top === undefined)
    return { sql: whole(` ORDER BY ${keys.join(', ')}`), isWhole: false, tellsAll: isBucket !== undefined };
  const partly = (sql: string): Grouping => ({ sql, isWhole: false, tellsAll: false });
  if (isOne && plan.minDocCount <= 1) {
    const groups = `WITH g AS MATERIALIZED (${grouped}), b AS (SELECT * FROM g WHERE ${isBucket ?? 'true'})`;
    const all = isBucket === undefined ? 'NULL' : '(SELECT sum(n) FROM g)';
    const totals = ['true', '(SELECT sum(n) FROM b)', '(SELECT count(*) FROM b)', all];
    // the first of one parent are found without ranking all
    return partly(`${groups} SELECT ${columns(totals)} FROM b ORDER BY ${top.orderBy} LIMIT ${top.size}`);
  }
  const chosen = ranked(top, plan.minDocCount, grouped, relation.parent);
  return partly(
    `SELECT ${columns(['kept', 'total', 'buckets', 'NULL'])} FROM (${chosen}) WHERE rank <= ${top.size} AND (kept OR rank = 1) ORDER BY ${[...relation.parent, 'rank'].join(', ')}`,
  );
}

/**
 * The buckets with their rank and the totals of their parent. Where small buckets are left out, OpenSearch does it in what
 * an index gave, which is the first of all by the order, less those too small for the index itself: these are left out after
 * they were chosen and count nowhere, while what was not chosen counts as others.
 */
function ranked(top: TopBuckets, minDocCount: number, grouped: string, parent: readonly string[]): string {
  const partition = parent.length === 0 ? '' : `PARTITION BY ${parent.join(', ')} `;
  const over = `OVER (${partition.trimEnd()})`;
  if (minDocCount <= 1)
    return `SELECT *, true AS kept, sum(n) ${over} AS total, count(*) ${over} AS buckets, row_number() OVER (${partition}ORDER BY ${top.orderBy}) AS rank FROM (${grouped})`;
  const { size, minDocCount: least } = top.given;
  const placed = `SELECT *, row_number() OVER (${partition}ORDER BY ${top.orderBy}) AS place FROM (${grouped})`;
  const isBeyond = size === undefined ? 'false' : `place > ${size}`;
  const judged = `SELECT *, (n >= ${Math.max(least, minDocCount)} AND NOT ${isBeyond}) AS kept FROM (${placed})`;
  const total = `coalesce(sum(n) FILTER (WHERE ${isBeyond} OR n >= ${minDocCount}) ${over}, 0) AS total`;
  const buckets = `count(*) FILTER (WHERE n >= ${least} AND NOT ${isBeyond}) ${over} AS buckets`;
  return `SELECT *, ${total}, ${buckets}, row_number() OVER (${partition}ORDER BY NOT kept, place) AS rank FROM (${judged})`;
}

/** Every parent with every key, of no documents where it has none; these are in the order as nothing is. Parents are numbers. */
function withEveryKey(
  counted: string,
  { parent }: Relation,
  keys: readonly string[],
  orders: readonly { readonly name: string; readonly sql: string }[],
  everyKey: string,
  parents: number,
): string {
  const numbers = parent.map((column) => `range AS ${column}, `).join('');
  const all = `SELECT ${numbers}${keys.map((key) => `e.${key}`).join(', ')} FROM range(${parents}), (SELECT DISTINCT ${keys.join(', ')} FROM ${everyKey}) e`;
  const ofNothing = orders.map(
    ({ name, sql }) => `coalesce(${name}, (SELECT ${sql} FROM ${everyKey} WHERE false)) AS ${name}`,
  );
  return `SELECT * REPLACE (${['coalesce(n, 0) AS n', ...ofNothing].join(', ')}) FROM (${all}) LEFT JOIN (${counted}) USING (${[...parent, ...keys].join(', ')})`;
}
