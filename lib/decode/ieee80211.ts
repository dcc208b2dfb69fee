// decode: IEEE 802.11 frames (clause 9): data frames lead to LLC, everything else says why not (LINKTYPE_IEEE802_11).
import { uint8, uint32 } from './bytes.ts';
import { LLC_FOLLOWS } from './ether-type.ts';
import { followEtherType } from './link-headers.ts';
import { readMacAddresses } from './mac-header.ts';
import type { Packet } from './packet.ts';
import { ENCRYPTED_80211, LINK_FRAGMENT, LINK_MALFORMED, LINK_TRUNCATED, NOT_IP, refuse } from './reasons.ts';

const HEADER_LENGTH = 24;
const ADDRESS_LENGTH = 6;
const QOS_LENGTH = 2;
const HT_CONTROL_LENGTH = 4;
/** Destination, source and length of the first of several packets in one frame (A-MSDU). */
const SUBFRAME_LENGTH = 14;

/** 802.11s: flags, TTL and sequence number, then none to two addresses. */
const MESH_LENGTH = 6;
const MESH_ADDRESSES = 0x03;
const LLC_SNAP = 0xaaaa03;

const TYPE_MANAGEMENT = 0;
const TYPE_DATA = 2;
const SUBTYPE_NO_DATA = 0x4;
const SUBTYPE_QOS = 0x8;
const TO_DS = 0x01;
const FROM_DS = 0x02;
const PROTECTED = 0x40;
const HT_CONTROL = 0x80;
/** In the second byte of the QoS field. */
const HAS_MESH = 0x01;
const IS_AGGREGATE = 0x80;
/** Little-endian: the fragment number is in the first byte. */
const SEQUENCE_AT = 22;
const FRAGMENT_NUMBER = 0x0f;

/** Some cards pad the header to a multiple of four bytes: `isPadded`. Returns where the network layer begins, or -1. */
export function decodeIeee80211(
  bytes: Uint8Array,
  start: number,
  end: number,
  isPadded: boolean,
  packet: Packet,
): number {
  if (end - start < 2) return refuse(packet, LINK_TRUNCATED);
  const control = uint8(bytes, start);
  const flags = uint8(bytes, start + 1);
  const subtype = control >> 4;
  if ((control & 3) !== 0) return refuse(packet, LINK_MALFORMED);
  const type = (control >> 2) & 3;
  if (type !== TYPE_DATA) {
    if (type === TYPE_MANAGEMENT && end - start >= HEADER_LENGTH) {
      readMacAddresses(bytes, start + 4, start + 10, packet);
    }
    return refuse(packet, NOT_IP);
  }

  const hasFourAddresses = (flags & (TO_DS | FROM_DS)) === (TO_DS | FROM_DS);
  const hasQos = (subtype & SUBTYPE_QOS) !== 0;
  const qosAt = start + HEADER_LENGTH + (hasFourAddresses ? ADDRESS_LENGTH : 0);
  const headerEnd = qosAt + (hasQos ? QOS_LENGTH + ((flags & HT_CONTROL) === 0 ? 0 : HT_CONTROL_LENGTH) : 0);
  if (headerEnd > end) return refuse(packet, LINK_TRUNCATED);
  const destination = (flags & TO_DS) === 0 ? 4 : 16;
  const source = hasFourAddresses ? 24 : (flags & FROM_DS) === 0 ? 10 : 16;
  readMacAddresses(bytes, start + destination, start + source, packet);
  if ((subtype & SUBTYPE_NO_DATA) !== 0) return refuse(packet, NOT_IP);
  if ((flags & PROTECTED) !== 0) return refuse(packet, ENCRYPTED_80211);
  if ((uint8(bytes, start + SEQUENCE_AT) & FRAGMENT_NUMBER) !== 0) return refuse(packet, LINK_FRAGMENT);

  let at = isPadded ? start + ((headerEnd - start + 3) & ~3) : headerEnd;
  if (hasQos && (uint8(bytes, qosAt) & IS_AGGREGATE) !== 0) {
    if (end - at < SUBFRAME_LENGTH) return refuse(packet, LINK_TRUNCATED);
    readMacAddresses(bytes, at, at + ADDRESS_LENGTH, packet);
    at += SUBFRAME_LENGTH;
  }
  if (hasQos && (flags & FROM_DS) !== 0) {
    at = skipMeshHeader(bytes, at, end, (uint8(bytes, qosAt + 1) & HAS_MESH) !== 0);
  }
  return followEtherType(bytes, at, end, LLC_FOLLOWS, packet);
}

/** Cards of the draft did not announce it (`isAnnounced`): there it is one if only with it an LLC header follows. */
function skipMeshHeader(bytes: Uint8Array, at: number, end: number, isAnnounced: boolean): number {
  if (end - at < MESH_LENGTH || isLlc(bytes, at, end)) return at;
  const flags = uint8(bytes, at);
  if (flags >= MESH_ADDRESSES) return at;
  const next = at + MESH_LENGTH + flags * ADDRESS_LENGTH;
  return isAnnounced || isLlc(bytes, next, end) ? next : at;
}

function isLlc(bytes: Uint8Array, at: number, end: number): boolean {
  return end - at >= 4 && uint32(bytes, at) >>> 8 === LLC_SNAP;
}
