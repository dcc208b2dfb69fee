// local/opensearch/aggregation: `include` and `exclude` of terms: lists of exact values, or for texts one regular expression each.

import { luceneExpression } from '../query/pattern.ts';
import { fieldFailure, parseFailure, ShardError, shardError, tokenOf } from '../request/body-parameters.ts';
import { isJsonObject, type JsonObject } from '../request/json-text.ts';
import { ResponseError, unsupported } from '../request/response-error.ts';
import type { AggregationBase, Slot } from './base.ts';
import { fieldLiteral } from './missing.ts';

type Kept = string | readonly unknown[] | undefined;

/** Which values become buckets: a condition on the SQL of one; undefined where all do. */
export function keepCondition(
  slot: Slot,
  body: JsonObject,
  base: AggregationBase,
): ((value: string) => string) | undefined {
  const include = readKept('include', body['include']);
  const exclude = readKept('exclude', body['exclude']);
  if (include !== undefined && exclude !== undefined && typeof include !== typeof exclude) {
    const [first, second] = typeof include === 'string' ? ['regex', 'set'] : ['set', 'regex'];
    throw fieldFailure('terms', 'exclude', `Cannot mix a ${first}-based include with a ${second}-based method`);
  }
  const conditions: ((value: string) => string)[] = [];
  if (include !== undefined) conditions.push(oneOf(slot, include, base));
  if (exclude !== undefined) {
    const excluded = oneOf(slot, exclude, base);
    conditions.push((value) => `NOT ${excluded(value)}`);
  }
  return conditions.length === 0 ? undefined : (value) => conditions.map((condition) => condition(value)).join(' AND ');
}

function readKept(name: string, value: unknown): Kept {
  if (value === undefined || typeof value === 'string') return value;
  if (isJsonObject(value)) throw unsupported(`partitions in [${name}] of [terms]`);
  if (!Array.isArray(value)) throw parseFailure(`[terms] ${name} doesn't support values of type: ${tokenOf(value)}`);
  for (const item of value) {
    if (item === null || typeof item === 'object')
      throw fieldFailure(
        'terms',
        name,
        `Array elements in include/exclude clauses should be string values`,
        'parse_exception',
      );
  }
  return value;
}

function oneOf(slot: Slot, kept: string | readonly unknown[], base: AggregationBase): (value: string) => string {
  if (typeof kept === 'string') {
    if (slot.family !== 'keyword' || slot.field?.family === 'flat') {
      throw shardError(
        'Aggregation [terms] cannot support regular expression style include/exclude settings as they can only be applied to string fields. Use an array of values for include/exclude clauses',
        'aggregation_execution_exception',
        500,
      );
    }
    const expression = base.binder.text(expressionOf(kept));
    return (value) => `regexp_full_match(${value}, ${expression}, 's')`;
  }
  const literals = kept.map((item) => fieldLiteral(slot, String(item), base));
  return (value) => (literals.length === 0 ? '(false)' : `(${value} IN (${literals.join(', ')}))`);
}

/** What an expression is refused for is found out where it is run. */
function expressionOf(text: string): string {
  try {
    return luceneExpression(text);
  } catch (error) {
    throw error instanceof ResponseError ? new ShardError(error.status, error.type, error.message) : error;
  }
}
