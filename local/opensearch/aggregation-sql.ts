// local/opensearch: the statements that group rows into buckets.
import type { Plans } from './aggregation-answer.ts';
import type { MetricPlan } from './aggregation-metric.ts';
import type { BucketPlan } from './aggregation-plan.ts';

/** Columns of a grouping statement between its keys and its metrics: p stands before; n, total and buckets after. */
export const FIRST_METRIC = 4;

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
  const conditions = plan.keys.flatMap((key, at) => (key.isNullable ? [] : [`k${at} IS NOT NULL`]));
  if (plan.keep !== 'true') conditions.push(plan.keep);
  const all = columns.length === 0 ? rows : `(SELECT *${columns.join('')} FROM ${rows})`;
  return conditions.length === 0 ? all : `(SELECT * FROM ${all} WHERE ${conditions.join(' AND ')})`;
}

/** Rows of parent, keys, count, the parent's documents and buckets in total, and the metrics of the children. */
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
  const having = plan.minDocCount > 1 ? ` HAVING count(*) >= ${plan.minDocCount}` : '';
  const counted = `SELECT ${['p', ...keys, 'count(*) AS n', ...aggregates].join(', ')} FROM ${keyed} GROUP BY ${['p', ...keys].join(', ')}${having}`;
  const grouped = everyKey === undefined ? counted : withEveryKey(counted, keys, everyKey, parents);
  const names = metrics.map(({ name }) => name);
  if (top === undefined) {
    const order = ['p', ...keys].join(', ');
    return `SELECT ${['p', ...keys, 'n', '0', '0', ...names].join(', ')} FROM (${grouped}) ORDER BY ${order}`;
  }
  const over = 'OVER (PARTITION BY p)';
  const ranked = `SELECT *, sum(n) ${over} AS total, count(*) ${over} AS buckets, row_number() OVER (PARTITION BY p ORDER BY ${top.orderBy}) AS rank FROM (${grouped})`;
  return `SELECT ${['p', ...keys, 'n', 'total', 'buckets', ...names].join(', ')} FROM (${ranked}) WHERE rank <= ${top.size} ORDER BY p, rank`;
}

/** Every parent with every key, of no documents where it has none. */
function withEveryKey(counted: string, keys: readonly string[], everyKey: string, parents: number): string {
  const all = `SELECT range AS p, ${keys.map((key) => `e.${key}`).join(', ')} FROM range(${parents}), (SELECT DISTINCT ${keys.join(', ')} FROM ${everyKey}) e`;
  const columns = ['p', ...keys].join(', ');
  return `SELECT * REPLACE (coalesce(n, 0) AS n) FROM (${all}) LEFT JOIN (${counted}) USING (${columns})`;
}
