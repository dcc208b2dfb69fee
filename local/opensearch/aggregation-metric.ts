// local/opensearch: metrics: numbers over the documents of a bucket.
import type { DuckDBValue } from '@duckdb/node-api';
import { formatInstant } from '../../lib/query/date-text.ts';
import type { AggregationBase, Slot } from './aggregation-base.ts';
import type { MetricNode } from './aggregation-node.ts';
import { booleanOf, listOf, numberOf, objectOf, onlyKeys, stringOf } from './request-value.ts';
import { illegalArgument, unsupported } from './response-error.ts';
import { realNumber } from './sql-binder.ts';

export interface MetricPlan {
  readonly node: MetricNode;
  /** Aggregate expressions over the rows. */
  readonly columns: readonly string[];
  /** From the columns' values to the answer. */
  readonly read: (values: readonly (DuckDBValue | undefined)[]) => Readonly<Record<string, unknown>>;
  /** The answer where there are no documents. */
  readonly empty: Readonly<Record<string, unknown>>;
  /** The column that `order` means by this metric's name and a property such as `avg` of stats. */
  readonly orderColumn: (property: string | undefined) => number;
}

const DEFAULT_PERCENTS = [1, 5, 25, 50, 75, 95, 99];

export function planMetric(node: MetricNode, base: AggregationBase): MetricPlan {
  const { body, kind } = node;
  const known = [
    'field',
    ...(kind === 'percentiles'
      ? ['percents', 'keyed', 'tdigest']
      : kind === 'cardinality'
        ? ['precision_threshold']
        : []),
  ];
  if (body['missing'] !== undefined) throw unsupported(`[missing] in [${kind}]`);
  onlyKeys(body, known, kind);
  if (body['field'] === undefined)
    throw illegalArgument(`Required one of fields [field, script], but none were specified in [${node.name}]`);
  const slot = base.slot(stringOf(body['field'], 'field'));
  if (kind === 'cardinality' || kind === 'value_count') return planCount(node, slot);
  if (slot.field !== undefined && (slot.family === 'keyword' || slot.family === 'ip')) {
    throw illegalArgument(
      `Field [${slot.name}] of type [${slot.field.type}] is not supported for aggregation [${kind}]`,
    );
  }
  return kind === 'percentiles' ? planPercentiles(node, slot) : planStatistic(node, slot);
}

/** Exact, unlike OpenSearch's above its precision threshold. */
function planCount(node: MetricNode, slot: Slot): MetricPlan {
  const { list, single } = slot;
  const distinct =
    list === undefined ? `count(DISTINCT ${single})` : `coalesce(len(list_distinct(flatten(list(${list})))), 0)`;
  const all = list === undefined ? `count(${single})` : `coalesce(sum(len(${list})), 0)`;
  return {
    node,
    columns: [node.kind === 'cardinality' ? distinct : all],
    read: ([value]) => ({ value: Number(value ?? 0) }),
    empty: { value: 0 },
    orderColumn: () => 0,
  };
}

/** Dates count in milliseconds, whatever they are kept in; booleans as 0 and 1. */
function asNumber(slot: Slot, value: string): string {
  if (slot.family === 'nanos') return `(${value} // 1000000)::DOUBLE`;
  if (slot.family === 'keyword') return 'NULL::DOUBLE';
  return slot.family === 'boolean' ? `${value}::INTEGER::DOUBLE` : `${value}::DOUBLE`;
}

function overValues(slot: Slot, aggregate: 'min' | 'max' | 'sum' | 'count'): string {
  const { list, single } = slot;
  const total = aggregate === 'sum' ? 'fsum' : aggregate;
  if (list === undefined) return `${total}(${asNumber(slot, single)})`;
  const numbers = `list_transform(${list}, lambda v: ${asNumber(slot, 'v')})`;
  if (aggregate === 'count') return `coalesce(sum(len(${list})), 0)`;
  return `${total}(list_${aggregate}(${numbers}))`;
}

