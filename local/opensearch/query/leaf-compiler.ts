// local/opensearch/query: the term-level query clauses.

import { isTimeZone } from '../../../lib/query/time-zone.ts';
import { formatsOf } from '../mapping/mapping.ts';
import type { JsonObject } from '../request/json-text.ts';
import { booleanOf, boostOf, listOf, objectOf, onlyMembers, stringOf } from '../request/request-value.ts';
import { badRequest, illegalArgument, parsingError, queryRefusal, unsupported } from '../request/response-error.ts';
import { fieldEquals, fieldRange } from './field-test.ts';
import { readFuzzyOptions } from './fuzziness.ts';
import { marking } from './mark.ts';
import { fieldIsLike, fieldMatchesRegexp, fieldMatchesWildcard, fieldStartsWith } from './pattern-test.ts';
import { NONE, type Predicate } from './predicate.ts';
import { fieldScope, metaFieldIn, type QueryScope } from './query-scope.ts';
import { existsNamed } from './query-string-compiler.ts';
import { fieldEqualsOneOf } from './terms-test.ts';

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
      onlyMembers(body, ['field', 'boost', '_name'], name);
      return existsNamed(stringOf(body['field'], 'field'), scope, boostOf(body));
    case 'ids': {
      onlyMembers(body, ['values', 'boost', '_name'], name);
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
  if (first === undefined) throw badRequest(`[${query}] query names no field`);
  if (members.length > 1) {
    throw parsingError(
      `[${query}] query doesn't support multiple fields, found [${members.map(([key]) => key).join('] and [')}]`,
    );
  }
  return first;
}

const COMMON_KEYS = ['value', 'boost', '_name'];
const VALUE_KEYS: Readonly<Record<string, readonly string[]>> = {
  term: [...COMMON_KEYS, 'term', 'case_insensitive'],
  prefix: [...COMMON_KEYS, 'prefix', 'case_insensitive', 'rewrite'],
  wildcard: [...COMMON_KEYS, 'wildcard', 'case_insensitive', 'rewrite'],
  regexp: [...COMMON_KEYS, 'case_insensitive', 'rewrite', 'flags', 'flags_value', 'max_determinized_states'],
  fuzzy: [...COMMON_KEYS, 'fuzziness', 'prefix_length', 'max_expansions', 'transpositions', 'rewrite'],
};

function compileOneValue(name: string, body: JsonObject, scope: QueryScope): Predicate {
  const [field, written] = fieldMember(body, name);
  const isLong = typeof written === 'object' && written !== null;
  const clause = isLong ? objectOf(written, name) : { value: written };
  onlyMembers(clause, VALUE_KEYS[name] ?? COMMON_KEYS, name);
  const value = clause['value'] ?? clause[name];
  if (value === undefined || value === null || typeof value === 'object')
    throw badRequest(`[${name}] query on [${field}] needs a value`);
  const boost = boostOf(clause) * boostOf(body);
  const ignoreCase =
    clause['case_insensitive'] !== undefined && booleanOf(clause['case_insensitive'], 'case_insensitive');
  const text = String(value);
  const meta = metaFieldIn(scope, field, [text], boost);
  if (meta !== undefined) {
    if (name === 'term' && !ignoreCase) return meta;
    throw queryRefusal(
      `Can only use ${name} queries on keyword and text fields - not on [${field}] which is of type [${field}]`,
    );
  }
  const target = fieldScope(scope, field, boost);
  if (target === undefined) return NONE;
  switch (name) {
    case 'term':
      return fieldEquals(target, value, ignoreCase);
    case 'prefix':
      return fieldStartsWith(target, text, ignoreCase);
    case 'wildcard':
      return fieldMatchesWildcard(target, text, ignoreCase);
    case 'regexp':
      return fieldMatchesRegexp(target, text, { ignoreCase, isPlain: hasNoFlags(clause) });
    default:
      return fieldIsLike(target, text, readFuzzyOptions(clause, 'prefix_length', 'transpositions'));
  }
}

/** Which optional operators an expression has: all or none are known here. */
function hasNoFlags(clause: JsonObject): boolean {
  if (clause['flags_value'] !== undefined) throw unsupported('[flags_value] in [regexp]');
  const flags = String(clause['flags'] ?? 'ALL').toUpperCase();
  if (flags !== 'ALL' && flags !== 'NONE' && flags !== '') throw unsupported(`[flags] [${flags}] in [regexp]`);
  return flags === 'NONE';
}

function compileTerms(body: JsonObject, scope: QueryScope): Predicate {
  const [field, written] = fieldMember(body, 'terms');
  if (!Array.isArray(written))
    throw parsingError('a terms lookup or a single value in [terms] is not supported by the embedded search engine');
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
  const isWord = target.field.family === 'text' || target.field.family === 'keyword';
  if (target.isForMarks && isWord && written.length > 1) {
    const words = target.binder.texts(written.map(String));
    return marking(target.field.name, [{ kind: 'pattern', condition: (word) => `list_contains(${words}, ${word})` }]);
  }
  const of = fieldEqualsOneOf(target, written);
  return of.kind === 'none' ? NONE : { kind: 'constant', of, boost };
}

function compileRange(body: JsonObject, scope: QueryScope): Predicate {
  const [field, written] = fieldMember(body, 'range');
  const clause = objectOf(written, field);
  onlyMembers(clause, RANGE_KEYS, 'range');
  if (metaFieldIn(scope, field, [], 1) !== undefined)
    throw queryRefusal(`Field [${field}] of type [${field}] does not support range queries`);
  const target = fieldScope(scope, field, boostOf(clause) * boostOf(body));
  if (target === undefined) return NONE;
  const zone = clause['time_zone'] === undefined ? undefined : stringOf(clause['time_zone'], 'time_zone');
  if (zone !== undefined && !isTimeZone(zone)) throw badRequest(`[time_zone] [${zone}] is not known`);
  const relation = clause['relation'];
  // Fields of ranges, which the relation is about, are not known here: on all others it changes nothing.
  if (
    relation !== undefined &&
    !['INTERSECTS', 'CONTAINS', 'WITHIN', 'DISJOINT'].includes(String(relation).toUpperCase())
  )
    throw illegalArgument(`[range] query does not support relation [${String(relation)}]`);
  return fieldRange(target, {
    from: clause['gte'] ?? clause['gt'] ?? clause['from'],
    to: clause['lte'] ?? clause['lt'] ?? clause['to'],
    includeFrom: clause['gte'] !== undefined || (clause['gt'] === undefined && clause['include_lower'] !== false),
    includeTo: clause['lte'] !== undefined || (clause['lt'] === undefined && clause['include_upper'] !== false),
    formats: clause['format'] === undefined ? undefined : formatsOf(stringOf(clause['format'], 'format')),
    zone,
  });
}
