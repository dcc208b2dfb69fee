// decode: Ethernet frames (IEEE 802.3, clause 3; LINKTYPE_ETHERNET).
import { ETHERTYPE_IPV4 } from './ether-type.ts';
import { followEtherType } from './link-headers.ts';
import { ETHERNET_HEADER_LENGTH, readMacHeader } from './mac-header.ts';
import type { Packet } from './packet.ts';
import { clearMac } from './packet-state.ts';
import { LINK_TRUNCATED, refuse } from './reasons.ts';

/** Returns where the network layer begins, or -1 with a reason. */
export function decodeEthernet(bytes: Uint8Array, start: number, end: number, packet: Packet): number {
  if (end - start < ETHERNET_HEADER_LENGTH) {
    clearMac(packet);
    packet.etherType = 0;
    packet.vlan = -1;
    packet.innerVlan = -1;
    return refuse(packet, LINK_TRUNCATED);
  }
  const etherType = readMacHeader(bytes, start, packet);
  if (etherType !== ETHERTYPE_IPV4)
    return followEtherType(bytes, start + ETHERNET_HEADER_LENGTH, end, etherType, packet);
  packet.etherType = etherType;
  return start + ETHERNET_HEADER_LENGTH;
}
