// decode: the header that takes a packet through a chain of services (RFC 8300, section 2).
import { uint8, uint32 } from './bytes.ts';
import { ETHERTYPE_BRIDGED, ETHERTYPE_IPV4, ETHERTYPE_IPV6, ETHERTYPE_MPLS, ETHERTYPE_NSH } from './ether-type.ts';
import type { Packet } from './packet.ts';
import { LINK_MALFORMED, LINK_TRUNCATED, NOT_IP, refuse } from './reasons.ts';

/** Base header and service path. */
const MIN_LENGTH = 8;
/** In 4-byte words, with what stands behind the service path. */
const LENGTH_AT = 1;
const LENGTH_MASK = 0x3f;
const NEXT_PROTOCOL_AT = 3;
const VERSION_SHIFT = 30;
const NEXT_PROTOCOLS: Readonly<Record<number, number>> = {
  1: ETHERTYPE_IPV4,
  2: ETHERTYPE_IPV6,
  3: ETHERTYPE_BRIDGED,
  4: ETHERTYPE_NSH,
  5: ETHERTYPE_MPLS,
};

/** Leaves the type of what follows in the packet; returns where that begins, or -1 with a reason. */
export function readServiceHeader(bytes: Uint8Array, at: number, end: number, packet: Packet): number {
  packet.etherType = 0;
  if (end - at < MIN_LENGTH) return refuse(packet, LINK_TRUNCATED);
  if (uint32(bytes, at) >>> VERSION_SHIFT !== 0) return refuse(packet, NOT_IP);
  const length = (uint8(bytes, at + LENGTH_AT) & LENGTH_MASK) * 4;
  if (length < MIN_LENGTH) return refuse(packet, LINK_MALFORMED);
  if (end - at < length) return refuse(packet, LINK_TRUNCATED);
  const etherType = NEXT_PROTOCOLS[uint8(bytes, at + NEXT_PROTOCOL_AT)];
  if (etherType === undefined) return refuse(packet, NOT_IP);
  packet.etherType = etherType;
  return at + length;
}
