// local/opensearch/query: `fields` of a clause: names, patterns, boosts; without any, every field a bare word looks into.

import { listOf, stringOf } from '../request/request-value.ts';
import { parsingError } from '../request/response-error.ts';
import type { FieldScope } from './field-test.ts';
import { defaultFields, fieldScope, fieldsLike, type QueryScope } from './query-scope.ts';

export interface NamedField {
  readonly name: string;
  readonly boost: number;
}

export interface NamedFields {
  readonly fields: readonly NamedField[];
  /** A value that fits no field's type is then no error, unless the request says otherwise. */
  readonly isEveryField: boolean;
}

/** `written` such as ["message^2", "source.*"]; a name that no field has is left out where it is a pattern. */
export function readNamedFields(written: unknown, scope: QueryScope): NamedFields {
  const items = written === undefined || written === null ? [] : listOf(written);
  if (items.length === 0)
    return { fields: defaultFields(scope).map((name) => ({ name, boost: 1 })), isEveryField: true };
  let isEveryField = false;
  const fields = new Map<string, NamedField>();
  for (const item of items) {
    const [pattern = '', boostText] = stringOf(item, 'fields').split('^');
    const boost = boostText === undefined ? 1 : Number(boostText);
    if (!Number.isFinite(boost) || boostText?.trim() === '')
      throw parsingError(`[fields] [${String(item)}] has no boost behind its ^`);
    if (pattern === '*') isEveryField = true;
    for (const name of namesOf(pattern, scope)) {
      fields.set(name, { name, boost: (fields.get(name)?.boost ?? 1) * boost });
    }
  }
  return { fields: [...fields.values()], isEveryField };
}

function namesOf(pattern: string, scope: QueryScope): readonly string[] {
  if (pattern === '*') return defaultFields(scope);
  return pattern.includes('*') ? fieldsLike(scope, pattern).map((field) => field.name) : [pattern];
}

/** Those that are mapped. */
export function scopesOf(fields: readonly NamedField[], scope: QueryScope, boost = 1): readonly FieldScope[] {
  return fields.flatMap((field) => fieldScope(scope, field.name, field.boost * boost) ?? []);
}
