// api: the one line that says what a packet is, as tcpdump and Wireshark would: for people, not for programs.

import type { Packet } from '../../lib/decode/packet.ts';
import { TCP_PROTOCOL, transportName } from '../../lib/document/network-name.ts';

const UDP = 17;
const SCTP = 132;
const ICMP = 1;
const ICMP6 = 58;
const ACK = 16;

/** ICMP types by name (iana.org/assignments/icmp-parameters, icmpv6-parameters). */
const ICMP_TYPES: Readonly<Record<number, string>> = {
  0: 'echo reply',
  3: 'destination unreachable',
  4: 'source quench',
  5: 'redirect',
  8: 'echo request',
  11: 'time exceeded',
  12: 'parameter problem',
  13: 'timestamp',
  14: 'timestamp reply',
};
const ICMP6_TYPES: Readonly<Record<number, string>> = {
  1: 'destination unreachable',
  2: 'packet too big',
  3: 'time exceeded',
  4: 'parameter problem',
  128: 'echo request',
  129: 'echo reply',
  130: 'multicast listener query',
  131: 'multicast listener report',
  133: 'router solicitation',
  134: 'router advertisement',
  135: 'neighbor solicitation',
  136: 'neighbor advertisement',
  143: 'multicast listener report v2',
};

const TCP_FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'] as const;

/** ECS `network.transport`, or `ip-<number>` where the protocol has no common name. */
export function protocolName(protocol: number): string {
  return transportName(protocol) ?? `ip-${protocol}`;
}

export function tcpFlagNames(flags: number): string[] {
  return TCP_FLAGS.filter((_, bit) => (flags & (1 << bit)) !== 0);
}

/** `reason` is the DECODE_REASONS word; only `decoded` packets have layers to tell of. */
export function packetInfo(packet: Packet, reason: string): string {
  if (reason !== 'decoded' && reason !== 'fragment-without-first') return reason;
  const fragment = fragmentInfo(packet);
  if (packet.fragmentOffset > 0) return `${protocolName(packet.protocol)}${fragment}`;
  return transportInfo(packet) + fragment;
}

function transportInfo(packet: Packet): string {
  const { protocol, sourcePort, destinationPort, payloadLength } = packet;
  const ports = `${sourcePort} → ${destinationPort}`;
  switch (protocol) {
    case TCP_PROTOCOL: {
      const acknowledgement = packet.tcpFlags & ACK ? ` ack=${packet.tcpAcknowledgement}` : '';
      const flags = tcpFlagNames(packet.tcpFlags).join(', ') || 'no flags';
      return `tcp ${ports} [${flags}] seq=${packet.tcpSequence}${acknowledgement} win=${packet.tcpWindow} len=${payloadLength}`;
    }
    case UDP:
    case SCTP:
      return `${protocolName(protocol)} ${ports} len=${payloadLength}`;
    case ICMP:
      return icmpInfo(packet, ICMP_TYPES);
    case ICMP6:
      return icmpInfo(packet, ICMP6_TYPES);
    default:
      return `${protocolName(protocol)} len=${payloadLength}`;
  }
}

function icmpInfo(packet: Packet, names: Readonly<Record<number, string>>): string {
  const { icmpType, icmpCode, payloadLength } = packet;
  return `${protocolName(packet.protocol)} ${names[icmpType] ?? 'type'} (${icmpType}/${icmpCode}) len=${payloadLength}`;
}

function fragmentInfo({ fragmentOffset, moreFragments, identification }: Packet): string {
  if (fragmentOffset === 0 && !moreFragments) return '';
  const more = moreFragments ? ', more follow' : '';
  return ` fragment id=${identification} offset=${fragmentOffset}${more}`;
}
