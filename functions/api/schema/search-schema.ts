// api: searches as requests and replies carry them; GET and POST say the same, in the query or in the body.

import { z } from 'zod';
import { SEARCH_KINDS } from '../api-deps.ts';
import { refuseDeepJson } from '../http/json-depth.ts';
import { aggregationsSchema } from './aggregation-schema.ts';
import { hitSchemas } from './document-schema.ts';
import { intParamOr } from './int-param.ts';
import { timeSchema } from './time-schema.ts';

const MAX_SEARCH_SIZE = 1000;
const MAX_FIELDS = 64;
const fieldName = z.string().min(1).max(128);

export const searchParams = z.strictObject({ kind: z.enum(SEARCH_KINDS) });

const shared = {
  q: z
    .string()
    .max(8192)
    .optional()
    .meta({ description: "OpenSearch's query_string; empty finds everything.", example: 'destination.port:22' }),
  from: timeSchema.optional().meta({ description: 'Earliest @timestamp, inclusive.' }),
  to: timeSchema.optional().meta({ description: 'Latest @timestamp, exclusive.' }),
  sort: z
    .string()
    .max(512)
    .optional()
    .meta({ description: 'Fields with :asc or :desc, comma-separated.', example: '@timestamp:desc' }),
  cursor: z
    .string()
    .max(4096)
    .optional()
    .meta({ description: 'From the reply before; with the same q, times and sort.' }),
};

const DEFAULT_SIZE = 50;

export const searchBody = z
  .strictObject({
    ...shared,
    size: z.int().min(0).max(MAX_SEARCH_SIZE).default(DEFAULT_SIZE),
    fields: z.array(fieldName).max(MAX_FIELDS).optional().meta({ description: 'Only these parts of each document.' }),
    aggs: aggregationsSchema.optional(),
  })
  .meta({ id: 'SearchRequest' });
export type SearchRequest = z.infer<typeof searchBody>;

/** JSON in a query parameter. */
const aggsText = z
  .string()
  .max(16_384)
  .transform((text, context) => {
    try {
      const value: unknown = JSON.parse(text);
      refuseDeepJson(value, 'query.aggs');
      return value;
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof SyntaxError ? 'not JSON' : 'nested too deep' });
      return z.NEVER;
    }
  })
  .pipe(aggregationsSchema)
  .optional()
  .meta({ type: 'string', description: 'Aggregations as JSON, see the schema Aggregations.' });

export const searchQuery = z.strictObject({
  ...shared,
  size: intParamOr(DEFAULT_SIZE, { min: 0, max: MAX_SEARCH_SIZE }),
  fields: z
    .string()
    .max(4096)
    .transform((text) => text.split(','))
    .pipe(z.array(fieldName).max(MAX_FIELDS))
    .optional()
    .meta({ type: 'string', description: 'Only these parts of each document, comma-separated.' }),
  aggs: aggsText,
});

/** Within one dump: what its list of flows or alerts takes. */
export const dumpDocumentsQuery = searchQuery.pick({ q: true, sort: true, cursor: true, size: true });

export const searchReplySchema = z
  .strictObject({
    total: z.strictObject({ value: z.int(), relation: z.enum(['eq', 'gte']) }),
    hits: z.array(hitSchemas).meta({ description: 'ECS documents with their ids.' }),
    cursor: z.string().optional().meta({ description: 'Goes on after the last hit; absent at the end.' }),
    aggregations: z.record(z.string(), z.unknown()).optional(),
    tookMs: z.number(),
  })
  .meta({ id: 'SearchReply' });
