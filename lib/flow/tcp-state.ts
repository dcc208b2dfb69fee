// flow: what became of a TCP connection, in Zeek's words (docs.zeek.org, base/protocols/conn, conn_state).

import { TCP_STATES, type TcpState } from './flow-fields.ts';

export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const PSH = 8;
export const ACK = 16;
export const URG = 32;
export const ECE = 64;
export const CWR = 128;

/** What was seen of a connection, as bits of `CELL.tcp`. */
export const SEEN_SYN = 1;
export const SEEN_SYN_ACK = 2;
/** The source acknowledged the SYN+ACK: the handshake is complete. */
export const SEEN_HANDSHAKE = 4;
export const SEEN_SOURCE_FIN = 8;
export const SEEN_DESTINATION_FIN = 16;
/** Who reset it first. */
export const SEEN_SOURCE_RST = 32;
export const SEEN_DESTINATION_RST = 64;
/** The destination sent anything at all. */
export const SEEN_ANSWER = 128;

/** Bits that the next part of the same connection goes on with. */
export const CARRIED = SEEN_SYN | SEEN_SYN_ACK | SEEN_HANDSHAKE;

const BOTH_FIN = SEEN_SOURCE_FIN | SEEN_DESTINATION_FIN;
const ANY_RST = SEEN_SOURCE_RST | SEEN_DESTINATION_RST;

/** The bits after one more packet with these flags from the source (0) or the destination (1). */
export function tcpAfter(seen: number, flags: number, direction: number): number {
  let bits = direction === 0 ? seen : seen | SEEN_ANSWER;
  if ((flags & SYN) !== 0) {
    if (direction === 0 && (flags & ACK) === 0) bits |= SEEN_SYN;
    if (direction === 1 && (flags & ACK) !== 0) bits |= SEEN_SYN_ACK;
  } else if (direction === 0 && (flags & (ACK | RST)) === ACK && (bits & SEEN_SYN_ACK) !== 0) {
    bits |= SEEN_HANDSHAKE;
  }
  if ((flags & FIN) !== 0) bits |= direction === 0 ? SEEN_SOURCE_FIN : SEEN_DESTINATION_FIN;
  if ((flags & RST) !== 0 && (bits & ANY_RST) === 0) bits |= direction === 0 ? SEEN_SOURCE_RST : SEEN_DESTINATION_RST;
  return bits;
}

/** FIN both ways, or RST: the flow ends soon. */
export function isClosing(seen: number): boolean {
  return (seen & BOTH_FIN) === BOTH_FIN || (seen & ANY_RST) !== 0;
}

export function tcpState(seen: number): TcpState {
  const hasSyn = (seen & SEEN_SYN) !== 0;
  const hasSynAck = (seen & SEEN_SYN_ACK) !== 0;
  if (!hasSyn && !hasSynAck) return 'OTH';
  if ((seen & SEEN_DESTINATION_RST) !== 0) {
    if (!hasSynAck) return 'REJ';
    return hasSyn ? 'RSTR' : 'RSTRH';
  }
  if ((seen & SEEN_SOURCE_RST) !== 0) return hasSynAck ? 'RSTO' : 'RSTOS0';
  if ((seen & BOTH_FIN) === BOTH_FIN) return 'SF';
  if ((seen & SEEN_SOURCE_FIN) !== 0) return hasSynAck ? 'S2' : 'SH';
  if ((seen & SEEN_DESTINATION_FIN) !== 0) return hasSyn ? 'S3' : 'SHR';
  if (hasSynAck) return hasSyn ? 'S1' : 'OTH';
  return (seen & SEEN_ANSWER) === 0 ? 'S0' : 'OTH';
}

/** `tcpState` as FLOW_FIELDS stores it. */
export function tcpStateCode(seen: number): number {
  return TCP_STATES.indexOf(tcpState(seen));
}

export const NOT_TCP = TCP_STATES.indexOf('none');