function planStatistic(node: MetricNode, slot: Slot): MetricPlan {
  const isDate = slot.family === 'date' || slot.family === 'nanos';
  const asText = (value: number | null): Readonly<Record<string, unknown>> =>
    isDate && value !== null ? { value_as_string: formatInstant({ ms: Math.floor(value), ns: 0 }, 3) } : {};
  const columns = [
    overValues(slot, 'count'),
    overValues(slot, 'min'),
    overValues(slot, 'max'),
    overValues(slot, 'sum'),
  ];
  const read = (values: readonly (DuckDBValue | undefined)[]): Readonly<Record<string, unknown>> => {
    const [count, min, max, sum] = values.map((value) =>
      value === null || value === undefined ? null : Number(value),
    );
    const isEmpty = (count ?? 0) === 0;
    const avg = isEmpty ? null : (sum ?? 0) / (count ?? 1);
    switch (node.kind) {
      case 'min':
        return { value: min ?? null, ...asText(min ?? null) };
      case 'max':
        return { value: max ?? null, ...asText(max ?? null) };
      case 'avg':
        return { value: avg, ...asText(avg) };
      case 'sum':
        return { value: sum ?? 0 };
      default: {
        const numbers = { min: min ?? null, max: max ?? null, avg, sum: sum ?? 0 };
        return { count: count ?? 0, ...numbers, ...(isEmpty ? {} : asTexts(slot, numbers)) };
      }
    }
  };
  return {
    node,
    columns: [...columns, `${columns[3]} / nullif(${columns[0]}, 0)`],
    read,
    empty: read([]),
    orderColumn: (property) => orderColumnOf(node, property),
  };
}

/** What OpenSearch adds to the stats of dates and booleans. */
function asTexts(slot: Slot, numbers: Readonly<Record<string, number | null>>): Readonly<Record<string, unknown>> {
  const isDate = slot.family === 'date' || slot.family === 'nanos';
  if (!isDate && slot.family !== 'boolean') return {};
  return Object.fromEntries(
    Object.entries(numbers).map(([name, value]) => [
      `${name}_as_string`,
      isDate ? formatInstant({ ms: Math.floor(value ?? 0), ns: 0 }, 3).replace(/^\+0/, '+') : value !== 0,
    ]),
  );
}

function orderColumnOf(node: MetricNode, property: string | undefined): number {
  const asked =
    node.kind === 'stats' ? property : property === undefined || property === 'value' ? node.kind : property;
  const at = ['count', 'min', 'max', 'sum', 'avg'].indexOf(asked ?? '');
  if (at < 0) throw illegalArgument(`Invalid aggregation order path: [${node.name}] has no value [${property ?? ''}]`);
  return at;
}

/** Exact, between neighbours in proportion; OpenSearch's t-digest comes near the same value. */
function planPercentiles(node: MetricNode, slot: Slot): MetricPlan {
  const { body } = node;
  const percents =
    body['percents'] === undefined
      ? DEFAULT_PERCENTS
      : listOf(body['percents']).map((value) => numberOf(value, 'percents'));
  for (const percent of percents) {
    if (percent < 0 || percent > 100) throw illegalArgument(`percent must be in [0,100], got [${percent}]`);
  }
  if (body['tdigest'] !== undefined) onlyKeys(objectOf(body['tdigest'], 'tdigest'), ['compression'], 'tdigest');
  const isKeyed = body['keyed'] === undefined || booleanOf(body['keyed'], 'keyed');
  const { list, single } = slot;
  const columns = percents.map((percent) =>
    list === undefined
      ? `quantile_cont(${asNumber(slot, single)}, ${realNumber(percent / 100)})`
      : `list_aggregate(list_transform(flatten(list(${list})), lambda v: ${asNumber(slot, 'v')}), 'quantile_cont', ${realNumber(percent / 100)})`,
  );
  const read = (values: readonly (DuckDBValue | undefined)[]): Readonly<Record<string, unknown>> => {
    const numbers = percents.map((_, at) =>
      values[at] === null || values[at] === undefined ? null : Number(values[at]),
    );
    const keys = percents.map((percent) => (Number.isInteger(percent) ? `${percent}.0` : String(percent)));
    return isKeyed
      ? { values: Object.fromEntries(keys.map((key, at) => [key, numbers[at]])) }
      : { values: percents.map((key, at) => ({ key, value: numbers[at] })) };
  };
  return {
    node,
    columns,
    read,
    empty: read([]),
    orderColumn: (property) => {
      const at = percents.indexOf(Number(property));
      if (at < 0)
        throw illegalArgument(`Invalid aggregation order path: [${node.name}] has no percentile [${property ?? ''}]`);
      return at;
    },
  };
}
