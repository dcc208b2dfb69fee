// api: counts by label and state, as aggregations of the index.

import { z } from 'zod';
import { LABELS } from '../../lib/detection/labels.ts';
import { DUMP_STATES } from '../../lib/dump/dump.ts';
import type { SearchResult } from '../../lib/opensearch/search-index.ts';
import type { ApiDeps, SearchKind } from './api-deps.ts';
import { STATE_FIELD } from './list-dumps.ts';
import type { Stats } from './schema/stats-schema.ts';

const LABEL_FIELD = 'smartids.label';
/** Alerts may be anomalies, too. */
const MOST_LABELS = LABELS.length + 1;
const SIZE_FIELD = 'file.size';

const bucketsSchema = z.looseObject({
  buckets: z.array(z.looseObject({ key: z.string(), doc_count: z.number() })),
});
const sumSchema = z.looseObject({ value: z.number().nullable() });

export async function readStats(search: ApiDeps['search'], signal: AbortSignal): Promise<Stats> {
  const count = (kind: SearchKind, aggs: Readonly<Record<string, unknown>>) =>
    search.search(kind, { query: { match_all: {} }, size: 0, track_total_hits: true, aggs }, { signal });
  const byLabel = { byLabel: { terms: { field: LABEL_FIELD, size: MOST_LABELS } } };
  const [dumps, flows, alerts] = await Promise.all([
    count('dumps', {
      byState: { terms: { field: STATE_FIELD, size: DUMP_STATES.length } },
      bytes: { sum: { field: SIZE_FIELD } },
    }),
    count('flows', byLabel),
    count('alerts', byLabel),
  ]);
  return {
    dumps: {
      total: dumps.total.value,
      byState: bucketCounts(dumps, 'byState'),
      bytes: sumSchema.parse(dumps.aggregations?.['bytes']).value ?? 0,
    },
    flows: { total: flows.total.value, byLabel: bucketCounts(flows, 'byLabel') },
    alerts: { total: alerts.total.value, byLabel: bucketCounts(alerts, 'byLabel') },
  };
}

function bucketCounts(reply: SearchResult, name: string): Record<string, number> {
  const { buckets } = bucketsSchema.parse(reply.aggregations?.[name]);
  return Object.fromEntries(buckets.map(({ key, doc_count }) => [key, doc_count]));
}
