// decode: links whose header is an address family: BSD loopback, its relatives, and raw IP without any header.
import { uint8, uint32 } from './bytes.ts';
import { ETHERTYPE_IPV4, ETHERTYPE_IPV6 } from './ether-type.ts';
import type { Packet } from './packet.ts';
import { IP_VERSION_UNKNOWN, LINK_MALFORMED, LINK_TRUNCATED, NOT_IP, refuse } from './reasons.ts';

const FAMILY_LENGTH = 4;
const AF_INET = 2;
/** OpenBSD's enc(4): family, security parameters index, flags. */
const ENC_LENGTH = 12;
/** OpenBSD's pflog(4): its own length, rounded up to 4 bytes, then the family. */
const PFLOG_MIN_LENGTH = 48;

/** AF_INET6 is 10 on Linux, 23 on Windows, 24 on NetBSD and OpenBSD, 28 on FreeBSD, 30 on macOS. */
function isInet6(family: number): boolean {
  return family === 30 || family === 24 || family === 28 || family === 10 || family === 23;
}

/** NULL: the family is in the capturing machine's byte order, which nothing states: whichever order makes sense holds. */
export function decodeNull(bytes: Uint8Array, start: number, end: number, packet: Packet): number {
  return decodeFamily(bytes, start, end, true, FAMILY_LENGTH, packet);
}

/** LOOP: the same in network byte order. */
export function decodeLoop(bytes: Uint8Array, start: number, end: number, packet: Packet): number {
  return decodeFamily(bytes, start, end, false, FAMILY_LENGTH, packet);
}

export function decodeEnc(bytes: Uint8Array, start: number, end: number, packet: Packet): number {
  return decodeFamily(bytes, start, end, true, ENC_LENGTH, packet);
}

export function decodePflog(bytes: Uint8Array, start: number, end: number, packet: Packet): number {
  if (end - start < 2) return refuse(packet, LINK_TRUNCATED);
  const length = (uint8(bytes, start) + 3) & ~3;
  if (length < PFLOG_MIN_LENGTH) return refuse(packet, LINK_MALFORMED);
  if (end - start < length) return refuse(packet, LINK_TRUNCATED);
  return setFamily(uint8(bytes, start + 1), packet) ? start + length : -1;
}

/** Raw IP has no link header: the version says what it is. */
export function decodeRaw(bytes: Uint8Array, start: number, end: number, packet: Packet): number {
  const version = end > start ? uint8(bytes, start) >> 4 : 0;
  if (version === 4) packet.etherType = ETHERTYPE_IPV4;
  else if (version === 6) packet.etherType = ETHERTYPE_IPV6;
  else return refuse(packet, end > start ? IP_VERSION_UNKNOWN : LINK_TRUNCATED);
  return start;
}

/** Returns where the network layer begins, or -1 with a reason. */
function decodeFamily(
  bytes: Uint8Array,
  start: number,
  end: number,
  isEitherOrder: boolean,
  headerLength: number,
  packet: Packet,
): number {
  if (end - start < headerLength) return refuse(packet, LINK_TRUNCATED);
  const bigEndian = uint32(bytes, start);
  // A family is a small number: read in the wrong order, its low byte stands in the high one.
  const family = isEitherOrder && bigEndian > 0xffff ? swap32(bigEndian) : bigEndian;
  // Some adapters wrote an EtherType into the second half instead.
  const etherType = bigEndian & 0xffff;
  if (etherType === ETHERTYPE_IPV4 || etherType === ETHERTYPE_IPV6) packet.etherType = etherType;
  else if (!setFamily(family, packet)) return -1;
  return start + headerLength;
}

function setFamily(family: number, packet: Packet): boolean {
  if (family === AF_INET) packet.etherType = ETHERTYPE_IPV4;
  else if (isInet6(family)) packet.etherType = ETHERTYPE_IPV6;
  else packet.reason = NOT_IP;
  return packet.reason !== NOT_IP;
}

function swap32(value: number): number {
  return ((value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0;
}
