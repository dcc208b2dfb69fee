// decode: SCTP's common header (RFC 9260, section 3.1); its chunks are the payload.
import { uint16 } from './bytes.ts';
import type { Packet } from './packet.ts';
import { clearIcmp, clearTcp } from './packet-state.ts';
import { refuse, TRANSPORT_MALFORMED, TRANSPORT_TRUNCATED } from './reasons.ts';

const HEADER_LENGTH = 12;

/** Reads the header at `start`, behind which `length` bytes are on the wire; returns its length, or -1 with a reason. */
export function decodeSctp(bytes: Uint8Array, start: number, end: number, length: number, packet: Packet): number {
  if (length < HEADER_LENGTH || end - start < HEADER_LENGTH)
    return refuse(packet, length < HEADER_LENGTH && !packet.moreFragments ? TRANSPORT_MALFORMED : TRANSPORT_TRUNCATED);
  packet.sourcePort = uint16(bytes, start);
  packet.destinationPort = uint16(bytes, start + 2);
  clearIcmp(packet);
  clearTcp(packet);
  return HEADER_LENGTH;
}
