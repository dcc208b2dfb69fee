// support: what became of a naive flow's TCP connection, read from all its packets each time.

import type { TcpState } from '../../lib/flow/flow-fields.ts';
import type { Member, NaiveFlow } from './naive-flow.ts';

/** TCP flags, and its protocol number: the twin has its own, so that an error in ours shows. */
export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const ACK = 16;
export const TCP = 6;

/** TCP packets of the flow with their flags; later fragments have none. */
export function tcpMembers(flow: NaiveFlow): readonly Member[] {
  return flow.members.filter(({ record: { packet } }) => packet.protocol === TCP && packet.fragmentOffset === 0);
}

export function historyOf(flow: NaiveFlow) {
  const handshake = new Set(flow.carried);
  const fin = new Set<number>();
  let reset: number | undefined;
  let isAnswered = false;
  for (const { direction, record } of tcpMembers(flow)) {
    const flags = record.packet.tcpFlags;
    if (direction === 1) isAnswered = true;
    if (flags & SYN) {
      if (direction === 0 && !(flags & ACK)) handshake.add('syn');
      if (direction === 1 && flags & ACK) handshake.add('syn-ack');
    } else if (direction === 0 && flags & ACK && !(flags & RST) && handshake.has('syn-ack')) handshake.add('complete');
    if (flags & FIN) fin.add(direction);
    if (flags & RST) reset ??= direction;
  }
  return { handshake, fin, reset, isAnswered };
}

export function isClosing(flow: NaiveFlow): boolean {
  const { fin, reset } = historyOf(flow);
  return fin.size === 2 || reset !== undefined;
}

export function stateOf(flow: NaiveFlow): TcpState {
  if (flow.protocol !== TCP) return 'none';
  const { handshake, fin, reset, isAnswered } = historyOf(flow);
  const syn = handshake.has('syn');
  const synAck = handshake.has('syn-ack');
  if (!syn && !synAck) return 'OTH';
  if (reset === 1) return synAck ? (syn ? 'RSTR' : 'RSTRH') : 'REJ';
  if (reset === 0) return synAck ? 'RSTO' : 'RSTOS0';
  if (fin.size === 2) return 'SF';
  if (fin.has(0)) return synAck ? 'S2' : 'SH';
  if (fin.has(1)) return syn ? 'S3' : 'SHR';
  if (syn && synAck) return 'S1';
  return syn && !isAnswered ? 'S0' : 'OTH';
}
