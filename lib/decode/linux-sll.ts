// decode: Linux cooked captures, both versions (tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html and _SLL2.html).
import { uint16 } from './bytes.ts';
import { FIRST_ETHERTYPE } from './ether-type.ts';
import { followEtherType } from './link-headers.ts';
import type { Packet } from './packet.ts';
import { LINK_TRUNCATED, NOT_IP, refuse } from './reasons.ts';

const SLL_LENGTH = 16;
const SLL_ARPHRD = 2;
const SLL_PROTOCOL = 14;
const SLL2_LENGTH = 20;
const SLL2_ARPHRD = 8;
const SLL2_PROTOCOL = 0;

/** Hardware types whose protocol field is no EtherType: Frame Relay, 802.11 with and without radio headers, netlink. */
const FOREIGN_HARDWARE: ReadonlySet<number> = new Set([770, 801, 802, 803, 824]);
/** Values below the EtherTypes are Linux' own, and only this one says that an LLC header follows. */
const LINUX_LLC = 0x0004;

/** Returns where the network layer begins, or -1 with a reason. */
export function decodeLinuxSll(bytes: Uint8Array, start: number, end: number, packet: Packet): number {
  return decodeCooked(bytes, start, end, SLL_LENGTH, SLL_ARPHRD, SLL_PROTOCOL, packet);
}

/** The same for version 2, whose fields stand elsewhere. */
export function decodeLinuxSll2(bytes: Uint8Array, start: number, end: number, packet: Packet): number {
  return decodeCooked(bytes, start, end, SLL2_LENGTH, SLL2_ARPHRD, SLL2_PROTOCOL, packet);
}

function decodeCooked(
  bytes: Uint8Array,
  start: number,
  end: number,
  headerLength: number,
  hardwareAt: number,
  protocolAt: number,
  packet: Packet,
): number {
  if (end - start < headerLength) return refuse(packet, LINK_TRUNCATED);
  const protocol = uint16(bytes, start + protocolAt);
  if (FOREIGN_HARDWARE.has(uint16(bytes, start + hardwareAt))) return refuse(packet, NOT_IP);
  if (protocol < FIRST_ETHERTYPE && protocol !== LINUX_LLC) return refuse(packet, NOT_IP);
  return followEtherType(bytes, start + headerLength, end, protocol, packet);
}
