// local/opensearch/query: the query clauses that analyse their text, by name.
import type { JsonObject } from '../request/json-text.ts';
import { compileMatch, compileMultiMatch, compilePhrase } from './match-compiler.ts';
import type { Predicate } from './predicate.ts';
import type { QueryScope } from './query-scope.ts';
import { compileQueryString } from './query-string-clause.ts';
import { compileSimpleQueryString } from './simple-query-string.ts';

export const FULL_TEXT_QUERIES = new Set([
  ...['match', 'match_bool_prefix', 'match_phrase', 'match_phrase_prefix', 'multi_match'],
  ...['query_string', 'simple_query_string'],
]);

export function compileFullText(name: string, body: JsonObject, scope: QueryScope): Predicate {
  switch (name) {
    case 'query_string':
      return compileQueryString(body, scope);
    case 'simple_query_string':
      return compileSimpleQueryString(body, scope);
    case 'multi_match':
      return compileMultiMatch(body, scope);
    case 'match':
    case 'match_bool_prefix':
      return compileMatch(name, body, scope);
    default:
      return compilePhrase(name, body, scope);
  }
}
