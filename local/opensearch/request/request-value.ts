// local/opensearch/request: reads members of a request body, refusing by name what is not known.
import { isJsonObject, type JsonObject } from './json-text.ts';
import { parsingError, RequestError, ResponseError, unsupported } from './response-error.ts';

/** Throws unless every key of the object is one of the known; `type`: what OpenSearch calls one that it does not know either. */
export function onlyKeys(value: JsonObject, known: readonly string[], where: string, type?: string): void {
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    if (type === undefined) throw unsupported(`[${key}] in [${where}]`);
    throw new ResponseError(400, type, `[${key}] in [${where}] is not supported by the embedded search engine`);
  }
}

/** The same for a part of a search, which cannot be read then. */
export function onlyMembers(value: JsonObject, known: readonly string[], where: string): void {
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined)
    throw parsingError(`[${unknown}] in [${where}] is not supported by the embedded search engine`);
}

export function objectOf(value: unknown, where: string): JsonObject {
  if (!isJsonObject(value)) throw parsingError(`[${where}] must be an object, not ${describe(value)}`);
  return value;
}

export function stringOf(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  throw parsingError(`[${where}] must be a string, not ${describe(value)}`);
}

export function booleanOf(value: unknown, where: string): boolean {
  if (value === true || value === 'true' || value === '') return true;
  if (value === false || value === 'false') return false;
  throw parsingError(`[${where}] must be true or false, not ${describe(value)}`);
}

/** A flag of a search, which OpenSearch reads by its parser: a text by itself, a number not at all. */
export function flagOf(value: unknown, where: string): boolean {
  if (typeof value === 'boolean' || ['true', 'false', ''].includes(String(value))) return booleanOf(value, where);
  const reason = `[${where}] must be true or false, not ${describe(value)}`;
  if (typeof value === 'string') throw new RequestError('illegal_argument_exception', reason);
  throw typeof value === 'number' ? new RequestError('input_coercion_exception', reason) : parsingError(reason);
}

/** Java's Float.parseFloat, but for hexadecimal digits. */
const FLOAT_TEXT = /^\s*([+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))[fFdD]?\s*$/;

/** A number, or a text of one; not a number as well. */
export function floatOf(value: unknown, where: string): number {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  const text = typeof value === 'string' ? FLOAT_TEXT.exec(value)?.[1] : undefined;
  if (text !== undefined) return Number(text);
  throw noNumber(value, `[${where}] must be a number, not ${describe(value)}`);
}

export function integerOf(value: unknown, where: string): number {
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number)) return number;
  throw noNumber(value, `[${where}] must be a whole number, not ${describe(value)}`);
}

/** As OpenSearch's parser tells them apart. */
function noNumber(value: unknown, reason: string): ResponseError {
  if (typeof value === 'string') return new RequestError('number_format_exception', reason);
  return typeof value === 'boolean' ? new RequestError('input_coercion_exception', reason) : parsingError(reason);
}

export function numberOf(value: unknown, where: string): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw parsingError(`[${where}] must be a number, not ${describe(value)}`);
}

/** How much a clause counts in the score: 1 unless it says so. */
export function boostOf(clause: JsonObject): number {
  return clause['boost'] === undefined ? 1 : numberOf(clause['boost'], 'boost');
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** The one member of a clause such as {"term": {…}}. */
export function onlyMember(value: JsonObject, where: string): readonly [string, unknown] {
  const members = Object.entries(value);
  const [first] = members;
  if (first === undefined || members.length !== 1) {
    throw parsingError(`[${where}] must have exactly one member, not [${members.map(([key]) => key).join(', ')}]`);
  }
  return first;
}

function describe(value: unknown): string {
  const text =
    JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? item.toString() : item)) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
