// local/opensearch/aggregation: the filters aggregation: a bucket per query, by name or in order, and one for the rest.

import { tokenOf } from '../request/body-parameters.ts';
import { isJsonObject } from '../request/json-text.ts';
import { booleanOf, stringOf } from '../request/request-value.ts';
import { illegalArgument, parsingError } from '../request/response-error.ts';
import type { AggregationBase } from './base.ts';
import type { BucketNode } from './node.ts';
import { type BucketPlan, fixedPlan } from './plan.ts';

const MEMBERS = ['filters', 'other_bucket', 'other_bucket_key'];

export function planFilters(node: BucketNode, base: AggregationBase): BucketPlan {
  const { body, name } = node;
  for (const [key, value] of Object.entries(body)) {
    if (!MEMBERS.includes(key)) throw parsingError(`Unknown key for a ${tokenOf(value)} in [${name}]: [${key}].`);
  }
  const { filters } = body;
  const isKeyed = isJsonObject(filters);
  const named = isKeyed
    ? Object.entries(filters).sort(([left], [right]) => (left < right ? -1 : 1))
    : (Array.isArray(filters) ? filters : []).map((filter: unknown) => ['', filter] as const);
  if (named.length === 0) throw illegalArgument('[filters] cannot be empty.');
  const conditions = named.map(([, filter]) => base.filter(filter));
  const names = named.map(([key]) => key);
  const asked = body['other_bucket'];
  const otherKey = body['other_bucket_key'];
  if (asked === undefined ? otherKey !== undefined : booleanOf(asked, 'other_bucket')) {
    conditions.push(`NOT (${conditions.join(' OR ')})`);
    names.push(otherKey === undefined ? '_other_' : stringOf(otherKey, 'other_bucket_key'));
  }
  const bodies = conditions.map(() => ({}));
  return fixedPlan(node, conditions, bodies, names, isKeyed ? 'keyed' : 'list');
}
