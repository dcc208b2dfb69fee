// api: the aggregations a search may ask for: OpenSearch's JSON, each type with the parameters we let through, nothing else.
// https://docs.opensearch.org/latest/aggregations/

import { z } from 'zod';

const field = z.string().min(1).max(128);
const order = z.record(z.string().max(128), z.enum(['asc', 'desc']));
const missing = z.union([z.string().max(256), z.number(), z.boolean()]).optional();
const bound = z.union([z.string().max(64), z.number()]);
const interval = z
  .string()
  .regex(/^\d{0,6}(ms|s|m|h|d|w|M|q|y|second|minute|hour|day|week|month|quarter|year)$/, 'not an interval, e.g. 5m');
const minDocCount = z.int().min(0).optional();

const metric = z.strictObject({ field, missing: z.number().optional() });

/** The types and their parameters. No `script` anywhere: text from a request never becomes code in the index. */
export const AGGREGATIONS = {
  terms: z.strictObject({
    field,
    size: z.int().min(1).max(1000).optional(),
    order: z.union([order, z.array(order).max(4)]).optional(),
    missing,
    min_doc_count: minDocCount,
  }),
  date_histogram: z.strictObject({
    field,
    fixed_interval: interval.optional(),
    calendar_interval: interval.optional(),
    time_zone: z.string().max(64).optional(),
    min_doc_count: minDocCount,
    extended_bounds: z.strictObject({ min: bound, max: bound }).optional(),
  }),
  histogram: z.strictObject({ field, interval: z.number().positive(), min_doc_count: minDocCount }),
  range: z.strictObject({
    field,
    ranges: z
      .array(
        z.strictObject({ key: z.string().max(128).optional(), from: z.number().optional(), to: z.number().optional() }),
      )
      .min(1)
      .max(64),
  }),
  missing: z.strictObject({ field }),
  cardinality: z.strictObject({ field, precision_threshold: z.int().min(0).max(40_000).optional() }),
  percentiles: z.strictObject({ field, percents: z.array(z.number().min(0).max(100)).min(1).max(32).optional() }),
  min: metric,
  max: metric,
  avg: metric,
  sum: metric,
  stats: metric,
  extended_stats: metric,
  value_count: z.strictObject({ field }),
} as const;

export type AggregationType = keyof typeof AGGREGATIONS;
export const AGGREGATION_TYPES = Object.keys(AGGREGATIONS) as readonly AggregationType[]; // exactly its keys

const METRICS: ReadonlySet<string> = new Set([
  'cardinality',
  'percentiles',
  'min',
  'max',
  'avg',
  'sum',
  'stats',
  'extended_stats',
  'value_count',
]);

/** Nesting and number of aggregations in one request. */
export const MAX_AGGREGATION_DEPTH = 3;
export const MAX_AGGREGATIONS = 32;

const NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

export type Aggregation = { readonly [T in AggregationType]?: z.infer<(typeof AGGREGATIONS)[T]> | undefined } & {
  readonly aggs?: Aggregations | undefined;
};
export type Aggregations = Readonly<Record<string, Aggregation>>;

const optionalTypes = Object.fromEntries(
  Object.entries(AGGREGATIONS).map(([type, schema]) => [type, schema.optional()]),
) as { readonly [T in AggregationType]: z.ZodOptional<(typeof AGGREGATIONS)[T]> }; // the map above, made optional

const aggregationSchema: z.ZodType<Aggregation> = z
  .strictObject({
    ...optionalTypes,
    get aggs(): z.ZodOptional<z.ZodType<Aggregations>> {
      return aggregationsSchema.optional();
    },
  })
  .superRefine((value, context) => {
    const types = AGGREGATION_TYPES.filter((type) => value[type] !== undefined);
    if (types.length !== 1) {
      const message = `needs exactly one type; allowed are ${AGGREGATION_TYPES.join(', ')}`;
      context.addIssue({ code: 'custom', message });
    } else if (value.aggs !== undefined && METRICS.has(types[0] ?? '')) {
      context.addIssue({ code: 'custom', path: ['aggs'], message: `${types[0]} makes no buckets to aggregate in` });
    }
  })
  .meta({ id: 'Aggregation', description: `One of ${AGGREGATION_TYPES.join(', ')}, with \`aggs\` inside buckets.` });

/** Name → aggregation. Depth, number and field names are checked over `eachAggregation`. */
export const aggregationsSchema: z.ZodType<Aggregations> = z
  .record(z.string().regex(NAME, `names match ${NAME.source}`), aggregationSchema)
  .meta({
    id: 'Aggregations',
    description: `At most ${MAX_AGGREGATIONS}, nested at most ${MAX_AGGREGATION_DEPTH} deep.`,
  });

/** Each aggregation with its path and depth (1 = outermost), so that names and bounds are checked in one place. */
export function* eachAggregation(
  aggregations: Aggregations,
  path: string,
  depth = 1,
): Generator<{ readonly path: string; readonly depth: number; readonly field: string }> {
  for (const [name, aggregation] of Object.entries(aggregations)) {
    const here = `${path}.${name}`;
    const type = AGGREGATION_TYPES.find((candidate) => aggregation[candidate] !== undefined);
    if (type !== undefined) yield { path: `${here}.${type}.field`, depth, field: aggregation[type]?.field ?? '' };
    if (aggregation.aggs !== undefined) yield* eachAggregation(aggregation.aggs, `${here}.aggs`, depth + 1);
  }
}
