// local/opensearch/search: `sort` and `search_after`: order keys in SQL.

import type { Index } from '../catalog/index-catalog.ts';
import { type SqlBinder, wholeNumber } from '../database/sql-binder.ts';
import { type Family, type Field, multiColumn, singleColumn } from '../mapping/field.ts';
import { isJsonObject } from '../request/json-text.ts';
import { listOf, objectOf, stringOf } from '../request/request-value.ts';
import {
  badRequest,
  illegalArgument,
  queryShardError,
  RequestError,
  ResponseError,
  unsupported,
} from '../request/response-error.ts';
import { afterLiteral, isTextKey, missingLiteral, nullOf } from './sort-value.ts';

/** One key of the order, the same over all indexes of a search. */
export interface SortKey {
  readonly name: string;
  readonly kind: 'field' | 'score' | 'document' | 'id' | 'index' | 'sequence';
  readonly descending: boolean;
  /** `_first`, `_last`, or the value that stands for a missing one. */
  readonly missing: unknown;
  readonly mode: SortMode;
  readonly family: Family;
  /** Values of 32 bits at most, whole or real: they are shown so. */
  readonly isShort: boolean;
  readonly isFloat: boolean;
}

/** The order of a search that names none. */
export const BY_SCORE: SortKey = {
  name: '_score',
  kind: 'score',
  descending: true,
  missing: '_last',
  mode: 'max',
  family: 'real',
  isShort: false,
  isFloat: false,
};

type SortMode = 'min' | 'max' | 'avg' | 'sum' | 'median';

const MALFORMED = 'malformed sort format, within the sort array, an object, or an actual string are allowed';
const KEYS = ['order', 'missing', 'mode', 'unmapped_type', 'numeric_type'];
const SHORT_TYPES = new Set(['integer', 'short', 'byte', 'boolean']);
/** Families that a numeric type is the natural one of: values are not converted. */
const NUMERIC_TYPES: Readonly<Record<string, readonly Family[]>> = {
  long: ['integer'],
  double: ['integer', 'real'],
  date: ['date'],
  date_nanos: ['nanos'],
};

/** The keys of a request's `sort`; empty: by score. Throws where a field cannot be sorted by. */
export function readSort(value: unknown, indexes: readonly Index[]): readonly SortKey[] {
  if (value === undefined || value === null) return [];
  return listOf(value).flatMap((item) => {
    if (typeof item !== 'object') {
      const name = String(item);
      if (name !== item && Array.isArray(value)) throw badRequest(MALFORMED);
      return [readKey(name, { order: name === '_score' ? 'desc' : 'asc' }, indexes)];
    }
    if (!isJsonObject(item)) throw badRequest(MALFORMED);
    return Object.entries(item).map(([name, body]) =>
      readKey(name, typeof body === 'string' ? { order: body } : objectOf(body, name), indexes),
    );
  });
}

function readKey(name: string, body: Readonly<Record<string, unknown>>, indexes: readonly Index[]): SortKey {
  const unknown = Object.keys(body).find((member) => !KEYS.includes(member));
  if (unknown !== undefined) throw badSort(`[field_sort] unknown field [${unknown}] in [sort ${name}]`);
  const order =
    body['order'] === undefined ? (name === '_score' ? 'desc' : 'asc') : stringOf(body['order'], 'order').toLowerCase();
  if (order !== 'asc' && order !== 'desc')
    throw badSort(`[field_sort] failed to parse field [order]: no SortOrder [${order}]`);
  const descending = order === 'desc';
  const common = {
    name,
    descending,
    missing: body['missing'] ?? '_last',
    mode: readMode(body['mode'], descending),
    isShort: false,
    isFloat: false,
  };
  if (name === '_score') return { ...common, kind: 'score', family: 'real' };
  if (name === '_doc' || name === '_shard_doc') return { ...common, kind: 'document', family: 'integer' };
  if (name === '_id') return { ...common, kind: 'id', family: 'keyword' };
  if (name === '_index') return { ...common, kind: 'index', family: 'keyword' };
  if (name === '_seq_no') return { ...common, kind: 'sequence', family: 'integer' };
  const field = indexes.map((index) => index.mapping.fields.get(name)).find((found) => found !== undefined);
  if (field === undefined) {
    if (indexes.some((index) => isFlatPart(name, index))) throw badRequest(`[${name}] is a part of a flat_object`);
    if (body['unmapped_type'] === undefined && indexes.length > 0) {
      throw queryShardError(`No mapping found for [${name}] in order to sort on`, indexes[0]?.name ?? '');
    }
    return { ...common, kind: 'field', family: familyOfUnmapped(body['unmapped_type']) };
  }
  if (field.family === 'text' || field.family === 'flat') throw textFieldError(field.name, field.type);
  checkNumericType(body['numeric_type'], field);
  if (isTextKey({ ...common, kind: 'field', family: field.family }) && !['min', 'max'].includes(common.mode))
    throw illegalArgument('we only support AVG, MEDIAN and SUM on number based fields');
  return {
    ...common,
    kind: 'field',
    family: field.family,
    isShort: SHORT_TYPES.has(field.type),
    isFloat: field.type === 'float',
  };
}

