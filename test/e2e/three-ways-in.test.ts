// One capture, three ways in: the same documents, apart from the dump's id, etag, name and key.

import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { Client as MinioClient } from 'minio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createdDumpSchema } from '../../functions/api/schema/dump-schema.ts';
import { deriveDumpId } from '../../lib/dump/dump-id.ts';
import { demoScenario } from '../../local/generate/demo.ts';
import { writeCapture } from '../../local/generate/write-capture.ts';
import { startTestStack, TEST_BUCKET, type TestStack } from '../support/embedded-stack.ts';

type Document = Readonly<Record<string, unknown>>;

let stack: TestStack;
let file: string;

beforeAll(async () => {
  stack = await startTestStack();
  file = join(stack.dataDir, 'office.pcap');
  const scenario = demoScenario(7);
  // A tenth of the demo's benign traffic and all of its attacks: enough for every kind of document.
  await writeCapture(file, { ...scenario, durationSeconds: 300 }, { kind: 'pcap' });
});

afterAll(() => stack.remove());

async function documents(dumpId: string): Promise<{ flows: Document[]; alerts: Document[]; packets: Document[] }> {
  const all = async (kind: 'flows' | 'alerts' | 'packets') => {
    const found: Document[] = [];
    let cursor: string | undefined;
    do {
      const page = await stack.api.search(kind, {
        q: `smartids.dump.id:"${dumpId}"`,
        size: 1000,
        sort: '@timestamp:asc,event.id:asc',
        ...(cursor && { cursor }),
      });
      found.push(...page.hits);
      cursor = page.cursor;
    } while (cursor !== undefined);
    return comparable(found, dumpId);
  };
  return { flows: await all('flows'), alerts: await all('alerts'), packets: await all('packets') };
}

/** What may differ by design: the dump's id, etag, name and key wherever they stand, and when it was ingested. */
function comparable(found: readonly Document[], dumpId: string): Document[] {
  const plain = found.map((document) => {
    const text = JSON.stringify(document, (key, value: unknown) =>
      key === 'ingested' || key === 'attempt' || key === 'created' ? undefined : value,
    );
    const same = JSON.parse(text.replaceAll(dumpId, 'DUMP')) as Record<string, unknown>; // what stringify gave
    const { smartids } = same as { smartids?: { dump?: unknown } };
    if (smartids !== undefined) smartids.dump = 'DUMP';
    delete same['file'];
    return same;
  });
  return plain.sort((a, b) => String(a['id']).localeCompare(String(b['id'])));
}

async function ready(dumpId: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if ((await stack.request(`/api/dumps/${dumpId}`)).status === 200) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const dump = await stack.api.waitUntilDone(dumpId, () => {}, AbortSignal.timeout(60_000));
  expect(dump).toMatchObject({ state: 'ready' });
}

describe('a capture dropped', () => {
  it('by the API, by @aws-sdk/client-s3, by the minio client and by the command line gives the same documents', async () => {
    const reply = await stack.request('/api/dumps', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ fileName: 'by-api.pcap', name: 'Through the API', details: 'first way in' }),
    });
    const created = createdDumpSchema.parse(await reply.json());
    const put = await fetch(created.upload.url, { method: 'PUT', body: readFileSync(file) });
    expect(put.status).toBe(200);
    await ready(created.dump.id);
    const byApi = await documents(created.dump.id);

    const key = 'dumps/sensor 1/ä+b.pcap';
    await stack.s3.send(new PutObjectCommand({ Bucket: TEST_BUCKET, Key: key, Body: readFileSync(file) }));
    await ready(deriveDumpId(TEST_BUCKET, key));
    const byS3 = await documents(deriveDumpId(TEST_BUCKET, key));

    const { hostname, port } = new URL(stack.s3Url);
    const minio = new MinioClient({
      endPoint: hostname,
      port: Number(port),
      useSSL: false,
      accessKey: stack.credentials.s3.accessKeyId,
      secretKey: stack.credentials.s3.secretAccessKey,
    });
    await minio.fPutObject(TEST_BUCKET, 'dumps/by-minio.pcap', file);
    await ready(deriveDumpId(TEST_BUCKET, 'dumps/by-minio.pcap'));
    const byMinio = await documents(deriveDumpId(TEST_BUCKET, 'dumps/by-minio.pcap'));

    const flowsFile = join(stack.dataDir, 'flows.ndjson');
    const cli = join(import.meta.dirname, '../../local/cli/main.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [cli, 'scan', file, '--json', '--flows', flowsFile]);
    const report = JSON.parse(stdout);
    const cliFlows = readFileSync(flowsFile, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Document);
    const cliDump = String(cliFlows[0]?.['id']).split('.')[0] ?? '';

    expect(byApi.flows.length).toBeGreaterThan(1000);
    expect(byApi.alerts.length).toBeGreaterThan(0);
    expect(byApi.packets.length).toBeGreaterThan(0);
    expect(byS3).toEqual(byApi);
    expect(byMinio).toEqual(byApi);
    expect(comparable(cliFlows, cliDump)).toEqual(byApi.flows);
    expect(report).toMatchObject({ file, state: 'ready', alerts: expect.any(Array) });
    expect(report.alerts).toHaveLength(byApi.alerts.length);
  }, 180_000);

  it('again under the same key replaces the documents of the version before', async () => {
    const key = 'dumps/replaced.pcap';
    const dumpId = deriveDumpId(TEST_BUCKET, key);
    await stack.s3.send(new PutObjectCommand({ Bucket: TEST_BUCKET, Key: key, Body: readFileSync(file) }));
    await ready(dumpId);
    const other = join(stack.dataDir, 'other.pcap');
    writeFileSync(other, readFileSync(file).subarray(0, 200_000));
    const before = await stack.api.dump(dumpId);
    await stack.s3.send(new PutObjectCommand({ Bucket: TEST_BUCKET, Key: key, Body: readFileSync(other) }));
    await expect.poll(async () => (await stack.api.dump(dumpId)).etag, { timeout: 30_000 }).not.toBe(before.etag);
    await ready(dumpId);
    const after = await stack.api.dump(dumpId);
    expect(after.ledger.records).toBeLessThan(before.ledger.records);
    const { total } = await stack.api.search('flows', { q: `smartids.dump.id:"${dumpId}"`, size: 0 });
    expect(total.value).toBe(after.ledger.flows);
  }, 120_000);
});
