// decode: what stands behind the IP headers: the transport header by its protocol number, then the payload.
import { decodeIcmp } from './icmp.ts';
import type { Packet } from './packet.ts';
import { clearPayload, clearTransport } from './packet-state.ts';
import { decodeSctp } from './sctp.ts';
import { decodeTcp } from './tcp.ts';
import { decodeUdp, UDP_HEADER_LENGTH } from './udp.ts';

export const PROTOCOL_ICMP = 1;
export const PROTOCOL_TCP = 6;
export const PROTOCOL_UDP = 17;
export const PROTOCOL_ICMPV6 = 58;
export const PROTOCOL_SCTP = 132;
/** A later fragment has none, whatever its protocol. */
const NO_HEADER = -1;

/** Reads the transport header at `start` of a packet that ends at `ipEnd`, and sets the payload's place, or leaves a reason. */
export function decodeTransport(bytes: Uint8Array, start: number, end: number, ipEnd: number, packet: Packet): void {
  // What the link layer padded behind the packet belongs to nothing.
  const capturedEnd = Math.min(end, ipEnd);
  const length = ipEnd - start;
  let headerLength = 0;
  let wireLength = length;
  switch (packet.fragmentOffset > 0 ? NO_HEADER : packet.protocol) {
    case PROTOCOL_TCP:
      headerLength = decodeTcp(bytes, start, capturedEnd, length, packet);
      break;
    case PROTOCOL_UDP:
      wireLength = decodeUdp(bytes, start, capturedEnd, length, packet);
      headerLength = wireLength < 0 ? -1 : UDP_HEADER_LENGTH;
      break;
    case PROTOCOL_ICMP:
    case PROTOCOL_ICMPV6:
      headerLength = decodeIcmp(bytes, start, capturedEnd, length, packet);
      break;
    case PROTOCOL_SCTP:
      headerLength = decodeSctp(bytes, start, capturedEnd, length, packet);
      break;
    default:
      clearTransport(packet);
  }
  if (headerLength >= 0) {
    setPayload(packet, start + headerLength, start + wireLength, end);
    packet.truncated = end < ipEnd;
  } else {
    clearTransport(packet);
    clearPayload(packet);
  }
}

/** `wireEnd` is where the payload ends on the wire, `end` where the captured bytes do; both may come before `start`. */
function setPayload(packet: Packet, start: number, wireEnd: number, end: number): void {
  const captured = Math.max(Math.min(wireEnd, end) - start, 0);
  packet.payloadStart = captured === 0 ? end : start;
  packet.payloadLength = Math.max(wireEnd - start, 0);
  packet.payloadCaptured = captured;
}
