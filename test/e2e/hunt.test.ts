// A hunt through raw packets: asked for over HTTP, done by the hunt stage, its matches listed and carved.

import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deriveDumpId } from '../../lib/dump/dump-id.ts';
import { conversationRecords } from '../../local/generate/single-flow.ts';
import { pcapOf, sshGuessingCapture } from '../support/captures.ts';
import { startTestStack, TEST_BUCKET, type TestStack } from '../support/embedded-stack.ts';
import { readNaively } from '../support/naive-capture-reader.ts';

const SECRET = 'token=0123456789';
const said = Array.from({ length: 8 }, (_, i) => ({
  kind: 'data' as const,
  from: i % 2 === 0 ? ('client' as const) : ('server' as const),
  bytes: Buffer.from(`POST /${i} HTTP/1.1\r\nHost: a\r\n\r\n${i % 2 === 0 ? SECRET : SECRET.toUpperCase()}`),
  waitNs: 1e6,
}));
const FILES = {
  'token.pcap.gz': gzipSync(pcapOf(conversationRecords(said))),
  'ssh-guessing.pcap': sshGuessingCapture().bytes,
};
type Name = keyof typeof FILES;
const NAMES = Object.keys(FILES) as Name[]; // the keys of the literal above

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack({ variables: { SMARTIDS_CHUNK_MAX_RECORDS: '1024' } });
  for (const name of NAMES) {
    await stack.s3.send(new PutObjectCommand({ Bucket: TEST_BUCKET, Key: `dumps/${name}`, Body: FILES[name] }));
    const id = deriveDumpId(TEST_BUCKET, `dumps/${name}`);
    for (let tries = 0; tries < 300 && (await stack.request(`/api/dumps/${id}`)).status !== 200; tries += 1)
      await pause();
    expect((await stack.api.waitUntilDone(id, () => {}, AbortSignal.timeout(60_000))).state).toBe('ready');
  }
}, 180_000);
afterAll(() => stack.remove());

const pause = () => new Promise((resolve) => setTimeout(resolve, 100));

interface Hunt {
  readonly id: string;
  readonly state: string;
  readonly progress: { readonly matches: number; readonly chunks: number; readonly chunksInAll: number };
}

interface Match {
  readonly dumpName: string;
  readonly record: number;
  readonly flowId?: string;
  readonly direction?: string;
  readonly context: { readonly data: string; readonly start: number };
}

async function call(method: string, path: string, body?: unknown) {
  const json =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const reply = await stack.request(path, { method, ...json });
  return { status: reply.status, reply };
}

async function hunt(body: unknown): Promise<{ hunt: Hunt; matches: readonly Match[] }> {
  const { status, reply } = await call('POST', '/api/hunts', body);
  expect([body, status]).toEqual([body, 202]);
  let one = (await reply.json()) as Hunt; // the route's schema
  for (let tries = 0; tries < 300 && one.state === 'running'; tries += 1) {
    await pause();
    one = (await (await stack.request(`/api/hunts/${one.id}`)).json()) as Hunt;
  }
  const matches: Match[] = [];
  for (let cursor = ''; ; ) {
    const page = await stack.request(`/api/hunts/${one.id}/matches?size=3${cursor}`);
    const list = (await page.json()) as { matches: readonly Match[]; cursor?: string }; // the route's schema
    matches.push(...list.matches);
    if (list.cursor === undefined) return { hunt: one, matches };
    cursor = `&cursor=${list.cursor}`;
  }
}

