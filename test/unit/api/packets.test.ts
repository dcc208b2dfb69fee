// api: a dump's packets, decoded from a generated capture in the bucket, across chunks and while split still reads.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hostsKey, manifestKey } from '../../../lib/chunk/keys.ts';
import type { Dump } from '../../../lib/dump/dump.ts';
import { EMPTY_LEDGER } from '../../../lib/dump/ledger.ts';
import { officeMix } from '../../../local/generate/benign/tracks.ts';
import { encodePcap } from '../../../local/generate/file/pcap.ts';
import { buildCapture } from '../../../local/generate/write-capture.ts';
import { startApi, type TestApi } from '../../support/api-server.ts';
import { readNaively } from '../../support/naive-capture-reader.ts';
import { splitIntoStore } from '../../support/split-into-store.ts';

const ID = '11111111-1111-4111-8111-111111111111';
const KEY = `dumps/${ID}/office.pcapng`;
const CHUNK_RECORDS = 100;
const capture = buildCapture(
  {
    seed: 7,
    durationSeconds: 30,
    benign: officeMix(40),
    attacks: [{ kind: 'port-scan', technique: 'syn', ports: 60, startSeconds: 5 }],
  },
  { kind: 'pcapng' },
).bytes;

let api: TestApi;
let whole: Dump;
beforeAll(async () => {
  api = await startApi();
  const { etag, totals } = await splitIntoStore(
    api.store,
    capture,
    { id: ID, key: KEY },
    { maxRecords: CHUNK_RECORDS },
  );
  whole = {
    id: ID,
    bucket: 'test-bucket',
    key: KEY,
    name: 'office',
    details: '',
    fileName: 'office.pcapng',
    createdAt: '2026-11-23T06:00:00.000Z',
    updatedAt: '2026-11-23T06:00:00.000Z',
    state: 'ready',
    etag,
    attempt: '22222222-2222-4222-8222-222222222222',
    run: 1,
    generation: '000001',
    chunks: totals.chunks,
    ledger: { ...EMPTY_LEDGER, records: totals.records },
    linktypes: ['ETHERNET'],
  };
});
beforeEach(() => {
  api.dumps.dumps.set(ID, whole);
});
afterAll(() => api.close());

interface Listed {
  readonly record: number;
  readonly timestamp: string;
  readonly capturedLength: number;
  readonly info: string;
}

async function page(query: string): Promise<{ packets: readonly Listed[]; records: number; cursor?: string }> {
  const reply = await api.get(`/api/dumps/${ID}/packets${query}`);
  expect(reply.status).toBe(200);
  return reply.json;
}

async function everyPacket(size: number): Promise<readonly Listed[]> {
  const packets: Listed[] = [];
  let query = `?size=${size}`;
  for (;;) {
    const { packets: some, cursor } = await page(query);
    packets.push(...some);
    if (cursor === undefined) return packets;
    query = `?size=${size}&cursor=${cursor}`;
  }
}

describe("a dump's packets", () => {
  it('are all its records, in order, with time and length, as an independent reader reads them', async () => {
    const records = readNaively(capture)?.records ?? [];
    expect(records.length).toBeGreaterThan(5 * CHUNK_RECORDS);
    const listed = await everyPacket(1000);
    expect(listed.map(({ record }) => record)).toEqual(records.map((_, number) => number));
    expect(listed.map(({ capturedLength }) => capturedLength)).toEqual(records.map((record) => record.capturedLength));
    expect(listed.map(({ timestamp }) => Date.parse(timestamp))).toEqual(
      records.map(({ timestampNs }) => Number(timestampNs / 1_000_000n)),
    );
  });

  it('are the same whatever the size of the page', async () => {
    expect(await everyPacket(37)).toEqual(await everyPacket(1000));
  });

  it('tell of addresses, ports, flags, lengths and their flow', async () => {
    const { packets } = await page('?size=1000');
    const syn = packets.find(({ info }) => /^tcp \d+ → \d+ \[SYN\] seq=\d+ win=\d+ len=0$/.test(info));
    expect(syn).toMatchObject({
      interface: { id: 0, name: 'eth0', linktype: 'ETHERNET' },
      source: {
        ip: expect.stringMatching(/^[\d.]+$/),
        port: expect.any(Number),
        mac: expect.stringMatching(/^..(-..){5}$/),
      },
      ipVersion: 4,
      transport: 'tcp',
      protocol: 6,
      tcpFlags: ['SYN'],
      payloadLength: 0,
      direction: 'source',
      flowId: `${ID}.${whole.etag?.slice(0, 8)}.f${syn?.record}`,
      truncated: false,
    });
    expect(packets.some(({ info }) => /^udp \d+ → 53 len=\d+$/.test(info))).toBe(true);
  });

  it('begin at the record that is asked for, anywhere', async () => {
    const last = whole.ledger.records - 1;
    for (const from of [0, CHUNK_RECORDS - 1, CHUNK_RECORDS, 3 * CHUNK_RECORDS + 17, last]) {
      const { packets } = await page(`?from=${from}&size=3`);
      expect(packets[0]?.record).toBe(from);
      expect(packets).toHaveLength(Math.min(3, last - from + 1));
    }
  });

  it('are none behind the end, which is no error', async () => {
    expect(await page(`?from=${whole.ledger.records}`)).toEqual({ records: whole.ledger.records, packets: [] });
  });

  it('are read from the bucket: the index is not asked', async () => {
    const asked = api.search.asked.length;
    await page('');
    expect(api.search.asked).toHaveLength(asked);
  });
});

