// api: what every request meets before and after its route: key, method, body, headers, problems.

import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { API_KEY, startApi, type TestApi } from '../../support/api-server.ts';

const DUMP = '11111111-1111-4111-8111-111111111111';
let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

describe('the key', () => {
  it('is asked for with 401 and WWW-Authenticate on every route but the open ones', async () => {
    for (const route of api.routes) {
      const path = route.path.replace('{id}', DUMP).replace('{kind}', 'flows');
      const reply = await api.call(route.method.toUpperCase(), path, { key: null });
      if (route.open === true) {
        expect(reply.status, path).toBe(200);
      } else {
        expect(reply.status, path).toBe(401);
        expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer /);
        expect(reply.json.code).toBe('unauthorized');
      }
    }
  });

  it.each(['wrong', `${API_KEY}x`, API_KEY.slice(0, -1), `${API_KEY} more`])('%s opens nothing', async (key) => {
    const reply = await api.get('/api/dumps', { key });
    expect(reply.status).toBe(401);
    expect(reply.headers.get('www-authenticate')).toContain('invalid_token');
  });

  it('is taken with any spelling of the scheme, and with no other scheme', async () => {
    const status = async (authorization: string) =>
      (await api.get('/api/dumps', { key: null, headers: { authorization } })).status;
    expect(await status(`bearer ${API_KEY}`)).toBe(200);
    expect(await status(`Basic ${API_KEY}`)).toBe(401);
    expect(await status(API_KEY)).toBe(401);
  });

  it('is asked for before a path or a body is looked at', async () => {
    expect((await api.get('/api/nothing', { key: null })).status).toBe(401);
    expect((await api.call('POST', '/api/dumps', { key: null, rawBody: '{' })).status).toBe(401);
  });
});

