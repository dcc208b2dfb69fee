// decode: IEEE 802.11 frames (clause 9): data frames lead to LLC, everything else says why not (LINKTYPE_IEEE802_11).
import { uint8 } from './bytes.ts';
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

const TYPE_DATA = 2;
const SUBTYPE_NO_DATA = 0x4;
const SUBTYPE_QOS = 0x8;
const TO_DS = 0x01;
const FROM_DS = 0x02;
const PROTECTED = 0x40;
const HT_CONTROL = 0x80;
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
  if (((control >> 2) & 3) !== TYPE_DATA || (subtype & SUBTYPE_NO_DATA) !== 0) return refuse(packet, NOT_IP);

  const hasFourAddresses = (flags & (TO_DS | FROM_DS)) === (TO_DS | FROM_DS);
  const hasQos = (subtype & SUBTYPE_QOS) !== 0;
  const qosAt = start + HEADER_LENGTH + (hasFourAddresses ? ADDRESS_LENGTH : 0);
  const headerEnd = qosAt + (hasQos ? QOS_LENGTH + ((flags & HT_CONTROL) === 0 ? 0 : HT_CONTROL_LENGTH) : 0);
  if (headerEnd > end) return refuse(packet, LINK_TRUNCATED);
  const destination = (flags & TO_DS) === 0 ? 4 : 16;
  const source = hasFourAddresses ? 24 : (flags & FROM_DS) === 0 ? 10 : 16;
  readMacAddresses(bytes, start + destination, start + source, packet);
  if ((flags & PROTECTED) !== 0) return refuse(packet, ENCRYPTED_80211);
  if ((uint8(bytes, start + SEQUENCE_AT) & FRAGMENT_NUMBER) !== 0) return refuse(packet, LINK_FRAGMENT);

  let at = isPadded ? start + ((headerEnd - start + 3) & ~3) : headerEnd;
  if (hasQos && (uint8(bytes, qosAt) & IS_AGGREGATE) !== 0) {
    if (end - at < SUBFRAME_LENGTH) return refuse(packet, LINK_TRUNCATED);
    readMacAddresses(bytes, at, at + ADDRESS_LENGTH, packet);
    at += SUBFRAME_LENGTH;
  }
  return followEtherType(bytes, at, end, LLC_FOLLOWS, packet);
}
