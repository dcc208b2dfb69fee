// dashboards: the import, against a server that reads the request as Dashboards does.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { SAVED_OBJECTS } from '../../../local/dashboards/dashboard-files.ts';
import { importObjects } from '../../../local/dashboards/import-objects.ts';

interface Received {
  readonly url: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly objects: readonly { readonly id: string }[];
}

let server: Server | undefined;
afterEach(() => server?.close());

async function startDashboards(status: number, reply: unknown): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  server = createServer(async (request, response) => {
    const { url, headers, method } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const contentType = String(headers['content-type']);
    const form = await new Response(Buffer.concat(chunks), { headers: { 'content-type': contentType } }).formData();
    const file = form.get('file');
    const text = file instanceof Blob ? await file.text() : '';
    const objects = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    received.push({ url: `${method} ${url}`, headers, objects });
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(reply));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/base/`, received };
}

describe('an import', () => {
  it('sends every object once, in one file, and replaces what was there', async () => {
    const { url, received } = await startDashboards(200, { success: true, successCount: SAVED_OBJECTS.length });
    expect(await importObjects({ url, username: 'ann', password: 'p:w', tenant: 'global' }, SAVED_OBJECTS)).toBe(
      SAVED_OBJECTS.length,
    );
    expect(received).toHaveLength(1);
    expect(received[0]?.url).toBe('POST /base/api/saved_objects/_import?overwrite=true');
    expect(received[0]?.headers).toMatchObject({
      'osd-xsrf': expect.any(String),
      authorization: `Basic ${Buffer.from('ann:p:w').toString('base64')}`,
      securitytenant: 'global',
    });
    expect(received[0]?.objects.map(({ id }) => id)).toEqual(SAVED_OBJECTS.map(({ id }) => id));
  });

  it('sends no credentials where there are none', async () => {
    const { url, received } = await startDashboards(200, { success: true, successCount: 1 });
    await importObjects({ url }, SAVED_OBJECTS.slice(0, 1));
    expect(received[0]?.headers).not.toHaveProperty('authorization');
  });

  it.each([
    [
      200,
      { success: false, successCount: 3, errors: [{ id: 'a', type: 'search', error: { type: 'missing_references' } }] },
      'search a: missing_references',
    ],
    [401, { message: 'Unauthorized' }, 'answered 401'],
    [200, { tagline: 'The OpenSearch Project' }, 'is it OpenSearch Dashboards?'],
  ])('says what went wrong: %i %j', async (status, reply, words) => {
    const { url } = await startDashboards(status, reply);
    await expect(importObjects({ url }, SAVED_OBJECTS)).rejects.toThrow(words);
  });
});
