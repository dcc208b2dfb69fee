import { describe, expect, it } from 'vitest';
import { createCaptureReader, readCapture } from '../../../lib/capture/capture-reader.ts';
import { FLOW_METADATA } from '../../../lib/chunk/column-metadata.ts';
import { decodeColumns } from '../../../lib/chunk/columns.ts';
import { splitCapture } from '../../../lib/chunk/split-capture.ts';
import { decodePacket } from '../../../lib/decode/decode-packet.ts';
import { createPacket, type Packet } from '../../../lib/decode/packet.ts';
import { FLOW_FIELDS } from '../../../lib/flow/flow-fields.ts';
import { readQuotedEndpoints } from '../../../lib/flow/icmp-quote.ts';
import { flowNetFeatures } from '../../../lib/model/flow-net-features.ts';
import { PERTURBATIONS, type PerturbationName } from '../../../local/features/perturb/perturbation.ts';
import { perturbCapture } from '../../../local/features/perturb-capture.ts';
import { encodePortUnreachable } from '../../../local/generate/bytes/icmp.ts';
import { encodeFrame, etherTypes } from '../../../local/generate/bytes/link.ts';
import type { CaptureRecord } from '../../../local/generate/file/record.ts';
import { tcpFrame, udpFrame } from '../../../local/generate/frame.ts';
import { createRandom } from '../../../local/generate/random.ts';
import { benignCapture, pcapOf, synScanCapture, tinyHttpCapture, twoInterfacePcapng } from '../../support/captures.ts';

const SECOND_NS = 1_000_000_000n;
const START_NS = 1_700_000_000n * SECOND_NS;
const NAMES = Object.keys(PERTURBATIONS) as readonly PerturbationName[]; // the table's own keys

interface Seen {
  readonly timestampNs: bigint;
  readonly bytes: Uint8Array;
  readonly originalLength: number;
  readonly packet: Readonly<Packet>;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function perturbed(capture: Uint8Array, name: PerturbationName, seed = 1): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of perturbCapture(once(capture), name, createRandom(seed))) parts.push(part);
  return Buffer.concat(parts);
}

async function readRecords(capture: Uint8Array): Promise<readonly Seen[]> {
  const reader = createCaptureReader();
  const seen: Seen[] = [];
  for await (const batch of readCapture(once(capture), reader)) {
    for (let i = 0; i < batch.count; i += 1) {
      const start = batch.start[i] ?? 0;
      const bytes = new Uint8Array(batch.bytes.subarray(start, start + (batch.capturedLength[i] ?? 0)));
      const originalLength = batch.originalLength[i] ?? 0;
      const packet = createPacket();
      const linktype = reader.interfaces[batch.interfaceId[i] ?? 0]?.linktype ?? 1;
      decodePacket(bytes, 0, bytes.length, originalLength, linktype, packet);
      const timestampNs = BigInt(batch.seconds[i] ?? 0) * SECOND_NS + BigInt(batch.nanoseconds[i] ?? 0);
      seen.push({ timestampNs, bytes, originalLength, packet });
    }
  }
  expect(reader.gaps).toEqual([]);
  return seen;
}

async function changed(capture: Uint8Array, name: PerturbationName, seed = 1): Promise<readonly Seen[]> {
  return await readRecords(await perturbed(capture, name, seed));
}

/** Every flow's features, as production and training compute them. */
async function featuresOf(capture: Uint8Array): Promise<readonly number[]> {
  const features: number[] = [];
  for await (const output of splitCapture(once(capture))) {
    if (output.kind !== 'row-object') continue;
    features.push(...flowNetFeatures(await decodeColumns(FLOW_FIELDS, output.bytes, FLOW_METADATA)));
  }
  return features;
}

function capture(...frames: readonly (Uint8Array | Partial<CaptureRecord>)[]): Uint8Array {
  return pcapOf(
    frames.map((frame, k) => {
      const record = frame instanceof Uint8Array ? { bytes: frame } : frame;
      return { timestampNs: START_NS + BigInt(k) * SECOND_NS, bytes: new Uint8Array(0), ...record };
    }),
  );
}

const A = '10.0.0.1';
const B = '10.0.0.2';
const syn = tcpFrame({ source: A, destination: B, sourcePort: 40_000, destinationPort: 22, flags: ['syn'] });
const synAck = tcpFrame({ source: B, destination: A, sourcePort: 22, destinationPort: 40_000, flags: ['syn', 'ack'] });

function ports({ packet }: Seen): readonly [number, number] {
  return [packet.sourcePort, packet.destinationPort];
}

