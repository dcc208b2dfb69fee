// generate: ICMP (RFC 792) and ICMPv6 (RFC 4443) messages in IP packets; the addresses' length picks the version.
import { foldChecksum, sumWords } from './checksum.ts';
import { type IpFields, openIpPacket, protocols, sealTransport, writeUint16, writeUint32 } from './ip.ts';

export interface IcmpFields {
  readonly type: number;
  readonly code: number;
  /** The four bytes behind the checksum: identifier and sequence, or unused. */
  readonly rest: number;
}

export function encodeIcmpPacket(ip: IpFields, icmp: IcmpFields, body: Uint8Array): Uint8Array {
  const version6 = ip.source.length === 16;
  const packet = openIpPacket(ip, version6 ? protocols.icmpv6 : protocols.icmp, 8 + body.length);
  const { bytes, at } = packet;
  bytes[at] = icmp.type;
  bytes[at + 1] = icmp.code;
  writeUint32(bytes, at + 4, icmp.rest);
  bytes.set(body, at + 8);
  if (version6) sealTransport(packet, protocols.icmpv6, 2);
  else writeUint16(bytes, at + 2, foldChecksum(sumWords(bytes, at, bytes.length)));
  return bytes;
}

/** What a host sends back for a datagram to a closed UDP port: the datagram's head rides along. */
export function encodePortUnreachable(ip: IpFields, offending: Uint8Array): Uint8Array {
  return ip.source.length === 4
    ? encodeIcmpPacket(ip, { type: 3, code: 3, rest: 0 }, offending.subarray(0, 548))
    : encodeIcmpPacket(ip, { type: 1, code: 4, rest: 0 }, offending.subarray(0, 1192));
}
