// decode: ARP for IPv4 over Ethernet (RFC 826): who says which MAC address has which IP address.
import { uint16, uint32 } from './bytes.ts';
import type { Packet } from './packet.ts';

const LENGTH = 28;
const HARDWARE_ETHERNET = 1;
const HARDWARE_IEEE_802 = 6;
const PROTOCOL_IPV4 = 0x0800;
const ADDRESS_LENGTHS = 0x0604;

/** Fills in the packet's ARP fields where the packet is whole; other hardware and protocols have none. */
export function readArp(bytes: Uint8Array, start: number, end: number, packet: Packet): void {
  if (end - start < LENGTH) return;
  const hardware = uint16(bytes, start);
  if (hardware !== HARDWARE_ETHERNET && hardware !== HARDWARE_IEEE_802) return;
  if (uint16(bytes, start + 2) !== PROTOCOL_IPV4 || uint16(bytes, start + 4) !== ADDRESS_LENGTHS) return;
  packet.hasRareFields = true;
  packet.arpOperation = uint16(bytes, start + 6);
  packet.arpSenderMacHigh = uint16(bytes, start + 8);
  packet.arpSenderMacLow = uint32(bytes, start + 10);
  packet.arpSenderAddress = uint32(bytes, start + 14);
  packet.arpTargetAddress = uint32(bytes, start + 24);
}
