// decode: Frame Relay (RFC 2427; Cisco's own encapsulation has an EtherType instead; LINKTYPE_FRELAY).
import { uint8, uint16 } from './bytes.ts';
import { ETHERTYPE_IPV4, ETHERTYPE_IPV6, FIRST_ETHERTYPE } from './ether-type.ts';
import { followEtherType } from './link-headers.ts';
import { readSnap } from './llc.ts';
import type { Packet } from './packet.ts';
import { LINK_MALFORMED, LINK_TRUNCATED, NOT_IP, refuse } from './reasons.ts';

const MIN_ADDRESS_LENGTH = 2;
const MAX_ADDRESS_LENGTH = 4;
const LAST_ADDRESS_BYTE = 1;
const UNNUMBERED_INFORMATION = 0x03;
const NLPID_SNAP = 0x80;
const NLPID_IPV6 = 0x8e;
const NLPID_IPV4 = 0xcc;

/** Returns where the network layer begins, or -1 with a reason. */
export function decodeFrameRelay(bytes: Uint8Array, start: number, end: number, packet: Packet): number {
  packet.etherType = 0;
  let at = start;
  do {
    if (at >= end) return refuse(packet, LINK_TRUNCATED);
    at += 1;
  } while ((uint8(bytes, at - 1) & LAST_ADDRESS_BYTE) === 0 && at - start < MAX_ADDRESS_LENGTH);
  const isWhole = (uint8(bytes, at - 1) & LAST_ADDRESS_BYTE) !== 0;
  if (!isWhole || at - start < MIN_ADDRESS_LENGTH) return refuse(packet, LINK_MALFORMED);
  if (end - at < 2) return refuse(packet, LINK_TRUNCATED);
  if (uint8(bytes, at) === UNNUMBERED_INFORMATION) return readNetworkIdentifier(bytes, at + 1, end, packet);
  const etherType = uint16(bytes, at);
  if (etherType < FIRST_ETHERTYPE) return refuse(packet, NOT_IP);
  return followEtherType(bytes, at + 2, end, etherType, packet);
}

function readNetworkIdentifier(bytes: Uint8Array, start: number, end: number, packet: Packet): number {
  // One byte 0 may pad what follows to an even address.
  const at = uint8(bytes, start) === 0 ? start + 1 : start;
  if (at >= end) return refuse(packet, LINK_TRUNCATED);
  switch (uint8(bytes, at)) {
    case NLPID_IPV4:
      packet.etherType = ETHERTYPE_IPV4;
      return at + 1;
    case NLPID_IPV6:
      packet.etherType = ETHERTYPE_IPV6;
      return at + 1;
    case NLPID_SNAP: {
      const next = readSnap(bytes, at + 1, end, packet);
      return next < 0 ? -1 : followEtherType(bytes, next, end, packet.etherType, packet);
    }
    default:
      return refuse(packet, NOT_IP);
  }
}
