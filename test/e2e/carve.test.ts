// Back to the packets: what was found is downloaded as capture files and read by an independent reader.

import { gzipSync } from 'node:zlib';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawObjectKey } from '../../lib/chunk/keys.ts';
import { deriveDumpId } from '../../lib/dump/dump-id.ts';
import { sshGuessingCapture, twoInterfacePcapng } from '../support/captures.ts';
import { startTestStack, TEST_BUCKET, type TestStack } from '../support/embedded-stack.ts';
import { type NaiveCapture, readNaively } from '../support/naive-capture-reader.ts';

const FILES = {
  'two-interfaces.pcapng': twoInterfacePcapng().bytes,
  'ssh-guessing.pcap': sshGuessingCapture().bytes,
  'ssh-guessing.pcap.gz': gzipSync(sshGuessingCapture().bytes),
};
type Name = keyof typeof FILES;
const NAMES = Object.keys(FILES) as Name[]; // the keys of the literal above

interface Flow {
  readonly id: string;
  readonly network: { readonly packets: number };
  readonly source: { readonly packets: number };
  readonly smartids: { readonly flow: { readonly records: number } };
}

interface Listed {
  readonly record: number;
  readonly flowId?: string;
  readonly direction?: string;
}

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack({ variables: { SMARTIDS_CHUNK_MAX_RECORDS: '1024' } });
  for (const name of NAMES) {
    await stack.s3.send(new PutObjectCommand({ Bucket: TEST_BUCKET, Key: `dumps/${name}`, Body: FILES[name] }));
    await ready(name);
  }
}, 180_000);
afterAll(() => stack.remove());

const dumpOf = (name: Name) => deriveDumpId(TEST_BUCKET, `dumps/${name}`);
const inDump = (name: Name) => `smartids.dump.id:"${dumpOf(name)}"`;

async function ready(name: Name): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if ((await stack.request(`/api/dumps/${dumpOf(name)}`)).status === 200) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const dump = await stack.api.waitUntilDone(dumpOf(name), () => {}, AbortSignal.timeout(60_000));
  expect(dump.state).toBe('ready');
}

async function flowsOf(name: Name): Promise<readonly Flow[]> {
  const { hits } = await stack.api.search('flows', { q: inDump(name), size: 1000 });
  return hits as unknown as readonly Flow[]; // flow documents
}

async function listed(name: Name): Promise<readonly Listed[]> {
  const packets: Listed[] = [];
  for (let cursor = ''; ; ) {
    const reply = await stack.request(`/api/dumps/${dumpOf(name)}/packets?size=1000${cursor}`);
    const page = (await reply.json()) as { packets: readonly Listed[]; cursor?: string }; // the list's schema
    packets.push(...page.packets);
    if (page.cursor === undefined) return packets;
    cursor = `&cursor=${page.cursor}`;
  }
}

interface Download {
  readonly type: string | null;
  readonly name: string | null;
  readonly capture: NaiveCapture;
}

async function download(path: string): Promise<Download> {
  const reply = await stack.request(path);
  expect([path, reply.status]).toEqual([path, 200]);
  const capture = readNaively(new Uint8Array(await reply.arrayBuffer()));
  if (capture === undefined) throw new Error(`${path}: not a capture`);
  expect(capture.gaps).toEqual([]);
  return { type: reply.headers.get('content-type'), name: reply.headers.get('content-disposition'), capture };
}

async function problem(path: string): Promise<readonly [number, string, string]> {
  const reply = await stack.request(path);
  const { code, detail } = (await reply.json()) as { code: string; detail: string }; // problem details
  return [reply.status, code, detail];
}

/** Link type, lengths, time and bytes. */
function facts({ records, interfaces }: NaiveCapture) {
  return records.map(({ timestampNs, originalLength, data, interfaceId }) => ({
    ...{ timestampNs, originalLength, data, linktype: interfaces[interfaceId]?.[0] },
  }));
}

function sourceFacts(name: Name, wanted: (packet: Listed) => boolean, packets: readonly Listed[]) {
  const source = readNaively(name.endsWith('.gz') ? FILES['ssh-guessing.pcap'] : FILES[name]);
  if (source === undefined) throw new Error('not a capture');
  const all = facts(source);
  return packets.filter(wanted).map(({ record }) => all[record]);
}

