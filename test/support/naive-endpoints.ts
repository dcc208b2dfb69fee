// support: whose packet it is, in text: addresses, ports, tunnel, and the key that both directions share.

import type { Packet } from '../../lib/decode/packet.ts';
import type { NaiveEndpoints } from './naive-flow.ts';

const PAIRS: readonly (readonly [number, number, number])[] = [
  [1, 8, 0],
  [1, 13, 14],
  [1, 15, 16],
  [1, 9, 10],
  [1, 17, 18],
  [58, 128, 129],
  [58, 133, 134],
  [58, 135, 136],
];

function hex(...words: readonly number[]): string {
  return words.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

export function endpointsOf(packet: Packet): NaiveEndpoints {
  return {
    source: hex(packet.source0, packet.source1, packet.source2, packet.source3),
    destination: hex(packet.destination0, packet.destination1, packet.destination2, packet.destination3),
    sourcePort: packet.sourcePort,
    destinationPort: packet.destinationPort,
    protocol: packet.protocol,
    vlan: packet.vlan,
    tunnel: tunnelOf(packet),
  };
}

export function outerSource(packet: Packet): string {
  return hex(packet.outerSource0, packet.outerSource1, packet.outerSource2, packet.outerSource3);
}

export function outerDestination(packet: Packet): string {
  return hex(packet.outerDestination0, packet.outerDestination1, packet.outerDestination2, packet.outerDestination3);
}

export function tunnelOf(packet: Packet): string {
  if (packet.tunnelDepth === 0) return '';
  const ends = [outerSource(packet), outerDestination(packet)].sort().join('=');
  return `${packet.tunnelType} ${packet.tunnelId} ${packet.tunnelDepth} ${ends}`;
}

function answerOf(packet: Packet): number | undefined {
  for (const [protocol, a, b] of PAIRS) {
    if (protocol !== packet.protocol) continue;
    if (packet.icmpType === a) return b;
    if (packet.icmpType === b) return a;
  }
  return undefined;
}

export function keyOf(packet: Packet, ends: NaiveEndpoints): string {
  const isIcmp = packet.protocol === 1 || packet.protocol === 58;
  const answer = answerOf(packet);
  const from = `${ends.source}/${isIcmp ? packet.icmpType : ends.sourcePort}`;
  const to = `${ends.destination}/${isIcmp ? (answer ?? packet.icmpCode) : ends.destinationPort}`;
  const pair = isIcmp && answer === undefined ? `one way ${from}>${to}` : [from, to].sort().join('=');
  return `${pair} ${ends.protocol} ${ends.vlan} ${ends.tunnel}`;
}
