// decode: IPv4 (RFC 791), its authentication header (RFC 4302) included.
import { uint8, uint16, uint32 } from './bytes.ts';
import type { Packet } from './packet.ts';
import { IP_VERSION_UNKNOWN, IPV4_MALFORMED, IPV4_TRUNCATED, refuse } from './reasons.ts';
import { LENGTH_BEYOND_FRAMES, LENGTH_BEYOND_RECORD, LENGTH_ZERO, LONGEST_FRAME, remark } from './remarks.ts';

const MIN_HEADER_LENGTH = 20;
const MORE_FRAGMENTS = 0x2000;
const FRAGMENT_OFFSET_MASK = 0x1fff;
const V4_MAPPED = 0xffff;
const AUTHENTICATION = 51;
const AUTHENTICATION_MIN_LENGTH = 8;

/**
 * Reads the header at `start`; captured bytes end at `end`, the record's bytes on the wire at `wireEnd`.
 * Returns where the transport layer begins, or -1 with a reason.
 */
export function decodeIpv4(bytes: Uint8Array, start: number, end: number, wireEnd: number, packet: Packet): number {
  if (end - start < MIN_HEADER_LENGTH) return refuse(packet, IPV4_TRUNCATED);
  const first = uint8(bytes, start);
  if (first >> 4 !== 4) return refuse(packet, IP_VERSION_UNKNOWN);
  const headerLength = (first & 0x0f) * 4;
  const totalLength = uint16(bytes, start + 2);
  const wireLength = wireEnd - start;
  if (headerLength < MIN_HEADER_LENGTH || headerLength > wireLength) return refuse(packet, IPV4_MALFORMED);
  if (totalLength !== 0 && totalLength < headerLength) return refuse(packet, IPV4_MALFORMED);
  if (headerLength > end - start) return refuse(packet, IPV4_TRUNCATED);
  const fragment = uint16(bytes, start + 6);
  packet.ipVersion = 4;
  packet.networkStart = start;
  packet.ipHeaderLength = headerLength;
  // 0: the sender's network card cut it later. More than there was on the wire: a lie, or a cut the record hides.
  packet.ipLength = totalLength === 0 ? wireLength : Math.min(totalLength, wireLength);
  if (totalLength === 0) remark(packet, LENGTH_ZERO);
  else if (totalLength > wireLength) remark(packet, LENGTH_BEYOND_RECORD);
  if (packet.ipLength > LONGEST_FRAME) remark(packet, LENGTH_BEYOND_FRAMES);
  packet.tos = uint8(bytes, start + 1);
  packet.identification = uint16(bytes, start + 4);
  packet.fragmentOffset = (fragment & FRAGMENT_OFFSET_MASK) * 8;
  packet.moreFragments = (fragment & MORE_FRAGMENTS) !== 0;
  packet.ttl = uint8(bytes, start + 8);
  packet.protocol = uint8(bytes, start + 9);
  packet.source0 = 0;
  packet.source1 = 0;
  packet.source2 = V4_MAPPED;
  packet.source3 = uint32(bytes, start + 12);
  packet.destination0 = 0;
  packet.destination1 = 0;
  packet.destination2 = V4_MAPPED;
  packet.destination3 = uint32(bytes, start + 16);
  if ((fragment & (MORE_FRAGMENTS | FRAGMENT_OFFSET_MASK)) !== 0) {
    packet.hasRareFields = true;
    packet.fragmentStart = start + headerLength;
    packet.fragmentProtocol = packet.protocol;
  } else if (packet.protocol === AUTHENTICATION) {
    return skipAuthentication(bytes, start + headerLength, end, packet);
  }
  return start + headerLength;
}

/** What is signed is not hidden (RFC 4302): the transport follows, as behind IPv6's extension headers. */
function skipAuthentication(bytes: Uint8Array, at: number, end: number, packet: Packet): number {
  const ipEnd = packet.networkStart + packet.ipLength;
  if (ipEnd - at < AUTHENTICATION_MIN_LENGTH) return refuse(packet, IPV4_MALFORMED);
  if (end - at < AUTHENTICATION_MIN_LENGTH) return refuse(packet, IPV4_TRUNCATED);
  const length = (uint8(bytes, at + 1) + 2) * 4;
  if (at + length > ipEnd) return refuse(packet, IPV4_MALFORMED);
  if (at + length > end) return refuse(packet, IPV4_TRUNCATED);
  packet.protocol = uint8(bytes, at);
  packet.ipHeaderLength += length;
  return at + length;
}