describe('a hunt', () => {
  it('finds text, hex and expressions in packets of packed and plain dumps', async () => {
    const text = await hunt({ pattern: { kind: 'text', value: SECRET } });
    expect(text.hunt).toMatchObject({ state: 'done', progress: { matches: 4, lostChunks: 0 } });
    expect(text.hunt.progress.chunks).toBe(text.hunt.progress.chunksInAll);
    expect(text.matches.map(({ dumpName, direction }) => [dumpName, direction])).toEqual(
      Array.from({ length: 4 }, () => ['token.pcap.gz', 'source']),
    );
    for (const { context } of text.matches) {
      const bytes = Buffer.from(context.data, 'base64');
      expect(bytes.toString('latin1', context.start, context.start + SECRET.length)).toBe(SECRET);
    }
    const either = { kind: 'text', value: SECRET, ignoreCase: true };
    expect((await hunt({ pattern: either })).matches).toHaveLength(8);
    expect((await hunt({ pattern: either, direction: 'destination' })).matches).toHaveLength(4);
    expect((await hunt({ pattern: { kind: 'regexp', value: 'token=\\d{10}' } })).matches).toHaveLength(4);
    const ssh = await hunt({ pattern: { kind: 'hex', value: Buffer.from('SSH-2.0-').toString('hex') }, limit: 5 });
    expect([ssh.hunt.state, ssh.matches.length]).toEqual(['limit', 5]);
  });

  it('goes through the dumps, flows or alerts that the query finds', async () => {
    const pattern = { kind: 'hex', value: '53 53 48 2d' };
    const none = await hunt({ pattern, kind: 'flows', q: 'destination.port:80' });
    expect(none.matches).toEqual([]);
    const flows = await hunt({ pattern, kind: 'flows', q: 'destination.port:22' });
    const alerts = await hunt({ pattern, kind: 'alerts', q: '' });
    expect(flows.matches.length).toBeGreaterThan(10);
    expect(alerts.matches.length).toBeGreaterThan(10);
    const ports = await stack.api.search('flows', { q: 'destination.port:22', size: 1000 });
    const ids = new Set(ports.hits.map(({ id }) => id));
    expect(flows.matches.every(({ flowId = '' }) => ids.has(flowId))).toBe(true);
    const other = await hunt({ pattern, q: 'smartids.dump.name:token.pcap.gz' });
    expect([other.hunt.state, other.matches.length]).toEqual(['done', 0]);
  });

  it('gives its packets as a capture file, is listed, called off and deleted', async () => {
    const { hunt: one, matches } = await hunt({ pattern: { kind: 'text', value: SECRET, ignoreCase: true } });
    const reply = await stack.request(`/api/hunts/${one.id}/pcap`);
    const capture = readNaively(new Uint8Array(await reply.arrayBuffer()));
    expect(capture?.records).toHaveLength(new Set(matches.map(({ record }) => record)).size);
    for (const { data } of capture?.records ?? []) {
      expect(Buffer.from(data, 'hex').toString('latin1').toLowerCase()).toContain(SECRET);
    }
    const list = (await (await stack.request('/api/hunts')).json()) as { hunts: readonly Hunt[] }; // the route's schema
    expect(list.hunts[0]?.id).toBe(one.id);
    expect((await call('POST', `/api/hunts/${one.id}/cancel`)).status).toBe(200);
    expect((await call('DELETE', `/api/hunts/${one.id}`)).status).toBe(204);
    for (const path of ['', '/matches', '/pcap']) {
      expect((await call('GET', `/api/hunts/${one.id}${path}`)).status).toBe(404);
    }
  });

  it('is refused with words where it cannot be', async () => {
    const pattern = { kind: 'text', value: 'a' };
    for (const [body, words] of [
      [{}, 'pattern'],
      [{ pattern: { kind: 'text', value: '' } }, 'pattern'],
      [{ pattern: { kind: 'hex', value: 'abc' } }, 'not bytes in hex'],
      [{ pattern: { kind: 'regexp', value: '(' } }, 'pattern: '],
      [{ pattern: { kind: 'regexp', value: 'a*' } }, 'nothing at all'],
      [{ pattern, limit: 0 }, 'limit'],
      [{ pattern, kind: 'packets' }, 'kind'],
      [{ pattern, q: 'nosuch:1', kind: 'flows' }, 'nosuch'],
      [{ pattern, more: 1 }, 'more'],
    ] as const) {
      const { status, reply } = await call('POST', '/api/hunts', body);
      expect([body, status]).toEqual([body, 400]);
      expect(JSON.stringify(await reply.json())).toContain(words);
    }
    expect((await call('GET', '/api/hunts/x')).status).toBe(400);
    expect((await call('GET', '/api/hunts/00000000-0000-4000-8000-000000000000')).status).toBe(404);
  });
});
