// local/opensearch/mapping: numbers as queries write them, read as OpenSearch's number fields read them, to the last digit.

import { ResponseError } from '../request/response-error.ts';
import type { Field } from './field.ts';

/** A whole number and whether something stood behind its point. */
export interface WholeLiteral {
  /** Towards zero. */
  readonly whole: bigint;
  readonly hasFraction: boolean;
  readonly isNegative: boolean;
}

const DECIMAL = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,9}))?$/;
/** What Java's parseDouble takes beyond that. */
const SUFFIX = /[dDfF]$/;
const SPECIAL: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['+Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);
const MAX_LENGTH = 400;
/** Digits that a power of ten may move the point by: beyond, no field holds the number. */
const MAX_SHIFT = 400;
const INTEGER_LIMITS = [-(2n ** 31n), 2n ** 31n - 1n] as const;
const LONG_LIMITS = [-(2n ** 63n), 2n ** 63n - 1n] as const;

/** For a field of whole numbers; undefined for NaN, which a 32-bit field takes for a number with a fraction. */
export function readWhole(field: Field, value: unknown): WholeLiteral {
  const text = String(value);
  const isLong = field.type === 'long';
  const literal = wholeOf(isLong ? text : text.trim().replace(SUFFIX, ''));
  if (literal === undefined) throw notANumber(text);
  // short and byte are asked for as integers are
  const [low, high] = isLong ? LONG_LIMITS : INTEGER_LIMITS;
  if (literal.whole < low || literal.whole > high) {
    throw new ResponseError(
      400,
      'illegal_argument_exception',
      `Value [${text.slice(0, 80)}] is out of range for ${isLong ? 'a long' : 'an integer'}`,
    );
  }
  return literal;
}

/** For a field of real numbers, as near as the field holds it. */
export function readReal(field: Field, value: unknown): number {
  const text = String(value).trim();
  const plain = text.replace(SUFFIX, '');
  const number = SPECIAL.get(text) ?? (isDecimal(plain) ? Number(plain) : undefined);
  if (number === undefined) throw notANumber(text);
  return asStored(field, number);
}

/** What is left of a number once a field of this type holds it. */
export function asStored(field: Field, number: number): number {
  if (field.type === 'float') return Math.fround(number);
  return number;
}

/** The next number of the field's type, up or down. */
export function nextReal(field: Field, number: number, isUp: boolean): number {
  if (!Number.isFinite(number)) return number;
  const isFloat = field.type === 'float';
  const view = new DataView(new ArrayBuffer(8));
  if (number === 0) return (isUp ? 1 : -1) * (isFloat ? 2 ** -149 : Number.MIN_VALUE);
  const step = number > 0 === isUp ? 1n : -1n;
  if (isFloat) {
    view.setFloat32(0, number);
    view.setInt32(0, view.getInt32(0) + Number(step));
    return view.getFloat32(0);
  }
  view.setFloat64(0, number);
  view.setBigInt64(0, view.getBigInt64(0) + step);
  return view.getFloat64(0);
}

function isDecimal(text: string): boolean {
  const found = DECIMAL.exec(text);
  return text.length <= MAX_LENGTH && found !== null && `${found[2]}${found[3]}` !== '';
}

function wholeOf(text: string): WholeLiteral | undefined {
  if (!isDecimal(text)) return undefined;
  const [, sign, whole = '', fraction = '', power = '0'] = DECIMAL.exec(text) ?? [];
  const isNegative = sign === '-';
  const digits = `${whole}${fraction}`;
  const point = whole.length + Number(power);
  const isZero = /^0*$/.test(digits);
  if (isZero) return { whole: 0n, hasFraction: false, isNegative };
  if (point > MAX_SHIFT) return { whole: (isNegative ? -1n : 1n) << 200n, hasFraction: false, isNegative };
  const before = point <= 0 ? '0' : digits.slice(0, point).padEnd(point, '0');
  const after = point <= 0 ? digits : digits.slice(point);
  const value = BigInt(before);
  return { whole: isNegative ? -value : value, hasFraction: !/^0*$/.test(after), isNegative };
}

function notANumber(text: string): ResponseError {
  return new ResponseError(400, 'number_format_exception', `For input string: "${text.slice(0, 80)}"`);
}
