// decode: one record's bytes to one packet: link layer, IP, transport, or the reason why not.
import {
  LINKTYPE_ETHERNET,
  LINKTYPE_IPV4,
  LINKTYPE_IPV6,
  LINKTYPE_LINUX_SLL,
  LINKTYPE_LINUX_SLL2,
  LINKTYPE_LOOP,
  LINKTYPE_NULL,
  LINKTYPE_RAW,
} from '../capture/linktypes.ts';
import { uint8 } from './bytes.ts';
import { ETHERTYPE_ARP, ETHERTYPE_IPV4, ETHERTYPE_IPV6 } from './ether-type.ts';
import { decodeEthernet } from './ethernet.ts';
import { decodeIpv4 } from './ipv4.ts';
import { decodeIpv6 } from './ipv6.ts';
import { decodeLinuxSll, decodeLinuxSll2 } from './linux-sll.ts';
import { decodeLoop, decodeNull } from './loopback.ts';
import type { Packet } from './packet.ts';
import { ARP, DECODED, IP_VERSION_UNKNOWN, LINK_TRUNCATED, LINKTYPE_UNSUPPORTED, NOT_IP, refuse } from './reasons.ts';
import { decodeTransport } from './transport.ts';

/** What some BSDs call raw IP in their files. */
const LINKTYPE_RAW_BSD = 12;
const LINKTYPE_RAW_OPENBSD = 14;

/**
 * Decodes the record whose captured bytes are `bytes[start, start + capturedLength)`; reads nothing outside them.
 * Every field of the packet is set anew. A packet that was cut by a snaplen is decoded as far as its headers are whole:
 * lengths come from the headers, or from the original length where they say 0 or more than was on the wire.
 */
export function decodePacket(
  bytes: Uint8Array,
  start: number,
  capturedLength: number,
  originalLength: number,
  linktype: number,
  packet: Packet,
): void {
  resetPacket(packet);
  const end = start + capturedLength;
  const wireEnd = start + Math.max(capturedLength, originalLength);
  const networkStart = decodeLink(bytes, start, end, linktype, packet);
  if (networkStart < 0) return;
  const transportStart = decodeNetwork(bytes, networkStart, end, wireEnd, packet);
  if (transportStart < 0) return;
  decodeTransport(bytes, transportStart, end, packet);
}

/** Returns where the network layer begins, its EtherType in the packet, or -1 with a reason. */
function decodeLink(bytes: Uint8Array, start: number, end: number, linktype: number, packet: Packet): number {
  switch (linktype) {
    case LINKTYPE_ETHERNET:
      return decodeEthernet(bytes, start, end, packet);
    case LINKTYPE_LINUX_SLL:
      return decodeLinuxSll(bytes, start, end, packet);
    case LINKTYPE_LINUX_SLL2:
      return decodeLinuxSll2(bytes, start, end, packet);
    case LINKTYPE_NULL:
      return decodeNull(bytes, start, end, packet);
    case LINKTYPE_LOOP:
      return decodeLoop(bytes, start, end, packet);
    case LINKTYPE_RAW:
    case LINKTYPE_RAW_BSD:
    case LINKTYPE_RAW_OPENBSD:
      return decodeRaw(bytes, start, end, packet);
    case LINKTYPE_IPV4:
      packet.etherType = ETHERTYPE_IPV4;
      return start;
    case LINKTYPE_IPV6:
      packet.etherType = ETHERTYPE_IPV6;
      return start;
    default:
      return refuse(packet, LINKTYPE_UNSUPPORTED);
  }
}

/** Raw IP has no link header: the version says what it is. */
function decodeRaw(bytes: Uint8Array, start: number, end: number, packet: Packet): number {
  const version = end > start ? uint8(bytes, start) >> 4 : 0;
  if (version === 4) packet.etherType = ETHERTYPE_IPV4;
  else if (version === 6) packet.etherType = ETHERTYPE_IPV6;
  else return refuse(packet, end > start ? IP_VERSION_UNKNOWN : LINK_TRUNCATED);
  return start;
}

/** Returns where the transport layer begins, or -1 with a reason. */
function decodeNetwork(bytes: Uint8Array, start: number, end: number, wireEnd: number, packet: Packet): number {
  switch (packet.etherType) {
    case ETHERTYPE_IPV4:
      return decodeIpv4(bytes, start, end, wireEnd, packet);
    case ETHERTYPE_IPV6:
      return decodeIpv6(bytes, start, end, wireEnd, packet);
    case ETHERTYPE_ARP:
      return refuse(packet, ARP);
    default:
      return refuse(packet, NOT_IP);
  }
}

/** Nothing of the last packet may show in this one. */
function resetPacket(packet: Packet): void {
  packet.reason = DECODED;
  packet.etherType = 0;
  packet.vlan = -1;
  packet.hasMac = false;
  packet.sourceMacHigh = 0;
  packet.sourceMacLow = 0;
  packet.destinationMacHigh = 0;
  packet.destinationMacLow = 0;
  packet.ipVersion = 0;
  packet.networkStart = 0;
  packet.source0 = 0;
  packet.source1 = 0;
  packet.source2 = 0;
  packet.source3 = 0;
  packet.destination0 = 0;
  packet.destination1 = 0;
  packet.destination2 = 0;
  packet.destination3 = 0;
  packet.ipHeaderLength = 0;
  packet.ipLength = 0;
  packet.ttl = 0;
  packet.tos = 0;
  packet.identification = 0;
  packet.fragmentOffset = 0;
  packet.moreFragments = false;
  packet.protocol = 0;
  packet.sourcePort = 0;
  packet.destinationPort = 0;
  packet.icmpType = 0;
  packet.icmpCode = 0;
  packet.tcpFlags = 0;
  packet.tcpSequence = 0;
  packet.tcpAcknowledgement = 0;
  packet.tcpWindow = 0;
  packet.tcpDataOffset = 0;
  packet.payloadStart = 0;
  packet.payloadLength = 0;
  packet.payloadCaptured = 0;
  packet.truncated = false;
}
