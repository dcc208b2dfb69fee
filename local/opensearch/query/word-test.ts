// local/opensearch/query: words and phrases in analysed text, as conditions on the rows' sequence numbers.
import type { FieldScope } from './field-test.ts';
import { marking, type WordTest } from './mark.ts';
import type { Predicate } from './predicate.ts';

/** Rows that have the words next to each other; `isPrefix`: the last need only be the beginning of one. */
export function hasWords(scope: FieldScope, words: readonly string[], isPrefix = false): Predicate {
  const { binder, boost, field, nowMs } = scope;
  if (scope.isForMarks) return marking(field.name, wordTests(words, isPrefix));
  const rows = scope.words.rowsOf({ field: field.ordinal, words, isPrefix }, nowMs);
  return { kind: 'rows', rows, table: { binder, bounds: scope.values.bounds }, boost };
}

export function wordTests(words: readonly string[], isPrefix: boolean): readonly WordTest[] {
  return words.map((text, at) => ({ kind: isPrefix && at === words.length - 1 ? 'prefix' : 'word', text }));
}
