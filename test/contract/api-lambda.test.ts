// api: the same app behind API Gateway: payload format 2.0 (HTTP API) and 1.0 (REST API) events in, their replies out.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html

import type { Express } from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../functions/api/app.ts';
import { toLambdaHandler } from '../../functions/api/lambda.ts';
import { createApiServer } from '../../functions/api/wiring.ts';
import { EMPTY_LEDGER } from '../../lib/dump/ledger.ts';
import { API_KEY, startApi, type TestApi } from '../support/api-server.ts';
import { tinyHttpCapture } from '../support/captures.ts';
import { readNaively } from '../support/naive-capture-reader.ts';
import { splitIntoStore } from '../support/split-into-store.ts';

interface GatewayReply {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  readonly isBase64Encoded?: boolean;
}

let api: TestApi;
let invoke: (event: unknown) => Promise<GatewayReply>;
beforeAll(async () => {
  api = await startApi();
  invoke = lambda(createApp(api.deps));
});
afterAll(() => api.close());

function lambda(app: Express): (event: unknown) => Promise<GatewayReply> {
  const handler = toLambdaHandler(app) as unknown as (event: unknown, context: unknown) => Promise<GatewayReply>; // an async handler has no callback
  return (event) => handler(event, {});
}

function httpEvent(method: string, path: string, options: { readonly query?: string; readonly body?: string } = {}) {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: options.query ?? '',
    headers: { host: 'api.example.org', authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    requestContext: { stage: '$default', http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1' } },
    ...(options.body !== undefined && { body: options.body }),
    isBase64Encoded: false,
  };
}

function restEvent(method: string, path: string, query: Readonly<Record<string, string>>) {
  const headers = { Host: 'api.example.org', Authorization: `Bearer ${API_KEY}` };
  return {
    version: '1.0',
    resource: '/{proxy+}',
    path,
    httpMethod: method,
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    queryStringParameters: query,
    multiValueQueryStringParameters: Object.fromEntries(Object.entries(query).map(([name, value]) => [name, [value]])),
    requestContext: { stage: 'prod', httpMethod: method, path: `/prod${path}`, identity: { sourceIp: '192.0.2.1' } },
    body: null,
    isBase64Encoded: false,
  };
}

describe('behind API Gateway', () => {
  it('a dump is created from a body and found again by its id', async () => {
    const created = await invoke(httpEvent('POST', '/api/dumps', { body: '{"fileName":"a.pcap","size":24}' }));
    expect(created.statusCode).toBe(201);
    const { dump } = JSON.parse(created.body);
    expect(created.headers?.['location']).toBe(`/api/dumps/${dump.id}`);
    const found = await invoke(httpEvent('GET', `/api/dumps/${dump.id}`));
    expect(JSON.parse(found.body)).toEqual(dump);
  });

  it('a query string arrives with its escapes undone, once', async () => {
    await invoke(httpEvent('GET', '/api/search/flows', { query: 'q=url.path%3A%22%2Fa%2520b%22&size=3' }));
    expect(JSON.stringify(api.search.asked.at(-1)?.body)).toContain('url.path:\\"/a%20b\\"');
    await invoke(restEvent('GET', '/api/search/flows', { q: 'url.path:"/a%20b"', size: '4' }));
    expect(JSON.stringify(api.search.asked.at(-1)?.body)).toContain('url.path:\\"/a%20b\\"');
    expect(api.search.asked.at(-1)?.body['size']).toBe(4);
  });

  it('a failure is a problem there too', async () => {
    const reply = await invoke(httpEvent('GET', '/api/nothing'));
    expect(reply.statusCode).toBe(404);
    expect(reply.headers?.['content-type']).toContain('application/problem+json');
    const rest = await invoke(restEvent('DELETE', '/api/stats', {}));
    expect(rest.statusCode).toBe(405);
    expect(rest.multiValueHeaders?.['allow']).toEqual(['GET, HEAD']);
  });
});

describe('a capture file behind API Gateway', () => {
  const DUMP = '11111111-1111-4111-8111-111111111111';
  const KEY = `dumps/${DUMP}/tiny.pcap`;

  async function flowPath(): Promise<string> {
    const { etag, totals } = await splitIntoStore(api.store, tinyHttpCapture(), { id: DUMP, key: KEY }, {});
    api.dumps.dumps.set(DUMP, {
      ...{ id: DUMP, bucket: 'test-bucket', key: KEY, name: 'tiny', details: '', fileName: 'tiny.pcap' },
      ...{ createdAt: '2026-11-23T06:00:00.000Z', updatedAt: '2026-11-23T06:00:00.000Z', state: 'ready' },
      ...{ etag, attempt: '22222222-2222-4222-8222-222222222222', run: 1, generation: '000001', chunks: totals.chunks },
      ...{ ledger: { ...EMPTY_LEDGER, records: totals.records }, linktypes: ['ETHERNET'] },
    });
    const id = `${DUMP}.${etag.slice(0, 8)}.f0`;
    api.search.documents.flows.set(id, {
      smartids: { dump: { id: DUMP, etag }, flow: { first_record: 0, chunks: { first: 0, last: 0 } } },
    });
    return `/api/flows/${id}/pcap`;
  }

  it('arrives byte for byte: it goes as base64', async () => {
    const path = await flowPath();
    for (const event of [httpEvent('GET', path), restEvent('GET', path, {})]) {
      const reply = await invoke(event);
      expect([reply.statusCode, reply.isBase64Encoded]).toEqual([200, true]);
      const carved = readNaively(Buffer.from(reply.body, 'base64'));
      expect(carved?.records.map(({ data }) => data)).toEqual(
        readNaively(tinyHttpCapture())?.records.map(({ data }) => data),
      );
    }
  });

  it('that is longer than a reply may be is a problem with words', async () => {
    const bounded = lambda(createApp({ ...api.deps, config: { ...api.deps.config, maxFileBytes: 500 } }));
    const reply = await bounded(httpEvent('GET', await flowPath()));
    expect([reply.statusCode, JSON.parse(reply.body).code]).toEqual([413, 'too-large']);
    expect(JSON.parse(reply.body).detail).toContain('500 bytes');
  });
});

describe('the wiring', () => {
  it('makes an app of the environment alone', async () => {
    const env = { SMARTIDS_LOG_LEVEL: 'silent', SMARTIDS_SQS_URL_PREFIX: 'https://sqs.us-east-1.amazonaws.com/1/' };
    const reply = await lambda(createApiServer({ SMARTIDS_API_KEY: API_KEY, ...env }))(
      httpEvent('GET', '/health/live'),
    );
    expect(reply.statusCode).toBe(200);
    expect(reply.headers?.['content-security-policy']).toContain('https://smart-ids.s3.us-east-1.amazonaws.com');
  });

  it('refuses to start without a key, and with a misspelt variable', () => {
    expect(() => createApiServer({})).toThrow(/SMARTIDS_API_KEY/);
    expect(() => createApiServer({ SMARTIDS_API_KEY: API_KEY, SMARTIDS_BUKET: 'x' })).toThrow(/SMARTIDS_BUKET/);
  });
});
