// decode: EtherTypes, and the VLAN tags that stand before the one that counts (IEEE 802.1Q, 802.1ad).
import { uint16 } from './bytes.ts';
import type { Packet } from './packet.ts';
import { LINK_TRUNCATED, refuse } from './reasons.ts';

export const ETHERTYPE_IPV4 = 0x0800;
export const ETHERTYPE_ARP = 0x0806;
export const ETHERTYPE_IPV6 = 0x86dd;

const TAG_LENGTH = 4;
const VLAN_ID_MASK = 0x0fff;
/** More tags than any network stacks; what lies behind them is not looked at. */
const MAX_VLAN_TAGS = 8;

function isVlanTag(etherType: number): boolean {
  return etherType === 0x8100 || etherType === 0x88a8 || etherType === 0x9100;
}

/**
 * Follows VLAN tags from `position`, where the bytes behind a field of value `etherType` begin, and leaves the last
 * EtherType and the outermost id in the packet. Returns where the network layer begins, or -1 with a reason.
 */
export function skipVlanTags(
  bytes: Uint8Array,
  position: number,
  end: number,
  etherType: number,
  packet: Packet,
): number {
  let at = position;
  let type = etherType;
  for (let tags = 0; tags < MAX_VLAN_TAGS && isVlanTag(type); tags += 1) {
    if (end - at < TAG_LENGTH) {
      packet.etherType = type;
      return refuse(packet, LINK_TRUNCATED);
    }
    if (tags === 0) packet.vlan = uint16(bytes, at) & VLAN_ID_MASK;
    type = uint16(bytes, at + 2);
    at += TAG_LENGTH;
  }
  packet.etherType = type;
  return at;
}
