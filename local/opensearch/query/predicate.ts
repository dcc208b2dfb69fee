// local/opensearch/query: a compiled query: conditions in SQL with the way they combine, and how much each counts.
import type { SqlBinder } from '../database/sql-binder.ts';
import type { Bounds, WordRows } from '../word/word-rows.ts';
import type { Candidates } from './candidate-rows.ts';
import type { Mark } from './mark.ts';

export type Predicate =
  | { readonly kind: 'all'; readonly boost: number }
  | { readonly kind: 'none' }
  /** `mark` where the query was read for what it marks; `candidates` where it holds for no other rows. */
  | {
      readonly kind: 'test';
      readonly sql: string;
      readonly boost: number;
      readonly mark?: Mark;
      readonly candidates?: Candidates | undefined;
    }
  /** Rows that were looked up, and no others. */
  | { readonly kind: 'rows'; readonly rows: WordRows; readonly table: RowsTable; readonly boost: number }
  /** The best of several: one text looked for in several fields. */
  | { readonly kind: 'any'; readonly of: readonly Predicate[]; readonly boost: number }
  | {
      readonly kind: 'boolean';
      readonly must: readonly Predicate[];
      readonly filter: readonly Predicate[];
      readonly should: readonly Predicate[];
      readonly mustNot: readonly Predicate[];
      readonly minimumShouldMatch: number;
      readonly boost: number;
    }
  | { readonly kind: 'constant'; readonly of: Predicate; readonly boost: number };

/** What a condition on looked up rows is made for. */
export interface RowsTable {
  readonly binder: SqlBinder;
  /** No search sees a row that is not within these. */
  readonly bounds: Bounds;
}

export const ALL: Predicate = { kind: 'all', boost: 1 };
export const NONE: Predicate = { kind: 'none' };

export function test(sql: string, boost = 1, candidates?: Candidates): Predicate {
  return { kind: 'test', sql, boost, candidates };
}