describe('packets of a dump of very large records', () => {
  it('come in pages that end early, and all of them come', async () => {
    const records = Array.from({ length: 160 }, (_, n) => ({ timestampNs: BigInt(n), bytes: new Uint8Array(65_000) }));
    const file = Buffer.concat([...encodePcap(records, { linktype: 1 })]);
    const id = '33333333-3333-4333-8333-333333333333';
    const key = `dumps/${id}/large.pcap`;
    const { etag, totals } = await splitIntoStore(api.store, file, { id, key }, { maxRecords: 70 });
    const ledger = { ...EMPTY_LEDGER, records: totals.records };
    api.dumps.dumps.set(id, { ...whole, id, key, etag, chunks: totals.chunks, ledger });
    const first = (await api.get(`/api/dumps/${id}/packets?size=1000`)).json;
    expect(first.packets.length).toBeGreaterThan(0);
    expect(first.packets.length * 65_000).toBeLessThanOrEqual(8 * 1024 * 1024);
    const numbers = first.packets.map(({ record }: Listed) => record);
    for (let cursor = first.cursor; cursor !== undefined; ) {
      const next = (await api.get(`/api/dumps/${id}/packets?size=1000&cursor=${cursor}`)).json;
      numbers.push(...next.packets.map(({ record }: Listed) => record));
      cursor = next.cursor;
    }
    expect(numbers).toEqual(records.map((_, n) => n));
  });
});

describe('packets of a dump that is still being split', () => {
  it('are listed as far as chunks are complete, then a 409 says to come back', async () => {
    const { chunks: _, ...splitting } = { ...whole, state: 'splitting' as const };
    api.dumps.dumps.set(ID, splitting);
    const key = manifestKey(ID, whole.etag ?? '', 3);
    const manifest = api.store.objects.get(key) ?? new Uint8Array(0);
    api.store.objects.delete(key);
    const { packets, cursor } = await page('?size=1000');
    expect(packets).toHaveLength(3 * CHUNK_RECORDS);
    const reply = await api.get(`/api/dumps/${ID}/packets?cursor=${cursor}`);
    expect(reply.status).toBe(409);
    expect(reply.headers.get('retry-after')).toBe('2');

    api.store.objects.set(key, manifest);
    expect((await page(`?cursor=${cursor}`)).packets[0]?.record).toBe(3 * CHUNK_RECORDS);
  });

  it('are a 409 before there is anything to read', async () => {
    const { etag: _, chunks: __, ...uploading } = { ...whole, state: 'uploading' as const };
    api.dumps.dumps.set(ID, uploading);
    expect((await api.get(`/api/dumps/${ID}/packets`)).status).toBe(409);
  });
});

describe('the hosts of a dump', () => {
  it('are the IPv4 addresses of its ARP packets, with who used them', async () => {
    const { status, json } = await api.get(`/api/dumps/${ID}/hosts`);
    expect(status).toBe(200);
    expect(json.hosts.length).toBeGreaterThan(0);
    for (const { ip, claims } of json.hosts) {
      expect(ip).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
      expect(claims[0].mac).toMatch(/^([0-9A-F]{2}-){5}[0-9A-F]{2}$/);
      expect(claims[0].first.record).toBeLessThanOrEqual(claims[0].last.record);
    }
  });

  it('are a 409 while split has not written them', async () => {
    const key = hostsKey(ID, whole.etag ?? '');
    const hosts = api.store.objects.get(key) ?? new Uint8Array(0);
    api.store.objects.delete(key);
    const answer = async (change: Partial<Dump>) => {
      api.dumps.dumps.set(ID, { ...whole, ...change });
      const { status, headers, json } = await api.get(`/api/dumps/${ID}/hosts`);
      return [status, headers.get('retry-after'), json.detail];
    };
    const { chunks: _, ...unsplit } = whole;
    api.dumps.dumps.set(ID, { ...unsplit, state: 'splitting' });
    const splitting = await api.get(`/api/dumps/${ID}/hosts`);
    expect([splitting.status, splitting.headers.get('retry-after')]).toEqual([409, '2']);
    expect(await answer({ state: 'error' })).toEqual([409, null, expect.stringContaining('in error')]);
    expect(await answer({})).toEqual([409, null, expect.stringContaining('before they were kept')]);
    api.store.objects.set(key, hosts);
  });
});

describe('packets of a dump whose object has changed', () => {
  it('are a 409 that says so when it was replaced or deleted', async () => {
    const original = api.store.objects.get(KEY) ?? new Uint8Array(0);
    await api.store.put(KEY, 'another object');
    const replaced = await api.get(`/api/dumps/${ID}/packets`);
    expect(replaced.status).toBe(409);
    expect(replaced.json.code).toBe('object-replaced');
    await api.store.delete([KEY]);
    const deleted = await api.get(`/api/dumps/${ID}/packets`);
    expect(deleted.json.code).toBe('object-deleted');
    api.store.objects.set(KEY, original);
  });
});
