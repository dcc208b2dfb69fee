// local/opensearch/search: the first key's value of the last hit of a page: no row beyond it needs to be read, sorted or shown.
import type { DuckDBConnection } from '@duckdb/node-api';
import { rowsOf } from '../database/database.ts';
import { type SqlBinder, wholeNumber } from '../database/sql-binder.ts';
import { multiColumn, singleColumn } from '../mapping/field.ts';
import type { SearchTarget } from './search-target.ts';
import type { SortKey } from './sort-order.ts';
import { afterLiteral } from './sort-value.ts';

const FAMILIES = new Set(['integer', 'date', 'nanos']);
/** Values that missing ones are sorted as. */
const EXTREMES = new Set([-(2n ** 63n), 2n ** 63n - 1n, -(2n ** 31n), 2n ** 31n - 1n]);

/** The key's column in each target, where it holds all of the field's values, as they are sorted. */
export function leadColumns(key: SortKey | undefined, targets: readonly SearchTarget[]): readonly string[] | undefined {
  if (key?.kind !== 'field' || key.missing !== '_last' || !FAMILIES.has(key.family)) return undefined;
  const columns: string[] = [];
  for (const { index, columns: known } of targets) {
    const field = index.mapping.fields.get(key.name);
    if (field?.family !== key.family || known.has(multiColumn(field)) || !known.has(singleColumn(field)))
      return undefined;
    columns.push(singleColumn(field));
  }
  return columns;
}

export interface CutoffQuestion {
  readonly key: SortKey;
  /** As `leadColumns` has them. */
  readonly columns: readonly string[];
  readonly conditions: readonly string[];
  /** The first value of `search_after`. */
  readonly after: unknown;
  /** How many hits come up to the end of the page. */
  readonly hits: number;
  readonly binder: SqlBinder;
}

/** Conditions on each target that leave all hits of the page and few others; none where there are too few to leave any out. */
export async function cutoffConditions(
  connection: DuckDBConnection,
  targets: readonly SearchTarget[],
  { key, columns, conditions, after, hits, binder }: CutoffQuestion,
): Promise<readonly string[]> {
  const isFirstPage = after === undefined;
  if (!isFirstPage && after === null) return [];
  const [beyond, direction, within] = key.descending ? ['<', 'DESC', '>='] : ['>', 'ASC', '<='];
  const literal = isFirstPage ? undefined : afterLiteral(key, after, binder);
  const selects = targets.map(({ index }, at) => {
    const column = columns[at];
    const rest = literal === undefined ? '' : ` AND ${column} ${beyond} ${literal}`;
    return `SELECT ${column} AS k FROM ${index.table} WHERE ${conditions[at]}${rest}`;
  });
  const sql = `SELECT k FROM (${selects.join(' UNION ALL ')}) ORDER BY k ${direction} NULLS LAST LIMIT 1 OFFSET ${hits - 1}`;
  const [row] = await rowsOf(connection, binder.statement(sql));
  const value = row?.[0];
  if (typeof value !== 'bigint' || EXTREMES.has(value)) return [];
  const end = wholeNumber(value, 'BIGINT');
  return columns.map((column) => {
    const last = `${column} ${within} ${end}`;
    return literal === undefined ? last : `${last} AND ${column} ${key.descending ? '<=' : '>='} ${literal}`;
  });
}
