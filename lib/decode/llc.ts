// decode: LLC and SNAP headers (IEEE 802.2; RFC 1042; bridged frames: RFC 2427 §4.2).
import { uint8, uint16, uint32 } from './bytes.ts';
import { ETHERTYPE_BRIDGED, ETHERTYPE_IPV4, FIRST_ETHERTYPE } from './ether-type.ts';
import type { Packet } from './packet.ts';
import { LINK_TRUNCATED, NOT_IP, refuse } from './reasons.ts';

const LLC_LENGTH = 3;
const SNAP_LENGTH = 5;
const SAP_SNAP = 0xaaaa;
const SAP_IP = 0x0606;
const UNNUMBERED_INFORMATION = 0x03;

const OUI_ETHERTYPE = 0x000000;
/** 802.1H: an EtherType of those that must not be read as RFC 1042's. */
const OUI_BRIDGE_TUNNEL = 0x0000f8;
const OUI_BRIDGED = 0x0080c2;
const BRIDGED_ETHERNET_WITH_FCS = 1;
const BRIDGED_ETHERNET = 7;

/** Leaves the type of what follows in the packet; returns where that begins, or -1 with a reason. */
export function readLlc(bytes: Uint8Array, at: number, end: number, packet: Packet): number {
  packet.etherType = 0;
  if (end - at < LLC_LENGTH) return refuse(packet, LINK_TRUNCATED);
  if (uint8(bytes, at + 2) !== UNNUMBERED_INFORMATION) return refuse(packet, NOT_IP);
  const accessPoints = uint16(bytes, at);
  if (accessPoints === SAP_SNAP) return readSnap(bytes, at + LLC_LENGTH, end, packet);
  if (accessPoints !== SAP_IP) return refuse(packet, NOT_IP);
  packet.etherType = ETHERTYPE_IPV4;
  return at + LLC_LENGTH;
}

/** The same for the part behind the LLC header, which Frame Relay has without one. */
export function readSnap(bytes: Uint8Array, at: number, end: number, packet: Packet): number {
  packet.etherType = 0;
  if (end - at < SNAP_LENGTH) return refuse(packet, LINK_TRUNCATED);
  const organisation = uint32(bytes, at) >>> 8;
  const type = uint16(bytes, at + 3);
  if (organisation === OUI_ETHERTYPE || organisation === OUI_BRIDGE_TUNNEL) {
    if (type < FIRST_ETHERTYPE) return refuse(packet, NOT_IP);
    packet.etherType = type;
  } else if (organisation === OUI_BRIDGED && (type === BRIDGED_ETHERNET || type === BRIDGED_ETHERNET_WITH_FCS)) {
    packet.etherType = ETHERTYPE_BRIDGED;
  } else {
    return refuse(packet, NOT_IP);
  }
  return at + SNAP_LENGTH;
}
