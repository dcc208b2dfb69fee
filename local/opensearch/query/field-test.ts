// local/opensearch/query: what can be asked of one field of one index, as conditions over its columns.

import { parseDateMath } from '../../../lib/query/date-math.ts';
import { nanosecondsOf } from '../../../lib/query/date-text.ts';
import { MAX_IP_NUMBER, parseIp, parseIpRange } from '../../../lib/query/ip-number.ts';
import { realNumber, type SqlBinder, wholeNumber } from '../database/sql-binder.ts';
import { FLAT_SEPARATOR } from '../mapping/document-fields.ts';
import { type Field, multiColumn, singleColumn } from '../mapping/field.ts';
import { nextReal, readReal, readWhole } from '../mapping/number-literal.ts';
import { queryRefusal, ResponseError, ShardRefusal } from '../request/response-error.ts';
import type { ValueIndex } from '../value/value-index.ts';
import type { WordIndex } from '../word/word-index.ts';
import type { Candidates } from './candidate-rows.ts';
import { marking, UNMARKED } from './mark.ts';
import { foldedExpression } from './pattern.ts';
import { NONE, type Predicate, test } from './predicate.ts';
import { rowsWithAddress, rowsWithTexts } from './value-test.ts';
import { hasWords } from './word-test.ts';

/** A field with what a condition over it needs. */
export interface FieldScope {
  readonly field: Field;
  readonly columns: ReadonlySet<string>;
  readonly words: WordIndex;
  readonly values: ValueIndex;
  readonly binder: SqlBinder;
  readonly nowMs: number;
  readonly boost: number;
  /** The part of a flat_object asked for, below its own name. */
  readonly flatPath: string | undefined;
  /** Of dates that name none. */
  readonly zone?: string | undefined;
  readonly isForMarks: boolean;
}

export interface RangeBounds {
  readonly from: unknown;
  readonly to: unknown;
  readonly includeFrom: boolean;
  readonly includeTo: boolean;
  readonly formats?: readonly string[] | undefined;
  readonly zone?: string | undefined;
}

/** Holds where at least one value of the field passes; `condition` gets the value's SQL. */
export function anyValue(scope: FieldScope, condition: (value: string) => string, candidates?: Candidates): Predicate {
  if (scope.isForMarks) return markedValue(scope, condition);
  const parts: string[] = [];
  const single = singleColumn(scope.field);
  const multi = multiColumn(scope.field);
  if (scope.columns.has(single)) parts.push(condition(single));
  if (scope.columns.has(multi)) parts.push(`len(list_filter(${multi}, lambda v: ${condition('v')})) > 0`);
  return parts.length === 0 ? NONE : test(parts.join(' OR '), scope.boost, candidates);
}

/** A value that is one word; of a wildcard field the parts that a query looks for mark nothing. */
function markedValue({ field }: FieldScope, condition: (value: string) => string): Predicate {
  if (field.family !== 'keyword' || field.type === 'wildcard') return UNMARKED;
  return marking(field.name, [{ kind: 'pattern', condition }]);
}

/** Holds where one word of a text passes. */
export function anyWord(scope: FieldScope, condition: (word: string) => string): Predicate {
  if (scope.isForMarks) return marking(scope.field.name, [{ kind: 'pattern', condition }]);
  return anyValue(
    scope,
    (value) => `len(list_filter(string_split(trim(${value}), ' '), lambda w: w <> '' AND (${condition('w')}))) > 0`,
  );
}

