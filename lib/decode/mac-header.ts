// decode: the MAC header of an Ethernet frame, also where it stands inside another header (IEEE 802.3, clause 3).
import { uint16, uint32 } from './bytes.ts';
import type { Packet } from './packet.ts';

export const ETHERNET_HEADER_LENGTH = 14;

/** The caller has checked that the header is whole. Forgets outer tags, returns the EtherType. */
export function readMacHeader(bytes: Uint8Array, at: number, packet: Packet): number {
  packet.vlan = -1;
  packet.innerVlan = -1;
  readMacAddresses(bytes, at, at + 6, packet);
  return uint16(bytes, at + 12);
}

export function readMacAddresses(bytes: Uint8Array, destination: number, source: number, packet: Packet): void {
  packet.hasMac = true;
  packet.destinationMacHigh = uint16(bytes, destination);
  packet.destinationMacLow = uint32(bytes, destination + 2);
  packet.sourceMacHigh = uint16(bytes, source);
  packet.sourceMacLow = uint32(bytes, source + 2);
}
