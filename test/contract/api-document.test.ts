// api: the OpenAPI document and the app say the same; clients are generated from it.

import type { Express } from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../functions/api/app.ts';
import { startApi, type TestApi } from '../support/api-server.ts';

let api: TestApi;
// biome-ignore lint/suspicious/noExplicitAny: the document is read member by member
let document: any;
beforeAll(async () => {
  api = await startApi();
  document = (await api.get('/api/schema', { key: null })).json;
});
afterAll(() => api.close());

/** Pages and their files are for browsers, not for clients. */
const PAGES = new Set(['/api/docs', '/api/docs/swagger-ui.css', '/api/docs/swagger-ui-bundle.js']);

interface Layer {
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
  readonly handle?: { readonly stack?: readonly Layer[] };
}

function mounted(layers: readonly Layer[]): readonly string[] {
  return layers.flatMap(({ route, handle }) => {
    if (route === undefined) return mounted(handle?.stack ?? []);
    const methods = Object.keys(route.methods).filter((method) => method !== '_all');
    return PAGES.has(route.path)
      ? []
      : methods.map((method) => `${method} ${route.path.replaceAll(/:(\w+)/g, '{$1}')}`);
  });
}

function described(): readonly string[] {
  return Object.entries(document.paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
}

describe('the OpenAPI document', () => {
  it('has every route of the app, and no other', () => {
    const app: Express = createApp(api.deps);
    const inApp = mounted((app.router as unknown as { stack: readonly Layer[] }).stack); // Express types no stack
    expect(inApp.length).toBeGreaterThan(10);
    expect([...described()].sort()).toEqual([...inApp].sort());
  });

  it('is OpenAPI 3.1, for the address it was fetched from and for the public one', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document.servers).toEqual([{ url: '/' }, { url: 'http://127.0.0.1:8080' }]);
  });

  it('asks for the bearer key exactly where the app does', async () => {
    expect(document.components.securitySchemes.bearer).toMatchObject({ type: 'http', scheme: 'bearer' });
    for (const route of api.routes) {
      const { security } = document.paths[route.path][route.method];
      expect(security, route.path).toEqual(route.open === true ? [] : [{ bearer: [] }]);
    }
  });

  it('names each operation once', () => {
    const ids = api.routes.map((route) => document.paths[route.path][route.method].operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('forbids unknown keys in every request body, as the app does', () => {
    for (const name of ['NewDump', 'SearchRequest', 'Aggregation']) {
      expect(document.components.schemas[name].additionalProperties, name).toBe(false);
    }
  });

  it('describes whole numbers of a query as integers with their bounds', () => {
    const { parameters } = document.paths['/api/dumps'].get;
    const size = parameters.find((parameter: { name: string }) => parameter.name === 'size');
    expect(size.schema).toMatchObject({ type: 'integer', minimum: 1, maximum: 100, default: 25 });
  });

  it('describes every kind of document with its fields', () => {
    const { schemas } = document.components;
    expect(schemas.FlowDocument.properties.destination.properties.port).toMatchObject({ type: 'integer' });
    expect(schemas.FlowDocument.properties.dns.properties.answers.items.properties.ttl.type).toBe('integer');
    expect(schemas.AlertDocument.properties.threat.properties.technique.properties.id).toMatchObject({
      ...{ type: 'string', description: 'ATT&CK technique' },
    });
    expect(schemas.FlowDocument.required).toEqual(['id']);
    expect(schemas.SearchReply.properties.hits.items.anyOf).toHaveLength(4);
  });

  it('resolves every reference it makes', () => {
    const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(10);
    for (const [, name] of references) expect(document.components.schemas).toHaveProperty(name ?? '');
  });
});