describe("a flow's packets", () => {
  it.each(NAMES)('of %s are its very records, both ways or one', async (name) => {
    const packets = await listed(name);
    const flows = (await flowsOf(name)).toSorted((a, b) => b.network.packets - a.network.packets);
    expect(flows.length).toBeGreaterThan(5);
    for (const flow of [...flows.slice(0, 4), ...flows.slice(-2)]) {
      const path = `/api/flows/${flow.id}/pcap`;
      const both = await download(path);
      expect(both.capture.records).toHaveLength(flow.smartids.flow.records);
      expect(facts(both.capture)).toEqual(sourceFacts(name, ({ flowId }) => flowId === flow.id, packets));
      const one = await download(`${path}?direction=source`);
      expect(one.capture.records).toHaveLength(flow.source.packets);
      const sent = ({ flowId, direction }: Listed) => flowId === flow.id && direction === 'source';
      expect(facts(one.capture)).toEqual(sourceFacts(name, sent, packets));
    }
  });

  it('come as pcap from a pcap, packed or not, and as pcapng from a pcapng, and as they are asked for', async () => {
    const types = await Promise.all(
      NAMES.map(async (name) => {
        const [flow] = await flowsOf(name);
        const unasked = await download(`/api/flows/${flow?.id}/pcap`);
        const asked = await download(`/api/flows/${flow?.id}/pcap?format=pcapng`);
        expect(facts(asked.capture)).toEqual(facts(unasked.capture));
        return [unasked.type, asked.type];
      }),
    );
    const pcapng = 'application/x-pcapng';
    expect(types).toEqual([
      [pcapng, pcapng],
      ['application/vnd.tcpdump.pcap', pcapng],
      ['application/vnd.tcpdump.pcap', pcapng],
    ]);
  });

  it('are refused where they cannot be had, with words', async () => {
    const [flow] = await flowsOf('two-interfaces.pcapng');
    expect(await problem(`/api/flows/${flow?.id}/pcap?format=pcap`)).toEqual([
      400,
      'invalid-request',
      'format: a pcap holds one link type, these records have ETHERNET, LINUX_SLL: ask for pcapng',
    ]);
    expect(await problem(`/api/flows/${flow?.id}/pcap?format=erf`)).toEqual([
      400,
      'invalid-request',
      expect.any(String),
    ]);
    expect(await problem(`/api/flows/${flow?.id}9999/pcap`)).toEqual([404, 'not-found', expect.any(String)]);
    for (const id of ['x', '..%2f..', `${flow?.id}/../x`, `${flow?.id}%00`, 'a'.repeat(5000)]) {
      expect((await stack.request(`/api/flows/${id}/pcap`)).status).toBeGreaterThanOrEqual(400);
    }
  });
});

