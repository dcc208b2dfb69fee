// decode: PPP (RFC 1661, 1662), PPPoE sessions (RFC 2516) and Cisco's HDLC, which shares PPP's links.
import { uint8, uint16 } from './bytes.ts';
import { ETHERTYPE_IPV4, ETHERTYPE_IPV6, ETHERTYPE_MPLS, FIRST_ETHERTYPE } from './ether-type.ts';
import type { Packet } from './packet.ts';
import { LINK_TRUNCATED, NOT_IP, refuse } from './reasons.ts';

const ADDRESS_AND_CONTROL = 0xff03;
const CISCO_UNICAST = 0x0f00;
const CISCO_MULTICAST = 0x8f00;
const CISCO_HDLC_LENGTH = 4;
const CISCO_SLARP = 0x8035;
const PPPOE_LENGTH = 6;
const PPPOE_VERSION_AND_TYPE = 0x11;

const PPP_IPV4 = 0x0021;
const PPP_IPV6 = 0x0057;
const PPP_MPLS = 0x0281;
const PPP_MPLS_MULTICAST = 0x0283;

/** Address and control may be left out, and so may the protocol's first byte. */
export function readPpp(bytes: Uint8Array, start: number, end: number, packet: Packet): number {
  if (end - start < 2) return refuse(packet, LINK_TRUNCATED);
  const at = uint16(bytes, start) === ADDRESS_AND_CONTROL ? start + 2 : start;
  if (end - at < 2) return refuse(packet, LINK_TRUNCATED);
  const isShort = (uint8(bytes, at) & 1) === 1;
  const protocol = isShort ? uint8(bytes, at) : uint16(bytes, at);
  if (protocol === PPP_IPV4) packet.etherType = ETHERTYPE_IPV4;
  else if (protocol === PPP_IPV6) packet.etherType = ETHERTYPE_IPV6;
  else if (protocol === PPP_MPLS || protocol === PPP_MPLS_MULTICAST) packet.etherType = ETHERTYPE_MPLS;
  else return refuse(packet, NOT_IP);
  return isShort ? at + 1 : at + 2;
}

export function readPppoe(bytes: Uint8Array, at: number, end: number, packet: Packet): number {
  if (end - at < PPPOE_LENGTH) return refuse(packet, LINK_TRUNCATED);
  if (uint16(bytes, at) !== PPPOE_VERSION_AND_TYPE << 8) return refuse(packet, NOT_IP);
  return readPpp(bytes, at + PPPOE_LENGTH, end, packet);
}

/** LINKTYPE_PPP and PPP_HDLC: Cisco's framing is told by its first two bytes, which PPP never has. */
export function readSerial(bytes: Uint8Array, at: number, end: number, packet: Packet): number {
  if (end - at < 2) return refuse(packet, LINK_TRUNCATED);
  const first = uint16(bytes, at);
  const isCisco = first === CISCO_UNICAST || first === CISCO_MULTICAST;
  return isCisco ? readCiscoHdlc(bytes, at, end, packet) : readPpp(bytes, at, end, packet);
}

export function readCiscoHdlc(bytes: Uint8Array, at: number, end: number, packet: Packet): number {
  if (end - at < CISCO_HDLC_LENGTH) return refuse(packet, LINK_TRUNCATED);
  const type = uint16(bytes, at + 2);
  packet.etherType = type;
  // Where Ethernet has an LLC header behind a length, HDLC has nothing of the kind; and for RARP keep-alives.
  return type < FIRST_ETHERTYPE || type === CISCO_SLARP ? refuse(packet, NOT_IP) : at + CISCO_HDLC_LENGTH;
}
