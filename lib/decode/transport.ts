// decode: what stands behind the IP headers: the transport header by its protocol number, then the payload.
import { decodeIcmp } from './icmp.ts';
import type { Packet } from './packet.ts';
import { decodeSctp } from './sctp.ts';
import { decodeTcp } from './tcp.ts';
import { decodeUdp, UDP_HEADER_LENGTH } from './udp.ts';

export const PROTOCOL_ICMP = 1;
export const PROTOCOL_TCP = 6;
export const PROTOCOL_UDP = 17;
export const PROTOCOL_ICMPV6 = 58;
export const PROTOCOL_SCTP = 132;

/** Reads the transport header at `start` and sets the payload's place, or leaves a reason. */
export function decodeTransport(bytes: Uint8Array, start: number, end: number, packet: Packet): void {
  const ipEnd = packet.networkStart + packet.ipLength;
  // What the link layer padded behind the packet belongs to nothing.
  const capturedEnd = Math.min(end, ipEnd);
  const length = ipEnd - start;
  if (packet.fragmentOffset > 0) {
    setPayload(packet, start, ipEnd, end);
    return;
  }
  let headerLength = 0;
  let wireLength = length;
  switch (packet.protocol) {
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
  }
  if (headerLength >= 0) setPayload(packet, start + headerLength, start + wireLength, end);
}

/** `wireEnd` is where the payload ends on the wire, `end` where the captured bytes do; both may come before `start`. */
function setPayload(packet: Packet, start: number, wireEnd: number, end: number): void {
  const length = Math.max(wireEnd - start, 0);
  const captured = Math.max(Math.min(wireEnd, end) - start, 0);
  packet.payloadStart = captured === 0 ? end : start;
  packet.payloadLength = length;
  packet.payloadCaptured = captured;
  packet.truncated = end < packet.networkStart + packet.ipLength;
}
