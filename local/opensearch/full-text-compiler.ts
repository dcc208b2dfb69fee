// local/opensearch: the query clauses that analyse their text.
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import { parseQueryString } from '../../lib/query/query-parser.ts';
import { isTimeZone } from '../../lib/query/time-zone.ts';
import type { JsonObject } from './json-text.ts';
import { fieldMember } from './leaf-compiler.ts';
import { readMinimumShouldMatch } from './minimum-should-match.ts';
import { NONE, type Predicate } from './predicate.ts';
import { defaultFields, fieldScope, fieldsLike, leniently, metaFieldIn, type QueryScope } from './query-scope.ts';
import { compileQueryNode } from './query-string-compiler.ts';
import { booleanOf, integerOf, listOf, numberOf, objectOf, onlyKeys, stringOf } from './request-value.ts';
import { parsingError, queryShardError, unsupported } from './response-error.ts';
import { fieldHasPhrase, fieldMatches } from './text-test.ts';

export const FULL_TEXT_QUERIES = new Set([
  'match',
  'match_phrase',
  'match_phrase_prefix',
  'multi_match',
  'query_string',
]);

const QUERY_STRING_KEYS = [
  ...[
    'query',
    'default_field',
    'fields',
    'default_operator',
    'analyze_wildcard',
    'lenient',
    'boost',
    'minimum_should_match',
    'phrase_slop',
  ],
  ...[
    'time_zone',
    'type',
    'allow_leading_wildcard',
    'tie_breaker',
    '_name',
    'max_determinized_states',
    'fuzzy_max_expansions',
  ],
  ...['auto_generate_synonyms_phrase_query', 'enable_position_increments', 'rewrite'],
];
const MATCH_KEYS = [
  'query',
  'operator',
  'minimum_should_match',
  'lenient',
  'boost',
  'zero_terms_query',
  '_name',
  'auto_generate_synonyms_phrase_query',
];

export function compileFullText(name: string, body: JsonObject, scope: QueryScope): Predicate {
  switch (name) {
    case 'query_string':
      return compileQueryString(body, scope);
    case 'multi_match':
      return compileMultiMatch(body, scope);
    case 'match':
      return compileMatch(body, scope);
    default:
      return compilePhrase(name, body, scope);
  }
}

function compileMatch(body: JsonObject, scope: QueryScope): Predicate {
  const [field, written] = fieldMember(body, 'match');
  const clause = typeof written === 'object' && written !== null ? objectOf(written, 'match') : { query: written };
  onlyKeys(clause, MATCH_KEYS, 'match');
  const text = stringOf(clause['query'], 'query');
  const boost = boostOf(clause);
  const meta = metaFieldIn(scope, field, [text], boost);
  if (meta !== undefined) return meta;
  const target = fieldScope(scope, field, boost);
  if (target === undefined) return NONE;
  const matched = leniently(isLenient(clause), () => fieldMatches(target, text, matchOptions(clause)));
  return matched ?? (String(clause['zero_terms_query']).toLowerCase() === 'all' ? { kind: 'all', boost } : NONE);
}

function compilePhrase(name: string, body: JsonObject, scope: QueryScope): Predicate {
  const [field, written] = fieldMember(body, name);
  const clause = typeof written === 'object' && written !== null ? objectOf(written, name) : { query: written };
  onlyKeys(clause, ['query', 'slop', 'boost', 'zero_terms_query', '_name'], name);
  const target = fieldScope(scope, field, boostOf(clause));
  if (target === undefined) return NONE;
  const slop = clause['slop'] === undefined ? 0 : integerOf(clause['slop'], 'slop');
  const isPrefix = name === 'match_phrase_prefix';
  if (isPrefix && slop > 0) throw unsupported('[slop] in [match_phrase_prefix]');
  return fieldHasPhrase(target, stringOf(clause['query'], 'query'), slop, isPrefix) ?? NONE;
}

function compileMultiMatch(body: JsonObject, scope: QueryScope): Predicate {
  onlyKeys(body, [...MATCH_KEYS, 'fields', 'type', 'slop', 'tie_breaker'], 'multi_match');
  const type = body['type'] === undefined ? 'best_fields' : stringOf(body['type'], 'type');
  if (!['best_fields', 'most_fields', 'phrase'].includes(type)) throw unsupported(`[type] [${type}] in [multi_match]`);
  const text = stringOf(body['query'], 'query');
  const fields = readFields(body['fields'], scope);
  const slop = body['slop'] === undefined ? 0 : integerOf(body['slop'], 'slop');
  const lenient = isLenient(body) || body['fields'] === undefined;
  const found: Predicate[] = [];
  for (const { name, boost } of fields) {
    const target = fieldScope(scope, name, boost);
    if (target === undefined) continue;
    const one = leniently(lenient, () =>
      type === 'phrase' ? fieldHasPhrase(target, text, slop) : fieldMatches(target, text, matchOptions(body)),
    );
    if (one !== undefined && one.kind !== 'none') found.push(one);
  }
  return found.length === 0 ? NONE : { kind: 'any', of: found, boost: boostOf(body) };
}

