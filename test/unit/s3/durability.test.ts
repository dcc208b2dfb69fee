import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PipelineError } from '../../../lib/errors/pipeline-error.ts';
import { startObjectStore } from '../../../local/s3/server.ts';
import { BUCKET, CREDENTIALS, type EmbeddedStore, startEmbedded } from './embedded-store.ts';
import { type RawTarget, send, signedSend, signHeaders } from './raw-client.ts';

const CHILD = new URL('./store-process.ts', import.meta.url);
let dataDir: string;
let open: EmbeddedStore[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'smart-ids-s3-'));
});
afterEach(async () => {
  for (const embedded of open) await embedded.close();
  open = [];
  await rm(dataDir, { recursive: true, force: true });
});

async function start(options: Parameters<typeof startEmbedded>[0] = {}): Promise<EmbeddedStore> {
  const embedded = await startEmbedded({ dataDir, ...options });
  open.push(embedded);
  return embedded;
}

async function stop(embedded: EmbeddedStore): Promise<void> {
  open = open.filter((other) => other !== embedded);
  await embedded.close();
}

async function put(target: RawTarget, key: string, body: string): Promise<void> {
  const response = await signedSend(target, { method: 'PUT', path: `/captures/${key}`, body });
  expect(response.status).toBe(200);
}

