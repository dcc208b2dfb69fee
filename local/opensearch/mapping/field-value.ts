// local/opensearch/mapping: one JSON value of a document as the value its field's column holds.
import { parseDate } from '../../../lib/query/date-formats.ts';
import { nanosecondsOf } from '../../../lib/query/date-text.ts';
import { parseIp } from '../../../lib/query/ip-number.ts';
import { standardTokens } from '../../../lib/query/standard-tokens.ts';
import { parseJson } from '../request/json-text.ts';
import { ResponseError } from '../request/response-error.ts';
import type { Field } from './field.ts';
import { asStored } from './number-literal.ts';

export type ColumnValue = string | bigint | number | boolean;

/** Lucene's longest term; a keyword beyond it is refused. */
const MAX_KEYWORD_BYTES = 32_766;
const MAX_NANOS = 2n ** 63n - 1n;

/** The value for the column; undefined where the field ignores it; throws where it does not fit the type. */
export function columnValueOf(field: Field, value: unknown, documentId: string): ColumnValue | undefined {
  const converted = convert(field, value);
  if (converted === undefined && !field.ignoreMalformed && !isIgnoredKeyword(field, value))
    throw malformed(field, value, documentId);
  return converted;
}

function isIgnoredKeyword(field: Field, value: unknown): boolean {
  return field.family === 'keyword' && typeof value !== 'object';
}

function convert(field: Field, value: unknown): ColumnValue | undefined {
  if (typeof value === 'object') return undefined;
  switch (field.family) {
    case 'keyword':
      return keywordOf(field, String(value));
    case 'text':
      return tokenText(String(value));
    case 'ip':
      return typeof value === 'string' ? parseIp(value) : undefined;
    case 'integer':
      return integerOf(field, value);
    case 'real':
      return realOf(field, value);
    case 'boolean':
      return booleanOf(value);
    case 'date':
    case 'nanos':
      return dateOf(field, value);
    case 'flat':
      return String(value);
  }
}

/** Tokens with a space on both sides of each, so that a term or a phrase is found by its text and spaces. */
export function tokenText(text: string): string {
  const tokens = standardTokens(text);
  return tokens.length === 0 ? '' : ` ${tokens.join(' ')} `;
}

function keywordOf(field: Field, text: string): string | undefined {
  if (field.ignoreAbove !== undefined && text.length > field.ignoreAbove) return undefined;
  if (text.length * 3 > MAX_KEYWORD_BYTES && Buffer.byteLength(text) > MAX_KEYWORD_BYTES) {
    throw new ResponseError(
      400,
      'illegal_argument_exception',
      `Document contains at least one immense term in field="${field.name}" (whose UTF8 encoding is longer than the max length ${MAX_KEYWORD_BYTES})`,
    );
  }
  return text;
}

const WHOLE_TEXT = /^[+-]?\d{1,25}$/;
/** As Java's parseDouble takes them, but for hexadecimal ones and the letters d and f at the end. */
const DECIMAL_TEXT = /^[+-]?(?:\d{1,25}\.?\d{0,25}|\.\d{1,25})(?:[eE][+-]?\d{1,3})?$/;

/** A part behind the point is cut off, as coercion does. */
function integerOf(field: Field, value: unknown): bigint | undefined {
  let whole: bigint;
  if (typeof value === 'bigint') whole = value;
  else if (typeof value === 'number' && Number.isFinite(value)) whole = BigInt(Math.trunc(value));
  else if (typeof value === 'string' && WHOLE_TEXT.test(value.trim())) whole = BigInt(value.trim().replace('+', ''));
  else if (typeof value === 'string' && DECIMAL_TEXT.test(value.trim())) {
    const number = Math.trunc(Number(value));
    if (!Number.isFinite(number)) return undefined;
    whole = BigInt(number);
  } else return undefined;
  const [low, high] = field.limits ?? [whole, whole];
  return whole >= low && whole <= high ? whole : undefined;
}

function realOf(field: Field, value: unknown): number | undefined {
  const number =
    typeof value === 'bigint' || (typeof value === 'string' && value.trim() !== '') ? Number(value) : value;
  if (typeof number !== 'number') return undefined;
  const stored = asStored(field, number);
  return Number.isFinite(stored) ? stored : undefined;
}

function booleanOf(value: unknown): boolean | undefined {
  if (value === true || value === 'true') return true;
  return value === false || value === 'false' || value === '' ? false : undefined;
}

function dateOf(field: Field, value: unknown): bigint | undefined {
  if (typeof value === 'boolean') return undefined;
  const instant = parseDate(String(value), field.formats);
  if (instant === undefined) return undefined;
  if (field.family === 'date') return BigInt(instant.ms);
  const nanos = nanosecondsOf(instant);
  return nanos >= 0n && nanos <= MAX_NANOS ? nanos : undefined;
}

function malformed(field: Field, value: unknown, documentId: string): ResponseError {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return new ResponseError(
    400,
    'mapper_parsing_exception',
    `failed to parse field [${field.name}] of type [${field.type}] in document with id '${documentId}'. Preview of field's value: '${text.slice(0, 80)}'`,
    {
      caused_by: {
        type: 'illegal_argument_exception',
        reason: `[${text.slice(0, 80)}] is not a value of type [${field.type}]`,
      },
    },
  );
}

/** A document's text as an object. */
export function parseDocument(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw new ResponseError(
      400,
      'mapper_parsing_exception',
      `failed to parse: ${error instanceof Error ? error.message : 'not JSON'}`,
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ResponseError(400, 'mapper_parsing_exception', 'failed to parse: the document is not an object');
  }
  return value as Readonly<Record<string, unknown>>;
}
