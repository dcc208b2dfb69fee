// local/opensearch/query: what a query is compiled against: one index, the moment, the place for its values.

import type { Index } from '../catalog/index-catalog.ts';
import type { SqlBinder } from '../database/sql-binder.ts';
import type { Field } from '../mapping/field.ts';
import { namePattern } from '../request/name-pattern.ts';
import { ResponseError } from '../request/response-error.ts';
import type { FieldScope } from './field-test.ts';
import { NONE, type Predicate, test } from './predicate.ts';
import { rowsWithIds } from './value-test.ts';

export interface QueryScope {
  readonly index: Index;
  readonly columns: ReadonlySet<string>;
  readonly binder: SqlBinder;
  readonly nowMs: number;
  /** The query is read for what it marks in texts, not for SQL over the index. */
  readonly isForMarks?: boolean;
}

/** The field of a name, or the part of a flat_object that it names; undefined where nothing is mapped there. */
export function fieldScope(scope: QueryScope, name: string, boost = 1): FieldScope | undefined {
  const { index, columns, binder, nowMs, isForMarks = false } = scope;
  const shared = { columns, words: index.words, values: index.values, binder, nowMs, boost, isForMarks };
  const field = index.mapping.fields.get(name);
  if (field !== undefined) return { field, ...shared, flatPath: undefined };
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
    const parent = index.mapping.fields.get(name.slice(0, dot));
    if (parent?.family === 'flat') return { field: parent, ...shared, flatPath: name.slice(dot + 1) };
  }
  return undefined;
}

/** Fields whose names match a pattern such as `source.*`. */
export function fieldsLike(scope: QueryScope, pattern: string): readonly Field[] {
  const matches = namePattern(pattern);
  const named = [...scope.index.mapping.fields].filter(([name]) => matches(name));
  return [...new Set(named.map(([, field]) => field))];
}

/** Types that a query without a field looks into, as OpenSearch's `*` default does. */
const DEFAULT_TYPES = new Set([
  'keyword',
  'text',
  'ip',
  'date',
  'long',
  'integer',
  'short',
  'byte',
  'double',
  'float',
  'half_float',
  'wildcard',
  'match_only_text',
  'boolean',
  'date_nanos',
  'flat_object',
]);

export function defaultFields(scope: QueryScope): readonly string[] {
  const searched = [...scope.index.mapping.fields.values()].filter((field) => DEFAULT_TYPES.has(field.type));
  return [...new Set(searched.map((field) => field.name))];
}

const MAX_LISTED_IDS = 64;

/** Conditions on `_id` and `_index`, which are no fields of the mapping; undefined for every other name. */
export function metaFieldIn(
  scope: QueryScope,
  name: string,
  values: readonly string[],
  boost: number,
): Predicate | undefined {
  if (name === '_id') return test(idsCondition(scope, values), boost, rowsWithIds(scope, values));
  if (name !== '_index') return undefined;
  const { index } = scope;
  const isMeant = values.some((value) => {
    const matches = namePattern(value);
    return matches(index.name) || [...index.aliases.keys()].some(matches);
  });
  return isMeant ? { kind: 'all', boost } : NONE;
}

/** Of a join, as of a list in a parameter DuckDB makes one, it reads all ids, whatever else the condition says. */
function idsCondition({ binder }: QueryScope, ids: readonly string[]): string {
  if (ids.length > MAX_LISTED_IDS) return `_id IN (SELECT unnest(${binder.texts(ids)}))`;
  return ids.length === 0 ? 'false' : `_id IN (${ids.map((id) => binder.text(id)).join(', ')})`;
}

/** `work`'s answer, or nothing where the text is no value of the field's type and the query is lenient. */
export function leniently(isLenient: boolean, work: () => Predicate | undefined): Predicate | undefined {
  try {
    return work();
  } catch (error) {
    if (isLenient && error instanceof ResponseError && error.status === 400) return NONE;
    throw error;
  }
}