/** Holds where one word of a text fits the expression, which cannot match a space. */
export function wordMatches(scope: FieldScope, expression: string, flags = 's'): Predicate {
  if (scope.isForMarks) {
    const whole = scope.binder.text(expression);
    return anyWord(scope, (word) => `regexp_full_match(${word}, ${whole}, '${flags}')`);
  }
  const bound = scope.binder.text(` ${expression} `);
  return anyValue(scope, (value) => `regexp_matches(${value}, ${bound}, '${flags}')`);
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

/** One exact value, not analysed; ASCII letters in either case where `ignoreCase`. */
export function fieldEquals(scope: FieldScope, value: unknown, ignoreCase = false): Predicate {
  const { field, binder } = scope;
  const text = String(value);
  if (ignoreCase && field.family !== 'boolean') return fieldEqualsFolded(scope, text);
  switch (field.family) {
    case 'keyword': {
      // A wildcard field is found by its characters, and this has none.
      if (field.type === 'wildcard' && text === '') return NONE;
      const bound = binder.text(text);
      return anyValue(scope, (column) => `${column} = ${bound}`, rowsWithTexts(scope, [text]));
    }
    case 'flat': {
      if (scope.flatPath === undefined) {
        const bound = binder.text(`${FLAT_SEPARATOR}${text}`);
        return anyValue(scope, (column) => `suffix(${column}, ${bound})`);
      }
      const whole = `${scope.flatPath}${FLAT_SEPARATOR}${text}`;
      const bound = binder.text(whole);
      return anyValue(scope, (column) => `${column} = ${bound}`, rowsWithTexts(scope, [whole]));
    }
    case 'text': {
      if (text === '' || text.includes(' ')) return NONE;
      return hasWords(scope, [text]);
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
      // Read as a double first, which has these: no whole number is one of them.
      if (/^(NaN|[+-]?Infinity)$/.test(text)) return NONE;
      const { whole, hasFraction } = readWhole(field, text);
      return hasFraction ? NONE : wholeBetween(scope, whole, whole, 'BIGINT');
    }
    case 'real': {
      const number = readReal(field, text);
      if (!Number.isFinite(number)) throw badValue(`[${field.type}] supports only finite values, but got [${text}]`);
      return realBetween(scope, number, number);
    }
    case 'date':
    case 'nanos':
      return fieldRange(scope, { from: value, to: value, includeFrom: true, includeTo: true, zone: scope.zone });
  }
}

function fieldEqualsFolded(scope: FieldScope, text: string): Predicate {
  const { field, binder } = scope;
  if (field.family === 'text') {
    if (text === '' || text.includes(' ')) return NONE;
    return wordMatches(scope, foldedExpression(text));
  }
  if (field.family !== 'keyword' && field.family !== 'flat') {
    throw queryRefusal(
      `[${field.name}] field which is of type [${field.type}], does not support case insensitive term queries`,
    );
  }
  const bound = binder.text(foldedExpression(text));
  return anyText(scope, (value) => `regexp_full_match(${value}, ${bound}, 's')`);
}

/** Values between two bounds; undefined or null is open. */
export function fieldRange(scope: FieldScope, bounds: RangeBounds): Predicate {
  switch (scope.field.family) {
    case 'keyword':
      if (scope.field.type === 'wildcard')
        throw queryRefusal(`Field [${scope.field.name}] of type [wildcard] does not support range queries`);
      return textRange(scope, bounds);
    case 'text':
      return textRange(scope, bounds);
    case 'flat':
      return flatRange(scope, bounds);
    case 'boolean':
      return booleanRange(scope, bounds);
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

function withinTexts(scope: FieldScope, bounds: RangeBounds): (value: string) => string {
  const from = isOpen(bounds.from) ? undefined : scope.binder.text(String(bounds.from));
  const to = isOpen(bounds.to) ? undefined : scope.binder.text(String(bounds.to));
  return (value) => {
    const parts: string[] = [];
    if (from !== undefined) parts.push(`${value} ${bounds.includeFrom ? '>=' : '>'} ${from}`);
    if (to !== undefined) parts.push(`${value} ${bounds.includeTo ? '<=' : '<'} ${to}`);
    return parts.length === 0 ? `${value} IS NOT NULL` : `(${parts.join(' AND ')})`;
  };
}

function textRange(scope: FieldScope, bounds: RangeBounds): Predicate {
  const within = withinTexts(scope, bounds);
  if (scope.field.family === 'keyword') return anyValue(scope, within);
  return anyWord(scope, within);
}

function flatRange(scope: FieldScope, bounds: RangeBounds): Predicate {
  return anyText(scope, withinTexts(scope, bounds));
}

/** false lies before true. */
function booleanRange(scope: FieldScope, bounds: RangeBounds): Predicate {
  const read = (value: unknown): number => {
    const text = String(value);
    if (text !== 'true' && text !== 'false')
      throw badValue(`Can't parse boolean value [${text}], expected [true] or [false]`);
    return text === 'true' ? 1 : 0;
  };
  const from = isOpen(bounds.from) ? 0 : read(bounds.from) + (bounds.includeFrom ? 0 : 1);
  const to = isOpen(bounds.to) ? 1 : read(bounds.to) - (bounds.includeTo ? 0 : 1);
  if (from > to) return NONE;
  return from < to ? fieldExists(scope) : anyValue(scope, (value) => `${value} = ${from === 1}`);
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
    const { whole, hasFraction, isNegative } = readWhole(scope.field, bounds.from);
    from = (hasFraction ? !isNegative : !bounds.includeFrom) ? whole + 1n : whole;
  }
  if (!isOpen(bounds.to)) {
    const { whole, hasFraction, isNegative } = readWhole(scope.field, bounds.to);
    to = (hasFraction ? isNegative : !bounds.includeTo) ? whole - 1n : whole;
  }
  return wholeBetween(scope, from < low ? low : from, to > high ? high : to, 'BIGINT');
}

function realRange(scope: FieldScope, bounds: RangeBounds): Predicate {
  const { field } = scope;
  const from = isOpen(bounds.from) ? undefined : readReal(field, bounds.from);
  const to = isOpen(bounds.to) ? undefined : readReal(field, bounds.to);
  return realBetween(
    scope,
    from === undefined || bounds.includeFrom ? from : nextReal(field, from, true),
    to === undefined || bounds.includeTo ? to : nextReal(field, to, false),
  );
}

/** Both included. Lucene orders -0.0 before 0.0, which SQL takes for equal. */
function realBetween(scope: FieldScope, from: number | undefined, to: number | undefined): Predicate {
  const parts = (value: string): string[] => {
    const conditions: string[] = [];
    if (from !== undefined) {
      conditions.push(`${value} >= ${realNumber(from)}`);
      if (Object.is(from, 0)) conditions.push(`NOT (${value} = 0 AND signbit(${value}))`);
    }
    if (to !== undefined) {
      conditions.push(`${value} <= ${realNumber(to)}`);
      if (Object.is(to, -0)) conditions.push(`NOT (${value} = 0 AND NOT signbit(${value}))`);
    }
    return conditions;
  };
  if (Number.isNaN(from) || Number.isNaN(to)) return NONE;
  if (from === undefined && to === undefined) return fieldExists(scope);
  return anyValue(scope, (value) => `(${parts(value).join(' AND ')})`);
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
    if (field.family === 'date') return BigInt(instant.ms);
    const nanoseconds = nanosecondsOf(instant);
    if (nanoseconds < 0n || nanoseconds >= 2n ** 63n) {
      throw new ShardRefusal(`date [${String(value)}] lies outside 1970 to 2262 and has no nanoseconds`);
    }
    return nanoseconds;
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
  if (first === last) {
    const candidates = type === 'UHUGEINT' ? rowsWithAddress(scope, first) : undefined;
    return anyValue(scope, (value) => `${value} = ${wholeNumber(first, type)}`, candidates);
  }
  // a bound that all values keep is compared with each of them all the same: a third of such a statement's time
  return anyValue(scope, (value) => {
    const from = first === low ? [] : [`${value} >= ${wholeNumber(first, type)}`];
    const to = last === high ? [] : [`${value} <= ${wholeNumber(last, type)}`];
    return `(${[...from, ...to].join(' AND ')})`;
  });
}

function badValue(reason: string): ResponseError {
  return new ResponseError(400, 'illegal_argument_exception', reason);
}
