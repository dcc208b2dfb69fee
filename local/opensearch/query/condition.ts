// local/opensearch/query: a compiled query as a condition in SQL.

import { matchedRows, rowsTable } from './matched-rows.ts';
import type { Predicate } from './predicate.ts';
import { rowsCondition } from './row-condition.ts';

/**
 * The condition for WHERE; it may be NULL where it does not hold. `isAlone`: nothing is joined to it by OR, nor is it negated,
 * so that rows can be left out by it.
 */
export function conditionOf(predicate: Predicate, isAlone = true): string {
  switch (predicate.kind) {
    case 'all':
      return 'true';
    case 'none':
      return 'false';
    case 'test':
      return `(${predicate.sql})`;
    case 'rows':
      return `(${rowsCondition(predicate.rows, predicate.table, isAlone)})`;
    case 'constant':
      return conditionOf(predicate.of, isAlone);
    case 'any':
      return anyOf(predicate.of, isAlone);
    case 'boolean': {
      const { minimumShouldMatch, should } = predicate;
      if (minimumShouldMatch > should.length) return 'false';
      const all = [...predicate.must, ...predicate.filter];
      if (minimumShouldMatch === 1) all.push({ kind: 'any', of: should, boost: 1 });
      const known = lookedUp(all, predicate.mustNot);
      const parts = known.condition === undefined ? [] : [`(${known.condition(isAlone)})`];
      for (const one of known.all) parts.push(conditionOf(one, isAlone));
      for (const not of known.none) parts.push(`(${conditionOf(not, false)} IS NOT TRUE)`);
      if (minimumShouldMatch > 1) {
        const counted = should.map((one) => `(CASE WHEN ${conditionOf(one, false)} THEN 1 ELSE 0 END)`);
        parts.push(`(${joined(counted, ' + ', '0')} >= ${minimumShouldMatch})`);
      }
      return joined(parts, ' AND ', 'true');
    }
  }
}

/** Those that were looked up become one condition: DuckDB would try each row with each of them. */
function anyOf(of: readonly Predicate[], isAlone: boolean): string {
  const sets = of.flatMap((one) => matchedRows(one) ?? []);
  if (sets.length < 2)
    return joined(
      of.map((one) => conditionOf(one, isAlone && of.length === 1)),
      ' OR ',
      'false',
    );
  const others = of.filter((one) => matchedRows(one) === undefined);
  const table = of.map(rowsTable).find((one) => one !== undefined);
  const together = sets.reduce((all, set) => all.or(set));
  const known = table === undefined ? 'false' : `(${rowsCondition(together, table, isAlone && others.length === 0)})`;
  return joined([known, ...others.map((one) => conditionOf(one, false))], ' OR ', 'false');
}

interface LookedUp {
  /** For the rows that all that was looked up leaves; undefined: nothing was. */
  readonly condition: ((isAlone: boolean) => string) | undefined;
  /** What else must hold, and must not. */
  readonly all: readonly Predicate[];
  readonly none: readonly Predicate[];
}

function lookedUp(all: readonly Predicate[], none: readonly Predicate[]): LookedUp {
  const sets = all.flatMap((one) => matchedRows(one) ?? []);
  const table = [...all, ...none].map(rowsTable).find((one) => one !== undefined);
  const [first, ...more] = sets;
  if (first === undefined || table === undefined) return { condition: undefined, all, none };
  const both = more.reduce((kept, set) => kept.and(set), first);
  const left = none.flatMap((one) => matchedRows(one) ?? []).reduce((kept, set) => kept.without(set), both);
  const isOther = (one: Predicate): boolean => matchedRows(one) === undefined;
  return {
    condition: (isAlone) => rowsCondition(left, table, isAlone),
    all: all.filter(isOther),
    none: none.filter(isOther),
  };
}

/** The parts with `by` between them, in brackets. */
export function joined(parts: readonly string[], by: string, none: string): string {
  if (parts.length === 0) return none;
  return parts.length === 1 ? (parts[0] ?? none) : `(${parts.join(by)})`;
}
