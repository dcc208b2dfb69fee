// decode: UDP (RFC 768).
import { uint16 } from './bytes.ts';
import type { Packet } from './packet.ts';
import { clearIcmp, clearTcp } from './packet-state.ts';
import { refuse, TRANSPORT_MALFORMED, TRANSPORT_TRUNCATED } from './reasons.ts';
import { remark, UDP_LENGTH_BEYOND_PACKET } from './remarks.ts';

export const UDP_HEADER_LENGTH = 8;

/**
 * Reads the header at `start`, behind which `length` bytes are on the wire. Returns the datagram's length, header
 * included, as far as it is in this packet (what follows it is padding), or -1 with a reason.
 */
export function decodeUdp(bytes: Uint8Array, start: number, end: number, length: number, packet: Packet): number {
  if (length < UDP_HEADER_LENGTH && !packet.moreFragments) return refuse(packet, TRANSPORT_MALFORMED);
  if (end - start < UDP_HEADER_LENGTH) return refuse(packet, TRANSPORT_TRUNCATED);
  const datagramLength = uint16(bytes, start + 4);
  // 0 says "longer than the field holds": a jumbogram, or segmentation left to the network card.
  if (datagramLength !== 0 && datagramLength < UDP_HEADER_LENGTH) return refuse(packet, TRANSPORT_MALFORMED);
  packet.sourcePort = uint16(bytes, start);
  packet.destinationPort = uint16(bytes, start + 2);
  clearIcmp(packet);
  clearTcp(packet);
  if (datagramLength > length && !packet.moreFragments) remark(packet, UDP_LENGTH_BEYOND_PACKET);
  return datagramLength === 0 ? length : Math.min(datagramLength, length);
}
