// api: what tells of the service itself: counts, and whether its parts answer.

import { z } from 'zod';
import type { FoundCounts } from '../../../lib/metrics/metrics.ts';
import type { ApiDeps } from '../api-deps.ts';
import { type Health, MODEL_SERVER_STATES, readHealth } from '../health.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { statsSchema } from '../schema/stats-schema.ts';
import { readStats } from '../stats.ts';

const healthSchema = z
  .strictObject({
    status: z.enum(['up', 'degraded', 'down']).meta({
      description: 'degraded: every request is answered, but new dumps wait for the model server',
    }),
    parts: z.record(z.string(), z.enum(['up', 'down'])),
    modelServer: z
      .strictObject({ state: z.enum(MODEL_SERVER_STATES), message: z.string() })
      .optional()
      .meta({ description: 'Only where models run on a server of their own.' }),
  })
  .meta({ id: 'Health' });

export function statsRoutes(deps: ApiDeps): readonly Route[] {
  return [
    defineRoute(
      {
        method: 'get',
        path: '/api/stats',
        tag: 'Service',
        summary: 'Counts by state and label over everything found',
        reply: { status: 200, description: 'The counts.', schema: statsSchema },
        problems: [503],
      },
      async ({ signal }) => ({ body: await readStats(deps.search, signal) }),
    ),
  ];
}

/**
 * Behind the key like everything else: how many dumps and attacks there are is nobody's business, and Prometheus sends
 * the key by itself (`authorization.credentials_file`).
 */
export function metricsRoutes(deps: ApiDeps): readonly Route[] {
  const { contentType } = deps.metrics;
  return [
    defineRoute(
      {
        method: 'get',
        path: '/metrics',
        tag: 'Service',
        summary: 'Metrics in the Prometheus exposition format',
        reply: { status: 200, description: 'The metrics.', schema: z.string(), contentType },
        problems: [],
      },
      async ({ signal }) => ({ body: await deps.metrics.render(await foundCounts(deps, signal)) }),
    ),
  ];
}

/** Metrics are most wanted when a part is down: then they come without these counts. */
async function foundCounts(deps: ApiDeps, signal: AbortSignal): Promise<FoundCounts | undefined> {
  try {
    const { dumps, flows, alerts } = await readStats(deps.search, signal);
    return { dumpsByState: dumps.byState, flows: flows.total, alerts: alerts.total };
  } catch (error) {
    deps.log.warn({ err: error }, 'metrics without counts: the index does not answer');
    return undefined;
  }
}

/** Open to probes, which carry no key: they learn only which part is up, and which model is missing. */
export function healthRoutes(deps: ApiDeps): readonly Route[] {
  const ready = async (): Promise<{ readonly status: number; readonly body: Health }> => {
    const health = await readHealth(deps);
    return { status: health.status === 'down' ? 503 : 200, body: health };
  };
  const down = { 503: { description: 'A part does not answer.', schema: healthSchema } };
  const reply = { status: 200, description: 'Every part that requests depend on answers.', schema: healthSchema };
  return [
    defineRoute(
      {
        method: 'get',
        path: '/health/live',
        tag: 'Service',
        summary: 'Whether the process answers',
        open: true,
        reply: { status: 200, description: 'It does.', schema: healthSchema },
        problems: [],
      },
      async () => ({ body: { status: 'up', parts: {} } satisfies Health }),
    ),
    ...(['/health/ready', '/health'] as const).map((path) =>
      defineRoute(
        {
          method: 'get',
          path,
          tag: 'Service',
          summary: 'Whether index, bucket and model server answer',
          open: true,
          reply,
          otherReplies: down,
          problems: [],
        },
        ready,
      ),
    ),
  ];
}
