// local/opensearch/query: OpenSearch's query clauses as conditions over one index.

import { isJsonObject, type JsonObject } from '../request/json-text.ts';
import { booleanOf, boostOf, listOf, objectOf, onlyMember, onlyMembers } from '../request/request-value.ts';
import { badRequest, parsingError, RequestError } from '../request/response-error.ts';
import { compileFullText, FULL_TEXT_QUERIES } from './full-text-compiler.ts';
import { compileLeafQuery, LEAF_QUERIES } from './leaf-compiler.ts';
import { readMinimumShouldMatch } from './minimum-should-match.ts';
import { NONE, type Predicate } from './predicate.ts';
import type { QueryScope } from './query-scope.ts';

const BOOL_KEYS = [
  'must',
  'filter',
  'should',
  'must_not',
  'minimum_should_match',
  'boost',
  'adjust_pure_negative',
  '_name',
];
const MAX_DEPTH = 30;

/** A query's JSON compiled; an unknown clause is refused by its name. */
export function compileQuery(json: unknown, scope: QueryScope, depth = 0): Predicate {
  if (depth > MAX_DEPTH) throw parsingError(`the query is nested more than ${MAX_DEPTH} levels deep`);
  const query = objectOf(json, 'query');
  if (Object.keys(query).length === 0) throw badRequest('query malformed, empty clause found');
  const [name, body] = onlyMember(query, 'query');
  switch (name) {
    case 'bool':
      return compileBool(objectOf(body, name), scope, depth);
    case 'constant_score': {
      const clause = objectOf(body, name);
      onlyMembers(clause, ['filter', 'boost', '_name'], name);
      return { kind: 'constant', of: compileQuery(clause['filter'], scope, depth + 1), boost: boostOf(clause) };
    }
    case 'dis_max': {
      const clause = objectOf(body, name);
      onlyMembers(clause, ['queries', 'tie_breaker', 'boost', '_name'], name);
      if (listOf(clause['queries'] ?? []).length === 0)
        throw parsingError("[dis_max] requires 'queries' field with at least one clause");
      return {
        kind: 'any',
        of: listOf(clause['queries'] ?? []).map((query) => compileQuery(query, scope, depth + 1)),
        boost: boostOf(clause),
      };
    }
    case 'boosting': {
      const clause = objectOf(body, name);
      onlyMembers(clause, ['positive', 'negative', 'negative_boost', 'boost', '_name'], name);
      if (clause['negative_boost'] === undefined) throw parsingError('[boosting] query requires [negative_boost]');
      compileQuery(clause['negative'], scope, depth + 1);
      // What is negative still matches: it only counts less.
      return { kind: 'any', of: [compileQuery(clause['positive'], scope, depth + 1)], boost: boostOf(clause) };
    }
    case 'match_all': {
      const clause = objectOf(body, name);
      onlyMembers(clause, ['boost', '_name'], name);
      return { kind: 'all', boost: boostOf(clause) };
    }
    case 'match_none':
      return NONE;
    default:
      if (LEAF_QUERIES.has(name)) return compileLeafQuery(name, objectOf(body, name), scope);
      if (FULL_TEXT_QUERIES.has(name)) return compileFullText(name, objectOf(body, name), scope);
      throw parsingError(`unknown query [${name}]: the embedded search engine does not support it`);
  }
}

function compileBool(clause: JsonObject, scope: QueryScope, depth: number): Predicate {
  const unknown = Object.keys(clause).find((key) => !BOOL_KEYS.includes(key));
  if (unknown !== undefined) throw badBool(`[${unknown}] in [bool] is not supported by the embedded search engine`);
  const read = (key: string): readonly Predicate[] =>
    clause[key] === undefined || clause[key] === null
      ? []
      : listOf(clause[key]).map((query) => compileClause(key, query, scope, depth, Array.isArray(clause[key])));
  const must = read('must');
  const filter = read('filter');
  const should = read('should');
  const mustNot = read('must_not');
  const written = clause['minimum_should_match'];
  const asked = written === undefined || written === null ? 0 : readMinimumShouldMatch(written)(should.length);
  // Of optional clauses alone one must match in any case.
  const least = should.length > 0 && must.length + filter.length === 0 ? 1 : 0;
  const minimumShouldMatch = Math.max(asked, least);
  if (must.length + filter.length + should.length + mustNot.length === 0)
    return { kind: 'all', boost: boostOf(clause) };
  const adjusts =
    clause['adjust_pure_negative'] === undefined || booleanOf(clause['adjust_pure_negative'], 'adjust_pure_negative');
  if (!adjusts && must.length + filter.length + should.length === 0) return NONE;
  return { kind: 'boolean', must, filter, should, mustNot, minimumShouldMatch, boost: boostOf(clause) };
}

/** What a clause cannot be read for, its bool cannot: it is the cause where the bool takes it for a query. */
function compileClause(key: string, query: unknown, scope: QueryScope, depth: number, isListed: boolean): Predicate {
  try {
    return compileQuery(query, scope, depth + 1);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const reason = `[bool] failed to parse field [${key}]: ${error.message}`;
    const isCause =
      (isJsonObject(query) || (isListed && !Array.isArray(query))) && error.type !== 'illegal_argument_exception';
    const root = error.details['root_cause'] ?? [{ type: error.type, reason: error.message }];
    throw badBool(reason, isCause ? { root_cause: root } : {});
  }
}

function badBool(reason: string, details: JsonObject = {}): RequestError {
  return new RequestError('x_content_parse_exception', reason, details);
}
