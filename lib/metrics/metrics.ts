// metrics: the process's Prometheus registry (prometheus.io/docs/practices/naming): its own health, HTTP, and what was found.

import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Counts read from the index when somebody asks for the metrics. */
export interface FoundCounts {
  readonly dumpsByState: Readonly<Record<string, number>>;
  readonly flows: number;
  readonly alerts: number;
}

export interface HttpRequestSample {
  readonly method: string;
  /** The route's template, never the path: its ids would make a series each. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

export interface Metrics {
  readonly contentType: string;
  observeRequest(sample: HttpRequestSample): void;
  /** The exposition text; `counts` undefined leaves those series out (the index does not answer). */
  render(counts: FoundCounts | undefined): Promise<string>;
}

const DURATION_BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** A registry of its own: two apps in one process (tests, the local stack) do not meet in a global one. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const http = new Histogram({
    name: 'smartids_http_request_duration_seconds',
    help: 'Time from a request to the end of its response, by route template.',
    labelNames: ['method', 'route', 'status'],
    buckets: DURATION_BUCKETS_SECONDS,
    registers,
  });
  const dumps = new Gauge({ name: 'smartids_dumps', help: 'Dumps by state.', labelNames: ['state'], registers });
  const flows = new Gauge({ name: 'smartids_flows', help: 'Flow documents in the index.', registers });
  const alerts = new Gauge({ name: 'smartids_alerts', help: 'Alert documents in the index.', registers });
  const up = new Gauge({ name: 'smartids_index_up', help: '1 when the index answered this scrape.', registers });

  return {
    contentType: registry.contentType,
    observeRequest({ method, route, status, seconds }) {
      http.observe({ method, route, status: String(status) }, seconds);
    },
    async render(counts) {
      dumps.reset();
      flows.reset();
      alerts.reset();
      up.set(counts === undefined ? 0 : 1);
      if (counts !== undefined) {
        for (const [state, count] of Object.entries(counts.dumpsByState)) dumps.set({ state }, count);
        flows.set(counts.flows);
        alerts.set(counts.alerts);
      }
      return registry.metrics();
    },
  };
}
