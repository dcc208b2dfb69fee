// decode: MPLS label stacks (RFC 3032); behind them IP, or an Ethernet pseudowire (RFC 4448), which nothing announces.
import { uint8, uint16, uint32 } from './bytes.ts';
import {
  ETHERTYPE_ARP,
  ETHERTYPE_BRIDGED,
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  ETHERTYPE_MPLS,
  ETHERTYPE_PPPOE_SESSION,
  ETHERTYPE_SERVICE_VLAN,
  ETHERTYPE_VLAN,
} from './ether-type.ts';
import { MAX_MPLS_LABELS, MAX_TUNNEL_DEPTH } from './limits.ts';
import type { Packet } from './packet.ts';
import { LINK_TRUNCATED, NOT_IP, refuse, TUNNEL_TOO_DEEP } from './reasons.ts';
import { enterInnerTunnel, TUNNEL_MPLS_ETHERNET } from './tunnel-key.ts';

const ENTRY_LENGTH = 4;
const BOTTOM_OF_STACK = 0x100;
const CONTROL_WORD_LENGTH = 4;
const ETHERTYPE_AT = 12;
const ETHERNET_HEADER_LENGTH = 14;

/** What is likely enough in a pseudowire to guess by. */
const FAMILIAR: ReadonlySet<number> = new Set([
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  ETHERTYPE_ARP,
  ETHERTYPE_VLAN,
  ETHERTYPE_SERVICE_VLAN,
  ETHERTYPE_MPLS,
  ETHERTYPE_PPPOE_SESSION,
]);

/** Leaves the type of what follows in the packet; returns where that begins, or -1 with a reason. */
export function readMpls(bytes: Uint8Array, start: number, end: number, packet: Packet): number {
  let at = start;
  for (let labels = 0; labels < MAX_MPLS_LABELS; labels += 1) {
    if (end - at < ENTRY_LENGTH) return refuse(packet, LINK_TRUNCATED);
    const entry = uint32(bytes, at);
    at += ENTRY_LENGTH;
    if ((entry & BOTTOM_OF_STACK) !== 0) return readPayload(bytes, at, end, entry >>> 12, packet);
  }
  return refuse(packet, NOT_IP);
}

function readPayload(bytes: Uint8Array, at: number, end: number, label: number, packet: Packet): number {
  if (end <= at) return refuse(packet, LINK_TRUNCATED);
  const version = uint8(bytes, at) >> 4;
  if (version === 4) packet.etherType = ETHERTYPE_IPV4;
  else if (version === 6) packet.etherType = ETHERTYPE_IPV6;
  else return readPseudowire(bytes, at, end, label, packet);
  return at;
}

/** The first nibble of a control word is 0; so may be that of a MAC address: the EtherType that makes sense decides. */
function readPseudowire(bytes: Uint8Array, at: number, end: number, label: number, packet: Packet): number {
  const hasControlWord = uint8(bytes, at) >> 4 === 0 && isFrame(bytes, at + CONTROL_WORD_LENGTH, end);
  if (!hasControlWord && !isFrame(bytes, at, end)) return refuse(packet, NOT_IP);
  if (packet.tunnelDepth === MAX_TUNNEL_DEPTH) return refuse(packet, TUNNEL_TOO_DEEP);
  enterInnerTunnel(packet, TUNNEL_MPLS_ETHERNET, label);
  packet.etherType = ETHERTYPE_BRIDGED;
  return hasControlWord ? at + CONTROL_WORD_LENGTH : at;
}

function isFrame(bytes: Uint8Array, at: number, end: number): boolean {
  return end - at >= ETHERNET_HEADER_LENGTH && FAMILIAR.has(uint16(bytes, at + ETHERTYPE_AT));
}
