// local/opensearch/query: rows that were looked up, as a condition on their sequence numbers.
import { BIT, DuckDBBitValue } from '@duckdb/node-api';
import { isOneOf } from '../value/row-set-condition.ts';
import type { WordRows } from '../word/word-rows.ts';
import type { RowsTable } from './predicate.ts';

/**
 * Up to so many are listed where rows are left out by it: DuckDB then looks into those row groups only that may have them. Of
 * a million rows 27 are found in 1.5 ms of CPU, 256 in 6, and by bits any number in 14.
 */
export const MAX_LISTED = 256;
/** Joined by OR every row is tried with each of the list. */
const MAX_LISTED_AMONG_OTHERS = 4;

/** `isAlone`: nothing is joined to it by OR, nor is it negated. */
export function rowsCondition(rows: WordRows, { binder, bounds }: RowsTable, isAlone: boolean): string {
  const { list } = rows;
  if (list !== undefined && list.length <= (isAlone ? MAX_LISTED : MAX_LISTED_AMONG_OTHERS)) return isOneOf(list);
  const all = rows.asBitsOfAll(bounds);
  if (all !== undefined) {
    const place = all.first === 0 ? '_seq' : `(_seq - ${all.first})`;
    return `get_bit(${binder.value(new DuckDBBitValue(all.bytes), BIT)}, ${place}::INTEGER) = 1`;
  }
  const { first, bytes } = rows.asBits();
  const bound = binder.value(new DuckDBBitValue(bytes), BIT);
  const count = (bytes.length - 1) * 8;
  // the ends are clear: what lies beyond falls on them
  const place = `greatest(0, least(_seq - ${first}, ${count - 1}))::INTEGER`;
  return `_seq >= ${first} AND _seq <= ${first + count - 1} AND get_bit(${bound}, ${place}) = 1`;
}
