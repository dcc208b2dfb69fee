// decode: BSD loopback, whose link header is one address family (tcpdump.org/linktypes.html: NULL and LOOP).
import { uint32 } from './bytes.ts';
import { ETHERTYPE_IPV4, ETHERTYPE_IPV6 } from './ether-type.ts';
import type { Packet } from './packet.ts';
import { LINK_TRUNCATED, NOT_IP, refuse } from './reasons.ts';

const HEADER_LENGTH = 4;
const AF_INET = 2;

/** AF_INET6 is 10 on Linux, 23 on Windows, 24 on NetBSD and OpenBSD, 28 on FreeBSD, 30 on macOS. */
function isInet6(family: number): boolean {
  return family === 30 || family === 24 || family === 28 || family === 10 || family === 23;
}

/** NULL: the family is in the capturing machine's byte order, which nothing states: whichever order makes sense holds. */
export function decodeNull(bytes: Uint8Array, start: number, end: number, packet: Packet): number {
  return decodeFamily(bytes, start, end, true, packet);
}

/** LOOP: the same in network byte order. */
export function decodeLoop(bytes: Uint8Array, start: number, end: number, packet: Packet): number {
  return decodeFamily(bytes, start, end, false, packet);
}

/** Returns where the network layer begins, or -1 with a reason. */
function decodeFamily(bytes: Uint8Array, start: number, end: number, isEitherOrder: boolean, packet: Packet): number {
  if (end - start < HEADER_LENGTH) return refuse(packet, LINK_TRUNCATED);
  const bigEndian = uint32(bytes, start);
  // A family is a small number: read in the wrong order, its low byte stands in the high one.
  const family = isEitherOrder && bigEndian > 0xffff ? swap32(bigEndian) : bigEndian;
  // Some adapters wrote an EtherType into the second half instead.
  const etherType = bigEndian & 0xffff;
  if (family === AF_INET || etherType === ETHERTYPE_IPV4) packet.etherType = ETHERTYPE_IPV4;
  else if (isInet6(family) || etherType === ETHERTYPE_IPV6) packet.etherType = ETHERTYPE_IPV6;
  else return refuse(packet, NOT_IP);
  return start + HEADER_LENGTH;
}

function swap32(value: number): number {
  return ((value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0;
}
