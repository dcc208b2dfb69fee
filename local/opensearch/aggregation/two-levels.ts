// local/opensearch/aggregation: a level of buckets and the one below it found by one statement, where there are few: planning a
// statement takes DuckDB as long as grouping some thousand documents.
import type { DuckDBValue } from '@duckdb/node-api';
import type { Row } from '../database/database.ts';
import type { SearchTarget } from '../search/search-target.ts';
import type { Plans } from './answer.ts';
import type { BucketPlan } from './plan.ts';
import { metricColumns, withKeys } from './sql.ts';

/** Of both levels together: of more DuckDB chooses those to show. */
export const MAX_GROUPS = 2_048;
/** Where there were more, so long nobody tries again. */
const REST_MS = 60_000;

type BucketPlans = BucketPlan & { readonly children: Plans };

export interface TwoLevels {
  /** Rows of the upper level's key (`upperKey`), the lower one's, and as a grouping statement has them from there on. */
  readonly sql: string;
  readonly lower: BucketPlans;
}

/** The upper level's key, as its rows' parent column. */
export const UPPER_KEY = 'q0_0';

/** Of the buckets of all documents; undefined where one statement cannot tell both levels. */
export function twoLevels(plan: BucketPlans, relation: string): TwoLevels | undefined {
  const { buckets, metrics, topHits } = plan.children;
  const [lower] = buckets;
  if (lower === undefined || buckets.length > 1 || metrics.length > 0 || topHits.length > 0) return undefined;
  // all upper buckets are shown, and a document is in one at most
  if (plan.top !== undefined || plan.keys.length !== 1 || !isPlain(plan) || !isPlain(lower)) return undefined;
  if (lower.top !== undefined && lower.top.plain === undefined) return undefined;
  const keys = lower.keys.map((_, at) => `k${at}`);
  const upper = `(SELECT * EXCLUDE (k0), k0 AS ${UPPER_KEY} FROM ${withKeys(plan, relation)})`;
  const counts = ['count(*) AS n', keys.map((key) => `${key} IS NOT NULL`).join(' AND '), '0', '0', 'NULL'];
  const columns = [UPPER_KEY, ...keys, ...counts, ...metricColumns(lower.children.metrics)];
  return {
    sql: `SELECT ${columns.join(', ')} FROM ${withKeys(lower, upper)} GROUP BY ${[UPPER_KEY, ...keys].join(', ')} LIMIT ${MAX_GROUPS + 1}`,
    lower,
  };
}

function isPlain({ keys, keep, minDocCount }: BucketPlan): boolean {
  return keep === 'true' && minDocCount === 1 && keys.every(({ isList, isNullable }) => !isList && !isNullable);
}

/** The upper level's rows, as its own statement would give them: of rows of both levels. */
export function upperRows(rows: readonly Row[], lowerKeys: number): Row[] {
  const counts = new Map<DuckDBValue, bigint>();
  for (const row of rows) {
    const key = row[0] ?? null;
    counts.set(key, (counts.get(key) ?? 0n) + BigInt(String(row[1 + lowerKeys])));
  }
  return Array.from(counts, ([key, count]) => [key, count, key !== null, 0, 0, null]);
}

/** Levels that had more groups, by what is grouped by. */
const wide = new WeakMap<SearchTarget['index'], Map<string, number>>();

export function wasWide(targets: readonly SearchTarget[], plan: BucketPlans, nowMs: number): boolean {
  return targets.some(
    ({ index }) => (wide.get(index)?.get(nameOf(plan)) ?? Number.NEGATIVE_INFINITY) > nowMs - REST_MS,
  );
}

export function markWide(targets: readonly SearchTarget[], plan: BucketPlans, nowMs: number): void {
  for (const { index } of targets) {
    const known = wide.get(index) ?? new Map<string, number>();
    wide.set(index, known);
    known.set(nameOf(plan), nowMs);
    for (const [name, atMs] of known) if (atMs <= nowMs - REST_MS) known.delete(name);
  }
}

function nameOf({ node, children }: BucketPlans): string {
  return JSON.stringify([node.body, ...children.buckets.map((child) => child.node.body)]);
}
