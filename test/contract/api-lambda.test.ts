// api: the same app behind API Gateway: payload format 2.0 (HTTP API) and 1.0 (REST API) events in, their replies out.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html

import { configure } from '@codegenie/serverless-express';
import type { Express } from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../functions/api/app.ts';
import { createApiServer } from '../../functions/api/wiring.ts';
import { API_KEY, startApi, type TestApi } from '../support/api-server.ts';

interface GatewayReply {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
}

let api: TestApi;
let invoke: (event: unknown) => Promise<GatewayReply>;
beforeAll(async () => {
  api = await startApi();
  invoke = lambda(createApp(api.deps));
});
afterAll(() => api.close());

function lambda(app: Express): (event: unknown) => Promise<GatewayReply> {
  const handler = configure({ app }) as unknown as (event: unknown, context: unknown) => Promise<GatewayReply>; // an async handler has no callback
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
