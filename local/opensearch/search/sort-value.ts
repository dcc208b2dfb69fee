// local/opensearch/search: the values by which hits are sorted, into SQL and out of it.
import type { DuckDBValue } from '@duckdb/node-api';
import { nanosecondsOf, parseDateText } from '../../../lib/query/date-text.ts';
import { formatIp, MAX_IP_NUMBER, parseIp } from '../../../lib/query/ip-number.ts';
import { realNumber, type SqlBinder, wholeNumber } from '../database/sql-binder.ts';
import type { Family } from '../mapping/field.ts';
import { illegalArgument, ResponseError } from '../request/response-error.ts';
import type { SortKey } from './sort-order.ts';

const LONG = [-(2n ** 63n), 2n ** 63n - 1n] as const;
const INTEGER = [-(2n ** 31n), 2n ** 31n - 1n] as const;

export function isTextKey(key: SortKey): boolean {
  return key.family === 'keyword' || key.family === 'ip';
}

export function nullOf(family: Family): string {
  if (family === 'keyword' || family === 'text' || family === 'flat') return 'NULL::VARCHAR';
  return family === 'ip' ? 'NULL::UHUGEINT' : family === 'real' ? 'NULL::DOUBLE' : 'NULL::BIGINT';
}

/** What stands for a missing value; undefined: it stays NULL. Numbers become the extreme of their type, as OpenSearch shows them. */
export function missingLiteral(key: SortKey, binder: SqlBinder): string | undefined {
  if (key.kind !== 'field') return undefined;
  if (key.missing !== '_first' && key.missing !== '_last') return customMissing(key, key.missing, binder);
  if (isTextKey(key)) return undefined;
  const isHighest = (key.missing === '_last') !== key.descending;
  if (key.family === 'real') return isHighest ? "'Infinity'::DOUBLE" : "'-Infinity'::DOUBLE";
  const [lowest, highest] = key.isShort ? INTEGER : LONG;
  return wholeNumber(isHighest ? highest : lowest, 'BIGINT');
}

function customMissing(key: SortKey, missing: unknown, binder: SqlBinder): string {
  const text = String(missing);
  if (key.family === 'keyword') return binder.text(text);
  if (key.family === 'ip')
    throw new ResponseError(400, 'illegal_argument_exception', `[missing] [${text}] cannot stand for an address`);
  const isNumber = typeof missing === 'number' || typeof missing === 'bigint';
  if (key.family === 'real') {
    const number = isNumber || text.trim() !== '' ? Number(missing) : Number.NaN;
    if (Number.isNaN(number)) throw notANumber(text);
    return realNumber(key.isFloat ? Math.fround(number) : number);
  }
  if (isNumber)
    return wholeNumber(typeof missing === 'bigint' ? missing : BigInt(Math.trunc(Number(missing))), 'BIGINT');
  if (!/^[+-]?\d{1,19}$/.test(text)) throw notANumber(text);
  return wholeNumber(clamp(BigInt(text.replace('+', ''))), 'BIGINT');
}

function notANumber(text: string): ResponseError {
  return new ResponseError(400, 'number_format_exception', `For input string: "${text.slice(0, 80)}"`);
}

/** A value of `search_after`. */
export function afterLiteral(key: SortKey, value: unknown, binder: SqlBinder): string {
  const text = String(value);
  const refused = (): ResponseError =>
    illegalArgument(`failed to parse search_after value [${text}] for [${key.name}]`);
  if (key.family === 'keyword') return binder.text(text);
  if (key.family === 'ip') {
    const address = parseIp(text);
    if (address === undefined || address > MAX_IP_NUMBER)
      throw illegalArgument(`'${text}' is not an IP string literal.`);
    return wholeNumber(address, 'UHUGEINT');
  }
  if (typeof value === 'boolean') throw refused();
  if (key.family === 'real') {
    const number = /^\s*[+-]?(Infinity|(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?)\s*$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isNaN(number)) throw refused();
    return realNumber(key.isFloat ? Math.fround(number) : number);
  }
  if (/^-?\d{1,25}$/.test(text)) {
    const whole = BigInt(text);
    // Of the short types numbers are read whatever their size, texts are not.
    if (key.isShort && typeof value === 'string' && (whole < INTEGER[0] || whole > INTEGER[1])) throw refused();
    return wholeNumber(clamp(whole), 'BIGINT');
  }
  if (key.family === 'integer' && !key.isShort && /^[+-]?\d+(\.\d*)?([eE]\+?\d{1,2})?$/.test(text))
    return wholeNumber(clamp(BigInt(Math.trunc(Number(text)))), 'BIGINT');
  if (typeof value === 'number' && Number.isFinite(value))
    return wholeNumber(clamp(BigInt(Math.trunc(value))), 'BIGINT');
  const instant = parseDateText(text, ['strict_date_optional_time']);
  if (instant === undefined || (key.family !== 'date' && key.family !== 'nanos')) throw refused();
  return wholeNumber(key.family === 'date' ? BigInt(instant.ms) : nanosecondsOf(instant), 'BIGINT');
}

function clamp(value: bigint): bigint {
  const [lowest, highest] = LONG;
  return value > highest ? highest : value < lowest ? lowest : value;
}

/** A key's value as a hit's `sort` shows it. */
export function sortValue(key: SortKey, value: DuckDBValue | undefined): unknown {
  if (value === null || value === undefined) return null;
  if (key.family === 'ip' && typeof value === 'bigint') return formatIp(value);
  return typeof value === 'number' && key.isFloat ? shortestFloat(Math.fround(value)) : value;
}

/** The shortest number that is the same in 32 bits. */
export function shortestFloat(value: number): number {
  for (let digits = 1; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}
