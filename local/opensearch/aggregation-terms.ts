// local/opensearch: the terms aggregation: one bucket per value, the largest first.

import { parseIp } from '../../lib/query/ip-number.ts';
import type { AggregationBase, Slot } from './aggregation-base.ts';
import { type BucketPlan, keyBody, keyTypeOf } from './aggregation-bucket.ts';
import type { BucketNode } from './aggregation-node.ts';
import { luceneExpression } from './pattern.ts';
import { integerOf, listOf, numberOf, objectOf, onlyKeys, onlyMember, stringOf } from './request-value.ts';
import { illegalArgument, unsupported } from './response-error.ts';
import { realNumber, type SqlBinder, wholeNumber } from './sql-binder.ts';

const KEYS = [
  'field',
  'size',
  'order',
  'missing',
  'include',
  'exclude',
  'min_doc_count',
  'shard_size',
  'show_term_doc_count_error',
  'execution_hint',
  'collect_mode',
];

export function planTerms(node: BucketNode, base: AggregationBase): BucketPlan {
  const { body } = node;
  onlyKeys(body, KEYS, 'terms');
  if (body['field'] === undefined)
    throw illegalArgument(`Required one of fields [field, script], but none were specified in [${node.name}]`);
  const slot = base.slot(stringOf(body['field'], 'field'));
  const size = body['size'] === undefined ? 10 : integerOf(body['size'], 'size');
  if (size < 1) throw illegalArgument(`[size] must be greater than 0. Found [${size}] in [${node.name}]`);
  const minDocCount = body['min_doc_count'] === undefined ? 1 : integerOf(body['min_doc_count'], 'min_doc_count');
  if (minDocCount < 1) throw unsupported('[min_doc_count] 0 in [terms]');
  const orders = readOrder(body['order']);
  const keep = keepCondition(slot, body['include'], body['exclude'], base.binder);
  const key = keyExpression(slot, body['missing'], base.binder, keep);
  return {
    node,
    key: key.sql,
    isList: key.isList,
    keyType: keyTypeOf(slot),
    top: {
      size,
      order: (metricColumn) =>
        [
          ...orders.map(({ name, direction }) => {
            if (name === '_count') return `n ${direction}`;
            if (name === '_key' || name === '_term') return `k ${direction}`;
            const [metric = '', property] = name.split('.');
            return `${metricColumn(metric, property)} ${direction} NULLS LAST`;
          }),
          'k ASC',
        ].join(', '),
    },
    minDocCount,
    show: (found) => found.map((bucket) => ({ found: bucket, body: keyBody(slot, bucket.key), name: '' })),
    form: 'list',
    extra: (total, shown) => ({ doc_count_error_upper_bound: 0, sum_other_doc_count: total - shown }),
  };
}

interface Order {
  readonly name: string;
  readonly direction: 'ASC' | 'DESC';
}

export function readOrder(value: unknown): readonly Order[] {
  if (value === undefined) return [{ name: '_count', direction: 'DESC' }];
  return listOf(value).map((item) => {
    const [name, direction] = onlyMember(objectOf(item, 'order'), 'order');
    const text = stringOf(direction, 'order').toLowerCase();
    if (text !== 'asc' && text !== 'desc') throw illegalArgument(`Unknown order direction [${text}]`);
    return { name, direction: text === 'asc' ? 'ASC' : 'DESC' };
  });
}

function keyExpression(
  slot: Slot,
  missing: unknown,
  binder: SqlBinder,
  keep: ((value: string) => string) | undefined,
): { readonly sql: string; readonly isList: boolean } {
  const single = slot.family === 'boolean' ? `${slot.single}::INTEGER::BIGINT` : slot.single;
  const substitute = missing === undefined ? undefined : literal(slot, missing, binder);
  if (slot.list !== undefined) {
    const values = slot.family === 'boolean' ? `list_transform(${slot.list}, lambda v: v::INTEGER::BIGINT)` : slot.list;
    const distinct = `list_distinct(${values})`;
    const all = substitute === undefined ? distinct : `coalesce(${distinct}, [${substitute}])`;
    return { sql: keep === undefined ? all : `list_filter(${all}, lambda v: ${keep('v')})`, isList: true };
  }
  const value = substitute === undefined ? single : `coalesce(${single}, ${substitute})`;
  return { sql: keep === undefined ? value : `CASE WHEN ${keep(value)} THEN ${value} END`, isList: false };
}

function literal(slot: Slot, value: unknown, binder: SqlBinder): string {
  switch (slot.family) {
    case 'real':
      return realNumber(numberOf(value, 'missing'));
    case 'ip': {
      const address = parseIp(stringOf(value, 'value'));
      if (address === undefined) throw illegalArgument(`'${String(value)}' is not an IP string literal.`);
      return wholeNumber(address, 'UHUGEINT');
    }
    case 'integer':
      return wholeNumber(BigInt(integerOf(value, 'value')), 'BIGINT');
    case 'boolean':
      return wholeNumber(value === true || value === 'true' || value === 1 ? 1n : 0n, 'BIGINT');
    case 'keyword':
      return binder.text(stringOf(value, 'value'));
    default:
      throw unsupported(
        `[missing], [include] or [exclude] over a field of type [${slot.field?.type ?? ''}] in [terms]`,
      );
  }
}

/** Which values become buckets: lists of exact values, or for texts one regular expression. */
function keepCondition(
  slot: Slot,
  include: unknown,
  exclude: unknown,
  binder: SqlBinder,
): ((value: string) => string) | undefined {
  const conditions: ((value: string) => string)[] = [];
  for (const [written, negation] of [
    [include, ''],
    [exclude, 'NOT '],
  ] as const) {
    if (written === undefined) continue;
    if (typeof written === 'string') {
      if (slot.family !== 'keyword')
        throw illegalArgument(
          `Aggregation [terms] cannot support regular expression style include/exclude settings as they can only be applied to string fields. Use an array of values for include/exclude clauses`,
        );
      const expression = binder.text(luceneExpression(written));
      conditions.push((value) => `${negation}regexp_full_match(${value}, ${expression}, 's')`);
    } else if (Array.isArray(written)) {
      const literals = written.map((item) => literal(slot, item, binder));
      conditions.push((value) =>
        literals.length === 0 ? `${negation}false` : `${negation}(${value} IN (${literals.join(', ')}))`,
      );
    } else {
      throw unsupported('partitions in [include] of [terms]');
    }
  }
  return conditions.length === 0 ? undefined : (value) => conditions.map((condition) => condition(value)).join(' AND ');
}
