// api: single frames as the packet list shows them.

import { describe, expect, it } from 'vitest';
import { packetView } from '../../../functions/api/packet-view.ts';
import { packetSchema } from '../../../functions/api/schema/packet-schema.ts';
import type { ChunkRecords } from '../../../lib/chunk/record-fields.ts';
import { createPacket, DECODE_REASONS, type DecodeReason } from '../../../lib/decode/packet.ts';

const MACS = '02000000000b 02000000000a';
const ETHERNET = `${MACS} 0800`;

function view(
  hex: string,
  more: { readonly reason?: DecodeReason; readonly seconds?: number; readonly cut?: number } = {},
) {
  const frame = Buffer.from(hex.replaceAll(/\s/g, ''), 'hex');
  const bytes = frame.subarray(0, more.cut ?? frame.length);
  const reason = more.reason ?? 'decoded';
  const columns = {
    offset: Uint32Array.of(0),
    recordLength: Uint32Array.of(bytes.length),
    dataOffset: Uint16Array.of(0),
    capturedLength: Uint32Array.of(bytes.length),
    originalLength: Uint32Array.of(frame.length),
    seconds: Float64Array.of(more.seconds ?? 1_772_438_400),
    nanoseconds: Uint32Array.of(123),
    interfaceId: Uint32Array.of(3),
    direction: Uint8Array.of(reason === 'decoded' ? 1 : 2),
    flow: Float64Array.of(reason === 'decoded' ? 17 : -1),
    reason: Uint8Array.of(DECODE_REASONS.indexOf(reason)),
  };
  const records: ChunkRecords = { count: 1, columns };
  const one = {
    id: 3,
    format: 'pcap',
    byteOrder: 'little',
    linktype: 1,
    snaplen: 0,
    unitsPerSecond: 1e6,
    offsetSeconds: 0,
  } as const;
  const place = {
    version: { dumpId: 'd', etag: '0a1b2c3d4e' },
    interfaces: new Map([[3, one]]),
    firstRecord: 40,
    bytes,
    start: 0,
  };
  return packetSchema.parse(packetView(records, 0, place, createPacket()));
}

const ipv4 = (protocol: string, length: string, rest: string, fragment = '0000') =>
  `45 00 ${length} 1234 ${fragment} 40 ${protocol} 0000 0a000005 c0a80a32 ${rest}`;

describe('a packet', () => {
  it('of UDP in a VLAN has its tag, ports and lengths', () => {
    const packet = view(`${MACS} 8100 0064 0800 ${ipv4('11', '0020', '9c40 0035 000c 0000 61626364')}`);
    expect(packet).toMatchObject({
      record: 40,
      timestamp: '2026-03-02T08:00:00.000000123Z',
      interface: { id: 3, linktype: 'ETHERNET' },
      source: { ip: '10.0.0.5', port: 40_000, mac: '02-00-00-00-00-0A' },
      destination: { ip: '192.168.10.50', port: 53, mac: '02-00-00-00-00-0B' },
      vlan: 100,
      transport: 'udp',
      ipLength: 32,
      payloadLength: 4,
      ttl: 64,
      flowId: 'd.0a1b2c3d.f17',
      direction: 'destination',
      info: 'udp 40000 → 53 len=4',
    });
    expect(packet).not.toHaveProperty('tcpFlags');
  });

  it('of TCP says flags, numbers and window', () => {
    const tcp = '01bb c000 00000001 00000002 5012 ffff 0000 0000';
    const packet = view(`${ETHERNET} ${ipv4('06', '0028', tcp)}`);
    expect(packet.tcpFlags).toEqual(['SYN', 'ACK']);
    expect(packet.info).toBe('tcp 443 → 49152 [SYN, ACK] seq=1 ack=2 win=65535 len=0');
    expect(packet).not.toHaveProperty('vlan');
  });

  it('of ICMP has no ports but a type in words', () => {
    const packet = view(`${ETHERNET} ${ipv4('01', '001c', '08 00 0000 0001 0001')}`);
    expect(packet.source).not.toHaveProperty('port');
    expect(packet.info).toMatch(/^icmp echo request \(8\/0\) len=\d+$/);
  });

  it('of IPv6 has its address in the short form', () => {
    const addresses = '20010db8000000000000000000000077 20010db8000000000000000000000010';
    const packet = view(`${MACS} 86dd 60000000 0008 11 40 ${addresses} 1f90 0035 0008 0000`);
    expect(packet.source).toMatchObject({ ip: '2001:db8::77', port: 8080 });
    expect(packet.ipVersion).toBe(6);
  });

  it('that is a later fragment has no ports: they stood in the first', () => {
    const packet = view(`${ETHERNET} ${ipv4('11', '001c', '6162636465666768', '2001')}`);
    expect(packet.source).toEqual({ ip: '10.0.0.5', mac: '02-00-00-00-00-0A' });
    expect(packet.info).toBe('udp fragment id=4660 offset=8, more follow');
  });

  it('that is none says why, and shows what there is', () => {
    const packet = view(`${MACS} 0806 0001 0800 06 04 0001`, { reason: 'arp' });
    expect(packet).toMatchObject({ reason: 'arp', info: 'arp', source: { mac: '02-00-00-00-00-0A' } });
    expect(packet).not.toHaveProperty('flowId');
    expect(packet).not.toHaveProperty('direction');
  });

  it('that was cut by a snaplen is shown as far as its headers go', () => {
    const packet = view(`${ETHERNET} ${ipv4('11', '0020', '9c40 0035 000c 0000 61626364')}`, { cut: 42 });
    expect(packet).toMatchObject({ truncated: true, payloadLength: 4, capturedLength: 42, originalLength: 46 });
  });

  it('from before 1970 has no time', () => {
    expect(view(`${ETHERNET} ${ipv4('01', '001c', '08 00 0000 0001 0001')}`, { seconds: -5 }).timestamp).toBeNull();
  });
});
