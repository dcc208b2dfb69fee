// flow: a packet's five-tuple as a key: both directions of a flow have the same one.

import type { Packet } from '../decode/packet.ts';
import { icmpCounterpart, isIcmp } from './icmp-counterpart.ts';

/** Two addresses of four words, two ports, protocol and VLAN, tunnel (0 = none). */
export const FLOW_KEY_WORDS = 11;

const ONE_WAY_ICMP = 0x8000_0000;

/** What makes a flow: taken from a packet, or from the header that an ICMP error quotes. */
export type Endpoints = Pick<
  Packet,
  | 'source0'
  | 'source1'
  | 'source2'
  | 'source3'
  | 'destination0'
  | 'destination1'
  | 'destination2'
  | 'destination3'
  | 'protocol'
  | 'sourcePort'
  | 'destinationPort'
  | 'icmpType'
  | 'icmpCode'
  | 'vlan'
  | 'tunnelKey'
>;

/**
 * Writes the key with the smaller endpoint first; returns 1 where that is the packet's source, else 0.
 * ICMP types stand for ports as in Community ID: a question and its answer are one flow; what has no counterpart is a
 * flow of its own in each direction.
 */
export function writeFlowKey(key: Uint32Array, packet: Endpoints): number {
  const { protocol } = packet;
  let sourcePort = packet.sourcePort;
  let destinationPort = packet.destinationPort;
  let isOneWay = false;
  if (isIcmp(protocol)) {
    const counterpart = icmpCounterpart(protocol, packet.icmpType);
    isOneWay = counterpart < 0;
    sourcePort = packet.icmpType;
    destinationPort = isOneWay ? packet.icmpCode : counterpart;
  }
  const isForward = isOneWay || !isSourceLarger(packet, sourcePort, destinationPort);
  if (isForward) {
    key[0] = packet.source0;
    key[1] = packet.source1;
    key[2] = packet.source2;
    key[3] = packet.source3;
    key[4] = packet.destination0;
    key[5] = packet.destination1;
    key[6] = packet.destination2;
    key[7] = packet.destination3;
    key[8] = (sourcePort << 16) | destinationPort;
  } else {
    key[0] = packet.destination0;
    key[1] = packet.destination1;
    key[2] = packet.destination2;
    key[3] = packet.destination3;
    key[4] = packet.source0;
    key[5] = packet.source1;
    key[6] = packet.source2;
    key[7] = packet.source3;
    key[8] = (destinationPort << 16) | sourcePort;
  }
  key[9] = protocol | ((packet.vlan + 1) << 8) | (isOneWay ? ONE_WAY_ICMP : 0);
  key[10] = packet.tunnelKey;
  return isForward ? 1 : 0;
}

function isSourceLarger(packet: Endpoints, sourcePort: number, destinationPort: number): boolean {
  if (packet.source0 !== packet.destination0) return packet.source0 > packet.destination0;
  if (packet.source1 !== packet.destination1) return packet.source1 > packet.destination1;
  if (packet.source2 !== packet.destination2) return packet.source2 > packet.destination2;
  if (packet.source3 !== packet.destination3) return packet.source3 > packet.destination3;
  return sourcePort > destinationPort;
}
