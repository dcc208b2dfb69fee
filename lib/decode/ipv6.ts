// decode: IPv6 and its extension headers (RFC 8200; authentication header: RFC 4302).
import { uint8, uint16, uint32 } from './bytes.ts';
import { MAX_EXTENSION_HEADERS } from './limits.ts';
import type { Packet } from './packet.ts';
import { IP_VERSION_UNKNOWN, IPV6_MALFORMED, IPV6_TRUNCATED, refuse } from './reasons.ts';
import { LENGTH_BEYOND_FRAMES, LENGTH_BEYOND_RECORD, LENGTH_ZERO, LONGEST_FRAME, remark } from './remarks.ts';

const HEADER_LENGTH = 40;
const EXTENSION_MIN_LENGTH = 8;

const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const NO_NEXT_HEADER = 59;
const DESTINATION_OPTIONS = 60;

const FRAGMENT_OFFSET_MASK = 0xfff8;
const MORE_FRAGMENTS = 1;

/**
 * Reads the header at `start`; captured bytes end at `end`, the record's bytes on the wire at `wireEnd`.
 * Returns where the transport layer begins, or -1 with a reason.
 */
export function decodeIpv6(bytes: Uint8Array, start: number, end: number, wireEnd: number, packet: Packet): number {
  if (end - start < HEADER_LENGTH) return refuse(packet, IPV6_TRUNCATED);
  if (uint8(bytes, start) >> 4 !== 6) return refuse(packet, IP_VERSION_UNKNOWN);
  const payloadLength = uint16(bytes, start + 4);
  const nextHeader = uint8(bytes, start + 6);
  const wireLength = wireEnd - start;
  packet.ipVersion = 6;
  packet.networkStart = start;
  // 0 with something behind it is a jumbogram, or the sender's network card cut it later: the record knows the length.
  const isLengthZero = payloadLength === 0 && nextHeader !== NO_NEXT_HEADER;
  packet.ipLength = isLengthZero ? wireLength : Math.min(HEADER_LENGTH + payloadLength, wireLength);
  if (isLengthZero) remark(packet, LENGTH_ZERO);
  else if (HEADER_LENGTH + payloadLength > wireLength) remark(packet, LENGTH_BEYOND_RECORD);
  if (packet.ipLength > LONGEST_FRAME) remark(packet, LENGTH_BEYOND_FRAMES);
  packet.tos = (uint16(bytes, start) >> 4) & 0xff;
  packet.ttl = uint8(bytes, start + 7);
  packet.identification = 0;
  packet.fragmentOffset = 0;
  packet.moreFragments = false;
  packet.source0 = uint32(bytes, start + 8);
  packet.source1 = uint32(bytes, start + 12);
  packet.source2 = uint32(bytes, start + 16);
  packet.source3 = uint32(bytes, start + 20);
  packet.destination0 = uint32(bytes, start + 24);
  packet.destination1 = uint32(bytes, start + 28);
  packet.destination2 = uint32(bytes, start + 32);
  packet.destination3 = uint32(bytes, start + 36);
  const at = skipExtensionHeaders(bytes, start + HEADER_LENGTH, end, start + packet.ipLength, nextHeader, packet);
  if (at >= 0) packet.ipHeaderLength = at - start;
  return at;
}

/**
 * From `position` to `ipEnd`, of which the bytes up to `end` were captured; leaves the transport protocol in the packet.
 * Behind a later fragment's header nothing is known. Returns where the transport begins, or -1 with a reason.
 */
export function skipExtensionHeaders(
  bytes: Uint8Array,
  position: number,
  end: number,
  ipEnd: number,
  nextHeader: number,
  packet: Packet,
): number {
  let at = position;
  let protocol = nextHeader;
  for (let headers = 0; isExtensionHeader(protocol) && packet.fragmentOffset === 0; headers += 1) {
    if (headers === MAX_EXTENSION_HEADERS || ipEnd - at < EXTENSION_MIN_LENGTH) return refuse(packet, IPV6_MALFORMED);
    if (end - at < EXTENSION_MIN_LENGTH) return refuse(packet, IPV6_TRUNCATED);
    const length = extensionLength(protocol, uint8(bytes, at + 1));
    if (at + length > ipEnd) return refuse(packet, IPV6_MALFORMED);
    if (at + length > end) return refuse(packet, IPV6_TRUNCATED);
    const next = uint8(bytes, at);
    if (protocol === FRAGMENT) readFragmentHeader(bytes, at, next, packet);
    protocol = next;
    at += length;
  }
  packet.protocol = protocol;
  return at;
}

function readFragmentHeader(bytes: Uint8Array, at: number, next: number, packet: Packet): void {
  const fragment = uint16(bytes, at + 2);
  packet.fragmentOffset = fragment & FRAGMENT_OFFSET_MASK;
  packet.moreFragments = (fragment & MORE_FRAGMENTS) !== 0;
  packet.identification = uint32(bytes, at + 4);
  packet.hasRareFields = true;
  packet.fragmentStart = at + EXTENSION_MIN_LENGTH;
  packet.fragmentProtocol = next;
}

function isExtensionHeader(protocol: number): boolean {
  return (
    protocol === HOP_BY_HOP ||
    protocol === ROUTING ||
    protocol === FRAGMENT ||
    protocol === AUTHENTICATION ||
    protocol === DESTINATION_OPTIONS
  );
}

/** In bytes; the length field counts 8-byte units after the first, in the authentication header 4-byte units less 2. */
function extensionLength(protocol: number, lengthField: number): number {
  if (protocol === FRAGMENT) return EXTENSION_MIN_LENGTH;
  return protocol === AUTHENTICATION ? (lengthField + 2) * 4 : (lengthField + 1) * 8;
}
