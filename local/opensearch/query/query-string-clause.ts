// local/opensearch/query: query_string: its settings, and its text parsed and compiled.
import { PipelineError } from '../../../lib/errors/pipeline-error.ts';
import { escapeQueryText } from '../../../lib/query/query-escape.ts';
import { parseQueryString } from '../../../lib/query/query-parser.ts';
import { isTimeZone } from '../../../lib/query/time-zone.ts';
import type { JsonObject } from '../request/json-text.ts';
import { booleanOf, boostOf, onlyMembers, stringOf } from '../request/request-value.ts';
import { parsingError, queryShardError } from '../request/response-error.ts';
import { readFuzzyOptions } from './fuzziness.ts';
import { isLenient, readAnalyzer, readOperator, readSlop } from './match-compiler.ts';
import { type MinimumShouldMatch, readMinimumShouldMatch } from './minimum-should-match.ts';
import { readNamedFields } from './named-fields.ts';
import { NONE, type Predicate } from './predicate.ts';
import type { QueryScope } from './query-scope.ts';
import { compileQueryNode } from './query-string-compiler.ts';
import { readFieldsType } from './several-fields.ts';

const KEYS = [
  ...['query', 'default_field', 'fields', 'default_operator', 'analyzer', 'quote_analyzer', 'type', 'lenient'],
  ...['minimum_should_match', 'phrase_slop', 'time_zone', 'allow_leading_wildcard', 'analyze_wildcard', 'escape'],
  ...['fuzziness', 'fuzzy_prefix_length', 'fuzzy_transpositions', 'boost', '_name'],
  // how much work a query may be, and how hits are ranked
  ...['fuzzy_max_expansions', 'fuzzy_rewrite', 'max_determinized_states', 'rewrite', 'tie_breaker'],
  ...['auto_generate_synonyms_phrase_query', 'enable_position_increments'],
];

export function compileQueryString(body: JsonObject, scope: QueryScope): Predicate {
  onlyMembers(body, KEYS, 'query_string');
  if (body['query'] === undefined || body['query'] === null)
    throw parsingError('[query_string] needs a text under [query]');
  const written = stringOf(body['query'], 'query');
  const flag = (name: string, fallback: boolean): boolean =>
    body[name] === undefined ? fallback : booleanOf(body[name], name);
  const text = flag('escape', false) ? escapeQueryText(written) : written;
  const operator = readOperator(body['default_operator'], 'default_operator');
  const zone = body['time_zone'] === undefined ? undefined : stringOf(body['time_zone'], 'time_zone');
  if (zone !== undefined && !isTimeZone(zone)) throw parsingError(`[time_zone] [${zone}] is not known`);
  const defaultField =
    body['default_field'] === undefined ? undefined : stringOf(body['default_field'], 'default_field');
  const listed = body['fields'];
  const hasList = Array.isArray(listed) ? listed.length > 0 : listed !== undefined && listed !== null;
  if (hasList && defaultField !== undefined)
    throw parsingError('cannot use [fields] parameter in conjunction with [default_field]');
  const { fields, isEveryField } = readNamedFields(hasList ? listed : defaultField, scope);
  const minimum = body['minimum_should_match'];
  const settings = {
    fields,
    defaultName: hasList ? undefined : (defaultField ?? '*'),
    type: readFieldsType(body['type']),
    defaultOperator: operator,
    isLenient: body['lenient'] === undefined ? isEveryField : isLenient(body),
    phraseSlop: readSlop(body, 'phrase_slop'),
    zone,
    fuzzy: readFuzzyOptions(body, 'fuzzy_prefix_length'),
    analyzer: readAnalyzer(body),
    quoteAnalyzer: readAnalyzer(body, 'quote_analyzer') ?? readAnalyzer(body),
    allowsLeadingWildcard: flag('allow_leading_wildcard', true),
    analyzesWildcards: flag('analyze_wildcard', false),
  } as const;
  const tree = parseOrRefuse(text, operator, scope);
  if (tree === undefined) return NONE;
  const compiled = compileQueryNode(tree, scope, settings);
  if (compiled === undefined) return NONE;
  const least = withMinimum(
    compiled,
    minimum === undefined || minimum === null ? undefined : readMinimumShouldMatch(minimum),
  );
  const boost = boostOf(body);
  return boost === 1 ? least : { kind: 'any', of: [least], boost };
}

/** It counts the outermost clauses only, and nothing where they have a boost together. */
export function withMinimum(predicate: Predicate, minimum: MinimumShouldMatch | undefined): Predicate {
  if (minimum === undefined || predicate.kind !== 'boolean') return predicate;
  const least = Math.max(predicate.minimumShouldMatch, minimum(predicate.should.length));
  return { ...predicate, minimumShouldMatch: least };
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
