// local/opensearch: what can be asked of one field of one index, as conditions over its columns.

import { parseDateMath } from '../../lib/query/date-math.ts';
import { type DateFormat, nanosecondsOf } from '../../lib/query/date-text.ts';
import { MAX_IP_NUMBER, parseIp, parseIpRange } from '../../lib/query/ip-number.ts';
import { FLAT_SEPARATOR } from './document-fields.ts';
import { type Field, multiColumn, singleColumn } from './field.ts';
import { NONE, type Predicate, test } from './predicate.ts';
import { ResponseError } from './response-error.ts';
import { realNumber, type SqlBinder, wholeNumber } from './sql-binder.ts';

/** A field with what a condition over it needs. */
export interface FieldScope {
  readonly field: Field;
  readonly columns: ReadonlySet<string>;
  readonly binder: SqlBinder;
  readonly nowMs: number;
  readonly boost: number;
  /** The part of a flat_object asked for, below its own name. */
  readonly flatPath: string | undefined;
}

export interface RangeBounds {
  readonly from: unknown;
  readonly to: unknown;
  readonly includeFrom: boolean;
  readonly includeTo: boolean;
  readonly formats?: readonly DateFormat[] | undefined;
  readonly zone?: string | undefined;
}

/** Holds where at least one value of the field passes; `condition` gets the value's SQL. */
export function anyValue(scope: FieldScope, condition: (value: string) => string): Predicate {
  const parts: string[] = [];
  const single = singleColumn(scope.field);
  const multi = multiColumn(scope.field);
  if (scope.columns.has(single)) parts.push(condition(single));
  if (scope.columns.has(multi)) parts.push(`len(list_filter(${multi}, lambda v: ${condition('v')})) > 0`);
  return parts.length === 0 ? NONE : test(parts.join(' OR '), scope.boost);
}

/** Like anyValue, over what a keyword or the asked part of a flat_object holds. */
export function anyText(scope: FieldScope, condition: (value: string) => string): Predicate {
  if (scope.field.family !== 'flat') return anyValue(scope, condition);
  const separator = scope.binder.text(FLAT_SEPARATOR);
  const held = (value: string): string => condition(`split_part(${value}, ${separator}, 2)`);
  if (scope.flatPath === undefined) return anyValue(scope, held);
  const prefix = scope.binder.text(`${scope.flatPath}${FLAT_SEPARATOR}`);
  return anyValue(scope, (value) => `(starts_with(${value}, ${prefix}) AND ${held(value)})`);
}

/** Holds where the field has any value. */
export function fieldExists(scope: FieldScope): Predicate {
  if (scope.flatPath !== undefined) {
    const prefix = scope.binder.text(`${scope.flatPath}${FLAT_SEPARATOR}`);
    return anyValue(scope, (value) => `starts_with(${value}, ${prefix})`);
  }
  const present = [singleColumn(scope.field), multiColumn(scope.field)].filter((column) => scope.columns.has(column));
  return present.length === 0 ? NONE : test(present.map((column) => `${column} IS NOT NULL`).join(' OR '), scope.boost);
}

/** One exact value, not analysed. */
export function fieldEquals(scope: FieldScope, value: unknown): Predicate {
  const { field, binder } = scope;
  const text = String(value);
  switch (field.family) {
    case 'keyword': {
      const bound = binder.text(text);
      return anyValue(scope, (column) => `${column} = ${bound}`);
    }
    case 'flat': {
      if (scope.flatPath === undefined) {
        const bound = binder.text(`${FLAT_SEPARATOR}${text}`);
        return anyValue(scope, (column) => `suffix(${column}, ${bound})`);
      }
      const bound = binder.text(`${scope.flatPath}${FLAT_SEPARATOR}${text}`);
      return anyValue(scope, (column) => `${column} = ${bound}`);
    }
    case 'text': {
      if (text === '' || text.includes(' ')) return NONE;
      const bound = binder.text(` ${text} `);
      return anyValue(scope, (column) => `contains(${column}, ${bound})`);
    }
    case 'boolean': {
      if (text !== 'true' && text !== 'false') {
        throw badValue(`Can't parse boolean value [${text}], expected [true] or [false]`);
      }
      return anyValue(scope, (column) => `${column} = ${text === 'true'}`);
    }
    case 'ip': {
      const range = parseIpRange(text);
      if (range === undefined) throw badValue(`'${text}' is not an IP string literal.`);
      return wholeBetween(scope, range.first, range.last, 'UHUGEINT');
    }
    case 'integer': {
      const number = exactNumber(text);
      if (number.floor !== number.ceil) return NONE;
      return wholeBetween(scope, number.floor, number.floor, 'BIGINT');
    }
    case 'real': {
      const number = exactNumber(text).value;
      return anyValue(scope, (column) => `${column} = ${realNumber(number)}`);
    }
    case 'date':
    case 'nanos':
      return fieldRange(scope, { from: value, to: value, includeFrom: true, includeTo: true });
  }
}

/** Values between two bounds; undefined or null is open. */
export function fieldRange(scope: FieldScope, bounds: RangeBounds): Predicate {
  switch (scope.field.family) {
    case 'keyword':
    case 'text':
      return textRange(scope, bounds);
    case 'flat':
    case 'boolean':
      throw badValue(`Field [${scope.field.name}] of type [${scope.field.type}] does not support range queries`);
    case 'ip':
      return ipRange(scope, bounds);
    case 'integer':
      return integerRange(scope, bounds);
    case 'real':
      return realRange(scope, bounds);
    case 'date':
    case 'nanos':
      return dateRange(scope, bounds);
  }
}

function isOpen(bound: unknown): bound is undefined | null {
  return bound === undefined || bound === null;
}

