// decode: which packets carry others, by IP protocol and UDP port, and where in them those begin.
import { uint8 } from './bytes.ts';
import { ETHERTYPE_BRIDGED, ETHERTYPE_IPV4, ETHERTYPE_IPV6, ETHERTYPE_MPLS } from './ether-type.ts';
import { readGre } from './gre.ts';
import type { Packet } from './packet.ts';
import { TUNNEL_MALFORMED, TUNNEL_TRUNCATED } from './reasons.ts';
import { PROTOCOL_UDP } from './transport.ts';
import { type TunnelHeader, tunnelFound, tunnelRefused } from './tunnel-header.ts';
import {
  TUNNEL_4IN6,
  TUNNEL_6IN4,
  TUNNEL_6IN6,
  TUNNEL_ETHERIP,
  TUNNEL_IP_IN_IP,
  TUNNEL_MPLS_IN_IP,
} from './tunnel-key.ts';
import { readGeneve, readGtp, readTeredo, readVxlan } from './udp-tunnels.ts';

const PROTOCOL_IPV4 = 4;
const PROTOCOL_IPV6 = 41;
const PROTOCOL_GRE = 47;
const PROTOCOL_ETHERIP = 97;
const PROTOCOL_MPLS = 137;

const PORT_GTP_U = 2152;
const PORT_TEREDO = 3544;
const PORT_VXLAN = 4789;
/** Where Linux had VXLAN before it had a port of its own. */
const PORT_VXLAN_LINUX = 8472;
const PORT_GENEVE = 6081;
const PORT_MPLS = 6635;

/** RFC 3378: version 3 and twelve reserved bits. */
const ETHERIP_LENGTH = 2;
const ETHERIP_VERSION = 3;

/** False: the packet carries no other. True: `header` says where the inner one begins, or why that cannot be read. */
export function readTunnelHeader(packet: Packet, header: TunnelHeader): boolean {
  const isIpv6 = packet.ipVersion === 6;
  switch (packet.protocol) {
    case PROTOCOL_UDP:
      return readUdpTunnel(packet, header);
    case PROTOCOL_IPV4:
      return tunnelFound(header, isIpv6 ? TUNNEL_4IN6 : TUNNEL_IP_IN_IP, -1, packet.payloadStart, ETHERTYPE_IPV4);
    case PROTOCOL_IPV6:
      return tunnelFound(header, isIpv6 ? TUNNEL_6IN6 : TUNNEL_6IN4, -1, packet.payloadStart, ETHERTYPE_IPV6);
    case PROTOCOL_GRE:
      return readGre(packet, header);
    case PROTOCOL_ETHERIP:
      return readEtherIp(packet, header);
    case PROTOCOL_MPLS:
      return tunnelFound(header, TUNNEL_MPLS_IN_IP, -1, packet.payloadStart, ETHERTYPE_MPLS);
    default:
      return false;
  }
}

function readUdpTunnel(packet: Packet, header: TunnelHeader): boolean {
  switch (packet.destinationPort) {
    case PORT_GTP_U:
      return readGtp(packet, header);
    case PORT_VXLAN:
    case PORT_VXLAN_LINUX:
      return readVxlan(packet, header);
    case PORT_GENEVE:
      return readGeneve(packet, header);
    case PORT_MPLS:
      return tunnelFound(header, TUNNEL_MPLS_IN_IP, -1, packet.payloadStart, ETHERTYPE_MPLS);
    case PORT_TEREDO:
      return readTeredo(packet, header);
    default:
      return readUdpTunnelFrom(packet, header);
  }
}

/** Answers of those that have one port for both directions. */
function readUdpTunnelFrom(packet: Packet, header: TunnelHeader): boolean {
  switch (packet.sourcePort) {
    case PORT_TEREDO:
      return readTeredo(packet, header);
    case PORT_GENEVE:
      return readGeneve(packet, header);
    default:
      return false;
  }
}

function readEtherIp(packet: Packet, header: TunnelHeader): boolean {
  if (packet.payloadCaptured < ETHERIP_LENGTH) return tunnelRefused(header, TUNNEL_TRUNCATED);
  if (uint8(packet.bytes, packet.payloadStart) >> 4 !== ETHERIP_VERSION) return tunnelRefused(header, TUNNEL_MALFORMED);
  return tunnelFound(header, TUNNEL_ETHERIP, -1, packet.payloadStart + ETHERIP_LENGTH, ETHERTYPE_BRIDGED);
}