describe('addresses and methods', () => {
  it('an unknown address is a 404 problem', async () => {
    for (const path of ['/api/nothing', '/nothing', '/api/dumps/x/y/z']) {
      const reply = await api.get(path);
      expect(reply.status, path).toBe(404);
      expect(reply.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
      expect(reply.json).toMatchObject({ code: 'not-found', instance: path, type: 'urn:smart-ids:problem:not-found' });
    }
  });

  it('a known address with another method is a 405 that says which are allowed', async () => {
    const reply = await api.call('PUT', '/api/dumps');
    expect(reply.status).toBe(405);
    expect(reply.headers.get('allow')).toBe('POST, GET, HEAD');
    expect((await api.call('DELETE', '/health/live')).headers.get('allow')).toBe('GET, HEAD');
  });

  it('HEAD answers as GET without the body', async () => {
    const reply = await fetch(`http://127.0.0.1:${api.port}/api/dumps`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${API_KEY}` },
    });
    expect(reply.status).toBe(200);
    expect(await reply.text()).toBe('');
  });

  it('an address with a broken escape is a 400 problem', async () => {
    const reply = await api.get('/api/dumps/%zz');
    expect(reply.status).toBe(400);
    expect(reply.json.code).toBe('invalid-request');
  });

  it.each(['/../package.json', '/%2e%2e/package.json', '/..%2fpackage.json', '/api/docs/..%2f..%2fpackage.json'])(
    'no path leaves the folder of the pages: %s',
    async (path) => {
      const status = await new Promise<number | undefined>((resolve, reject) => {
        const options = { port: api.port, path, headers: { authorization: `Bearer ${API_KEY}` } };
        httpRequest(options, (reply) => resolve(reply.resume().statusCode))
          .on('error', reject)
          .end();
      });
      expect([400, 403, 404]).toContain(status);
    },
  );
});

describe('bodies', () => {
  it('that are no JSON are a 400 problem', async () => {
    const reply = await api.call('POST', '/api/dumps', { rawBody: '{"fileName": ' });
    expect(reply.status).toBe(400);
    expect(reply.json.detail).toMatch(/not JSON/);
  });

  it('that are too large are a 413 problem', async () => {
    const reply = await api.post('/api/dumps', { fileName: 'a.pcap', details: 'x'.repeat(300_000) });
    expect(reply.status).toBe(413);
    expect(reply.json.code).toBe('too-large');
  });

  it('of another type are a 415 problem, not an empty body', async () => {
    const reply = await api.call('POST', '/api/dumps', { rawBody: 'a=b', headers: { 'content-type': 'text/plain' } });
    expect(reply.status).toBe(415);
  });

  it('with an unknown key are a 400 that names it and the allowed ones', async () => {
    const reply = await api.post('/api/dumps', { fileName: 'a.pcap', filename: 'b.pcap' });
    expect(reply.status).toBe(400);
    expect(reply.json.errors).toEqual([
      { path: 'body.filename', message: 'unknown key; allowed are name, details, fileName, size' },
    ]);
  });

  it('with several faults name them all', async () => {
    const reply = await api.post('/api/dumps', { name: 7, size: -1 });
    expect(reply.json.errors.map((error: { path: string }) => error.path)).toEqual([
      'body.name',
      'body.fileName',
      'body.size',
    ]);
  });

  it('nested thousands of levels deep are refused, not walked', async () => {
    const level = '{"a":{"terms":{"field":"source.ip"},"aggs":';
    const deep = `{"aggs":${level.repeat(5_000)}{}${'}}'.repeat(5_000)}}`;
    const reply = await api.call('POST', '/api/search/flows', { rawBody: deep });
    expect(reply.status).toBe(400);
    expect(reply.json.errors[0].path).toBe('body');
  });
});

describe('queries', () => {
  it('with an unknown key are a 400 that names it', async () => {
    const reply = await api.get('/api/dumps?sizes=3');
    expect(reply.status).toBe(400);
    expect(reply.json.errors[0]).toEqual({
      path: 'query.sizes',
      message: 'unknown key; allowed are state, size, cursor',
    });
  });

  it('where none is read are refused', async () => {
    expect((await api.get('/api/stats?x=1')).status).toBe(400);
  });

  it('given twice are refused, for which one counts nobody could say', async () => {
    expect((await api.get('/api/dumps?size=1&size=2')).status).toBe(400);
  });
});

describe('headers', () => {
  it('keep text from a capture from running: a policy without inline script, style or foreign origin', async () => {
    const { headers } = await api.get('/', { key: null });
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("connect-src 'self' http://127.0.0.1:9000");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('tell nothing of what answers', async () => {
    const { headers } = await api.get('/health/live');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('server')).toBeNull();
  });

  it('forbid caches to keep what the API says', async () => {
    expect((await api.get('/api/dumps')).headers.get('cache-control')).toBe('no-store');
    expect((await api.get('/api/none')).headers.get('cache-control')).toBe('no-store');
  });

  it('are as strict on the docs page, where no inline script or style is allowed either', async () => {
    const page = await api.get('/api/docs', { key: null });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(page.headers.get('content-security-policy')).not.toContain('unsafe');
    expect(page.text).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>/);
    for (const [, source] of page.text.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect((await api.get(source ?? '', { key: null })).status, source).toBe(200);
    }
  });
});

describe('failures of ours', () => {
  it('are a 500 without their message, which stands in the log under the request id', async () => {
    const broken = await startApi();
    broken.dumps.get = async () => {
      throw new Error('secret endpoint http://10.9.8.7');
    };
    const reply = await broken.get(`/api/dumps/${DUMP}`);
    expect(reply.status).toBe(500);
    expect(reply.text).not.toContain('10.9.8.7');
    const line = broken.log.lines.find(({ level }) => level === 'error');
    expect(line?.fields).toMatchObject({ requestId: reply.json.requestId });
    await broken.close();
  });

  it('are a 503 with Retry-After while the index is away', async () => {
    const away = await startApi();
    away.search.outage = true;
    const reply = await away.get('/api/search/flows');
    expect(reply.status).toBe(503);
    expect(reply.headers.get('retry-after')).toBe('5');
    await away.close();
  });

  it('never log the key', async () => {
    await api.get('/api/nothing');
    expect(JSON.stringify(api.log.lines)).not.toContain(API_KEY);
  });
});
