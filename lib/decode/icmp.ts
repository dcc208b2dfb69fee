// decode: ICMP (RFC 792) and ICMPv6 (RFC 4443), whose first four bytes are the same.
import { uint8 } from './bytes.ts';
import type { Packet } from './packet.ts';
import { clearTransport } from './packet-state.ts';
import { refuse, TRANSPORT_MALFORMED, TRANSPORT_TRUNCATED } from './reasons.ts';

const MIN_HEADER_LENGTH = 4;
/** Type, code, checksum and the four bytes that most types use for an identifier, a pointer or nothing; a few end before. */
const HEADER_LENGTH = 8;

/** Reads the header at `start`, behind which `length` bytes are on the wire; returns its length, or -1 with a reason. */
export function decodeIcmp(bytes: Uint8Array, start: number, end: number, length: number, packet: Packet): number {
  if (length < MIN_HEADER_LENGTH || end - start < MIN_HEADER_LENGTH)
    return refuse(
      packet,
      length < MIN_HEADER_LENGTH && !packet.moreFragments ? TRANSPORT_MALFORMED : TRANSPORT_TRUNCATED,
    );
  clearTransport(packet);
  packet.icmpType = uint8(bytes, start);
  packet.icmpCode = uint8(bytes, start + 1);
  return HEADER_LENGTH;
}
