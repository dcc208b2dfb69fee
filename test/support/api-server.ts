// support: the API over ports in memory, on a loopback port; every reply is checked against the schema it promises.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import type { ApiConfig, ApiDeps } from '../../functions/api/api-deps.ts';
import { apiRoutes, createApp } from '../../functions/api/app.ts';
import { fieldCatalog } from '../../functions/api/field-catalog.ts';
import type { Route } from '../../functions/api/http/route.ts';
import { problemSchema } from '../../functions/api/schema/problem-schema.ts';
import { createMetrics } from '../../lib/metrics/metrics.ts';
import type { InstalledModel } from '../../lib/model-repository/read-model-repository.ts';
import { createMemoryDumpRegister } from './memory-dump-register.ts';
import { createMemoryObjectStore } from './memory-object-store.ts';
import { createMemorySearchIndex } from './memory-search-index.ts';
import { createRecordingLog } from './recording-log.ts';

export const API_KEY = 'key-of-the-tests-0123456789';
export const NOW = new Date('2026-11-23T06:00:00.000Z');

const NOTHING_EXPIRED = {
  ...{
    expired: [],
    left: 0,
    kept: 0,
    keptBytes: 0,
    swept: 0,
    expiredHunts: [],
    begunGeneration: null,
    droppedGenerations: [],
  },
};

export interface CallOptions {
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly rawBody?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Null: no key. */
  readonly key?: string | null;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever member it asserts on
  readonly json: any;
}

export async function startApi(config: Partial<ApiConfig> = {}, parts: Pick<ApiDeps, 'modelServer'> = {}) {
  const store = createMemoryObjectStore();
  const dumps = createMemoryDumpRegister();
  const search = createMemorySearchIndex();
  const log = createRecordingLog();
  const sent: { readonly queue: string; readonly body: unknown }[] = [];
  const models: InstalledModel[] = [{ name: 'flow_net', version: '1', kind: 'flow' }];
  let ids = 0;
  const deps: ApiDeps = {
    config: {
      apiKey: API_KEY,
      publicUrl: 'http://127.0.0.1:8080',
      s3PublicEndpoint: 'http://127.0.0.1:9000',
      uploadExpiresSeconds: 3600,
      maxUploadBytes: 5_000_000_000,
      ...config,
    },
    store,
    dumps,
    queue: {
      send: async (queue, body) => {
        sent.push({ queue, body: JSON.parse(body) });
      },
    },
    models: () => models,
    search,
    ...parts,
    fields: fieldCatalog(),
    currentGeneration: async () => '000001',
    retention: async ({ dryRun }) => ({ ...NOTHING_EXPIRED, dryRun }),
    metrics: createMetrics(),
    log,
    clock: () => NOW,
    newId: () => {
      ids += 1;
      return `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
    },
  };
  const server = createServer(createApp(deps)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on TCP
  const routes = apiRoutes(deps);

  async function call(method: string, path: string, options: CallOptions = {}): Promise<Reply> {
    const key = options.key === undefined ? API_KEY : options.key;
    const body = options.rawBody ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
    const reply = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: {
        ...(key !== null && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(body !== undefined && { body }),
    });
    const text = await reply.text();
    const json = /json/.test(reply.headers.get('content-type') ?? '') && text !== '' ? JSON.parse(text) : undefined;
    const result = { status: reply.status, headers: reply.headers, text, json };
    checkReply(routes, method, path, result);
    return result;
  }

  return {
    deps,
    store,
    dumps,
    search,
    log,
    sent,
    models,
    routes,
    port,
    call,
    get: (path: string, options?: CallOptions) => call('GET', path, options),
    post: (path: string, body: unknown, options?: CallOptions) => call('POST', path, { body, ...options }),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
export type TestApi = Awaited<ReturnType<typeof startApi>>;

/** A reply is the route's own, of its schema, or problem details of a status that the route declares. */
function checkReply(routes: readonly Route[], method: string, path: string, { status, headers, json }: Reply): void {
  if (headers.get('content-type')?.startsWith('application/problem+json') === true) {
    const problem = problemSchema.parse(json);
    expect(problem.status).toBe(status);
    expect(headers.get('x-request-id')).toBe(problem.requestId);
  }
  const route = routes.find((one) => one.method === method.toLowerCase() && matches(one.path, path));
  if (route === undefined) return;
  const other = route.otherReplies?.[status];
  if (status === route.reply.status) {
    if (route.reply.contentType === undefined && (route.reply.textType === undefined || json !== undefined)) {
      route.reply.schema?.parse(json);
    }
  } else if (other !== undefined) other.schema?.parse(json);
  else expect([400, 401, 405, 500, ...route.problems]).toContain(status);
}

function matches(template: string, path: string): boolean {
  const { pathname } = new URL(path, 'http://localhost');
  return new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(pathname);
}