async function files(): Promise<readonly string[]> {
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

/** Start the server in a process of its own, to kill it. */
async function startProcess() {
  const child = fork(CHILD, [dataDir], { stdio: 'inherit' });
  const [{ endpoint }] = (await once(child, 'message')) as [{ endpoint: string }];
  const target: RawTarget = { endpoint, region: 'us-east-1', ...CREDENTIALS };
  const kill = async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { target, kill };
}

describe('objects', () => {
  it('are there after a restart, with what was not finished left out', async () => {
    const first = await start();
    await put(first.target, 'a/b', 'one');
    await put(first.target, 'a/b', 'two');
    await stop(first);
    const second = await start();
    expect((await signedSend(second.target, { method: 'GET', path: '/captures/a/b' })).body.toString()).toBe('two');
  });

  it('and their events survive a kill right after the answer', async () => {
    const child = await startProcess();
    await put(child.target, 'dumps/a%2Bb%20c.pcap', 'killed');
    await child.kill();
    const after = await start();
    expect(
      (await signedSend(after.target, { method: 'GET', path: '/captures/dumps/a%2Bb%20c.pcap' })).body.toString(),
    ).toBe('killed');
    await vi.waitFor(() => expect(after.delivered).toHaveLength(1));
    const event = JSON.parse(after.delivered[0]?.body ?? '');
    expect(event.Records[0].s3.object).toMatchObject({ key: 'dumps/a%2Bb+c.pcap', size: 6 });
  });

  it('of an upload that was under way at a kill are swept at the next start', async () => {
    const child = await startProcess();
    await put(child.target, 'kept', 'kept');
    const wire = signHeaders(child.target, { method: 'PUT', path: '/captures/lost', payloadHash: 'UNSIGNED-PAYLOAD' });
    const sent = send(child.target, {
      ...wire,
      body: Buffer.alloc(10),
      headers: { ...wire.headers, 'content-length': '20' },
    });
    sent.catch(() => undefined);
    await vi.waitFor(async () => expect((await files()).filter((name) => /^[0-9a-f]{32}$/.test(name))).toHaveLength(2));
    await child.kill();
    const after = await start();
    expect((await files()).filter((name) => /^[0-9a-f]{32}$/.test(name))).toHaveLength(1);
    expect((await signedSend(after.target, { method: 'GET', path: '/captures/kept' })).body.toString()).toBe('kept');
  });

  it('leave no file behind when they are replaced or deleted', async () => {
    const { target } = await start();
    const blobs = async () => (await files()).filter((name) => /^[0-9a-f]{32}$/.test(name)).length;
    await put(target, 'a', '1');
    await put(target, 'a', '2');
    await signedSend(target, { method: 'PUT', path: '/captures/b', headers: { 'x-amz-copy-source': '/captures/a' } });
    await vi.waitFor(async () => expect(await blobs()).toBe(1));
    await signedSend(target, { method: 'DELETE', path: '/captures/a' });
    expect((await signedSend(target, { method: 'GET', path: '/captures/b' })).body.toString()).toBe('2');
    await signedSend(target, { method: 'DELETE', path: '/captures/b' });
    await vi.waitFor(async () => expect(await blobs()).toBe(0));
  });
});

describe('the folder', () => {
  it('belongs to one server at a time', async () => {
    const { dataDir: taken } = await start();
    const second = startObjectStore({
      dataDir: taken,
      host: '127.0.0.1',
      port: 0,
      region: 'us-east-1',
      credentials: [CREDENTIALS],
      buckets: [],
      notifications: [],
      deliver: async () => {},
    });
    await expect(second).rejects.toThrow(/already serves this folder/);
    await expect(second).rejects.toBeInstanceOf(PipelineError);
  });

  it('is the only place that keys are stored in, whatever they are', async () => {
    const { target } = await start();
    await writeFile(join(dataDir, 'bystander'), 'untouched');
    const known = new Set(['bystander', 'catalogue.sqlite', 'catalogue.sqlite-wal', 'catalogue.sqlite-shm']);
    const keys = [
      '../escape',
      '../../../../../../tmp/smart-ids-escape',
      '/absolute',
      '//',
      '..',
      '.',
      'a/../../b',
      '%00',
      'nul%00inside',
      'bystander',
      'folder',
      'folder/',
      'folder/inside',
      'folder/inside/more',
      '%E2%80%AE%F0%9F%98%80',
      'back%5C..%5Cslash',
      'x'.repeat(1024),
      'CON',
      '-rf',
      '~',
    ];
    for (const [index, key] of keys.entries()) await put(target, key, `${index}`);
    for (const [index, key] of keys.entries())
      expect((await signedSend(target, { method: 'GET', path: `/captures/${key}` })).body.toString(), key).toBe(
        `${index}`,
      );
    const strays = (await files()).filter((name) => !known.has(name) && !/^[0-9a-f]{32}$/.test(name));
    expect(strays).toEqual([]);
    const listed = await signedSend(target, {
      method: 'GET',
      path: '/captures',
      query: [
        ['encoding-type', 'url'],
        ['list-type', '2'],
      ],
    });
    expect(listed.body.toString().match(/<Key>/g)).toHaveLength(keys.length);
    const tooLong = await signedSend(target, { method: 'PUT', path: `/captures/${'x'.repeat(1025)}`, body: '' });
    expect(tooLong.code).toBe('KeyTooLongError');
  });
});

describe('a read under way', () => {
  it.each(['replaced', 'deleted'])('ends with the old bytes when the object is %s meanwhile', async (fate) => {
    const { target } = await start();
    const old = 'o'.repeat(8_000_000);
    await put(target, 'read', old);
    const wire = signHeaders(target, { method: 'GET', path: '/captures/read' });
    const response = await fetch(target.endpoint + wire.path, { headers: wire.headers });
    const reader = response.body?.getReader();
    let length = (await reader?.read())?.value?.length ?? 0;
    if (fate === 'replaced') await put(target, 'read', 'new');
    else await signedSend(target, { method: 'DELETE', path: '/captures/read' });
    for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
      expect(Buffer.from(piece.value).every((byte) => byte === 111)).toBe(true);
      length += piece.value.length;
    }
    expect(length).toBe(old.length);
  });

  it('of an object of several parts ends with the old bytes too, also those in files not opened yet', async () => {
    const { target } = await start();
    const path = '/captures/parts';
    const opened = await signedSend(target, { method: 'POST', path, query: [['uploads', '']] });
    const uploadId = /<UploadId>(.*?)</.exec(opened.body.toString())?.[1] ?? '';
    const parts = [Buffer.alloc(16_000_000, 'a'), Buffer.alloc(6_000_000, 'b'), Buffer.from('the end')];
    let list = '';
    for (const [index, body] of parts.entries()) {
      const partNumber = ['partNumber', `${index + 1}`] as const;
      const { headers } = await signedSend(target, {
        method: 'PUT',
        path,
        query: [partNumber, ['uploadId', uploadId]],
        body,
      });
      list += `<Part><PartNumber>${index + 1}</PartNumber><ETag>${headers.etag}</ETag></Part>`;
    }
    const body = `<CompleteMultipartUpload>${list}</CompleteMultipartUpload>`;
    await signedSend(target, { method: 'POST', path, query: [['uploadId', uploadId]], body });
    const wire = signHeaders(target, { method: 'GET', path });
    const response = await fetch(target.endpoint + wire.path, { headers: wire.headers });
    await signedSend(target, { method: 'DELETE', path });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(Buffer.from(await response.arrayBuffer()).equals(Buffer.concat(parts))).toBe(true);
    await vi.waitFor(async () => expect((await files()).filter((name) => /^[0-9a-f]{32}$/.test(name))).toEqual([]));
  });

  it('that the client gives up leaves nothing held', async () => {
    const { target, errors } = await start();
    await put(target, 'left', 'l'.repeat(8_000_000));
    const wire = signHeaders(target, { method: 'GET', path: '/captures/left' });
    const abort = new AbortController();
    const response = await fetch(target.endpoint + wire.path, { headers: wire.headers, signal: abort.signal });
    await response.body?.getReader().read();
    abort.abort();
    await signedSend(target, { method: 'DELETE', path: '/captures/left' });
    await vi.waitFor(async () => expect((await files()).filter((name) => /^[0-9a-f]{32}$/.test(name))).toEqual([]));
    expect(errors).toEqual([]);
  });

  it('of a file that is lost from the disk is an error, never a short answer', async () => {
    const { target, errors } = await start();
    await put(target, 'lost', 'l'.repeat(1000));
    const [blob = ''] = (await files()).filter((name) => /^[0-9a-f]{32}$/.test(name));
    await writeFile(join(dataDir, 'blobs', blob.slice(0, 2), blob), 'short');
    await expect(signedSend(target, { method: 'GET', path: '/captures/lost' })).rejects.toThrow();
    await rm(join(dataDir, 'blobs', blob.slice(0, 2), blob));
    expect((await signedSend(target, { method: 'GET', path: '/captures/lost' })).status).toBe(500);
    expect(errors).toHaveLength(2);
  });
});

it('the buckets that are asked for are made once', async () => {
  const first = await start();
  await stop(first);
  const second = await start({ buckets: [BUCKET, 'another'] });
  const { body } = await signedSend(second.target, { method: 'GET', path: '/' });
  expect(body.toString().match(/<Name>[^<]*/g)).toEqual(['<Name>another', '<Name>captures']);
});
