// decode: what a capturing card writes in front of an 802.11 frame: radiotap (radiotap.org), Prism, AVS.
import { uint8, uint16le, uint32, uint32le } from './bytes.ts';
import { decodeIeee80211 } from './ieee80211.ts';
import type { Packet } from './packet.ts';
import { LINK_MALFORMED, LINK_TRUNCATED, refuse } from './reasons.ts';

const RADIOTAP_MIN_LENGTH = 8;
const RADIOTAP_MORE_PRESENT = 0x8000_0000;
const RADIOTAP_HAS_TIME = 1;
const RADIOTAP_HAS_FLAGS = 2;
const RADIOTAP_TIME_LENGTH = 8;
const RADIOTAP_PADDED = 0x20;

const PRISM_LENGTH = 144;
const AVS_MIN_LENGTH = 8;
const AVS_MAGIC = 0x80211000;
const AVS_MAGIC_MASK = 0xfffff000;

export function decodeRadiotap(bytes: Uint8Array, start: number, end: number, packet: Packet): number {
  if (end - start < RADIOTAP_MIN_LENGTH) return refuse(packet, LINK_TRUNCATED);
  const length = uint16le(bytes, start + 2);
  if (uint8(bytes, start) !== 0 || length < RADIOTAP_MIN_LENGTH) return refuse(packet, LINK_MALFORMED);
  if (end - start < length) return refuse(packet, LINK_TRUNCATED);
  const isPadded = (radiotapFlags(bytes, start, length) & RADIOTAP_PADDED) !== 0;
  return decodeIeee80211(bytes, start + length, end, isPadded, packet);
}

/** The flags stand behind the words that say what is there and the time, which is aligned; 0 where there are none. */
function radiotapFlags(bytes: Uint8Array, start: number, length: number): number {
  const present = uint32le(bytes, start + 4);
  if ((present & RADIOTAP_HAS_FLAGS) === 0) return 0;
  let at = 8;
  for (let word = present; (word & RADIOTAP_MORE_PRESENT) !== 0; at += 4) {
    if (at + 4 > length) return 0;
    word = uint32le(bytes, start + at);
  }
  if ((present & RADIOTAP_HAS_TIME) !== 0) at = ((at + 7) & ~7) + RADIOTAP_TIME_LENGTH;
  return at < length ? uint8(bytes, start + at) : 0;
}

/** Prism's header has one length and no byte order; some drivers wrote AVS headers under its link type. */
export function decodePrism(bytes: Uint8Array, start: number, end: number, packet: Packet): number {
  if (end - start >= AVS_MIN_LENGTH && isAvs(bytes, start)) return decodeAvs(bytes, start, end, packet);
  if (end - start < PRISM_LENGTH) return refuse(packet, LINK_TRUNCATED);
  return decodeIeee80211(bytes, start + PRISM_LENGTH, end, false, packet);
}

export function decodeAvs(bytes: Uint8Array, start: number, end: number, packet: Packet): number {
  if (end - start < AVS_MIN_LENGTH) return refuse(packet, LINK_TRUNCATED);
  const length = uint32(bytes, start + 4);
  if (!isAvs(bytes, start) || length < AVS_MIN_LENGTH) return refuse(packet, LINK_MALFORMED);
  if (end - start < length) return refuse(packet, LINK_TRUNCATED);
  return decodeIeee80211(bytes, start + length, end, false, packet);
}

function isAvs(bytes: Uint8Array, start: number): boolean {
  return (uint32(bytes, start) & AVS_MAGIC_MASK) >>> 0 === AVS_MAGIC;
}
