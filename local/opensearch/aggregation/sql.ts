// local/opensearch/aggregation: the statements that group rows into buckets.
import type { Plans } from './answer.ts';
import type { MetricPlan } from './metric.ts';
import type { BucketPlan, TopBuckets } from './plan.ts';

/** Columns of a grouping statement between its keys and its metrics: p stands before; n, kept, total and buckets after. */
export const FIRST_METRIC = 5;

export function metricColumns(metrics: readonly MetricPlan[]): readonly string[] {
  return metrics.flatMap((metric) => metric.columns);
}

/** The rows with their keys k0, k1, …: a document stands there once for each bucket that it is in. */
export function keyedRelation(plan: BucketPlan, relation: string): string {
  let rows = relation;
  const columns: string[] = [];
  for (const [at, key] of plan.keys.entries()) {
    if (key.isList) rows = `(SELECT *, unnest(${key.sql}) AS k${at} FROM ${rows})`;
    else columns.push(`, ${key.sql} AS k${at}`);
  }
  const conditions = plan.keys.flatMap((key, at) => (key.isNullable ? [] : [`${key.source ?? `k${at}`} IS NOT NULL`]));
  if (plan.keep !== 'true') conditions.push(plan.keep);
  const all = columns.length === 0 ? rows : `(SELECT *${columns.join('')} FROM ${rows})`;
  return conditions.length === 0 ? all : `(SELECT * FROM ${all} WHERE ${conditions.join(' AND ')})`;
}

/** Rows of parent, keys, count, whether it is a bucket to show, the parent's documents and buckets in total, and the metrics of the children. */
export function groupingSql(
  plan: BucketPlan,
  children: Plans,
  keyed: string,
  everyKey: string | undefined,
  parents: number,
): string {
  const { top } = plan;
  const keys = plan.keys.map((_, at) => `k${at}`);
  const metrics = metricColumns(children.metrics).map((column, at) => ({ name: `a${at}`, sql: column }));
  const orders = (top?.columns ?? []).map((column, at) => ({ name: `o${at}`, sql: column }));
  const aggregates = [...metrics, ...orders].map(({ name, sql }) => `${sql} AS ${name}`);
  const having = plan.minDocCount > 1 && top === undefined ? ` HAVING count(*) >= ${plan.minDocCount}` : '';
  const counted = `SELECT ${['p', ...keys, 'count(*) AS n', ...aggregates].join(', ')} FROM ${keyed} GROUP BY ${['p', ...keys].join(', ')}${having}`;
  const grouped = everyKey === undefined ? counted : withEveryKey(counted, keys, orders, everyKey, parents);
  const names = metrics.map(({ name }) => name);
  if (top === undefined) {
    const order = ['p', ...keys].join(', ');
    return `SELECT ${['p', ...keys, 'n', 'true', '0', '0', ...names].join(', ')} FROM (${grouped}) ORDER BY ${order}`;
  }
  const chosen = ['p', ...keys, 'n', 'kept', 'total', 'buckets', ...names].join(', ');
  // of one parent the first are found without ranking all, and the totals without a window over all
  if (parents === 1 && plan.minDocCount <= 1) {
    const columns = ['p', ...keys, 'n', 'true', '(SELECT sum(n) FROM g)', '(SELECT count(*) FROM g)', ...names];
    return `WITH g AS MATERIALIZED (${grouped}) SELECT ${columns.join(', ')} FROM g ORDER BY ${top.orderBy} LIMIT ${top.size}`;
  }
  return `SELECT ${chosen} FROM (${ranked(top, plan.minDocCount, grouped)}) WHERE rank <= ${top.size} AND (kept OR rank = 1) ORDER BY p, rank`;
}

/**
 * The buckets with their rank and the totals of their parent. Where small buckets are left out, OpenSearch does it in what
 * an index gave, which is the first of all by the order, less those too small for the index itself: these are left out after
 * they were chosen and count nowhere, while what was not chosen counts as others.
 */
function ranked(top: TopBuckets, minDocCount: number, grouped: string): string {
  const over = 'OVER (PARTITION BY p)';
  if (minDocCount <= 1)
    return `SELECT *, true AS kept, sum(n) ${over} AS total, count(*) ${over} AS buckets, row_number() OVER (PARTITION BY p ORDER BY ${top.orderBy}) AS rank FROM (${grouped})`;
  const { size, minDocCount: least } = top.given;
  const placed = `SELECT *, row_number() OVER (PARTITION BY p ORDER BY ${top.orderBy}) AS place FROM (${grouped})`;
  const isBeyond = size === undefined ? 'false' : `place > ${size}`;
  const judged = `SELECT *, (n >= ${Math.max(least, minDocCount)} AND NOT ${isBeyond}) AS kept FROM (${placed})`;
  const total = `coalesce(sum(n) FILTER (WHERE ${isBeyond} OR n >= ${minDocCount}) ${over}, 0) AS total`;
  const buckets = `count(*) FILTER (WHERE n >= ${least} AND NOT ${isBeyond}) ${over} AS buckets`;
  return `SELECT *, ${total}, ${buckets}, row_number() OVER (PARTITION BY p ORDER BY NOT kept, place) AS rank FROM (${judged})`;
}

/** Every parent with every key, of no documents where it has none; these are in the order as nothing is. */
function withEveryKey(
  counted: string,
  keys: readonly string[],
  orders: readonly { readonly name: string; readonly sql: string }[],
  everyKey: string,
  parents: number,
): string {
  const all = `SELECT range AS p, ${keys.map((key) => `e.${key}`).join(', ')} FROM range(${parents}), (SELECT DISTINCT ${keys.join(', ')} FROM ${everyKey}) e`;
  const columns = ['p', ...keys].join(', ');
  const ofNothing = orders.map(
    ({ name, sql }) => `coalesce(${name}, (SELECT ${sql} FROM ${everyKey} WHERE false)) AS ${name}`,
  );
  return `SELECT * REPLACE (${['coalesce(n, 0) AS n', ...ofNothing].join(', ')}) FROM (${all}) LEFT JOIN (${counted}) USING (${columns})`;
}