describe('the packets of all that a search finds', () => {
  it('are those of its flows, in the order of the dump', async () => {
    const packets = await listed('two-interfaces.pcapng');
    const q = encodeURIComponent(`${inDump('two-interfaces.pcapng')} AND network.transport:tcp`);
    const { hits } = await stack.api.search('flows', { q: decodeURIComponent(q), size: 1000 });
    const ids = new Set(hits.map(({ id }) => id));
    const { capture, type } = await download(`/api/search/flows/pcap?q=${q}`);
    expect(type).toBe('application/x-pcapng');
    expect(capture.records.length).toBeGreaterThan(100);
    const wanted = ({ flowId = '' }: Listed) => ids.has(flowId);
    expect(facts(capture)).toEqual(sourceFacts('two-interfaces.pcapng', wanted, packets));
  });

  it('of several dumps are in one file, the oldest capture first', async () => {
    const { capture, name } = await download('/api/search/flows/pcap?q=network.transport:tcp');
    const records = await Promise.all(
      NAMES.map(async (one) => {
        const { hits } = await stack.api.search('flows', {
          q: `${inDump(one)} AND network.transport:tcp`,
          size: 1000,
        });
        return (hits as unknown as readonly Flow[]).reduce((sum, flow) => sum + flow.smartids.flow.records, 0);
      }),
    );
    expect(capture.records).toHaveLength(records.reduce((a, b) => a + b, 0));
    expect(capture.interfaces.length).toBeGreaterThan(2);
    expect(name).toBe('attachment; filename="flows.pcapng"');
  });

  it("of an alert are those of all its flows, and of packets' documents exactly these", async () => {
    const name = 'ssh-guessing.pcap';
    const { hits } = await stack.api.search('alerts', { q: inDump(name), size: 10 });
    const [alert] = hits as unknown as readonly { id: string; smartids: { alert: { query: string } } }[]; // alert documents
    const flows = await stack.api.search('flows', { q: alert?.smartids.alert.query ?? '', size: 1000 });
    const ids = new Set(flows.hits.map(({ id }) => id));
    const packets = await listed(name);
    const q = encodeURIComponent(`smartids.alert.id:"${alert?.id}"`);
    const carved = await download(`/api/search/alerts/pcap?q=${q}`);
    expect(ids.size).toBeGreaterThan(3);
    expect(facts(carved.capture)).toEqual(sourceFacts(name, ({ flowId = '' }) => ids.has(flowId), packets));

    const syns = `${inDump(name)} AND smartids.packet.tcp_flags:S`;
    const found = await stack.api.search('packets', { q: syns, size: 1000 });
    const numbers = new Set(found.hits.map(({ event }) => (event as { sequence: number }).sequence)); // packet documents
    const exactly = await download(`/api/search/packets/pcap?q=${encodeURIComponent(syns)}`);
    expect(numbers.size).toBeGreaterThan(4);
    expect(facts(exactly.capture)).toEqual(sourceFacts(name, ({ record }) => numbers.has(record), packets));
  });

  it('are none in an empty file where nothing is found', async () => {
    for (const kind of ['flows', 'alerts', 'packets']) {
      for (const format of ['', '&format=pcap', '&format=pcapng']) {
        const { capture } = await download(`/api/search/${kind}/pcap?q=source.ip:192.0.2.255${format}`);
        expect(capture.records).toEqual([]);
      }
    }
  });

  it('are refused where the query is wrong', async () => {
    expect(await problem('/api/search/flows/pcap?q=nosuch:1')).toEqual([400, 'invalid-query', expect.any(String)]);
    expect(await problem('/api/search/flows/pcap?size=3')).toEqual([400, 'invalid-request', expect.any(String)]);
    expect(await problem('/api/search/dumps/pcap')).toEqual([400, 'invalid-request', expect.any(String)]);
    const { status } = await stack.request('/api/search/flows/pcap', { headers: { authorization: 'Bearer no' } });
    expect(status).toBe(401);
  });
});

describe('packets whose objects changed meanwhile', () => {
  it('are cut off, or an error, where an object is shorter than it was; then whole again', async () => {
    const name = 'ssh-guessing.pcap.gz';
    const { etag = '' } = await stack.api.dump(dumpOf(name));
    const Key = rawObjectKey(dumpOf(name), etag, 0);
    const whole = await stack.s3.send(new GetObjectCommand({ Bucket: TEST_BUCKET, Key }));
    const bytes = (await whole.Body?.transformToByteArray()) ?? new Uint8Array(0);
    const q = encodeURIComponent(inDump(name));
    for (const length of [bytes.length - 1, 100, 0]) {
      const Body = bytes.subarray(0, length);
      await stack.s3.send(new PutObjectCommand({ Bucket: TEST_BUCKET, Key, Body }));
      const outcome = await stack
        .request(`/api/search/flows/pcap?q=${q}`)
        .then(async (reply) => [reply.status, await reply.arrayBuffer()])
        .catch(() => 'cut');
      expect(Array.isArray(outcome) ? outcome[0] : outcome).not.toBe(200);
    }
    await stack.s3.send(new PutObjectCommand({ Bucket: TEST_BUCKET, Key, Body: bytes }));
    await download(`/api/search/flows/pcap?q=${q}`);
  });

  it('are a 409 where the dump was replaced by other bytes, and a 404 once it is deleted', async () => {
    const name = 'ssh-guessing.pcap';
    const [flow] = await flowsOf(name);
    await stack.s3.send(new PutObjectCommand({ Bucket: TEST_BUCKET, Key: `dumps/${name}`, Body: 'other bytes' }));
    expect((await problem(`/api/flows/${flow?.id}/pcap`))[0]).toBe(409);
    expect((await problem(`/api/search/flows/pcap?q=${encodeURIComponent(inDump(name))}`))[0]).toBe(409);
    await stack.request(`/api/dumps/${dumpOf(name)}`, { method: 'DELETE' });
    expect(await problem(`/api/flows/${flow?.id}/pcap`)).toEqual([404, 'not-found', expect.any(String)]);
    const none = await download(`/api/search/flows/pcap?q=${encodeURIComponent(inDump(name))}`);
    expect(none.capture.records).toEqual([]);
  });
});
