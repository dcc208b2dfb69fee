// Retention over the whole product: dumps go with everything of theirs, new ones get indexes of their own, old indexes go.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createExpireHandler } from '../../functions/expire/wiring.ts';
import { createObjectStore } from '../../lib/s3/aws-object-store.ts';
import { tinyHttpCapture } from '../support/captures.ts';
import { startTestStack, TEST_BUCKET, TEST_REGION, type TestStack } from '../support/embedded-stack.ts';

let stack: TestStack;
const SIZE = tinyHttpCapture().length;
const signal = new AbortController().signal;

beforeAll(async () => {
  // One dump has room; a generation is full with its first flow.
  stack = await startTestStack({
    variables: { SMARTIDS_RETENTION_BYTES: String(SIZE), SMARTIDS_GENERATION_DOCUMENTS: '1' },
  });
});
afterAll(() => stack.remove());

async function drop(name: string): Promise<string> {
  const path = join(stack.dataDir, name);
  writeFileSync(path, tinyHttpCapture());
  const id = await stack.api.upload({ path, fileName: name, size: SIZE });
  expect(await stack.api.waitUntilDone(id, () => {}, AbortSignal.timeout(60_000))).toMatchObject({ state: 'ready' });
  return id;
}

/** The register is visible to searches after a second. */
async function seen(count: number): Promise<void> {
  await expect.poll(async () => (await stack.api.search('dumps', { size: 0 })).total.value).toBe(count);
}

function objectStore() {
  const { accessKeyId, secretAccessKey } = stack.credentials.s3;
  return createObjectStore({
    bucket: TEST_BUCKET,
    region: TEST_REGION,
    endpoint: stack.s3Url,
    accessKeyId,
    secretAccessKey,
  });
}

async function keysOf(id: string): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of objectStore().list('')) if (key.includes(id)) keys.push(key);
  return keys;
}

async function generationsOf(kind: string): Promise<readonly string[]> {
  const reply = await fetch(`${stack.searchUrl}/_alias/smartids-${kind}`);
  return Object.keys((await reply.json()) as object).sort();
}

describe('retention', () => {
  it('removes the oldest dump with all that is of it, and lets the next one begin a generation', async () => {
    const oldest = await drop('oldest.pcap');
    const newest = await drop('newest.pcap');
    await seen(2);
    expect((await keysOf(oldest)).length).toBeGreaterThan(2);

    const dry = await stack.api.retention({ dryRun: true });
    expect(dry).toMatchObject({
      ...{ dryRun: true, left: 0, kept: 1, keptBytes: SIZE, begunGeneration: '000002', droppedGenerations: [] },
      expired: [{ id: oldest, name: 'oldest.pcap', sizeBytes: SIZE, reason: 'size' }],
    });
    expect((await stack.api.dump(oldest)).state).toBe('ready');
    expect(await generationsOf('flows')).toEqual(['smartids-flows-000001']);

    expect(await stack.api.retention({ dryRun: false })).toEqual({ ...dry, dryRun: false });
    expect((await stack.request(`/api/dumps/${oldest}`)).status).toBe(404);
    expect(await keysOf(oldest)).toEqual([`deleted/${oldest}.json`]);
    for (const kind of ['flows', 'packets', 'alerts', 'dumps'] as const) {
      const { total } = await stack.api.search(kind, { q: `smartids.dump.id:"${oldest}"`, size: 0 });
      expect(total.value).toBe(0);
    }
    expect((await stack.api.search('flows', { q: `smartids.dump.id:"${newest}"`, size: 0 })).total.value).toBe(1);
    expect((await stack.api.dump(newest)).state).toBe('ready');
  }, 120_000);

  it('drops a generation when the last dump in it is gone, an hour after its successor came', async () => {
    const third = await drop('third.pcap');
    await seen(2);
    expect(await generationsOf('flows')).toEqual(['smartids-flows-000001', 'smartids-flows-000002']);
    const first = await stack.api.retention({ dryRun: false });
    expect(first).toMatchObject({
      expired: [{ name: 'newest.pcap' }],
      begunGeneration: '000003',
      droppedGenerations: [],
    });

    const { s3 } = stack.credentials;
    const expireLater = createExpireHandler(
      {
        ...{ SMARTIDS_LOG_LEVEL: 'silent', SMARTIDS_BUCKET: TEST_BUCKET, SMARTIDS_REGION: TEST_REGION },
        ...{ SMARTIDS_S3_ENDPOINT: stack.s3Url, SMARTIDS_OPENSEARCH_URL: stack.searchUrl },
        ...{ SMARTIDS_S3_ACCESS_KEY_ID: s3.accessKeyId, SMARTIDS_S3_SECRET_ACCESS_KEY: s3.secretAccessKey },
      },
      () => new Date(Date.now() + 2 * 3_600_000),
    );
    expect(await expireLater({}, { signal })).toMatchObject({ expired: [], swept: 2, droppedGenerations: ['000001'] });
    expect(await generationsOf('flows')).toEqual(['smartids-flows-000002', 'smartids-flows-000003']);
    expect(await generationsOf('packets')).toEqual(['smartids-packets-000002', 'smartids-packets-000003']);
    expect((await stack.api.search('flows', { q: `smartids.dump.id:"${third}"`, size: 0 })).total.value).toBe(1);
  }, 120_000);
});
