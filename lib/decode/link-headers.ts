// decode: what stands between a link header's type field and the network layer: tags, labels, LLC, PPP, whole frames.
import { uint16 } from './bytes.ts';
import {
  ETHERTYPE_ARP,
  ETHERTYPE_BACKBONE,
  ETHERTYPE_BRIDGED,
  ETHERTYPE_CISCO_METADATA,
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  ETHERTYPE_MPLS,
  ETHERTYPE_MPLS_MULTICAST,
  ETHERTYPE_NSH,
  ETHERTYPE_OLD_VLAN,
  ETHERTYPE_PPP,
  ETHERTYPE_PPPOE_SESSION,
  ETHERTYPE_RARP,
  ETHERTYPE_SERVICE_VLAN,
  ETHERTYPE_VLAN,
  ETHERTYPE_VN_TAG,
  FIRST_ETHERTYPE,
} from './ether-type.ts';
import { MAX_LINK_HEADERS } from './limits.ts';
import { readLlc } from './llc.ts';
import { ETHERNET_HEADER_LENGTH, readMacHeader } from './mac-header.ts';
import { readMpls } from './mpls.ts';
import { readServiceHeader } from './nsh.ts';
import type { Packet } from './packet.ts';
import { readPpp, readPppoe } from './ppp.ts';
import { LINK_TRUNCATED, NOT_IP, refuse } from './reasons.ts';

const VLAN_TAG_LENGTH = 4;
const VLAN_ID_MASK = 0x0fff;
/** Direction, pointer, and both virtual interfaces; then the next EtherType. */
const VN_TAG_LENGTH = 6;
/** Version, length, option and tag; then the next EtherType. */
const CISCO_METADATA_LENGTH = 8;
/** Service identifier and flags; then the customer's own MAC header. */
const BACKBONE_TAG_LENGTH = 4;

/**
 * Follows headers from `position`, where the bytes behind a type field of value `etherType` begin, until a network
 * layer; its EtherType is in the packet. Returns where it begins, or -1 with a reason.
 */
export function followEtherType(
  bytes: Uint8Array,
  position: number,
  end: number,
  etherType: number,
  packet: Packet,
): number {
  let at = position;
  packet.etherType = etherType;
  for (let headers = 0; headers <= MAX_LINK_HEADERS; headers += 1) {
    const type = packet.etherType;
    if (type === ETHERTYPE_IPV4 || type === ETHERTYPE_IPV6) return at;
    if (type === ETHERTYPE_ARP || type === ETHERTYPE_RARP) return at;
    if (headers === MAX_LINK_HEADERS) break;
    at = readLinkHeader(bytes, at, end, type, packet);
    if (at < 0) return -1;
  }
  return refuse(packet, NOT_IP);
}

/** Reads one header and leaves the type of what follows in the packet; returns where that begins, or -1 with a reason. */
function readLinkHeader(bytes: Uint8Array, at: number, end: number, type: number, packet: Packet): number {
  switch (type) {
    case ETHERTYPE_VLAN:
    case ETHERTYPE_SERVICE_VLAN:
    case ETHERTYPE_OLD_VLAN:
      return readVlanTag(bytes, at, end, packet);
    case ETHERTYPE_MPLS:
    case ETHERTYPE_MPLS_MULTICAST:
      return readMpls(bytes, at, end, packet);
    case ETHERTYPE_PPPOE_SESSION:
      return readPppoe(bytes, at, end, packet);
    case ETHERTYPE_PPP:
      return readPpp(bytes, at, end, packet);
    case ETHERTYPE_BRIDGED:
      return readFrame(bytes, at, end, packet);
    case ETHERTYPE_BACKBONE:
      return readFrame(bytes, at + BACKBONE_TAG_LENGTH, end, packet);
    case ETHERTYPE_VN_TAG:
      return readTag(bytes, at, end, VN_TAG_LENGTH, packet);
    case ETHERTYPE_CISCO_METADATA:
      return readTag(bytes, at, end, CISCO_METADATA_LENGTH, packet);
    case ETHERTYPE_NSH:
      return readServiceHeader(bytes, at, end, packet);
    default:
      return type < FIRST_ETHERTYPE ? readLlc(bytes, at, end, packet) : refuse(packet, NOT_IP);
  }
}

function readVlanTag(bytes: Uint8Array, at: number, end: number, packet: Packet): number {
  if (end - at < VLAN_TAG_LENGTH) return refuse(packet, LINK_TRUNCATED);
  const vlan = uint16(bytes, at) & VLAN_ID_MASK;
  if (packet.vlan < 0) packet.vlan = vlan;
  else packet.innerVlan = vlan;
  packet.etherType = uint16(bytes, at + 2);
  return at + VLAN_TAG_LENGTH;
}

/** A tag of one length that ends in the EtherType of what it labels. */
function readTag(bytes: Uint8Array, at: number, end: number, length: number, packet: Packet): number {
  if (end - at < length) return refuse(packet, LINK_TRUNCATED);
  packet.etherType = uint16(bytes, at + length - 2);
  return at + length;
}

function readFrame(bytes: Uint8Array, at: number, end: number, packet: Packet): number {
  if (end - at < ETHERNET_HEADER_LENGTH) return refuse(packet, LINK_TRUNCATED);
  packet.etherType = readMacHeader(bytes, at, packet);
  return at + ETHERNET_HEADER_LENGTH;
}
