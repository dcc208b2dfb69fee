// flow: the packet that an ICMP unreachable quotes (RFC 792; RFC 4443 §3.1): the flow that was refused.

import type { Packet } from '../decode/packet.ts';
import type { Endpoints } from './flow-key.ts';

const PROTOCOL_ICMP = 1;
const PROTOCOL_ICMPV6 = 58;
const UNREACHABLE_V4 = 3;
const UNREACHABLE_V6 = 1;
const IPV4_HEADER = 20;
const IPV6_HEADER = 40;
const PORTS_LENGTH = 4;
const V4_MAPPED = 0xffff;
const FRAGMENT_OFFSET = 0x1fff;

/** What the quoted headers say; VLAN and tunnel are those of the packet that quotes. */
type Quoted = Omit<Endpoints, 'vlan' | 'tunnelKey'>;

export function isUnreachable(packet: Packet): boolean {
  if (packet.protocol === PROTOCOL_ICMP) return packet.icmpType === UNREACHABLE_V4;
  return packet.protocol === PROTOCOL_ICMPV6 && packet.icmpType === UNREACHABLE_V6;
}

/** The quoted packet's endpoints where its header and ports were captured; extension headers are not followed. */
export function readQuotedEndpoints(packet: Packet): Endpoints | undefined {
  const { bytes, payloadStart: start } = packet;
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, packet.payloadCaptured);
  const quoted = packet.protocol === PROTOCOL_ICMP ? readIpv4(view) : readIpv6(view);
  return quoted && { ...quoted, vlan: packet.vlan, tunnelKey: packet.tunnelKey };
}

function readIpv4(view: DataView): Quoted | undefined {
  if (view.byteLength < IPV4_HEADER) return undefined;
  const headerLength = (view.getUint8(0) & 0x0f) * 4;
  if (view.getUint8(0) >> 4 !== 4 || headerLength < IPV4_HEADER) return undefined;
  if (view.byteLength < headerLength + PORTS_LENGTH || (view.getUint16(6) & FRAGMENT_OFFSET) !== 0) return undefined;
  const protocol = view.getUint8(9);
  return {
    source0: 0,
    source1: 0,
    source2: V4_MAPPED,
    source3: view.getUint32(12),
    destination0: 0,
    destination1: 0,
    destination2: V4_MAPPED,
    destination3: view.getUint32(16),
    ...readPorts(view, headerLength, protocol),
  };
}

function readIpv6(view: DataView): Quoted | undefined {
  if (view.byteLength < IPV6_HEADER + PORTS_LENGTH || view.getUint8(0) >> 4 !== 6) return undefined;
  return {
    source0: view.getUint32(8),
    source1: view.getUint32(12),
    source2: view.getUint32(16),
    source3: view.getUint32(20),
    destination0: view.getUint32(24),
    destination1: view.getUint32(28),
    destination2: view.getUint32(32),
    destination3: view.getUint32(36),
    ...readPorts(view, IPV6_HEADER, view.getUint8(6)),
  };
}

const PROTOCOLS_WITH_PORTS: ReadonlySet<number> = new Set([6, 17, 132]);

function readPorts(view: DataView, at: number, protocol: number) {
  const hasPorts = PROTOCOLS_WITH_PORTS.has(protocol);
  return {
    protocol,
    sourcePort: hasPorts ? view.getUint16(at) : 0,
    destinationPort: hasPorts ? view.getUint16(at + 2) : 0,
    icmpType: hasPorts ? 0 : view.getUint8(at),
    icmpCode: hasPorts ? 0 : view.getUint8(at + 1),
  };
}
