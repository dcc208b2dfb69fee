// decode: Ethernet frames (IEEE 802.3, clause 3; LINKTYPE_ETHERNET).
import { uint16, uint32 } from './bytes.ts';
import { skipVlanTags } from './ether-type.ts';
import type { Packet } from './packet.ts';
import { LINK_TRUNCATED, refuse } from './reasons.ts';

const HEADER_LENGTH = 14;

/** Returns where the network layer begins, or -1 with a reason. */
export function decodeEthernet(bytes: Uint8Array, start: number, end: number, packet: Packet): number {
  if (end - start < HEADER_LENGTH) return refuse(packet, LINK_TRUNCATED);
  packet.hasMac = true;
  packet.destinationMacHigh = uint16(bytes, start);
  packet.destinationMacLow = uint32(bytes, start + 2);
  packet.sourceMacHigh = uint16(bytes, start + 6);
  packet.sourceMacLow = uint32(bytes, start + 8);
  return skipVlanTags(bytes, start + HEADER_LENGTH, end, uint16(bytes, start + 12), packet);
}