function textRange(scope: FieldScope, bounds: RangeBounds): Predicate {
  const from = isOpen(bounds.from) ? undefined : scope.binder.text(String(bounds.from));
  const to = isOpen(bounds.to) ? undefined : scope.binder.text(String(bounds.to));
  const within = (value: string): string => {
    const parts: string[] = [];
    if (from !== undefined) parts.push(`${value} ${bounds.includeFrom ? '>=' : '>'} ${from}`);
    if (to !== undefined) parts.push(`${value} ${bounds.includeTo ? '<=' : '<'} ${to}`);
    return parts.length === 0 ? `${value} IS NOT NULL` : parts.join(' AND ');
  };
  if (scope.field.family === 'keyword') return anyValue(scope, within);
  return anyValue(
    scope,
    (value) => `len(list_filter(string_split(trim(${value}), ' '), lambda w: ${within('w')})) > 0`,
  );
}

function ipRange(scope: FieldScope, bounds: RangeBounds): Predicate {
  const read = (value: unknown): bigint => {
    const address = parseIp(String(value));
    if (address === undefined) throw badValue(`'${String(value)}' is not an IP string literal.`);
    return address;
  };
  const from = isOpen(bounds.from) ? 0n : read(bounds.from) + (bounds.includeFrom ? 0n : 1n);
  const to = isOpen(bounds.to) ? MAX_IP_NUMBER : read(bounds.to) - (bounds.includeTo ? 0n : 1n);
  return wholeBetween(scope, from, to, 'UHUGEINT');
}

function integerRange(scope: FieldScope, bounds: RangeBounds): Predicate {
  const [low, high] = scope.field.limits ?? [-(2n ** 63n), 2n ** 63n - 1n];
  let from = low;
  let to = high;
  if (!isOpen(bounds.from)) {
    const number = exactNumber(String(bounds.from));
    from = bounds.includeFrom ? number.ceil : number.floor + 1n;
  }
  if (!isOpen(bounds.to)) {
    const number = exactNumber(String(bounds.to));
    to = bounds.includeTo ? number.floor : number.ceil - 1n;
  }
  return wholeBetween(scope, from < low ? low : from, to > high ? high : to, 'BIGINT');
}

function realRange(scope: FieldScope, bounds: RangeBounds): Predicate {
  const from = isOpen(bounds.from) ? undefined : realNumber(exactNumber(String(bounds.from)).value);
  const to = isOpen(bounds.to) ? undefined : realNumber(exactNumber(String(bounds.to)).value);
  return anyValue(scope, (value) => {
    const parts: string[] = [];
    if (from !== undefined) parts.push(`${value} ${bounds.includeFrom ? '>=' : '>'} ${from}`);
    if (to !== undefined) parts.push(`${value} ${bounds.includeTo ? '<=' : '<'} ${to}`);
    return parts.length === 0 ? `${value} IS NOT NULL` : `(${parts.join(' AND ')})`;
  });
}

function dateRange(scope: FieldScope, bounds: RangeBounds): Predicate {
  const { field, nowMs } = scope;
  const formats = bounds.formats ?? field.formats;
  const read = (value: unknown, roundUp: boolean): bigint => {
    const instant = parseDateMath(String(value), { formats, nowMs, roundUp, zone: bounds.zone });
    if (instant === undefined) {
      throw new ResponseError(
        400,
        'parse_exception',
        `failed to parse date field [${String(value)}] with format [${formats.join('||')}]`,
      );
    }
    return field.family === 'date' ? BigInt(instant.ms) : nanosecondsOf(instant);
  };
  const from = isOpen(bounds.from)
    ? -(2n ** 63n)
    : bounds.includeFrom
      ? read(bounds.from, false)
      : read(bounds.from, true) + 1n;
  const to = isOpen(bounds.to)
    ? 2n ** 63n - 1n
    : bounds.includeTo
      ? read(bounds.to, true)
      : read(bounds.to, false) - 1n;
  return wholeBetween(scope, from, to, 'BIGINT');
}

function wholeBetween(scope: FieldScope, from: bigint, to: bigint, type: 'BIGINT' | 'UHUGEINT'): Predicate {
  const low = type === 'BIGINT' ? -(2n ** 63n) : 0n;
  const high = type === 'BIGINT' ? 2n ** 63n - 1n : MAX_IP_NUMBER;
  if (from > to || from > high || to < low) return NONE;
  const first = from < low ? low : from;
  const last = to > high ? high : to;
  if (first === low && last === high) return fieldExists(scope);
  if (first === last) return anyValue(scope, (value) => `${value} = ${wholeNumber(first, type)}`);
  return anyValue(
    scope,
    (value) => `(${value} >= ${wholeNumber(first, type)} AND ${value} <= ${wholeNumber(last, type)})`,
  );
}

interface ExactNumber {
  readonly value: number;
  readonly floor: bigint;
  readonly ceil: bigint;
}

function exactNumber(text: string): ExactNumber {
  if (/^[+-]?\d{1,30}$/.test(text)) {
    const whole = BigInt(text.replace('+', ''));
    return { value: Number(whole), floor: whole, ceil: whole };
  }
  const value = text.trim() === '' || text.length > 64 ? Number.NaN : Number(text);
  if (!Number.isFinite(value) || /^[+-]?0[xob]/i.test(text)) {
    throw new ResponseError(400, 'number_format_exception', `For input string: "${text.slice(0, 80)}"`);
  }
  return { value, floor: BigInt(Math.floor(value)), ceil: BigInt(Math.ceil(value)) };
}

function badValue(reason: string): ResponseError {
  return new ResponseError(400, 'illegal_argument_exception', reason);
}
