// local/opensearch/search: how many documents match, and where they are few, which.
import type { DuckDBConnection } from '@duckdb/node-api';
import { rowsOf } from '../database/database.ts';
import { realNumber, SqlBinder, wholeNumber } from '../database/sql-binder.ts';
import { tableCondition } from '../query/candidate-rows.ts';
import { hasConstantScore, type Predicate, scoreOf } from '../query/predicate.ts';
import { compileTargets, type SearchTarget } from './search-target.ts';

/** Up to so many in all are told one by one: reading them then needs no second look at every row. */
const FEW = 512;

export interface Matches {
  readonly count: number;
  /** By the targets' positions; undefined: they are many. */
  readonly seqNos: readonly (readonly bigint[])[] | undefined;
}

export interface MatchQuestion {
  /** All of them must match, the first with at least the score. */
  readonly queries: readonly unknown[];
  readonly minScore?: number | undefined;
  readonly nowMs: number;
  /** Whether only the count is wanted. */
  readonly onlyCount?: boolean;
}

export async function findMatches(
  connection: DuckDBConnection,
  targets: readonly SearchTarget[],
  { queries, minScore, nowMs, onlyCount = false }: MatchQuestion,
): Promise<Matches> {
  const binder = new SqlBinder();
  const conditions = targets.map(() => [] as string[]);
  for (const [number, query] of queries.entries()) {
    const hasLeast = number === 0 && minScore !== undefined;
    if ((query === undefined || query === null) && !hasLeast) continue;
    for (const [at, compiled] of compileTargets(targets, query, binder, nowMs).entries()) {
      conditions[at]?.push(tableCondition(compiled.predicate));
      if (hasLeast) conditions[at]?.push(`${scoreSql(compiled.predicate)} >= ${realNumber(minScore)}`);
    }
  }
  const few = onlyCount ? 'NULL' : `min(_seq, ${FEW})`;
  const parts = targets.flatMap(({ index }, at) =>
    conditions[at]?.includes('false') === true
      ? []
      : `SELECT ${at} AS part, count(*) AS n, ${few} AS few FROM ${index.table} WHERE ${conditions[at]?.join(' AND ') || 'true'}`,
  );
  if (parts.length === 0) return { count: 0, seqNos: targets.map(() => []) };
  const rows = await rowsOf(connection, binder.statement(parts.join(' UNION ALL ')));
  const count = rows.reduce((sum, [, own]) => sum + Number(own), 0);
  if (onlyCount || count > FEW) return { count, seqNos: undefined };
  const byPart = new Map(rows.map(([part, , few]) => [Number(part), seqNosOf(few)]));
  return { count, seqNos: targets.map((_, at) => byPart.get(at) ?? []) };
}

function seqNosOf(list: unknown): readonly bigint[] {
  const items = typeof list === 'object' && list !== null && 'items' in list ? list.items : [];
  return Array.isArray(items) ? items.filter((item) => typeof item === 'bigint') : [];
}

/** The condition for these rows and no others. Of a join with a list DuckDB would read all columns of all rows. */
export function seqNosCondition(seqNos: readonly bigint[]): string {
  if (seqNos.length === 0) return 'false';
  return `_seq IN (${seqNos.map((seqNo) => wholeNumber(seqNo, 'BIGINT')).join(', ')})`;
}

export function scoreSql(predicate: Predicate): string {
  const constant = hasConstantScore(predicate);
  return constant === undefined ? `(${scoreOf(predicate)})::DOUBLE` : realNumber(constant);
}