/** Over the pseudo header: 0 where it holds. */
function transportChecksum({ bytes, packet }: Seen): number {
  const transport = packet.networkStart + packet.ipHeaderLength;
  const length = packet.ipLength - packet.ipHeaderLength;
  const addresses = bytes.subarray(packet.networkStart + 12, packet.networkStart + 20);
  const words = Buffer.concat([addresses, Uint8Array.of(0, packet.protocol, length >> 8, length & 255)]);
  const all = Buffer.concat([words, bytes.subarray(transport, transport + length), new Uint8Array(length & 1)]);
  let sum = 0;
  for (let at = 0; at < all.length; at += 2) sum += all.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

describe.each(NAMES)('a capture under the control %s', (name) => {
  it('reads back in the splitter, and the same seed gives the same bytes', async () => {
    const { bytes } = benignCapture();
    const once = await perturbed(bytes, name, 7);
    expect(Buffer.compare(once, await perturbed(bytes, name, 7))).toBe(0);
    expect((await featuresOf(once)).length).toBeGreaterThan(0);
  });

  it('keeps link types where a capture has several', async () => {
    const { bytes } = twoInterfacePcapng();
    const before = await readRecords(bytes);
    const after = await changed(bytes, name);
    const reasons = (all: readonly Seen[]) => new Set(all.map(({ packet }) => packet.reason));
    expect(reasons(after)).toEqual(reasons(before));
  });
});

describe('a capture written anew', () => {
  it.each(['none', 'ttl-and-mac', 'cut-256'] as const)('has the same features under %s', async (name) => {
    const bytes = name === 'cut-256' ? tinyHttpCapture() : benignCapture().bytes;
    expect(await featuresOf(await perturbed(bytes, name))).toEqual(await featuresOf(bytes));
  });

  it('that is none is refused', async () => {
    await expect(perturbed(new Uint8Array(64), 'none')).rejects.toMatchObject({ code: 'not-a-capture' });
  });
});

describe('other source ports', () => {
  it('are one for a connection in both directions, and the service keeps its own', async () => {
    const [first, second] = await changed(capture(syn, synAck), 'source-ports');
    if (first === undefined || second === undefined) throw new Error('two records were written');
    expect(first.packet.sourcePort).not.toBe(40_000);
    expect(ports(first)).toEqual([first.packet.sourcePort, 22]);
    expect(ports(second)).toEqual([22, first.packet.sourcePort]);
    expect(transportChecksum(first)).toBe(0);
    expect(transportChecksum(second)).toBe(0);
  });

  it('are found from an answer too, where the opening was not captured', async () => {
    const [answer] = await changed(capture(synAck), 'source-ports');
    expect(answer?.packet.sourcePort).toBe(22);
    expect(answer?.packet.destinationPort).not.toBe(40_000);
  });

  it('never make two connections one', async () => {
    const { bytes } = synScanCapture();
    const flows = (all: readonly Seen[]) =>
      new Set(all.map((one) => [...ports(one)].sort((a, b) => a - b).join())).size;
    expect(flows(await changed(bytes, 'ports'))).toBe(flows(await readRecords(bytes)));
  });

  it('stand also where an ICMP error quotes the packet', async () => {
    const query = udpFrame({ source: A, destination: B, sourcePort: 5000, destinationPort: 161 });
    const offending = query.subarray(14);
    const [source, destination] = [offending.subarray(16, 20), offending.subarray(12, 16)];
    const bytes = encodePortUnreachable({ source, destination, ttl: 64, identification: 1 }, offending);
    const mac = new Uint8Array(6);
    const payload = { bytes, etherType: etherTypes.ipv4, sourceMac: mac, destinationMac: mac };
    const error = encodeFrame(payload, { link: 'ethernet' }) ?? new Uint8Array(0);
    const [asked, refused] = await changed(capture(query, error), 'ports');
    expect(refused && readQuotedEndpoints(refused.packet)).toMatchObject({
      sourcePort: asked?.packet.sourcePort,
      destinationPort: asked?.packet.destinationPort,
    });
    expect(asked?.packet.destinationPort).toBeGreaterThan(1023);
  });
});

describe('moved services', () => {
  it('have one new port above 1023 for all hosts, and two never the same', async () => {
    const { bytes } = synScanCapture();
    const scanned = (await readRecords(bytes)).filter(({ packet }) => packet.tcpFlags === 2);
    const moved = (await changed(bytes, 'ports')).filter(({ packet }) => packet.tcpFlags === 2);
    const distinct = (all: readonly Seen[]) => new Set(all.map(({ packet }) => packet.destinationPort));
    expect(distinct(moved).size).toBe(distinct(scanned).size);
    expect(Math.min(...distinct(moved))).toBeGreaterThan(1023);
    const other = tcpFrame({ source: A, destination: '10.0.0.3', destinationPort: 22, flags: ['syn'] });
    const [here, there] = await changed(capture(syn, other), 'ports');
    expect(here?.packet.destinationPort).toBe(there?.packet.destinationPort);
  });
});

describe('another pace', () => {
  it.each([
    ['stretch-0.5', [0n, 500_000_000n, 1_000_000_000n]],
    ['stretch-2', [0n, 2_000_000_000n, 4_000_000_000n]],
  ] as const)('is counted from the first record (%s)', async (name, expected) => {
    const records = await changed(capture(syn, synAck, syn), name);
    expect(records.map(({ timestampNs }) => timestampNs - START_NS)).toEqual(expected);
    expect(records.map(({ bytes }) => bytes)).toEqual([syn, synAck, syn].map((frame) => Uint8Array.from(frame)));
  });
});

describe('lost packets', () => {
  it('are about 5 %, the rest is untouched and in order', async () => {
    const frames = Array.from({ length: 4000 }, (_, k) => tcpFrame({ sequence: k }));
    const left = await changed(capture(...frames), 'drop-5-percent');
    expect(left.length).toBeGreaterThan(3720);
    expect(left.length).toBeLessThan(3880);
    const sequences = left.map(({ packet }) => packet.tcpSequence);
    expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
  });
});

describe('a smaller snaplen', () => {
  it.each([
    ['cut-256', 256],
    ['cut-128', 128],
  ] as const)('keeps the length on the wire (%s)', async (name, snaplen) => {
    const frame = tcpFrame({ payload: new Uint8Array(1000) });
    const [record, short] = await changed(capture(frame, syn), name);
    expect(record?.bytes).toHaveLength(snaplen);
    expect(record?.originalLength).toBe(frame.length);
    expect(record?.packet.payloadLength).toBe(1000);
    expect(short?.bytes).toEqual(Uint8Array.from(syn));
  });
});

describe('a smaller MTU', () => {
  const payload = Uint8Array.from({ length: 1300 }, (_, k) => k % 251);

  it('makes segments of a long packet that carry the same bytes at the same sequence numbers', async () => {
    const frame = tcpFrame({ payload, sequence: 2 ** 32 - 600, flags: ['psh', 'ack'], identification: 0xffff });
    const records = await changed(capture(frame, syn), 'mtu-576');
    const segments = records.slice(0, -1);
    expect(segments.map(({ packet }) => packet.payloadLength)).toEqual([536, 536, 228]);
    expect(segments.map(({ packet }) => packet.tcpSequence)).toEqual([2 ** 32 - 600, 2 ** 32 - 64, 472]);
    expect(segments.map(({ packet }) => packet.tcpFlags)).toEqual([16, 16, 24]);
    expect(segments.map(({ packet }) => packet.identification)).toEqual([0xffff, 0, 1]);
    expect(segments.map(({ bytes, originalLength }) => bytes.length === originalLength)).toEqual([true, true, true]);
    const carried = segments.flatMap(({ bytes, packet }) => [...bytes.subarray(packet.payloadStart)]);
    expect(carried).toEqual([...payload]);
    expect(records.at(-1)?.bytes).toEqual(Uint8Array.from(syn));
  });

  it('gives no segment bytes that the capture did not keep', async () => {
    const frame = tcpFrame({ payload });
    const records = await changed(capture({ bytes: frame.subarray(0, 256), originalLength: frame.length }), 'mtu-576');
    expect(records.map(({ packet }) => packet.payloadLength)).toEqual([536, 536, 228]);
    expect(records.map(({ packet }) => packet.payloadCaptured)).toEqual([256 - 54, 0, 0]);
  });

  it('leaves alone what is short, no TCP, or a fragment', async () => {
    const short = tcpFrame({ payload: payload.subarray(0, 600) });
    const datagram = udpFrame({ payload });
    const fragment = tcpFrame({ payload });
    new DataView(fragment.buffer, fragment.byteOffset).setUint16(14 + 6, 0x2000);
    const records = await changed(capture(short, datagram, fragment), 'mtu-576');
    expect(records.map(({ bytes }) => bytes)).toEqual([short, datagram, fragment].map((one) => Uint8Array.from(one)));
  });

  it('cuts IPv6 by its own length', async () => {
    const records = await changed(
      capture(tcpFrame({ source: '2001:db8::1', destination: '2001:db8::2', payload })),
      'mtu-576',
    );
    expect(records.map(({ packet }) => packet.payloadLength)).toEqual([536, 536, 228]);
  });
});

describe('strange TTLs and MACs', () => {
  it('are drawn, a card keeps its new name, and the header checksum holds', async () => {
    const [first, second, third] = await changed(capture(syn, synAck, syn), 'ttl-and-mac');
    if (first === undefined || second === undefined || third === undefined) throw new Error('three were written');
    expect(first.bytes.subarray(6, 12)).not.toEqual(Uint8Array.from(syn.subarray(6, 12)));
    expect(second.bytes.subarray(0, 6)).toEqual(first.bytes.subarray(6, 12));
    expect(third.bytes.subarray(0, 12)).toEqual(first.bytes.subarray(0, 12));
    expect(new Set([first, second, third].map(({ packet }) => packet.ttl)).size).toBeGreaterThan(1);
    for (const { bytes } of [first, second, third]) {
      const header = Buffer.from(bytes.subarray(14, 34));
      let sum = 0;
      for (let at = 0; at < 20; at += 2) sum += header.readUInt16BE(at);
      while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
      expect(sum).toBe(0xffff);
    }
    expect(first.bytes.subarray(34)).toEqual(Uint8Array.from(syn.subarray(34)));
  });

  it('leave broadcast and multicast what they are', async () => {
    const frame = udpFrame({ destination: '255.255.255.255' });
    const broadcast = Uint8Array.from(frame);
    broadcast.set(new Uint8Array(6).fill(255), 0);
    const [record] = await changed(capture(broadcast), 'ttl-and-mac');
    expect(record?.bytes.subarray(0, 6)).toEqual(new Uint8Array(6).fill(255));
  });
});
