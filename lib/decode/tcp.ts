// decode: TCP (RFC 9293, section 3.1).
import { uint8, uint16, uint32 } from './bytes.ts';
import type { Packet } from './packet.ts';
import { clearIcmp } from './packet-state.ts';
import { refuse, TRANSPORT_MALFORMED, TRANSPORT_TRUNCATED } from './reasons.ts';

const MIN_HEADER_LENGTH = 20;

/** Reads the header at `start`, behind which `length` bytes are on the wire; returns its length, or -1 with a reason. */
export function decodeTcp(bytes: Uint8Array, start: number, end: number, length: number, packet: Packet): number {
  const isFragment = packet.moreFragments;
  if (length < MIN_HEADER_LENGTH && !isFragment) return refuse(packet, TRANSPORT_MALFORMED);
  if (end - start < MIN_HEADER_LENGTH) return refuse(packet, TRANSPORT_TRUNCATED);
  const dataOffset = uint8(bytes, start + 12) >> 4;
  const headerLength = dataOffset * 4;
  if (headerLength < MIN_HEADER_LENGTH) return refuse(packet, TRANSPORT_MALFORMED);
  // Options may go on in the next fragment; in a whole packet a header beyond its end is a lie.
  if (headerLength > length && !isFragment) return refuse(packet, TRANSPORT_MALFORMED);
  packet.sourcePort = uint16(bytes, start);
  packet.destinationPort = uint16(bytes, start + 2);
  packet.tcpSequence = uint32(bytes, start + 4);
  packet.tcpAcknowledgement = uint32(bytes, start + 8);
  packet.tcpDataOffset = dataOffset;
  packet.tcpFlags = uint8(bytes, start + 13);
  packet.tcpWindow = uint16(bytes, start + 14);
  clearIcmp(packet);
  return headerLength;
}
