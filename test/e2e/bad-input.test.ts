// What bad input gets: a clear error on the dump or in the response, and a process that goes on.

import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createdDumpSchema, type DumpView } from '../../functions/api/schema/dump-schema.ts';
import { deriveDumpId } from '../../lib/dump/dump-id.ts';
import { cutInTheMiddle, tinyHttpCapture } from '../support/captures.ts';
import { startTestStack, TEST_BUCKET, type TestStack } from '../support/embedded-stack.ts';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
});

afterAll(() => stack.remove());

async function drop(name: string, body: Uint8Array): Promise<DumpView> {
  const Key = `dumps/${name}`;
  await stack.s3.send(new PutObjectCommand({ Bucket: TEST_BUCKET, Key, Body: body }));
  const id = deriveDumpId(TEST_BUCKET, Key);
  await expect.poll(async () => (await stack.request(`/api/dumps/${id}`)).status, { timeout: 30_000 }).toBe(200);
  return await stack.api.waitUntilDone(id, () => {}, AbortSignal.timeout(60_000));
}

const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  stack.request(path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });

describe('bad input', () => {
  it('that is no capture ends in an error that says what was seen and what is allowed', async () => {
    const dump = await drop('letter.txt', new TextEncoder().encode('Dear Sir or Madam, '.repeat(100)));
    expect(dump).toMatchObject({ state: 'error', error: { code: 'not-a-capture' } });
    expect(dump.error?.message).toMatch(/44\s?65\s?61\s?72/);
    expect(dump.error?.message).toMatch(/pcapng/);
  });

  it('that is empty ends in an error of its own', async () => {
    expect(await drop('empty.pcap', new Uint8Array(0))).toMatchObject({
      state: 'error',
      error: { code: 'empty-file' },
    });
  });

  it('that is packed as nothing we unpack is recognised and named', async () => {
    const xz = new Uint8Array(64);
    xz.set([0xfd, 0x37, 0x7a, 0x58, 0x5a]);
    const dump = await drop('day.pcap.xz', xz);
    expect(dump).toMatchObject({ state: 'error', error: { code: 'unsupported-format' } });
    expect(dump.error?.message).toMatch(/xz/i);
  });

  it('that is cut in the middle keeps every whole record, with a counted warning and a gap', async () => {
    const dump = await drop('cut.pcap', cutInTheMiddle());
    expect(dump.state).toBe('ready');
    expect(dump.ledger.records).toBeGreaterThan(0);
    expect(dump.ledger.gaps).toHaveLength(1);
    expect(Object.values(dump.ledger.warnings).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
  });

  it('a capture without a record is ready, and its ledger says so', async () => {
    const dump = await drop('no-record.pcap', tinyHttpCapture().subarray(0, 24));
    expect(dump).toMatchObject({ state: 'ready', ledger: { records: 0, flows: 0, warnings: { 'no-records': 1 } } });
  });

  it('in a request gets problem details that name what is wrong and what is allowed', async () => {
    const unknown = await post('/api/dumps', JSON.stringify({ fileName: 'a.pcap', color: 'red' }));
    expect(unknown.status).toBe(400);
    expect(unknown.headers.get('content-type')).toMatch(/application\/problem\+json/);
    expect(JSON.stringify(await unknown.json())).toMatch(/color/);

    expect((await post('/api/dumps', '{"fileName":')).status).toBe(400);
    expect((await stack.request('/api/search/flows?q=source.ip:')).status).toBe(400);
    expect((await stack.request('/api/search/flows?q=sauce.ip:1')).status).toBe(400);
    expect((await stack.request('/api/dumps/00000000-0000-8000-8000-000000000000')).status).toBe(404);
    expect((await stack.request('/api/nowhere')).status).toBe(404);
  });

  it('without the key gets 401, with a wrong one too', async () => {
    expect((await stack.request('/api/dumps', { headers: { authorization: '' } })).status).toBe(401);
    expect((await stack.request('/api/dumps', { headers: { authorization: 'Bearer wrong-wrong-wrong' } })).status).toBe(
      401,
    );
  });

  it('a presigned URL that was changed, or is another key, is refused and stores nothing', async () => {
    const reply = await post('/api/dumps', JSON.stringify({ fileName: 'mine.pcap' }));
    const created = createdDumpSchema.parse(await reply.json());
    const put = (url: string) => fetch(url, { method: 'PUT', body: Buffer.from(tinyHttpCapture()) });
    const other = created.upload.url.replace('mine.pcap', 'other.pcap');
    expect(other).not.toBe(created.upload.url);
    const refused = await put(other);
    expect(refused.status).toBe(403);
    expect(await refused.text()).toMatch(/SignatureDoesNotMatch/);
    const longer = created.upload.url.replace(/X-Amz-Expires=\d+/, 'X-Amz-Expires=604800');
    expect((await put(longer)).status).toBe(403);
    expect((await put(created.upload.url)).status).toBe(200);
  });
});
