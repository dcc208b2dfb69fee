// generate: IPv4 (RFC 791) and IPv6 (RFC 8200) headers; the length of the addresses says which.
import { foldChecksum, sumWords } from './checksum.ts';

export interface IpFields {
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly ttl: number;
  /** IPv4 identification; the low half of the IPv6 flow label. */
  readonly identification: number;
  /** TOS or traffic class; 0 where left out. */
  readonly trafficClass?: number;
  /** IPv4 only; true where left out. */
  readonly dontFragment?: boolean;
  /** IPv4 only: offset of this fragment in bytes, and whether more follow. */
  readonly fragment?: { readonly offset: number; readonly more: boolean };
}

export const protocols = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58 } as const;

/** A packet with its IP header written and room for `length` bytes behind it; `at` is where they begin. */
export interface OpenIpPacket {
  readonly bytes: Uint8Array;
  readonly at: number;
}

export function openIpPacket(ip: IpFields, protocol: number, length: number): OpenIpPacket {
  return ip.source.length === 4 ? openIpv4(ip, protocol, length) : openIpv6(ip, protocol, length);
}

function openIpv4(ip: IpFields, protocol: number, length: number): OpenIpPacket {
  const bytes = new Uint8Array(20 + length);
  const fragment = ip.fragment;
  const flags = fragment === undefined && ip.dontFragment !== false ? 0x4000 : fragment?.more === true ? 0x2000 : 0;
  bytes[0] = 0x45;
  bytes[1] = ip.trafficClass ?? 0;
  writeUint16(bytes, 2, 20 + length);
  writeUint16(bytes, 4, ip.identification);
  writeUint16(bytes, 6, flags | ((fragment?.offset ?? 0) >>> 3));
  bytes[8] = ip.ttl;
  bytes[9] = protocol;
  bytes.set(ip.source, 12);
  bytes.set(ip.destination, 16);
  writeUint16(bytes, 10, foldChecksum(sumWords(bytes, 0, 20)));
  return { bytes, at: 20 };
}

function openIpv6(ip: IpFields, protocol: number, length: number): OpenIpPacket {
  const bytes = new Uint8Array(40 + length);
  const trafficClass = ip.trafficClass ?? 0;
  bytes[0] = 0x60 | (trafficClass >>> 4);
  bytes[1] = (trafficClass & 0x0f) << 4;
  writeUint16(bytes, 2, ip.identification);
  writeUint16(bytes, 4, length);
  bytes[6] = protocol;
  bytes[7] = ip.ttl;
  bytes.set(ip.source, 8);
  bytes.set(ip.destination, 24);
  return { bytes, at: 40 };
}

/** Put the transport checksum, pseudo-header included, at `field` bytes into what lies behind the IP header. */
export function sealTransport(packet: OpenIpPacket, protocol: number, field: number): void {
  const { bytes, at } = packet;
  const addresses = at === 20 ? sumWords(bytes, 12, 20) : sumWords(bytes, 8, 40);
  const sum = addresses + protocol + (bytes.length - at) + sumWords(bytes, at, bytes.length);
  const checksum = foldChecksum(sum);
  // A UDP checksum of 0 means "none": RFC 768 sends all ones instead.
  writeUint16(bytes, at + field, checksum === 0 && protocol === protocols.udp ? 0xffff : checksum);
}

export function writeUint16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

export function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}
