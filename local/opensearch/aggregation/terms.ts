// local/opensearch/aggregation: the terms aggregation: one bucket per value, the largest first.

import { keyBody, type ValueFormat, valueFormat } from '../mapping/value-format.ts';
import {
  booleanParameter,
  checkParameters,
  fieldFailure,
  fieldParameter,
  integerParameter,
  shardError,
  textParameter,
} from '../request/body-parameters.ts';
import type { JsonObject } from '../request/json-text.ts';
import type { AggregationBase, Slot } from './base.ts';
import { keepCondition } from './include.ts';
import { filledSlot } from './missing.ts';
import type { BucketNode } from './node.ts';
import { isCountDescending, isKeyOrder, type OrderKey, orderSql, readOrder } from './order.ts';
import { type BucketKey, type BucketPlan, keyTypeOf, type ShownBucket, type Totals } from './plan.ts';

/** What terms and multi_terms have in common. */
export const TERMS_PARAMETERS = [
  ...['size', 'shard_size', 'order', 'min_doc_count', 'shard_min_doc_count'],
  ...['show_term_doc_count_error', 'collect_mode'],
];
const DEFAULT_SIZE = 10;
const HINTS = ['map', 'global_ordinals'];
const MODES = ['depth_first', 'breadth_first'];

export function planTerms(node: BucketNode, base: AggregationBase): BucketPlan {
  const { body } = node;
  checkParameters('terms', body, [
    ...TERMS_PARAMETERS,
    ...['field', 'missing', 'include', 'exclude', 'execution_hint', 'format'],
  ]);
  const settings = readTermsSettings(node);
  const hint = textParameter('terms', body, 'execution_hint');
  const name = fieldParameter('terms', body);
  if (hint !== undefined && !HINTS.includes(hint))
    throw shardError(`Unknown \`execution_hint\`: [${hint}], expected any of [${HINTS.join(', ')}]`);
  const slot = base.slot(name, 'keyword');
  const format = valueFormat(slot.family, slot.field, textParameter('terms', body, 'format'), undefined);
  const keep = keepCondition(slot, body, base);
  const filled = filledSlot(slot, body['missing'], base, format);
  return termsPlan(node, base, settings, [termKey(filled, keep)], (keys) => keyBody(format, keys[0]));
}

export function termKey(slot: Slot, keep: ((value: string) => string) | undefined): BucketKey {
  const type = keyTypeOf(slot.family);
  if (slot.list === undefined) {
    const sql = keep === undefined ? slot.single : `CASE WHEN ${keep(slot.single)} THEN ${slot.single} END`;
    return { sql, isList: false, type, isNullable: false };
  }
  const distinct = `list_distinct(${slot.list})`;
  const sql = keep === undefined ? distinct : `list_filter(${distinct}, lambda v: ${keep('v')})`;
  return { sql, isList: true, type, isNullable: false };
}

export interface TermsSettings {
  readonly size: number;
  readonly shardSize: number;
  readonly shardMinDocCount: number;
  readonly minDocCount: number;
  readonly order: readonly OrderKey[] | undefined;
  readonly showsError: boolean;
}

export function readTermsSettings({ kind, body, name }: BucketNode): TermsSettings {
  const size = integerParameter(kind, body, 'size') ?? DEFAULT_SIZE;
  if (size < 1) throw fieldFailure(kind, 'size', `[size] must be greater than 0. Found [${size}] in [${name}]`);
  const minDocCount = notNegative(kind, body, 'min_doc_count', 'minDocCount', name) ?? 1;
  const shardMin = notNegative(kind, body, 'shard_min_doc_count', 'shardMinDocCount', name) ?? 0;
  const order = readOrder(kind, body['order']);
  const asked = integerParameter(kind, body, 'shard_size');
  if (asked !== undefined && asked < 1)
    throw fieldFailure(kind, 'shard_size', `[shardSize] must be greater than 0. Found [${asked}] in [${name}]`);
  const mode = textParameter(kind, body, 'collect_mode');
  if (mode !== undefined && !MODES.includes(mode))
    throw fieldFailure(kind, 'collect_mode', `no [collect_mode] found for value [${mode}]`, 'parse_exception');
  return {
    size,
    // by key nothing beyond the size is wanted of an index
    shardSize: Math.max(asked ?? (order !== undefined && isKeyOrder(order) ? size : Math.trunc(size * 1.5 + 10)), size),
    shardMinDocCount: Math.min(shardMin, minDocCount),
    minDocCount,
    order,
    showsError: booleanParameter(kind, body, 'show_term_doc_count_error') ?? false,
  };
}

function notNegative(kind: string, body: JsonObject, key: string, shown: string, name: string): number | undefined {
  const value = integerParameter(kind, body, key);
  if (value !== undefined && value < 0)
    throw fieldFailure(kind, key, `[${shown}] must be greater than or equal to 0. Found [${value}] in [${name}]`);
  return value;
}

export function termsPlan(
  node: BucketNode,
  base: AggregationBase,
  settings: TermsSettings,
  keys: readonly BucketKey[],
  body: (keys: readonly unknown[]) => Readonly<Record<string, unknown>>,
): BucketPlan {
  const { order, size, shardSize, shardMinDocCount, minDocCount, showsError } = settings;
  const given = { size: base.targets.length > 1 ? undefined : shardSize, minDocCount: shardMinDocCount };
  const columns = keys.map((_, at) => `k${at}`);
  return {
    node,
    keys,
    keep: 'true',
    top: { size, given, ...orderSql(order, node, base, columns) },
    minDocCount,
    show: (found) =>
      found.map((bucket) => ({
        found: bucket,
        body: { ...body(bucket.keys), ...(showsError ? { doc_count_error_upper_bound: 0 } : {}) },
        name: '',
      })),
    showsInGaps: true,
    sort: undefined,
    form: 'list',
    extra: (totals, shown) => termsExtra(settings, totals, shown),
  };
}

/**
 * Counts are exact here. Where OpenSearch orders by something else than count or key and there are more values than it
 * asks a shard for, it says -1: it does not know. So do we, that the answers are the same.
 */
function termsExtra(
  settings: TermsSettings,
  totals: Totals,
  shown: readonly ShownBucket[],
): Readonly<Record<string, unknown>> {
  const { order, shardSize } = settings;
  const isKnown = order === undefined || isCountDescending(order) || isKeyOrder(order) || totals.buckets < shardSize;
  const counted = shown.reduce((sum, bucket) => sum + bucket.found.count, 0);
  return { doc_count_error_upper_bound: isKnown ? 0 : -1, sum_other_doc_count: totals.documents - counted };
}

/** A key among several, as multi_terms shows it: dates and addresses as texts. */
export function keyPart(format: ValueFormat, key: unknown): unknown {
  const { key: shown, key_as_string: text } = keyBody(format, key);
  if (format.family === 'boolean') return Number(key) !== 0;
  return text ?? shown;
}