function compileQueryString(body: JsonObject, scope: QueryScope): Predicate {
  onlyKeys(body, QUERY_STRING_KEYS, 'query_string');
  const text = stringOf(body['query'], 'query');
  const operator = String(body['default_operator'] ?? 'or').toLowerCase();
  if (operator !== 'and' && operator !== 'or')
    throw parsingError(`[default_operator] [${operator}] is not [and] or [or]`);
  const type = body['type'] === undefined ? 'best_fields' : stringOf(body['type'], 'type');
  if (type !== 'best_fields' && type !== 'most_fields') throw unsupported(`[type] [${type}] in [query_string]`);
  const zone = body['time_zone'] === undefined ? undefined : stringOf(body['time_zone'], 'time_zone');
  if (zone !== undefined && !isTimeZone(zone)) throw parsingError(`[time_zone] [${zone}] is not known`);
  const written = body['fields'] ?? (body['default_field'] === undefined ? undefined : [body['default_field']]);
  const allowsLeading =
    body['allow_leading_wildcard'] === undefined || booleanOf(body['allow_leading_wildcard'], 'allow_leading_wildcard');
  if (!allowsLeading) throw unsupported('[allow_leading_wildcard] false in [query_string]');
  const minimum = body['minimum_should_match'];
  const tree = parseOrRefuse(text, operator, scope);
  if (tree === undefined) return NONE;
  const compiled = compileQueryNode(tree, scope, {
    fields: readFields(written, scope),
    defaultOperator: operator,
    isLenient: isLenient(body) || (body['lenient'] === undefined && isEveryField(written)),
    phraseSlop: body['phrase_slop'] === undefined ? 0 : integerOf(body['phrase_slop'], 'phrase_slop'),
    zone,
    minimumShouldMatch: minimum === undefined ? undefined : readMinimumShouldMatch(minimum),
  });
  if (compiled === undefined) return NONE;
  const boost = boostOf(body);
  return boost === 1 ? compiled : { kind: 'any', of: [compiled], boost };
}

function parseOrRefuse(
  text: string,
  defaultOperator: 'and' | 'or',
  scope: QueryScope,
): ReturnType<typeof parseQueryString> {
  try {
    return parseQueryString(text, { defaultOperator });
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    throw queryShardError(`Failed to parse query [${text}]: ${error.message}`, scope.index.name);
  }
}

function isEveryField(written: unknown): boolean {
  return written === undefined || (Array.isArray(written) && written.length === 1 && written[0] === '*');
}

/** `fields` such as ["message^2", "source.*"]; without any, every field a bare word looks into. */
function readFields(written: unknown, scope: QueryScope): readonly { readonly name: string; readonly boost: number }[] {
  if (isEveryField(written)) return defaultFields(scope).map((name) => ({ name, boost: 1 }));
  return listOf(written).flatMap((item) => {
    const [name = '', boostText] = stringOf(item, 'fields').split('^');
    const boost = boostText === undefined ? 1 : numberOf(boostText, 'boost');
    if (name === '*') return defaultFields(scope).map((field) => ({ name: field, boost }));
    return name.includes('*')
      ? fieldsLike(scope, name).map((field) => ({ name: field.name, boost }))
      : [{ name, boost }];
  });
}

function matchOptions(clause: JsonObject): Parameters<typeof fieldMatches>[2] {
  const operator = String(clause['operator'] ?? 'or').toLowerCase();
  if (operator !== 'and' && operator !== 'or') throw parsingError(`[operator] [${operator}] is not [and] or [or]`);
  const minimum = clause['minimum_should_match'];
  return { operator, minimum: minimum === undefined ? undefined : readMinimumShouldMatch(minimum) };
}

function isLenient(clause: JsonObject): boolean {
  return clause['lenient'] !== undefined && booleanOf(clause['lenient'], 'lenient');
}

function boostOf(clause: JsonObject): number {
  return clause['boost'] === undefined ? 1 : numberOf(clause['boost'], 'boost');
}
