// local/opensearch: the term-level query clauses.

import { isTimeZone } from '../../lib/query/time-zone.ts';
import { fieldEquals, fieldRange } from './field-test.ts';
import type { JsonObject } from './json-text.ts';
import { formatsOf } from './mapping.ts';
import { NONE, type Predicate } from './predicate.ts';
import { fieldScope, metaFieldIn, type QueryScope } from './query-scope.ts';
import { existsNamed } from './query-string-compiler.ts';
import { booleanOf, listOf, numberOf, objectOf, onlyKeys, stringOf } from './request-value.ts';
import { parsingError, unsupported } from './response-error.ts';
import { fieldIsLike, fieldMatchesRegexp, fieldMatchesWildcard, fieldStartsWith } from './text-test.ts';

export const LEAF_QUERIES = new Set([
  'term',
  'terms',
  'range',
  'exists',
  'ids',
  'prefix',
  'wildcard',
  'regexp',
  'fuzzy',
]);

const MAX_TERMS = 65_536;
const RANGE_KEYS = [
  'gt',
  'gte',
  'lt',
  'lte',
  'from',
  'to',
  'include_lower',
  'include_upper',
  'format',
  'time_zone',
  'boost',
  'relation',
  '_name',
];

export function compileLeafQuery(name: string, body: JsonObject, scope: QueryScope): Predicate {
  switch (name) {
    case 'exists':
      onlyKeys(body, ['field', 'boost', '_name'], name);
      return existsNamed(stringOf(body['field'], 'field'), scope, boostOf(body));
    case 'ids': {
      onlyKeys(body, ['values', 'boost', '_name'], name);
      const ids = listOf(body['values'] ?? []).map((id) => stringOf(id, 'values'));
      return metaFieldIn(scope, '_id', ids, boostOf(body)) ?? NONE;
    }
    case 'terms':
      return compileTerms(body, scope);
    case 'range':
      return compileRange(body, scope);
    default:
      return compileOneValue(name, body, scope);
  }
}

/** The field of a clause such as {"term": {"field": …}} and what stands under it. */
export function fieldMember(body: JsonObject, query: string): readonly [string, unknown] {
  const members = Object.entries(body).filter(([key]) => key !== 'boost' && key !== '_name');
  const [first] = members;
  if (first === undefined || members.length > 1) {
    throw parsingError(
      `[${query}] query doesn't support multiple fields, found [${members.map(([key]) => key).join('] and [')}]`,
    );
  }
  return first;
}

function compileOneValue(name: string, body: JsonObject, scope: QueryScope): Predicate {
  const [field, written] = fieldMember(body, name);
  const isLong = typeof written === 'object' && written !== null;
  const clause = isLong ? objectOf(written, name) : { value: written };
  const known = ['value', name, 'boost', 'case_insensitive', '_name', 'rewrite', 'flags', 'max_determinized_states'];
  if (name === 'fuzzy') known.push('fuzziness', 'prefix_length', 'max_expansions', 'transpositions');
  onlyKeys(clause, known, name);
  const value = clause['value'] ?? clause[name];
  if (value === undefined || value === null || typeof value === 'object')
    throw parsingError(`[${name}] query on [${field}] needs a value`);
  const boost = boostOf(clause) * boostOf(body);
  const ignoreCase =
    clause['case_insensitive'] !== undefined && booleanOf(clause['case_insensitive'], 'case_insensitive');
  const text = String(value);
  if (name === 'term') {
    const meta = metaFieldIn(scope, field, [text], boost);
    if (meta !== undefined) return meta;
    if (ignoreCase) throw unsupported('[case_insensitive] in [term]');
  }
  const target = fieldScope(scope, field, boost);
  if (target === undefined) return NONE;
  switch (name) {
    case 'term':
      return fieldEquals(target, value);
    case 'prefix':
      return fieldStartsWith(target, text, ignoreCase);
    case 'wildcard':
      return fieldMatchesWildcard(target, text, ignoreCase);
    case 'regexp':
      return fieldMatchesRegexp(target, text, ignoreCase);
    default: {
      const fuzziness = clause['fuzziness'];
      const edits = fuzziness === undefined || fuzziness === 'AUTO' ? undefined : numberOf(fuzziness, 'fuzziness');
      return fieldIsLike(target, text, edits);
    }
  }
}

function compileTerms(body: JsonObject, scope: QueryScope): Predicate {
  const [field, written] = fieldMember(body, 'terms');
  if (!Array.isArray(written)) throw unsupported('a terms lookup or a single value in [terms]');
  if (written.length > MAX_TERMS)
    throw parsingError(`[terms] has ${written.length} values, more than the allowed ${MAX_TERMS}`);
  const boost = boostOf(body);
  const meta = metaFieldIn(
    scope,
    field,
    written.map((value) => stringOf(value, field)),
    boost,
  );
  if (meta !== undefined) return meta;
  const target = fieldScope(scope, field);
  if (target === undefined || written.length === 0) return NONE;
  const tests = [...new Set(written)].map((value) => fieldEquals(target, value)).filter((one) => one.kind !== 'none');
  return tests.length === 0 ? NONE : { kind: 'constant', of: { kind: 'any', of: tests, boost: 1 }, boost };
}

function compileRange(body: JsonObject, scope: QueryScope): Predicate {
  const [field, written] = fieldMember(body, 'range');
  const clause = objectOf(written, field);
  onlyKeys(clause, RANGE_KEYS, 'range');
  const target = fieldScope(scope, field, boostOf(clause) * boostOf(body));
  if (target === undefined) return NONE;
  const zone = clause['time_zone'] === undefined ? undefined : stringOf(clause['time_zone'], 'time_zone');
  if (zone !== undefined && !isTimeZone(zone)) throw parsingError(`[time_zone] [${zone}] is not known`);
  const relation = clause['relation'];
  if (relation !== undefined && String(relation).toUpperCase() !== 'INTERSECTS')
    throw unsupported('[relation] in [range]');
  return fieldRange(target, {
    from: clause['gte'] ?? clause['gt'] ?? clause['from'],
    to: clause['lte'] ?? clause['lt'] ?? clause['to'],
    includeFrom: clause['gte'] !== undefined || (clause['gt'] === undefined && clause['include_lower'] !== false),
    includeTo: clause['lte'] !== undefined || (clause['lt'] === undefined && clause['include_upper'] !== false),
    formats: clause['format'] === undefined ? undefined : formatsOf(stringOf(clause['format'], 'format')),
    zone,
  });
}

function boostOf(clause: JsonObject): number {
  return clause['boost'] === undefined ? 1 : numberOf(clause['boost'], 'boost');
}
