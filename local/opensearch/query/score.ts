// local/opensearch/query: how much a matching document counts.
import { conditionOf, joined } from './condition.ts';
import type { Predicate } from './predicate.ts';

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
    case 'rows':
      return `(CASE WHEN ${conditionOf(predicate, false)} THEN ${boost(predicate.boost)} ELSE 0.0 END)`;
    case 'constant':
      return `(CASE WHEN ${conditionOf(predicate.of, false)} THEN ${boost(predicate.boost)} ELSE 0.0 END)`;
    case 'any': {
      const scores = predicate.of.map(scoreOf);
      const best =
        scores.length === 0 ? '0.0' : scores.length === 1 ? (scores[0] ?? '0.0') : `greatest(${scores.join(', ')})`;
      return times(best, predicate.boost);
    }
    case 'boolean':
      return times(joined([...predicate.must, ...predicate.should].map(scoreOf), ' + ', '0.0'), predicate.boost);
  }
}

/** True where every matching document has the same score, so that nothing needs to be computed. */
export function hasConstantScore(predicate: Predicate): number | undefined {
  const { kind } = predicate;
  if (kind === 'all' || kind === 'test' || kind === 'rows' || kind === 'constant') return predicate.boost;
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

function boost(value: number): string {
  return `'${String(value)}'::DOUBLE`;
}

function times(sql: string, factor: number): string {
  return factor === 1 ? sql : `(${sql} * ${boost(factor)})`;
}
