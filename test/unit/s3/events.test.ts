import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BUCKET, type EmbeddedStore, startEmbedded } from './embedded-store.ts';
import { type RawTarget, signedSend } from './raw-client.ts';

let dataDir: string;
let embedded: EmbeddedStore | undefined;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'smart-ids-s3-'));
});
afterEach(async () => {
  await embedded?.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function start(options: Parameters<typeof startEmbedded>[0] = {}): Promise<EmbeddedStore> {
  await embedded?.close();
  embedded = await startEmbedded({ dataDir, ...options });
  return embedded;
}

function put(target: RawTarget, key: string, headers: Readonly<Record<string, string>> = {}) {
  return signedSend(target, {
    method: 'PUT',
    path: `/captures/${key}`,
    body: headers['x-amz-copy-source'] ? '' : 'body',
    headers,
  });
}

const rule = (id: string, target: string, prefix = '', suffix = '') => ({ id, bucket: BUCKET, prefix, suffix, target });
/** The keys in these messages. */
const keysOf = (messages: readonly { readonly body: string }[]) =>
  messages.map((message) => JSON.parse(message.body).Records[0].s3.object.key as string);

describe('an event', () => {
  it('has the shape that S3 gives it', async () => {
    const now = Date.UTC(2026, 10, 22, 8, 9, 10, 11);
    const { target, delivered } = await start({ clock: () => now });
    await signedSend(target, {
      method: 'PUT',
      path: '/captures/dumps/a%20b%2B%C3%BC~.pcap',
      body: 'body',
      date: new Date(now),
    });
    await vi.waitFor(() => expect(delivered).toHaveLength(1));
    const request = expect.stringMatching(/^[0-9A-F]{16}$/);
    expect(delivered[0]?.target).toBe('dump-events');
    expect(JSON.parse(delivered[0]?.body ?? '')).toEqual({
      Records: [
        {
          eventVersion: '2.1',
          eventSource: 'aws:s3',
          awsRegion: 'us-east-1',
          eventTime: '2026-11-22T08:09:10.011Z',
          eventName: 'ObjectCreated:Put',
          userIdentity: { principalId: 'smart-ids' },
          requestParameters: { sourceIPAddress: '127.0.0.1' },
          responseElements: { 'x-amz-request-id': request, 'x-amz-id-2': request },
          s3: {
            s3SchemaVersion: '1.0',
            configurationId: 'dumps',
            bucket: { name: 'captures', ownerIdentity: { principalId: 'smart-ids' }, arn: 'arn:aws:s3:::captures' },
            object: {
              key: 'dumps/a+b%2B%C3%BC%7E.pcap',
              size: 4,
              eTag: '841a2d689ad86bd1611447453c22c6fc',
              sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
            },
          },
        },
      ],
    });
  });

  it('tells how the object came about, and its sequencer grows with every object, also over restarts', async () => {
    const first = await start();
    await put(first.target, 'dumps/put');
    await put(first.target, 'dumps/copy', { 'x-amz-copy-source': 'captures/dumps/put' });
    await signedSend(first.target, { method: 'DELETE', path: '/captures/dumps/copy' });
    await vi.waitFor(() => expect(first.delivered).toHaveLength(2));
    const second = await start();
    const opened = await signedSend(second.target, {
      method: 'POST',
      path: '/captures/dumps/parts',
      query: [['uploads', '']],
    });
    const uploadId = /<UploadId>(.*?)</.exec(opened.body.toString())?.[1] ?? '';
    const { headers } = await signedSend(second.target, {
      method: 'PUT',
      path: '/captures/dumps/parts',
      query: [
        ['partNumber', '1'],
        ['uploadId', uploadId],
      ],
      body: 'part',
    });
    const list = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${headers.etag}</ETag></Part></CompleteMultipartUpload>`;
    const complete = () =>
      signedSend(second.target, {
        method: 'POST',
        path: '/captures/dumps/parts',
        query: [['uploadId', uploadId]],
        body: list,
      });
    const completed = await complete();
    expect(completed.status).toBe(200);
    expect((await complete()).body).toEqual(completed.body); // asked again, it says the same and stores nothing
    await vi.waitFor(() => expect(second.delivered).toHaveLength(1));
    const records = [...first.delivered, ...second.delivered].map((message) => JSON.parse(message.body).Records[0]);
    expect(records.map((record) => record.eventName)).toEqual([
      'ObjectCreated:Put',
      'ObjectCreated:Copy',
      'ObjectCreated:CompleteMultipartUpload',
    ]);
    const sequencers: string[] = records.map((record) => record.s3.object.sequencer);
    expect([...new Set(sequencers)].sort()).toEqual(sequencers);
  });

  it('goes to every queue whose prefix and suffix fit, and to no other', async () => {
    const notifications = [
      rule('dumps', 'dump-events', 'dumps/'),
      rule('results', 'results', 'results/', '.ndjson.gz'),
      rule('all', 'everything'),
      { ...rule('elsewhere', 'elsewhere'), bucket: 'other' },
    ];
    const { target, delivered } = await start({ notifications });
    for (const key of ['dumps/a', 'results/a.ndjson.gz', 'results/a.json.gz', 'work/x']) await put(target, key);
    await vi.waitFor(() => expect(delivered).toHaveLength(6));
    const of = (queue: string) => keysOf(delivered.filter((message) => message.target === queue));
    expect(of('dump-events')).toEqual(['dumps/a']);
    expect(of('results')).toEqual(['results/a.ndjson.gz']);
    expect(of('everything')).toHaveLength(4);
    expect(of('elsewhere')).toEqual([]);
  });

  it('is not sent for a put that was refused', async () => {
    const { target, delivered } = await start();
    await put(target, 'dumps/first');
    await put(target, 'dumps/first', { 'if-none-match': '*' });
    await put(target, 'dumps/second');
    await vi.waitFor(() => expect(keysOf(delivered)).toContain('dumps/second'));
    expect(keysOf(delivered)).toEqual(['dumps/first', 'dumps/second']);
  });
});

describe('a queue that does not take an event', () => {
  it('is asked again until it does, and then no more', async () => {
    let tries = 0;
    const deliver = async () => {
      tries++;
      if (tries < 4) throw new Error('the queue is down');
    };
    const { target, errors } = await start({ deliver });
    await put(target, 'dumps/a');
    await vi.waitFor(() => expect(tries).toBe(4), { timeout: 5000 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(tries).toBe(4);
    expect(errors).toHaveLength(3);
  });

  it('gets it after a restart', async () => {
    const down = await start({
      deliver: async () => {
        throw new Error('the queue is down');
      },
    });
    for (const key of ['dumps/1', 'dumps/2', 'dumps/3']) await put(down.target, key);
    const up = await start();
    await vi.waitFor(() => expect(keysOf(up.delivered).sort()).toEqual(['dumps/1', 'dumps/2', 'dumps/3']));
    const again = await start();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(again.delivered).toEqual([]);
  });

  it('does not hold up another queue, even if it never answers', async () => {
    const taken: string[] = [];
    const deliver = (queue: string, body: string) => {
      if (queue === 'stuck') return new Promise<void>(() => {});
      taken.push(body);
      return Promise.resolve();
    };
    const { target } = await start({ deliver, notifications: [rule('1', 'stuck'), rule('2', 'fine')] });
    for (let index = 0; index < 20; index++) await put(target, `dumps/${index}`);
    await vi.waitFor(() => expect(taken).toHaveLength(20));
  });

  it('may refuse some events for ever without holding up those behind them', async () => {
    const taken: string[] = [];
    const deliver = async (_: string, body: string) => {
      if (body.includes('dumps/poison')) throw new Error('refused');
      taken.push(body);
    };
    const { target } = await start({ deliver });
    for (let index = 0; index < 9; index++) await put(target, `dumps/poison-${index}`);
    for (let index = 0; index < 12; index++) await put(target, `dumps/${index}`);
    await vi.waitFor(() => expect(taken).toHaveLength(12), { timeout: 8000 });
  });

  it('does not hold up a put', async () => {
    const { target } = await start({ deliver: () => new Promise(() => {}) });
    expect((await put(target, 'dumps/a')).status).toBe(200);
  });
});
