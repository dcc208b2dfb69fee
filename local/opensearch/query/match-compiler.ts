// local/opensearch/query: match and its kin, over one field and over several.

import type { JsonObject } from '../request/json-text.ts';
import { booleanOf, boostOf, integerOf, objectOf, onlyMembers, stringOf } from '../request/request-value.ts';
import { badRequest, parsingError, unsupported } from '../request/response-error.ts';
import { readFuzzyOptions } from './fuzziness.ts';
import { fieldMember } from './leaf-compiler.ts';
import { readMinimumShouldMatch } from './minimum-should-match.ts';
import { readNamedFields, scopesOf } from './named-fields.ts';
import { NONE, type Predicate } from './predicate.ts';
import { fieldScope, leniently, metaFieldIn, type QueryScope } from './query-scope.ts';
import { fieldsMatch, readFieldsType } from './several-fields.ts';
import { type AnalyzerName, fieldHasPhrase, fieldMatches, type MatchOptions } from './text-test.ts';

const COMMON_KEYS = ['query', 'analyzer', 'boost', '_name', 'zero_terms_query', 'max_expansions'];
const MATCH_KEYS = [
  ...COMMON_KEYS,
  ...['operator', 'minimum_should_match', 'lenient', 'auto_generate_synonyms_phrase_query'],
  ...['fuzziness', 'prefix_length', 'fuzzy_transpositions', 'fuzzy_rewrite'],
];
const PHRASE_KEYS = [...COMMON_KEYS, 'slop'];
const MULTI_MATCH_KEYS = [...MATCH_KEYS, 'fields', 'type', 'slop', 'tie_breaker'];

export function compileMatch(name: string, body: JsonObject, scope: QueryScope): Predicate {
  const [field, clause] = fieldClause(name, body);
  onlyMembers(clause, MATCH_KEYS, name);
  const text = queryText(clause, name);
  const boost = boostOf(clause);
  const meta = metaFieldIn(scope, field, [text], boost);
  if (meta !== undefined) return meta;
  const target = fieldScope(scope, field, boost);
  const options = { ...readMatchOptions(clause), endsInPrefix: name === 'match_bool_prefix' };
  if (target === undefined) return NONE;
  return leniently(isLenient(clause), () => fieldMatches(target, text, options)) ?? whereNoWords(clause, boost);
}

export function compilePhrase(name: string, body: JsonObject, scope: QueryScope): Predicate {
  const [field, clause] = fieldClause(name, body);
  onlyMembers(clause, PHRASE_KEYS, name);
  const text = queryText(clause, name);
  const boost = boostOf(clause);
  const options = { slop: readSlop(clause), analyzer: readAnalyzer(clause), isPrefix: name === 'match_phrase_prefix' };
  const target = fieldScope(scope, field, boost);
  if (target === undefined) return NONE;
  return fieldHasPhrase(target, text, options) ?? whereNoWords(clause, boost);
}

export function compileMultiMatch(body: JsonObject, scope: QueryScope): Predicate {
  onlyMembers(body, MULTI_MATCH_KEYS, 'multi_match');
  const type = readFieldsType(body['type']);
  const text = queryText(body, 'multi_match');
  const { fields, isEveryField } = readNamedFields(body['fields'], scope);
  const match = readMatchOptions(body);
  if (body['fuzziness'] !== undefined && (type === 'cross_fields' || type === 'phrase' || type === 'phrase_prefix'))
    throw parsingError(`[fuzziness] is not allowed for type [${type}]`);
  const options = {
    ...match,
    slop: readSlop(body),
    isLenient: body['lenient'] === undefined ? isEveryField : isLenient(body),
  };
  const boost = boostOf(body);
  const found = fieldsMatch(type, scopesOf(fields, scope), text, options) ?? whereNoWords(body, 1);
  return boost === 1 ? found : { kind: 'any', of: [found], boost };
}

function fieldClause(name: string, body: JsonObject): readonly [string, JsonObject] {
  const [field, written] = fieldMember(body, name);
  return [field, typeof written === 'object' && written !== null ? objectOf(written, name) : { query: written }];
}

function queryText(clause: JsonObject, name: string): string {
  if (clause['query'] === undefined || clause['query'] === null)
    throw parsingError(`[${name}] needs a text under [query]`);
  return stringOf(clause['query'], 'query');
}

function whereNoWords(clause: JsonObject, boost: number): Predicate {
  const written = String(clause['zero_terms_query'] ?? 'none').toLowerCase();
  if (written !== 'all' && written !== 'none')
    throw parsingError(`[zero_terms_query] [${written}] is not [all] or [none]`);
  return written === 'all' ? { kind: 'all', boost } : NONE;
}

function readMatchOptions(clause: JsonObject): MatchOptions {
  const minimum = clause['minimum_should_match'];
  return {
    operator: readOperator(clause['operator'], 'operator'),
    minimum: minimum === undefined || minimum === null ? undefined : readMinimumShouldMatch(minimum),
    fuzzy: clause['fuzziness'] === undefined ? undefined : readFuzzyOptions(clause, 'prefix_length'),
    analyzer: readAnalyzer(clause),
  };
}

export function readOperator(value: unknown, name: string): 'and' | 'or' {
  const operator = String(value ?? 'or').toLowerCase();
  if (operator !== 'and' && operator !== 'or') throw badRequest(`[${name}] [${operator}] is not [and] or [or]`);
  return operator;
}

/** Only those whose words are known here. */
export function readAnalyzer(clause: JsonObject, key = 'analyzer'): AnalyzerName | undefined {
  const name = clause[key];
  if (name === undefined || name === null) return undefined;
  if (name !== 'standard' && name !== 'keyword') throw unsupported(`[${key}] [${String(name)}]`);
  return name;
}

export function readSlop(clause: JsonObject, key = 'slop'): number {
  const slop = clause[key] === undefined ? 0 : integerOf(clause[key], key);
  if (slop < 0) throw badRequest('No negative slop allowed.');
  return slop;
}

export function isLenient(clause: JsonObject): boolean {
  return clause['lenient'] !== undefined && booleanOf(clause['lenient'], 'lenient');
}
