// local/opensearch/search: how many documents match, and where they are few, which.
import type { DuckDBConnection } from '@duckdb/node-api';
import { rowsOf } from '../database/database.ts';
import { realNumber, SqlBinder } from '../database/sql-binder.ts';
import type { PresentRows } from '../document/table-rows.ts';
import { type TableCondition, tableCondition } from '../query/candidate-rows.ts';
import type { Predicate } from '../query/predicate.ts';
import { hasConstantScore, scoreOf } from '../query/score.ts';
import type { WordRows } from '../word/word-rows.ts';
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
  const conditions = targets.map((): TableCondition[] => []);
  for (const [number, query] of queries.entries()) {
    const hasLeast = number === 0 && minScore !== undefined;
    if ((query === undefined || query === null) && !hasLeast) continue;
    for (const [at, compiled] of compileTargets(targets, query, binder, nowMs).entries()) {
      conditions[at]?.push(tableCondition(compiled.predicate));
      if (hasLeast)
        conditions[at]?.push({ sql: `${scoreSql(compiled.predicate)} >= ${realNumber(minScore)}`, most: undefined });
    }
  }
  const parts = targets.flatMap(({ index: { table } }, number) => {
    const own = conditions[number] ?? [];
    const most = own.reduce((least, { most = least }) => Math.min(least, most), Number.POSITIVE_INFINITY);
    if (most === 0) return [];
    const [only, ...others] = own;
    const wheres = others.length === 0 ? only?.parts : undefined;
    return (wheres ?? [own.map(({ sql }) => sql).join(' AND ') || 'true']).map((where) => ({
      ...{ number, table, where, most },
    }));
  });
  if (parts.length === 0) return { count: 0, seqNos: targets.map(() => []) };
  const known = await presentRows(connection, targets, conditions);
  if (known !== undefined) {
    const count = known.reduce((sum, rows) => sum + rows.count, 0);
    return { count, seqNos: onlyCount || count > FEW ? undefined : known.map(({ seqNos }) => seqNos()) };
  }
  const found = new Map<number, readonly bigint[]>();
  if (parts.reduce((sum, { most }) => sum + most, 0) <= FEW) {
    const listed = parts.map(({ number, table, where }) => `SELECT ${number}, _seq FROM ${table} WHERE ${where}`);
    const rows = await rowsOf(connection, binder.statement(listed.join(' UNION ALL ')));
    for (const { number } of parts)
      found.set(
        number,
        rows.flatMap(([of, seqNo]) => (of === number ? bigintOf(seqNo) : [])),
      );
    return { count: rows.length, seqNos: targets.map((_, at) => found.get(at) ?? []) };
  }
  const few = onlyCount ? 'NULL' : `min(_seq, ${FEW})`;
  const counted = parts.map(
    ({ number, table, where }) => `SELECT ${number}, count(*), ${few} FROM ${table} WHERE ${where}`,
  );
  const rows = await rowsOf(connection, binder.statement(counted.join(' UNION ALL ')));
  const count = rows.reduce((sum, [, own]) => sum + Number(own), 0);
  if (onlyCount || count > FEW) return { count, seqNos: undefined };
  for (const [number, , list] of rows) {
    const at = Number(number);
    found.set(at, [...(found.get(at) ?? []), ...seqNosOf(list)]);
  }
  return { count, seqNos: targets.map((_, at) => found.get(at) ?? []) };
}

interface FoundRows {
  readonly count: number;
  readonly seqNos: () => readonly bigint[];
}

const NOTHING: FoundRows = { count: 0, seqNos: () => [] };

/** Of conditions that were looked up whole: without a look at the rows. Undefined: it is not known which of them are there. */
async function presentRows(
  connection: DuckDBConnection,
  targets: readonly SearchTarget[],
  conditions: readonly (readonly TableCondition[])[],
): Promise<readonly FoundRows[] | undefined> {
  const found: FoundRows[] = [];
  for (const [at, { index }] of targets.entries()) {
    const [condition, more] = conditions[at] ?? [];
    if (condition === undefined || more !== undefined) return undefined;
    const { exact, most } = condition;
    const present = exact === undefined || most === 0 ? undefined : await index.rows.present(connection, index.table);
    if (most === 0) found.push(NOTHING);
    else if (exact === undefined || present === undefined) return undefined;
    else found.push(rowsThere(exact, present));
  }
  return found;
}

function rowsThere(exact: WordRows, { first, last, missing }: PresentRows): FoundRows {
  return {
    count: exact.countWithin(first, last) - exact.and(missing).countWithin(first, last),
    seqNos: () =>
      exact
        .without(missing)
        .rows()
        .flatMap((row) => (row >= first && row <= last ? [BigInt(row)] : [])),
  };
}

function seqNosOf(list: unknown): readonly bigint[] {
  const items = typeof list === 'object' && list !== null && 'items' in list ? list.items : [];
  return Array.isArray(items) ? items.flatMap(bigintOf) : [];
}

function bigintOf(value: unknown): readonly bigint[] {
  return typeof value === 'bigint' ? [value] : [];
}

export function scoreSql(predicate: Predicate): string {
  const constant = hasConstantScore(predicate);
  return constant === undefined ? `(${scoreOf(predicate)})::DOUBLE` : realNumber(constant);
}
