// local/opensearch/request: reads members of an aggregation's body and refuses them in OpenSearch's own kinds of error.
import type { JsonObject } from './json-text.ts';
import { ResponseError, unsupported } from './response-error.ts';

/** What OpenSearch finds out where it runs an aggregation on an index; the search then fails as a whole, in its own shape. */
export class ShardError extends ResponseError {}

/** What it finds out where it puts the answers of indexes together. */
export class ReduceError extends ResponseError {}

/** Members that OpenSearch has and this engine does not: refused by name. */
const UNSUPPORTED = ['script', 'value_type', 'hdr'];

export function checkParameters(kind: string, body: JsonObject, known: readonly string[]): void {
  for (const name of Object.keys(body)) {
    if (known.includes(name)) continue;
    if (UNSUPPORTED.includes(name)) throw unsupported(`[${name}] in [${kind}]`);
    throw parseFailure(`[${kind}] unknown field [${name}]`);
  }
}

export function parseFailure(reason: string): ResponseError {
  return new ResponseError(400, 'x_content_parse_exception', reason);
}

/** A member whose value is refused: OpenSearch tells the reason as the cause. */
export function fieldFailure(
  kind: string,
  name: string,
  reason: string,
  type = 'illegal_argument_exception',
): ResponseError {
  const cause = { type, reason };
  return new ResponseError(400, 'x_content_parse_exception', `[${kind}] failed to parse field [${name}]`, {
    // the innermost of OpenSearch's own exceptions, which Java's and its parser's are not
    ...(type === 'parsing_exception' || type === 'parse_exception' ? { root_cause: [cause] } : {}),
    caused_by: cause,
  });
}

export function shardError(reason: string, type = 'illegal_argument_exception', status = 400): ShardError {
  return new ShardError(status, type, reason);
}

export function reduceError(reason: string, type: string, status: number): ReduceError {
  return new ReduceError(status, type, reason);
}

/** An order that names nothing to order by: OpenSearch calls that its own fault. */
export function orderPathError(path: string, reason: string): ShardError {
  const error = `Invalid aggregation order path [${path}]. ${reason}`;
  return new ShardError(500, 'aggregation_execution_exception', error, {
    caused_by: { type: 'illegal_argument_exception', reason },
  });
}

export function textParameter(kind: string, body: JsonObject, name: string): string | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string')
    throw parseFailure(`[${kind}] ${name} doesn't support values of type: ${tokenOf(value)}`);
  return value;
}

/** A whole number; one with a fraction is cut, as OpenSearch does. */
export function integerParameter(kind: string, body: JsonObject, name: string): number | undefined {
  const value = numberParameter(kind, body, name);
  return value === undefined ? undefined : Math.trunc(value);
}

export function numberParameter(kind: string, body: JsonObject, name: string): number | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'string')
    throw parseFailure(`[${kind}] ${name} doesn't support values of type: ${tokenOf(value)}`);
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
  if (!Number.isFinite(number))
    throw fieldFailure(kind, name, `For input string: "${String(value)}"`, 'number_format_exception');
  return number;
}

export function booleanParameter(kind: string, body: JsonObject, name: string): boolean | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw fieldFailure(kind, name, `Failed to parse value [${String(value)}] as only [true] or [false] are allowed.`);
}

/** The field that an aggregation is about. */
export function fieldParameter(kind: string, body: JsonObject): string {
  const field = textParameter(kind, body, 'field');
  if (field !== undefined) return field;
  throw new ResponseError(
    400,
    'illegal_argument_exception',
    'Required one of fields [field, script], but none were specified. ',
  );
}

/** A value's kind in the words of OpenSearch's parser. */
export function tokenOf(value: unknown): string {
  if (value === null || value === undefined) return 'VALUE_NULL';
  if (Array.isArray(value)) return 'START_ARRAY';
  if (typeof value === 'object') return 'START_OBJECT';
  return typeof value === 'string' ? 'VALUE_STRING' : typeof value === 'boolean' ? 'VALUE_BOOLEAN' : 'VALUE_NUMBER';
}
