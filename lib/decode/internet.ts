// decode: an IP packet and what it carries, down through tunnels, each of which begins with another packet here.
import { readArp } from './arp.ts';
import { ETHERTYPE_ARP, ETHERTYPE_IPV4, ETHERTYPE_IPV6 } from './ether-type.ts';
import { decodeIpv4 } from './ipv4.ts';
import { decodeIpv6, skipExtensionHeaders } from './ipv6.ts';
import { MAX_TUNNEL_DEPTH } from './limits.ts';
import { followEtherType } from './link-headers.ts';
import { createPacket, type Packet } from './packet.ts';
import { clearNetwork, clearPayload, clearTransport, copyPacket } from './packet-state.ts';
import { ARP, DECODED, NOT_IP, refuse, TUNNEL_TOO_DEEP } from './reasons.ts';
import type { Reassembler } from './reassembler.ts';
import { decodeTransport, PROTOCOL_TCP } from './transport.ts';
import { readTunnelHeader } from './tunnel.ts';
import { createTunnelHeader } from './tunnel-header.ts';
import { enterTunnel } from './tunnel-key.ts';

/** The packets around the present one, by depth: what holds where the inside turns out to be none. */
const OUTER = Array.from({ length: MAX_TUNNEL_DEPTH + 1 }, createPacket);
const FRAGMENTS = Array.from({ length: MAX_TUNNEL_DEPTH + 1 }, createPacket);
const HEADER = createTunnelHeader();

/** Reads the packet at `start`, of the EtherType in `packet`; captured bytes end at `end`, those on the wire at `wireEnd`. */
export function decodeInternet(
  bytes: Uint8Array,
  start: number,
  end: number,
  wireEnd: number,
  packet: Packet,
  reassembler: Reassembler | undefined,
): void {
  const transportStart = decodeNetwork(bytes, start, end, wireEnd, packet);
  if (transportStart < 0) {
    clearNetwork(packet);
    clearTransport(packet);
    clearPayload(packet);
    return;
  }
  const ipEnd = packet.networkStart + packet.ipLength;
  decodeTransport(bytes, transportStart, end, ipEnd, packet);
  if (packet.fragmentOffset > 0 || packet.moreFragments) {
    if (reassembler !== undefined) reassemble(packet, end, reassembler);
  } else if (packet.protocol !== PROTOCOL_TCP && packet.reason === DECODED) {
    decodeTunnel(packet, reassembler);
  }
}

/** Returns where the transport layer begins, or -1 with a reason. */
function decodeNetwork(bytes: Uint8Array, start: number, end: number, wireEnd: number, packet: Packet): number {
  switch (packet.etherType) {
    case ETHERTYPE_IPV4:
      return decodeIpv4(bytes, start, end, wireEnd, packet);
    case ETHERTYPE_IPV6:
      return decodeIpv6(bytes, start, end, wireEnd, packet);
    case ETHERTYPE_ARP:
      readArp(bytes, start, end, packet);
      return refuse(packet, ARP);
    default:
      return refuse(packet, NOT_IP);
  }
}

/** Where the packet carries another, that one takes its place; where it should and does not, it says why. */
function decodeTunnel(packet: Packet, reassembler: Reassembler | undefined): void {
  if (!readTunnelHeader(packet, HEADER)) return;
  if (HEADER.reason === DECODED && packet.tunnelDepth === MAX_TUNNEL_DEPTH) HEADER.reason = TUNNEL_TOO_DEEP;
  if (HEADER.reason !== DECODED) {
    markUndecoded(packet, HEADER.reason);
    return;
  }
  const outer = OUTER[packet.tunnelDepth] ?? createPacket();
  copyPacket(packet, outer);
  const { start, etherType } = HEADER;
  const { bytes } = packet;
  const end = packet.payloadStart + packet.payloadCaptured;
  const wireEnd = packet.payloadStart + packet.payloadLength;
  enterTunnel(packet, HEADER.type, HEADER.id);
  const networkStart = followEtherType(bytes, start, end, etherType, packet);
  if (networkStart >= 0) decodeInternet(bytes, networkStart, end, wireEnd, packet, reassembler);
  if (packet.reason === DECODED) return;
  const { reason } = packet;
  copyPacket(outer, packet);
  markUndecoded(packet, reason);
}

function reassemble(packet: Packet, end: number, reassembler: Reassembler): void {
  const outcome = reassembler.add(packet, end);
  if (outcome === 'complete') decodeDatagram(packet, reassembler);
  else if (outcome === 'kept') packet.isDatagramAwaited = packet.fragmentOffset === 0;
}

/**
 * The fragment in `packet` completed a datagram: what a tunnel carried in it takes its place; otherwise the fragment
 * stays, and has the datagram beside it.
 */
function decodeDatagram(packet: Packet, reassembler: Reassembler): void {
  const { datagram } = reassembler;
  const fragment = FRAGMENTS[packet.tunnelDepth] ?? createPacket();
  copyPacket(packet, fragment);
  packet.reason = DECODED;
  packet.bytes = datagram;
  packet.fragmentOffset = 0;
  packet.moreFragments = false;
  packet.protocol = reassembler.protocol;
  const length = datagram.length;
  const start = packet.ipVersion === 6 ? skipExtensionHeaders(datagram, 0, length, length, packet.protocol, packet) : 0;
  const isWhole = start >= 0 && packet.fragmentOffset === 0 && !packet.moreFragments;
  if (isWhole) {
    decodeTransport(datagram, start, length, length, packet);
    if (packet.reason === DECODED) decodeTunnel(packet, reassembler);
    if (packet.tunnelDepth > fragment.tunnelDepth) return;
  }
  const { tunnelUndecoded: reason, payloadStart, payloadCaptured, tcpSequence } = packet;
  copyPacket(fragment, packet);
  if (isWhole) {
    packet.datagram = datagram.subarray(start);
    packet.datagramDataStart = payloadCaptured === 0 ? length - start : payloadStart - start;
    packet.datagramSequence = tcpSequence;
  }
  if (reason !== DECODED) markUndecoded(packet, reason);
}

function markUndecoded(packet: Packet, reason: number): void {
  packet.hasRareFields = true;
  packet.tunnelUndecoded = reason;
}
