// local/opensearch: `sort` and `search_after`: order keys in SQL, and the values that hits carry.

import type { DuckDBValue } from '@duckdb/node-api';
import { nanosecondsOf, parseDateText } from '../../lib/query/date-text.ts';
import { formatIp, MAX_IP_NUMBER, parseIp } from '../../lib/query/ip-number.ts';
import { type Family, type Field, multiColumn, singleColumn } from './field.ts';
import type { Index } from './index-catalog.ts';
import { listOf, objectOf, onlyKeys, onlyMember, stringOf } from './request-value.ts';
import { illegalArgument, parsingError, queryShardError, ResponseError, unsupported } from './response-error.ts';
import { realNumber, type SqlBinder, wholeNumber } from './sql-binder.ts';

/** One key of the order, the same over all indexes of a search. */
export interface SortKey {
  readonly name: string;
  readonly kind: 'field' | 'score' | 'document' | 'id' | 'sequence';
  readonly descending: boolean;
  readonly missing: '_first' | '_last' | string;
  readonly mode: 'min' | 'max';
  readonly family: Family;
}

const KEYS = ['order', 'missing', 'mode', 'unmapped_type', 'numeric_type'];
const LOWEST = -(2n ** 63n);
const HIGHEST = 2n ** 63n - 1n;

/** The keys of a request's `sort`; empty: by score. Throws where a field cannot be sorted by. */
export function readSort(value: unknown, indexes: readonly Index[]): readonly SortKey[] {
  if (value === undefined) return [];
  return listOf(value).map((item) => {
    if (typeof item === 'string') return readKey(item, { order: item === '_score' ? 'desc' : 'asc' }, indexes);
    const [name, body] = onlyMember(objectOf(item, 'sort'), 'sort');
    return readKey(name, typeof body === 'string' ? { order: body } : objectOf(body, name), indexes);
  });
}

function readKey(name: string, body: Readonly<Record<string, unknown>>, indexes: readonly Index[]): SortKey {
  onlyKeys(body, KEYS, `sort ${name}`);
  const order =
    body['order'] === undefined ? (name === '_score' ? 'desc' : 'asc') : stringOf(body['order'], 'order').toLowerCase();
  if (order !== 'asc' && order !== 'desc') throw illegalArgument(`Unknown SortOrder [${order}]`);
  const descending = order === 'desc';
  const missing = body['missing'] === undefined ? '_last' : stringOf(body['missing'], 'missing');
  const common = {
    name,
    descending,
    missing,
    mode: readMode(body['mode'], descending),
  };
  if (name === '_score') return { ...common, kind: 'score', family: 'real' };
  if (name === '_doc' || name === '_shard_doc') return { ...common, kind: 'document', family: 'integer' };
  if (name === '_id') return { ...common, kind: 'id', family: 'keyword' };
  if (name === '_seq_no') return { ...common, kind: 'sequence', family: 'integer' };
  const field = indexes.map((index) => index.mapping.fields.get(name)).find((found) => found !== undefined);
  if (field === undefined) {
    if (body['unmapped_type'] === undefined && indexes.length > 0) {
      throw queryShardError(`No mapping found for [${name}] in order to sort on`, indexes[0]?.name ?? '');
    }
    return { ...common, kind: 'field', family: familyOfUnmapped(body['unmapped_type']) };
  }
  if (field.family === 'text' || field.family === 'flat') throw textFieldError(field.name, field.type);
  return { ...common, kind: 'field', family: field.family };
}

export function textFieldError(name: string, type: string): ResponseError {
  return new ResponseError(
    400,
    'illegal_argument_exception',
    `Text fields are not optimised for operations that require per-document field data like aggregations and sorting, so these operations are disabled by default. Please use a keyword field instead: [${name}] is of type [${type}]`,
  );
}

function readMode(value: unknown, descending: boolean): 'min' | 'max' {
  if (value === undefined) return descending ? 'max' : 'min';
  if (value === 'min' || value === 'max') return value;
  throw unsupported(`[mode] [${String(value)}] in [sort]`);
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
): string {
  if (key.kind === 'score') return score;
  if (key.kind === 'document') return `((${wholeNumber(BigInt(position), 'BIGINT')} << 44) + _seq)`;
  if (key.kind === 'id') return '_id';
  if (key.kind === 'sequence') return '_seq';
  const field = index.mapping.fields.get(key.name);
  const value =
    field === undefined || field.family !== key.family ? nullOf(key.family) : columnValue(field, columns, key.mode);
  const missing = missingLiteral(key);
  return missing === undefined ? value : `coalesce(${value}, ${missing})`;
}

