import { readdir } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createSummer } from '../../../local/s3/checksum.ts';
import { type EmbeddedStore, startEmbedded } from './embedded-store.ts';
import {
  awsChunked,
  freshKey,
  type RawRequest,
  type RawTarget,
  send,
  sha256,
  signedSend,
  signHeaders,
  timestamp,
} from './raw-client.ts';

let embedded: EmbeddedStore;
let target: RawTarget;
let before: number;

async function blobCount(): Promise<number> {
  const entries = await readdir(join(embedded.dataDir, 'blobs'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).length;
}

beforeAll(async () => {
  embedded = await startEmbedded();
  target = embedded.target;
  await signedSend(target, { method: 'PUT', path: '/captures/kept', body: 'kept' });
  before = await blobCount();
});
afterEach(() => expect(embedded.errors).toEqual([]));
afterAll(() => embedded.close());

function crc32(data: string | Buffer): string {
  const summer = createSummer('CRC32');
  summer.update(Buffer.from(data));
  return summer.digest().toString('base64');
}

/** Put to `kept` in a way that must fail: it must fail with this code, change nothing and leave nothing behind. */
async function expectRefused(code: string, request: Partial<RawRequest>): Promise<void> {
  const response = await signedSend(target, { method: 'PUT', path: '/captures/kept', body: 'replaced', ...request });
  expect(`${response.status} ${response.code}`).toBe(code);
  const { body } = await signedSend(target, { method: 'GET', path: '/captures/kept' });
  expect(body.toString()).toBe('kept');
  expect(await blobCount()).toBe(before);
}

describe('the body of a put', () => {
  it('must have the SHA-256 that was signed', async () => {
    await expectRefused('400 XAmzContentSHA256Mismatch', { payloadHash: sha256('something else') });
    await expectRefused('400 InvalidArgument', { payloadHash: 'nonsense' });
    await expectRefused('400 InvalidArgument', { payloadHash: sha256('replaced').toUpperCase() });
  });

  it('must have the MD5 and the sum that its headers promise', async () => {
    await expectRefused('400 BadDigest', { headers: { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' } });
    await expectRefused('400 InvalidDigest', { headers: { 'content-md5': 'not base64' } });
    await expectRefused('400 BadDigest', { headers: { 'x-amz-checksum-crc32': 'AAAAAA==' } });
    await expectRefused('400 InvalidRequest', { headers: { 'x-amz-checksum-crc32': 'AAAAAAAA' } });
    await expectRefused('400 InvalidRequest', {
      headers: { 'x-amz-checksum-crc32': crc32('replaced'), 'x-amz-checksum-sha1': 'AAAA' },
    });
    await expectRefused('400 InvalidRequest', { headers: { 'x-amz-sdk-checksum-algorithm': 'MD4' } });
  });

  it('must have a length, and one that is allowed', async () => {
    const chunked = { 'transfer-encoding': 'chunked' };
    await expectRefused('411 MissingContentLength', { payloadHash: 'UNSIGNED-PAYLOAD', headers: chunked });
    await expectRefused('411 MissingContentLength', { payloadHash: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' });
    await expectRefused('400 EntityTooLarge', {
      payloadHash: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      headers: { 'x-amz-decoded-content-length': `${5 * 1024 ** 3 + 1}` },
    });
  });

  it('that breaks off stores nothing', async () => {
    const wire = signHeaders(target, { method: 'PUT', path: '/captures/kept', payloadHash: 'UNSIGNED-PAYLOAD' });
    const { hostname, port } = new URL(target.endpoint);
    const socket = createConnection(Number(port), hostname);
    const lines = Object.entries({ ...wire.headers, 'content-length': '1000' }).map(
      ([name, value]) => `${name}: ${value}`,
    );
    await new Promise<void>((resolve) => {
      socket.write(`PUT ${wire.path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\nonly this`, () =>
        setTimeout(resolve, 100),
      );
    });
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { body } = await signedSend(target, { method: 'GET', path: '/captures/kept' });
    expect(body.toString()).toBe('kept');
    expect(await blobCount()).toBe(before);
  });

  it('keeps its metadata within 2 KiB', async () => {
    await expectRefused('400 MetadataTooLarge', { headers: { 'x-amz-meta-long': 'x'.repeat(2050) } });
  });

  it('is not asked for when the request is refused anyway', async () => {
    const { hostname, port } = new URL(target.endpoint);
    const socket = createConnection(Number(port), hostname);
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      socket.on('data', (bytes) => (text += bytes));
      socket.on('close', () => resolve(text));
      socket.write('PUT /captures/kept HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n');
    });
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(answer.toLowerCase()).toContain('connection: close');
  });

  it('is asked for when the request holds', async () => {
    const key = freshKey('expect');
    const wire = signHeaders(target, { method: 'PUT', path: `/captures/${key}`, payloadHash: 'UNSIGNED-PAYLOAD' });
    const response = await send(target, {
      ...wire,
      body: Buffer.from('after 100'),
      headers: { ...wire.headers, expect: '100-continue' },
    });
    expect(response.status).toBe(200);
    expect((await signedSend(target, { method: 'GET', path: `/captures/${key}` })).body.toString()).toBe('after 100');
  });
});

describe('a body in signed chunks', () => {
  const chunks = [Buffer.alloc(70_000, 'a'), Buffer.from('the end')];
  const whole = Buffer.concat(chunks);
  const date = new Date();

  function streamed(
    payloadHash: string,
    trailers: Readonly<Record<string, string>> | undefined,
    change?: (body: Buffer) => Buffer,
  ) {
    const key = freshKey('streamed');
    const headers = {
      'content-encoding': 'aws-chunked',
      'x-amz-decoded-content-length': `${whole.length}`,
      ...(trailers ? { 'x-amz-trailer': Object.keys(trailers).join(',') } : {}),
    };
    const wire = signHeaders(target, { method: 'PUT', path: `/captures/${key}`, headers, payloadHash, date });
    const seedSignature = /Signature=(.*)/.exec(wire.headers['authorization'] ?? '')?.[1] ?? '';
    const options = { signed: payloadHash.startsWith('STREAMING-AWS4'), seedSignature, time: timestamp(date) };
    const body = awsChunked(target, chunks, { ...options, ...(trailers ? { trailers } : {}) });
    return { key, sent: send(target, { ...wire, body: change?.(body) ?? body }) };
  }

  it.each([
    ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD', false],
    ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', true],
    ['STREAMING-UNSIGNED-PAYLOAD-TRAILER', true],
  ])('is stored decoded (%s)', async (payloadHash, trailer) => {
    const { key, sent } = streamed(payloadHash, trailer ? { 'x-amz-checksum-crc32': crc32(whole) } : undefined);
    expect((await sent).status).toBe(200);
    const got = await signedSend(target, {
      method: 'GET',
      path: `/captures/${key}`,
      headers: { 'x-amz-checksum-mode': 'ENABLED' },
    });
    expect(got.body.equals(whole)).toBe(true);
    expect(got.headers['content-encoding']).toBeUndefined();
    expect(got.headers['x-amz-checksum-crc32']).toBe(trailer ? crc32(whole) : undefined);
  });

  it('is refused when a byte in it was changed', async () => {
    const flip = (body: Buffer) => Buffer.from(body.toString('latin1').replace('the end', 'the ENd'), 'latin1');
    const { key, sent } = streamed('STREAMING-AWS4-HMAC-SHA256-PAYLOAD', undefined, flip);
    expect((await sent).code).toBe('SignatureDoesNotMatch');
    expect((await signedSend(target, { method: 'GET', path: `/captures/${key}` })).status).toBe(404);
  });

  it('is refused when its trailer has another sum, or none', async () => {
    const wrong = streamed('STREAMING-UNSIGNED-PAYLOAD-TRAILER', { 'x-amz-checksum-crc32': 'AAAAAA==' });
    expect((await wrong.sent).code).toBe('BadDigest');
    const without = (body: Buffer) =>
      Buffer.from(body.toString('latin1').replace(/x-amz-checksum.*\r\n/, ''), 'latin1');
    const none = streamed('STREAMING-UNSIGNED-PAYLOAD-TRAILER', { 'x-amz-checksum-crc32': crc32(whole) }, without);
    expect((await none.sent).code).toBe('MalformedTrailerError');
  });

  it('is refused early and the connection lives on', async () => {
    for (let round = 0; round < 3; round++) {
      const { sent } = streamed('STREAMING-AWS4-HMAC-SHA256-PAYLOAD', undefined, () => Buffer.alloc(3_000_000, 'z'));
      expect((await sent).code).toBe('InvalidRequest');
    }
  });
});
