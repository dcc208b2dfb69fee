// local/opensearch/query: words and phrases in analysed text, as conditions on the rows' sequence numbers.
import { BIT, DuckDBBitValue } from '@duckdb/node-api';
import { wholeNumber } from '../database/sql-binder.ts';
import type { FieldScope } from './field-test.ts';
import { marking, type WordTest } from './mark.ts';
import { NONE, type Predicate, test } from './predicate.ts';

/**
 * Up to so many are listed, and DuckDB looks into those row groups only that may have them. Each costs a vector of 16 KiB a
 * thread: with 64 a query over all fields overran the memory.
 */
const MAX_LISTED = 8;

/** Rows that have the words next to each other; `isPrefix`: the last need only be the beginning of one. */
export function hasWords(scope: FieldScope, words: readonly string[], isPrefix = false): Predicate {
  const { binder, boost, field, nowMs } = scope;
  if (scope.isForMarks) return marking(field.name, wordTests(words, isPrefix));
  const { first, bits, listed } = scope.words.rowsOf({ field: field.ordinal, words, isPrefix }, nowMs, MAX_LISTED);
  if (listed !== undefined) {
    if (listed.length === 0) return NONE;
    return test(`_seq IN (${listed.map((seqNo) => wholeNumber(BigInt(seqNo), 'BIGINT')).join(', ')})`, boost);
  }
  // The first byte says how many of the last one's bits are none: none.
  const bound = binder.value(new DuckDBBitValue(bits), BIT);
  const count = (bits.length - 1) * 8;
  const from = wholeNumber(BigInt(first), 'BIGINT');
  const to = wholeNumber(BigInt(first + count - 1), 'BIGINT');
  const place = `greatest(0, least(_seq - ${from}, ${count - 1}))::INTEGER`;
  return test(`_seq >= ${from} AND _seq <= ${to} AND get_bit(${bound}, ${place}) = 1`, boost);
}

export function wordTests(words: readonly string[], isPrefix: boolean): readonly WordTest[] {
  return words.map((text, at) => ({ kind: isPrefix && at === words.length - 1 ? 'prefix' : 'word', text }));
}
