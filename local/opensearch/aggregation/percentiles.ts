// local/opensearch/aggregation: percentiles, by rank.

import { realNumber } from '../database/sql-binder.ts';
import { javaDouble } from '../mapping/java-double.ts';
import type { ValueFormat } from '../mapping/value-format.ts';
import {
  booleanParameter,
  checkParameters,
  fieldFailure,
  numberParameter,
  parseFailure,
  tokenOf,
} from '../request/body-parameters.ts';
import { isJsonObject } from '../request/json-text.ts';
import { unsupported } from '../request/response-error.ts';
import type { Slot } from './base.ts';
import type { MetricPlan } from './metric.ts';
import type { MetricNode } from './node.ts';

const DEFAULT_PERCENTS = [1, 5, 25, 50, 75, 95, 99];

/**
 * A percentile is the value at the place floor(percent × count) of the sorted values: what OpenSearch's t-digest gives as
 * long as it keeps every value by itself (some seventy of them), and what it comes near to above.
 */
export function planPercentiles(node: MetricNode, slot: Slot, format: ValueFormat): MetricPlan {
  const percents = readPercents(node);
  const isKeyed = booleanParameter('percentiles', node.body, 'keyed') ?? true;
  checkDigest(node.body['tdigest']);
  // the same text each time: DuckDB computes it once, and sorts once
  const all = quantiles(
    slot,
    percents.map((percent) => percent / 100),
  );
  const columns = percents.map((_, at) => `(${all})[${at + 1}]`);
  return {
    node,
    columns,
    read: (values) => {
      const numbers = percents.map((_, at) =>
        values[at] === null || values[at] === undefined ? null : Number(values[at]),
      );
      const text = (at: number): string | undefined => {
        const value = numbers[at];
        return value === null || value === undefined ? undefined : format.text?.(value);
      };
      if (!isKeyed) {
        return {
          values: percents.map((key, at) => ({ key, value: numbers[at], ...optional('value_as_string', text(at)) })),
        };
      }
      return {
        values: Object.assign(
          {},
          ...percents.map((percent, at) => {
            const key = javaDouble(percent);
            return { [key]: numbers[at], ...optional(`${key}_as_string`, text(at)) };
          }),
        ) as Readonly<Record<string, unknown>>,
      };
    },
    orderSql: (property) => `(${quantiles(slot, [Number(property) / 100])})[1]`,
  };
}

function optional(name: string, value: string | undefined): Readonly<Record<string, unknown>> {
  return value === undefined ? {} : { [name]: value };
}

/** DuckDB's discrete quantile is one place lower where share × count is whole: the share is pushed a little beyond. */
function quantiles({ family, list, single }: Slot, shares: readonly number[]): string {
  const pushed = shares.map((share) =>
    realNumber(share === 0 || share === 1 ? share : Math.min(1, share * (1 + 1e-13))),
  );
  const places = `[${pushed.join(', ')}]`;
  const isReal = family === 'real';
  // whole numbers are in the order of their doubles, and sorted sooner
  if (list === undefined) return `quantile_disc(${isReal ? `${single}::DOUBLE` : single}, ${places})`;
  return `list_aggregate(list_transform(flatten(list(${list})), lambda v: v::DOUBLE), 'quantile_disc', ${places})`;
}

/** In ascending order, each once. */
export function readPercents({ body, name }: MetricNode): readonly number[] {
  const asked = body['percents'];
  if (asked === undefined) return DEFAULT_PERCENTS;
  const list: readonly unknown[] = Array.isArray(asked) ? asked : [asked];
  const percents = list.map(
    (percent) => numberParameter('percentiles', { percents: percent }, 'percents') ?? Number.NaN,
  );
  const refuse = (reason: string): Error =>
    parseFailure(`Failed to build [percentiles] after last required field arrived: ${reason}: [${name}]`);
  if (percents.length === 0) throw refuse('[percents] must not be empty');
  for (const percent of percents)
    if (!(percent >= 0 && percent <= 100)) throw refuse(`percent must be in [0,100], got [${percent}]`);
  return [...new Set(percents)].sort((left, right) => left - right);
}

function checkDigest(digest: unknown): void {
  if (digest === undefined) return;
  if (!isJsonObject(digest))
    throw parseFailure(`[percentiles] tdigest doesn't support values of type: ${tokenOf(digest)}`);
  if (digest['execution_hint'] !== undefined) throw unsupported('[execution_hint] in [tdigest]');
  checkParameters('tdigest', digest, ['compression']);
  const compression = numberParameter('tdigest', digest, 'compression') ?? 100;
  if (compression < 0)
    throw fieldFailure(
      'percentiles',
      'tdigest',
      `[compression] must be greater than or equal to 0. Found [${compression}]`,
    );
}
