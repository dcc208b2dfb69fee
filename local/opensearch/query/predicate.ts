// local/opensearch/query: a compiled query: conditions in SQL with the way they combine, and how much each counts.
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

export const ALL: Predicate = { kind: 'all', boost: 1 };
export const NONE: Predicate = { kind: 'none' };

export function test(sql: string, boost = 1, candidates?: Candidates): Predicate {
  return { kind: 'test', sql, boost, candidates };
}

/** The condition for WHERE; it may be NULL where it does not hold. */
export function conditionOf(predicate: Predicate): string {
  switch (predicate.kind) {
    case 'all':
      return 'true';
    case 'none':
      return 'false';
    case 'test':
      return `(${predicate.sql})`;
    case 'constant':
      return conditionOf(predicate.of);
    case 'any':
      return join(predicate.of.map(conditionOf), ' OR ', 'false');
    case 'boolean': {
      const parts = [...predicate.must, ...predicate.filter].map(conditionOf);
      for (const not of predicate.mustNot) parts.push(`(${conditionOf(not)} IS NOT TRUE)`);
      const { minimumShouldMatch, should } = predicate;
      if (minimumShouldMatch > should.length) return 'false';
      if (minimumShouldMatch === 1) parts.push(join(should.map(conditionOf), ' OR ', 'false'));
      else if (minimumShouldMatch > 1) {
        const counted = should.map((one) => `(CASE WHEN ${conditionOf(one)} THEN 1 ELSE 0 END)`);
        parts.push(`(${join(counted, ' + ', '0')} >= ${minimumShouldMatch})`);
      }
      return join(parts, ' AND ', 'true');
    }
  }
}

/**
 * The score of a matching document: the boosts of what matched, added up. The order by relevance is thus that of "matched
 * more of what was asked", not BM25's, which weighs rare words and short texts.
 */
export function scoreOf(predicate: Predicate): string {
  switch (predicate.kind) {
    case 'all':
      return boost(predicate.boost);
    case 'none':
      return '0.0';
    case 'test':
      return `(CASE WHEN ${predicate.sql} THEN ${boost(predicate.boost)} ELSE 0.0 END)`;
    case 'constant':
      return `(CASE WHEN ${conditionOf(predicate.of)} THEN ${boost(predicate.boost)} ELSE 0.0 END)`;
    case 'any': {
      const scores = predicate.of.map(scoreOf);
      const best =
        scores.length === 0 ? '0.0' : scores.length === 1 ? (scores[0] ?? '0.0') : `greatest(${scores.join(', ')})`;
      return times(best, predicate.boost);
    }
    case 'boolean':
      return times(join([...predicate.must, ...predicate.should].map(scoreOf), ' + ', '0.0'), predicate.boost);
  }
}

/** True where every matching document has the same score, so that nothing needs to be computed. */
export function hasConstantScore(predicate: Predicate): number | undefined {
  if (predicate.kind === 'all' || predicate.kind === 'test' || predicate.kind === 'constant') return predicate.boost;
  if (predicate.kind === 'boolean' && predicate.should.length === 0) {
    let sum = 0;
    for (const one of predicate.must) {
      const score = hasConstantScore(one);
      if (score === undefined) return undefined;
      sum += score;
    }
    return sum * predicate.boost;
  }
  if (predicate.kind === 'any' && predicate.of.length === 1 && predicate.of[0] !== undefined) {
    const score = hasConstantScore(predicate.of[0]);
    return score === undefined ? undefined : score * predicate.boost;
  }
  return undefined;
}

function join(parts: readonly string[], by: string, none: string): string {
  if (parts.length === 0) return none;
  return parts.length === 1 ? (parts[0] ?? none) : `(${parts.join(by)})`;
}

function boost(value: number): string {
  return `'${String(value)}'::DOUBLE`;
}

function times(sql: string, factor: number): string {
  return factor === 1 ? sql : `(${sql} * ${boost(factor)})`;
}