function columnValue(field: Field, columns: ReadonlySet<string>, mode: 'min' | 'max'): string {
  const single = columns.has(singleColumn(field)) ? singleColumn(field) : nullOf(field.family);
  const one = field.family === 'boolean' ? `${single}::INTEGER::BIGINT` : single;
  if (!columns.has(multiColumn(field))) return one;
  const many = `list_${mode}(${multiColumn(field)})`;
  return `coalesce(${one}, ${field.family === 'boolean' ? `${many}::INTEGER::BIGINT` : many})`;
}

function nullOf(family: Family): string {
  if (family === 'keyword' || family === 'text' || family === 'flat') return 'NULL::VARCHAR';
  return family === 'ip' ? 'NULL::UHUGEINT' : family === 'real' ? 'NULL::DOUBLE' : 'NULL::BIGINT';
}

function isText(key: SortKey): boolean {
  return key.family === 'keyword' || key.family === 'ip';
}

function missingLiteral(key: SortKey): string | undefined {
  if (key.kind !== 'field') return undefined;
  if (key.missing !== '_first' && key.missing !== '_last') {
    if (isText(key)) return undefined;
    return literalOf(key, key.missing);
  }
  if (isText(key)) return undefined;
  const isHighest = (key.missing === '_last') !== key.descending;
  if (key.family === 'real') return isHighest ? "'Infinity'::DOUBLE" : "'-Infinity'::DOUBLE";
  if (key.family === 'nanos') return wholeNumber(isHighest ? HIGHEST : 0n, 'BIGINT');
  return wholeNumber(isHighest ? HIGHEST : LOWEST, 'BIGINT');
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
    const literal = isText(key) || key.kind === 'id' ? textLiteral(key, value, binder) : literalOf(key, value);
    const beyond = `${column} ${key.descending ? '<' : '>'} ${literal}`;
    alternatives.push([...equal, isLast ? `(${beyond} OR ${column} IS NULL)` : beyond].join(' AND '));
    equal.push(`${column} = ${literal}`);
  }
  return alternatives.map((one) => `(${one})`).join(' OR ');
}

function textLiteral(key: SortKey, value: unknown, binder: SqlBinder): string {
  const text = String(value);
  if (key.family !== 'ip') return binder.text(text);
  const address = parseIp(text);
  if (address === undefined || address > MAX_IP_NUMBER) throw parsingError(`'${text}' is not an IP string literal.`);
  return wholeNumber(address, 'UHUGEINT');
}

function literalOf(key: SortKey, value: unknown): string {
  if (key.family === 'real') {
    const number = Number(value);
    if (Number.isNaN(number)) throw parsingError(`[${String(value)}] is not a number`);
    return realNumber(number);
  }
  if (typeof value === 'boolean') return wholeNumber(value ? 1n : 0n, 'BIGINT');
  const text = String(value);
  if (/^-?\d{1,25}$/.test(text)) return wholeNumber(clamp(BigInt(text)), 'BIGINT');
  if (typeof value === 'number' && Number.isFinite(value))
    return wholeNumber(clamp(BigInt(Math.round(value))), 'BIGINT');
  const instant = parseDateText(text, ['strict_date_optional_time']);
  if (instant === undefined || (key.family !== 'date' && key.family !== 'nanos'))
    throw parsingError(`failed to parse search_after value [${text}] for [${key.name}]`);
  return wholeNumber(key.family === 'date' ? BigInt(instant.ms) : nanosecondsOf(instant), 'BIGINT');
}

function clamp(value: bigint): bigint {
  return value > HIGHEST ? HIGHEST : value < LOWEST ? LOWEST : value;
}

/** A key's value as a hit's `sort` shows it. */
export function sortValue(key: SortKey, value: DuckDBValue | undefined): unknown {
  if (value === null || value === undefined) return null;
  if (key.family === 'ip' && typeof value === 'bigint') return formatIp(value);
  if (typeof value !== 'bigint') return value;
  return value;
}