function isFlatPart(name: string, { mapping }: Index): boolean {
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
    if (mapping.fields.get(name.slice(0, dot))?.family === 'flat') return true;
  }
  return false;
}

function badSort(reason: string): ResponseError {
  return new RequestError('x_content_parse_exception', reason);
}

export function textFieldError(name: string, type: string): ResponseError {
  return new ResponseError(
    400,
    'illegal_argument_exception',
    `Text fields are not optimised for operations that require per-document field data like aggregations and sorting, so these operations are disabled by default. Please use a keyword field instead: [${name}] is of type [${type}]`,
  );
}

function readMode(value: unknown, descending: boolean): SortMode {
  if (value === undefined) return descending ? 'max' : 'min';
  const mode = String(value).toLowerCase();
  if (mode === 'min' || mode === 'max' || mode === 'avg' || mode === 'sum' || mode === 'median') return mode;
  throw badSort(`Unknown SortMode [${String(value)}]`);
}

function checkNumericType(value: unknown, field: Field): void {
  if (value === undefined) return;
  if (NUMERIC_TYPES[String(value)]?.includes(field.family) !== true)
    throw unsupported(`[numeric_type] [${String(value)}] of [${field.name}], which is of type [${field.type}],`);
}

function familyOfUnmapped(type: unknown): Family {
  if (type === 'date') return 'date';
  if (type === 'date_nanos') return 'nanos';
  return type === 'keyword' || type === 'ip' ? type : type === 'double' || type === 'float' ? 'real' : 'integer';
}

/** SQL of the key for one index; missing numbers become the extreme that puts them where `missing` says, as OpenSearch shows them. */
export function sortExpression(
  key: SortKey,
  index: Index,
  columns: ReadonlySet<string>,
  score: string,
  position: number,
  binder: SqlBinder,
): string {
  if (key.kind === 'score') return score;
  if (key.kind === 'document') return `((${wholeNumber(BigInt(position), 'BIGINT')} << 44) + _seq)`;
  if (key.kind === 'id') return '_id';
  if (key.kind === 'index') return binder.text(index.name);
  if (key.kind === 'sequence') return '_seq';
  const field = index.mapping.fields.get(key.name);
  const value =
    field === undefined || field.family !== key.family ? nullOf(key.family) : columnValue(field, columns, key.mode);
  const missing = missingLiteral(key, binder);
  return missing === undefined ? value : `coalesce(${value}, ${missing})`;
}

function columnValue(field: Field, columns: ReadonlySet<string>, mode: SortMode): string {
  const isBoolean = field.family === 'boolean';
  const single = columns.has(singleColumn(field)) ? singleColumn(field) : undefined;
  const one = single === undefined ? nullOf(field.family) : isBoolean ? `${single}::INTEGER::BIGINT` : single;
  if (!columns.has(multiColumn(field))) return one;
  const list = isBoolean ? `list_transform(${multiColumn(field)}, lambda v: v::INTEGER::BIGINT)` : multiColumn(field);
  return `coalesce(${one}, ${foldList(list, mode, field.family === 'real', field.type === 'float')})`;
}

function foldList(list: string, mode: SortMode, isReal: boolean, isFloat: boolean): string {
  if (mode === 'min' || mode === 'max') return `list_${mode}(${list})`;
  const folded = mode === 'sum' ? `list_sum(${list})` : `list_${mode}(${list})`;
  if (isFloat) return `${folded}::FLOAT::DOUBLE`;
  return isReal ? folded : mode === 'sum' ? `${folded}::BIGINT` : `floor(${folded} + 0.5)::BIGINT`;
}

/** ORDER BY over columns named k0, k1, …; whatever is still equal stays in the order of writing. */
export function orderBy(keys: readonly SortKey[]): string {
  const parts = keys.flatMap((key, index) => {
    const direction = key.descending ? 'DESC' : 'ASC';
    const nulls = key.missing === '_first' ? 'NULLS FIRST' : 'NULLS LAST';
    return [`k${index} ${direction} ${nulls}`];
  });
  return [...parts, 'ix ASC', '_seq ASC'].join(', ');
}

/** The condition that leaves only what comes after `values` in the order; over the columns k0, k1, … */
export function afterCondition(keys: readonly SortKey[], values: readonly unknown[], binder: SqlBinder): string {
  if (values.length === 0) throw badRequest('Values must contains at least one value.');
  if (values.length !== keys.length) {
    throw illegalArgument(`search_after has ${values.length} value(s) but sort has ${keys.length}.`);
  }
  const alternatives: string[] = [];
  const equal: string[] = [];
  for (const [index, key] of keys.entries()) {
    const column = `k${index}`;
    const value = values[index];
    const isLast = key.missing !== '_first';
    if (value === null || value === undefined) {
      if (!isLast) alternatives.push([...equal, `${column} IS NOT NULL`].join(' AND '));
      equal.push(`${column} IS NULL`);
      continue;
    }
    const literal = afterLiteral(key, value, binder);
    const beyond = `${column} ${key.descending ? '<' : '>'} ${literal}`;
    alternatives.push([...equal, isLast ? `(${beyond} OR ${column} IS NULL)` : beyond].join(' AND '));
    equal.push(`${column} = ${literal}`);
  }
  return alternatives.length === 0 ? 'false' : alternatives.map((one) => `(${one})`).join(' OR ');
}
