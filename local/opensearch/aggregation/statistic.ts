// local/opensearch/aggregation: min, max, avg, sum, stats and extended_stats.

import type { ValueFormat } from '../mapping/value-format.ts';
import { fieldFailure, numberParameter } from '../request/body-parameters.ts';
import type { Slot } from './base.ts';
import type { MetricPlan } from './metric.ts';
import type { MetricNode } from './node.ts';

type Answer = Readonly<Record<string, unknown>>;

/** What the columns hold, in their order. */
interface Sums {
  readonly count: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly sum: number;
  readonly squares: number;
}

const SIGMA = 2;

export function planStatistic(node: MetricNode, slot: Slot, format: ValueFormat): MetricPlan {
  const { kind } = node;
  const sigma = (kind === 'extended_stats' ? numberParameter(kind, node.body, 'sigma') : undefined) ?? SIGMA;
  if (sigma < 0)
    throw fieldFailure(kind, 'sigma', `[sigma] must be greater than or equal to 0. Found [${sigma}] in [${node.name}]`);
  const columns = [
    ...(['count', 'min', 'max', 'sum'] as const).map((aggregate) => overValues(slot, aggregate)),
    ...(kind === 'extended_stats' ? [overValues(slot, 'squares')] : []),
  ];
  return {
    node,
    columns,
    read: (values) => {
      const [count, min, max, sum, squares] = values.map((value) =>
        value === null || value === undefined ? null : Number(value),
      );
      const sums = {
        ...{ count: count ?? 0, min: min ?? null, max: max ?? null },
        // beyond all numbers a compensated sum is none: it is infinite
        sum: beyond(sum ?? 0, (max ?? 0) >= -(min ?? 0) ? 1 : -1),
        squares: beyond(squares ?? 0, 1),
      };
      return answerOf(kind, sums, sigma, format);
    },
    orderSql: (property) =>
      orderSql(kind === 'stats' || kind === 'extended_stats' ? (property ?? '') : kind, slot, sigma),
  };
}

function beyond(sum: number, sign: 1 | -1): number {
  return Number.isNaN(sum) ? sign * Number.POSITIVE_INFINITY : sum;
}

function overValues(slot: Slot, aggregate: 'min' | 'max' | 'sum' | 'count' | 'squares'): string {
  const { list, single } = slot;
  const number = (value: string): string => `${value}::DOUBLE`;
  if (aggregate === 'count') return list === undefined ? `count(${single})` : `coalesce(sum(len(${list})), 0)`;
  const own = aggregate === 'squares' ? (value: string): string => `(${number(value)} * ${number(value)})` : number;
  const total = aggregate === 'min' || aggregate === 'max' ? aggregate : 'fsum';
  if (list === undefined) return `${total}(${own(single)})`;
  const within = total === 'fsum' ? 'sum' : total;
  return `${total}(list_${within}(list_transform(${list}, lambda v: ${own('v')})))`;
}

/** OpenSearch takes the smallest of nothing for infinite, and orders accordingly. */
function orderSql(property: string, slot: Slot, sigma: number): string {
  const [count, min, max, sum, squares] = (['count', 'min', 'max', 'sum', 'squares'] as const).map((one) =>
    overValues(slot, one),
  );
  const mean = `(${sum} / nullif(${count}, 0))`;
  const population = `greatest(0.0, (${squares} - ${sum} * ${sum} / nullif(${count}, 0)) / nullif(${count}, 0))`;
  const sampling = `greatest(0.0, (${squares} - ${sum} * ${sum} / nullif(${count}, 0)) / nullif(${count} - 1, 0))`;
  const variance = property.endsWith('_sampling') ? sampling : population;
  if (property === 'count') return count ?? '';
  if (property === 'min') return `coalesce(${min}, 'Infinity'::DOUBLE)`;
  if (property === 'max') return `coalesce(${max}, '-Infinity'::DOUBLE)`;
  if (property === 'sum') return `coalesce(${sum}, 0.0)`;
  if (property === 'sum_of_squares') return `coalesce(${squares}, 0.0)`;
  if (property.startsWith('variance')) return `CASE WHEN ${count} > 0 THEN ${variance} END`;
  if (property.startsWith('std_deviation')) return `CASE WHEN ${count} > 0 THEN sqrt(${variance}) END`;
  if (property.startsWith('std_upper')) return `CASE WHEN ${count} > 0 THEN ${mean} + ${sigma} * sqrt(${variance}) END`;
  if (property.startsWith('std_lower')) return `CASE WHEN ${count} > 0 THEN ${mean} - ${sigma} * sqrt(${variance}) END`;
  return mean;
}

function answerOf(kind: MetricNode['kind'], sums: Sums, sigma: number, format: ValueFormat): Answer {
  const { count, min, max, sum } = sums;
  const isEmpty = count === 0;
  const avg = isEmpty ? null : sum / count;
  const withText = (value: number | null, always = false): Answer =>
    format.text === undefined || (value === null && !always)
      ? { value }
      : { value, value_as_string: format.text(value ?? 0) };
  switch (kind) {
    case 'min':
      return withText(min);
    case 'max':
      return withText(max);
    case 'avg':
      return withText(avg);
    case 'sum':
      return withText(sum, true);
    default: {
      const numbers = { min, max, avg, sum };
      const stats = { count, ...numbers, ...(isEmpty ? {} : texts(numbers, format)) };
      return kind === 'stats' ? stats : { ...stats, ...extended(sums, sigma, format) };
    }
  }
}

/** A boolean's text among statistics is a boolean in OpenSearch's answers, whatever its name says. */
function texts(numbers: Readonly<Record<string, number | null>>, format: ValueFormat): Answer {
  const { text, family } = format;
  if (text === undefined) return {};
  return Object.fromEntries(
    Object.entries(numbers).map(([name, value]) => [
      `${name}_as_string`,
      family === 'boolean' ? value !== 0 : text(value ?? 0),
    ]),
  );
}

const BOUNDS = ['upper', 'lower', 'upper_population', 'lower_population', 'upper_sampling', 'lower_sampling'] as const;

function extended({ count, sum, squares }: Sums, sigma: number, format: ValueFormat): Answer {
  const isEmpty = count === 0;
  const spread = Math.max(0, squares - (sum * sum) / count);
  const population = isEmpty ? null : spread / count;
  const sampling = isEmpty ? null : spread / (count - 1);
  const root = (value: number | null): number | null => (value === null ? null : Math.sqrt(value));
  const variances = {
    sum_of_squares: isEmpty ? null : squares,
    variance: population,
    variance_population: population,
    variance_sampling: sampling,
  };
  const deviations = {
    std_deviation: root(population),
    std_deviation_population: root(population),
    std_deviation_sampling: root(sampling),
  };
  const bounds = Object.fromEntries(
    BOUNDS.map((name) => {
      const deviation = root(name.endsWith('sampling') ? sampling : population);
      if (deviation === null) return [name, null];
      return [name, sum / count + (name.startsWith('upper') ? sigma : -sigma) * deviation];
    }),
  );
  const { text } = format;
  const asText = (numbers: Readonly<Record<string, number | null>>, suffix: string): Answer =>
    Object.fromEntries(Object.entries(numbers).map(([name, value]) => [`${name}${suffix}`, text?.(value ?? 0)]));
  return {
    ...variances,
    ...deviations,
    std_deviation_bounds: bounds,
    ...(isEmpty || text === undefined
      ? {}
      : {
          ...texts(variances, format),
          ...asText(deviations, '_as_string'),
          std_deviation_bounds_as_string: asText(bounds, ''),
        }),
  };
}
