// local/opensearch/query: the rows that a query matches, where all that it asks was looked up beforehand.
import { WordRows } from '../word/word-rows.ts';
import type { Predicate, RowsTable } from './predicate.ts';

const SETS = new WeakMap<Predicate, WordRows>();

/** The rows that match, where all that is asked was looked up: some of them may be gone. */
export function matchedRows(predicate: Predicate): WordRows | undefined {
  if (predicate.kind === 'rows') return predicate.rows;
  const known = SETS.get(predicate);
  if (known !== undefined) return known;
  const found = findRows(predicate);
  if (found !== undefined) SETS.set(predicate, found);
  return found;
}

function findRows(predicate: Predicate): WordRows | undefined {
  switch (predicate.kind) {
    case 'none':
      return WordRows.empty;
    case 'constant':
      return matchedRows(predicate.of);
    case 'any': {
      const sets = predicate.of.map(matchedRows);
      return sets.reduce((all, set) => (set === undefined ? undefined : all?.or(set)), WordRows.empty);
    }
    case 'boolean': {
      const { must, filter, should, mustNot, minimumShouldMatch } = predicate;
      if (minimumShouldMatch > should.length) return WordRows.empty;
      if (minimumShouldMatch > 1) return undefined;
      const all: Predicate[] = [...must, ...filter];
      if (minimumShouldMatch === 1) all.push({ kind: 'any', of: should, boost: 1 });
      const [first, ...more] = all.map(matchedRows);
      const both = more.reduce((kept, set) => (set === undefined ? undefined : kept?.and(set)), first);
      return mustNot.map(matchedRows).reduce((kept, set) => (set === undefined ? undefined : kept?.without(set)), both);
    }
    default:
      return undefined;
  }
}

/** What its rows are asked of; undefined: it has none that were looked up. */
export function rowsTable(predicate: Predicate): RowsTable | undefined {
  switch (predicate.kind) {
    case 'rows':
      return predicate.table;
    case 'constant':
      return rowsTable(predicate.of);
    case 'any':
      return firstTable(predicate.of);
    case 'boolean':
      return firstTable([...predicate.must, ...predicate.filter, ...predicate.should, ...predicate.mustNot]);
    default:
      return undefined;
  }
}

function firstTable(predicates: readonly Predicate[]): RowsTable | undefined {
  for (const one of predicates) {
    const table = rowsTable(one);
    if (table !== undefined) return table;
  }
  return undefined;
}
