// local/opensearch/aggregation: metrics: numbers over the documents of a bucket.
import type { DuckDBValue } from '@duckdb/node-api';
import { type ValueFormat, valueFormat } from '../mapping/value-format.ts';
import {
  checkParameters,
  fieldFailure,
  fieldParameter,
  integerParameter,
  shardError,
  textParameter,
} from '../request/body-parameters.ts';
import { type AggregationBase, type Slot, where } from './base.ts';
import { filledSlot } from './missing.ts';
import type { MetricNode } from './node.ts';
import { planPercentiles } from './percentiles.ts';
import { planStatistic } from './statistic.ts';

export type MetricValues = readonly (DuckDBValue | undefined)[];

export interface MetricPlan {
  readonly node: MetricNode;
  /** Aggregate expressions over the rows. */
  readonly columns: readonly string[];
  /** From the columns' values to the answer; none of them: that of no documents. */
  readonly read: (values: MetricValues) => Readonly<Record<string, unknown>>;
  /** The aggregate that `order` means by this metric's name and a property such as `avg` of stats. */
  readonly orderSql: (property: string | undefined) => string;
}

const PARAMETERS: Readonly<Record<MetricNode['kind'], readonly string[]>> = {
  min: ['format'],
  max: ['format'],
  avg: ['format'],
  sum: ['format'],
  stats: ['format'],
  extended_stats: ['format', 'sigma'],
  percentiles: ['format', 'percents', 'keyed', 'tdigest'],
  value_count: ['format'],
  cardinality: ['precision_threshold', 'execution_hint'],
};

/** `condition`: only documents that it keeps count. */
export function planMetric(node: MetricNode, base: AggregationBase, condition?: string): MetricPlan {
  const { body, kind } = node;
  checkParameters(kind, body, ['field', 'missing', ...PARAMETERS[kind]]);
  const isCount = kind === 'cardinality' || kind === 'value_count';
  const found = base.slot(fieldParameter(kind, body), isCount ? 'keyword' : 'real');
  if (!isCount && (found.family === 'keyword' || found.family === 'ip'))
    throw shardError(`Field [${found.name}] of type [${found.field?.type}] is not supported for aggregation [${kind}]`);
  const format: ValueFormat | undefined = isCount
    ? undefined
    : valueFormat(found.family, found.field, textParameter(kind, body, 'format'), undefined);
  const filled = filledSlot(found, body['missing'], base, format);
  const slot = condition === undefined ? filled : where(filled, condition);
  if (format === undefined) return planCount(node, slot);
  return kind === 'percentiles' ? planPercentiles(node, slot, format) : planStatistic(node, slot, format);
}

/** Exact, unlike OpenSearch's above its precision threshold. A text that a document has twice is one value of it. */
function planCount(node: MetricNode, slot: Slot): MetricPlan {
  const threshold = integerParameter(node.kind, node.body, 'precision_threshold');
  if (threshold !== undefined && threshold < 0) {
    throw fieldFailure(
      node.kind,
      'precision_threshold',
      `[precisionThreshold] must be greater than or equal to 0. Found [${threshold}] in [${node.name}]`,
    );
  }
  const { list, single } = slot;
  const isText = slot.family === 'keyword' || slot.family === 'ip';
  const distinct =
    list === undefined ? `count(DISTINCT ${single})` : `coalesce(len(list_distinct(flatten(list(${list})))), 0)`;
  const all =
    list === undefined ? `count(${single})` : `coalesce(sum(len(${isText ? `list_distinct(${list})` : list})), 0)`;
  const column = node.kind === 'cardinality' ? distinct : all;
  return {
    node,
    columns: [column],
    read: ([value]) => ({ value: Number(value ?? 0) }),
    orderSql: () => column,
  };
}
