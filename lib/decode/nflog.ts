// decode: packets that Linux' netfilter logged (tcpdump.org/linktypes/LINKTYPE_NFLOG.html).
import { uint8, uint16, uint16le } from './bytes.ts';
import { decodeRaw } from './loopback.ts';
import type { Packet } from './packet.ts';
import { LINK_MALFORMED, LINK_TRUNCATED, NOT_IP, refuse } from './reasons.ts';

const HEADER_LENGTH = 4;
const ATTRIBUTE_LENGTH = 4;
const ATTRIBUTE_PAYLOAD = 9;
const MAX_ATTRIBUTES = 64;
const FAMILY_INET = 2;
const FAMILY_INET6 = 10;

/** Attributes are in the logging machine's byte order, which nothing states: that in which the first one fits holds. */
export function decodeNflog(bytes: Uint8Array, start: number, end: number, packet: Packet): number {
  if (end - start < HEADER_LENGTH + ATTRIBUTE_LENGTH) return refuse(packet, LINK_TRUNCATED);
  const family = uint8(bytes, start);
  if (family !== FAMILY_INET && family !== FAMILY_INET6) return refuse(packet, NOT_IP);
  let at = start + HEADER_LENGTH;
  const isLittleEndian = uint16le(bytes, at) <= uint16(bytes, at);
  for (let attributes = 0; attributes < MAX_ATTRIBUTES; attributes += 1) {
    if (end - at < ATTRIBUTE_LENGTH) return refuse(packet, LINK_TRUNCATED);
    const length = isLittleEndian ? uint16le(bytes, at) : uint16(bytes, at);
    const type = isLittleEndian ? uint16le(bytes, at + 2) : uint16(bytes, at + 2);
    if (length < ATTRIBUTE_LENGTH) return refuse(packet, LINK_MALFORMED);
    if (type === ATTRIBUTE_PAYLOAD) return decodeRaw(bytes, at + ATTRIBUTE_LENGTH, end, packet);
    at += (length + 3) & ~3;
  }
  return refuse(packet, NOT_IP);
}
