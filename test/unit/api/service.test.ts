// api: health, metrics and counts, also when a part is away.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Readiness } from '../../../lib/model/model-server.ts';
import type { InstalledModel } from '../../../lib/model-repository/read-model-repository.ts';
import { startApi, type TestApi } from '../../support/api-server.ts';

const COUNTS = {
  byState: {
    buckets: [
      { key: 'ready', doc_count: 2 },
      { key: 'error', doc_count: 1 },
    ],
  },
  byLabel: { buckets: [{ key: 'Port Scan', doc_count: 7 }] },
  bytes: { value: 4096 },
};
let api: TestApi;
beforeEach(async () => {
  api = await startApi();
  api.search.aggregations = COUNTS;
});
afterEach(() => api.close());

describe('health', () => {
  it('is up when bucket and index answer', async () => {
    for (const path of ['/health', '/health/ready']) {
      const reply = await api.get(path, { key: null });
      expect(reply.status).toBe(200);
      expect(reply.json).toEqual({ status: 'up', parts: { bucket: 'up', index: 'up' } });
    }
  });

  it('is a 503 that names the part that is away, while the process is alive', async () => {
    api.search.outage = true;
    expect(await api.get('/health/ready')).toMatchObject({
      status: 503,
      json: { status: 'down', parts: { bucket: 'up', index: 'down' } },
    });
    api.search.outage = false;
    api.store.outage = true;
    expect(await api.get('/health')).toMatchObject({
      status: 503,
      json: { status: 'down', parts: { bucket: 'down', index: 'up' } },
    });
    expect((await api.get('/health/live')).status).toBe(200);
  });

  it('does not wait for a part that hangs', async () => {
    api.search.ping = () => new Promise(() => {});
    const reply = await api.get('/health/ready');
    expect(reply.json.parts.index).toBe('down');
  });
});

describe('health with a model server', () => {
  const flowNet = { name: 'flow_net', version: '1', kind: 'flow' } as const;
  const bertPacket = { name: 'bert_packet', version: '2', kind: 'packet' } as const;
  const read = async (reply: Readiness, models: readonly InstalledModel[] = [flowNet]) => {
    const other = await startApi({}, { modelServer: { server: { ready: async () => reply }, models } });
    try {
      return { ...(await other.get('/health/ready', { key: null })), log: other.log.lines };
    } finally {
      await other.close();
    }
  };

  it('is up when it has the models', async () => {
    expect(await read({ ready: true })).toMatchObject({
      status: 200,
      json: { status: 'up', parts: { 'model-server': 'up' }, modelServer: { state: 'ok' } },
    });
  });

  it.each([
    ['unreachable', 'The model server does not answer.'],
    ['not-ready', 'The model server answers, but its model flow_net:1 is not ready.'],
    ['model-missing', 'The model server has no model flow_net:1.'],
    ['model-mismatch', 'The model server has another model under the name flow_net:1 than expected.'],
  ] as const)('is degraded, not down, when it is %s: requests are answered all the same', async (reason, message) => {
    const { status, json, log } = await read({ ready: false, reason, message: '10.0.0.7:8001: no' });
    expect({ status, json }).toEqual({
      status: 200,
      json: {
        status: 'degraded',
        parts: { bucket: 'up', index: 'up', 'model-server': 'down' },
        modelServer: { state: reason, message },
      },
    });
    // Addresses are for the log only.
    expect(JSON.stringify(log)).toContain('10.0.0.7:8001');
  });

  it.each([
    ['model-missing', 'The model server has no model bert_packet:2. Flows are scored, packets are only counted.'],
    [
      'model-mismatch',
      'The model server has another model under the name bert_packet:2 than expected. Flows are scored, packets are only counted.',
    ],
  ] as const)('is up where only the packet model is a %s: no dump waits for it', async (reason, message) => {
    const { json } = await read({ ready: false, reason, message: 'no' }, [bertPacket]);
    expect(json).toMatchObject({ status: 'up', modelServer: { state: 'packets-not-scored', message } });
  });

  it('is degraded where the packet model is not ready: dumps wait for it', async () => {
    const { json } = await read({ ready: false, reason: 'not-ready', message: 'no' }, [bertPacket]);
    expect(json).toMatchObject({ status: 'degraded', modelServer: { state: 'not-ready' } });
  });
});

describe('metrics', () => {
  it('count requests by route template, and what was found', async () => {
    await api.get('/api/dumps/11111111-1111-4111-8111-111111111111');
    await api.get('/never-heard-of');
    const { text, headers } = await api.get('/metrics');
    expect(headers.get('content-type')).toContain('text/plain');
    expect(text).toContain(
      'smartids_http_request_duration_seconds_count{method="GET",route="/api/dumps/:id",status="404"} 1',
    );
    expect(text).toContain('smartids_http_request_duration_seconds_count{method="GET",route="other",status="404"} 1');
    expect(text).not.toContain('11111111');
    expect(text).not.toContain('never-heard-of');
    expect(text).toContain('smartids_dumps{state="ready"} 2');
    expect(text).toContain('smartids_index_up 1');
    expect(text).toContain('process_resident_memory_bytes');
  });

  it('forget a state that no dump is in any more', async () => {
    await api.get('/metrics');
    api.search.aggregations = { ...COUNTS, byState: { buckets: [{ key: 'ready', doc_count: 3 }] } };
    const { text } = await api.get('/metrics');
    expect(text).toContain('smartids_dumps{state="ready"} 3');
    expect(text).not.toContain('state="error"');
  });

  it('are there when the index is away, and say so', async () => {
    api.search.outage = true;
    const { status, text } = await api.get('/metrics');
    expect(status).toBe(200);
    expect(text).toContain('smartids_index_up 0');
    expect(text).not.toContain('smartids_dumps{');
  });
});

describe('stats', () => {
  it('count dumps by state, flows and alerts by label, and bytes', async () => {
    const { json } = await api.get('/api/stats');
    expect(json).toEqual({
      dumps: { total: 0, byState: { ready: 2, error: 1 }, bytes: 4096 },
      flows: { total: 0, byLabel: { 'Port Scan': 7 } },
      alerts: { total: 0, byLabel: { 'Port Scan': 7 } },
    });
  });

  it('are nought bytes where no dump has a size, which the index gives as null', async () => {
    api.search.aggregations = { ...COUNTS, bytes: { value: null } };
    expect((await api.get('/api/stats')).json.dumps.bytes).toBe(0);
  });
});
