// app: QUIC's Initial packets: found in a datagram, their protection removed (RFC 9000 §17.2.2, RFC 9001 §5.3–§5.4).

import { createCipheriv, createDecipheriv } from 'node:crypto';
import { uint8, uint16, uint32 } from './integers.ts';
import { MAX_QUIC_PACKETS } from './limits.ts';
import { type QuicKeys, type QuicVersion, quicVersion } from './quic-keys.ts';

export interface InitialPacket {
  readonly version: QuicVersion;
  readonly destinationId: Uint8Array;
  /** The datagram, and where in it the packet, its number and its end lie; `end` is behind the bytes of a cut one. */
  readonly datagram: Uint8Array;
  readonly start: number;
  readonly numberAt: number;
  readonly end: number;
}

const LONG_HEADER = 0x80;
const FIXED_BIT = 0x40;
const RETRY_TYPE_1 = 3;
const MAX_ID_BYTES = 20;
const SAMPLE_BYTES = 16;
const SAMPLE_OFFSET = 4;
const TAG_BYTES = 16;
const NUMBER_MASK = 0x0f;
/** PADDING, PING, ACK, CRYPTO: what an Initial of a handshake begins with. */
const FIRST_FRAMES: ReadonlySet<number> = new Set([0, 1, 2, 3, 6]);
const NO_BYTES = new Uint8Array();

interface Varint {
  readonly value: number;
  readonly end: number;
}

/** A variable-length integer (RFC 9000 §16); what does not fit into 2^53 is refused as missing. */
export function readVarint(bytes: Uint8Array, at: number): Varint | undefined {
  const first = uint8(bytes, at);
  const length = first < 0 ? 0 : 1 << (first >> 6);
  if (length === 0 || at + length > bytes.length) return undefined;
  if (length === 1) return { value: first & 0x3f, end: at + 1 };
  if (length === 2) return { value: uint16(bytes, at) & 0x3fff, end: at + 2 };
  if (length === 4) return { value: uint32(bytes, at) & 0x3fffffff, end: at + 4 };
  const high = uint32(bytes, at) & 0x3fffffff;
  return high >= 2 ** 21 ? undefined : { value: high * 2 ** 32 + uint32(bytes, at + 4), end: at + 8 };
}

/** A cheap look at the first bytes: a long header of a version we know. */
export function isQuicDatagram(datagram: Uint8Array): boolean {
  const first = uint8(datagram, 0);
  return first >= (LONG_HEADER | FIXED_BIT) && quicVersion(uint32(datagram, 1)) !== undefined;
}

/** The Initial packets of a datagram; others that lie before or between them are stepped over. */
export function findInitials(datagram: Uint8Array): readonly InitialPacket[] {
  const packets: InitialPacket[] = [];
  let start = 0;
  for (let count = 0; count < MAX_QUIC_PACKETS && start < datagram.length; count += 1) {
    const first = uint8(datagram, start);
    const version = quicVersion(uint32(datagram, start + 1));
    if (first < (LONG_HEADER | FIXED_BIT) || version === undefined) break;
    const idBytes = uint8(datagram, start + 5);
    const sourceAt = start + 6 + idBytes;
    const sourceBytes = uint8(datagram, sourceAt);
    if (idBytes < 0 || idBytes > MAX_ID_BYTES || sourceBytes < 0 || sourceBytes > MAX_ID_BYTES) break;
    const type = (first >> 4) & 3;
    if (type === (RETRY_TYPE_1 + version.initialType) % 4) break; // a Retry fills its datagram and has no length
    const isInitial = type === version.initialType;
    const token = isInitial ? readVarint(datagram, sourceAt + 1 + sourceBytes) : undefined;
    const lengthAt = isInitial ? (token?.end ?? Infinity) + (token?.value ?? 0) : sourceAt + 1 + sourceBytes;
    const length = lengthAt < datagram.length ? readVarint(datagram, lengthAt) : undefined;
    if (length === undefined) break;
    const end = length.end + length.value;
    const destinationId = datagram.subarray(start + 6, sourceAt);
    if (isInitial) packets.push({ version, destinationId, datagram, start, numberAt: length.end, end });
    start = end;
  }
  return packets;
}

/** The frames of a packet; of one that was cut, what is there, unproven. Undefined where the keys are not its own. */
export function openInitial(packet: InitialPacket, keys: QuicKeys): Uint8Array | undefined {
  const { datagram, start, numberAt, end } = packet;
  const sampleAt = numberAt + SAMPLE_OFFSET;
  if (sampleAt + SAMPLE_BYTES > Math.min(end, datagram.length)) return undefined;
  const sample = datagram.subarray(sampleAt, sampleAt + SAMPLE_BYTES);
  const mask = createCipheriv('aes-128-ecb', keys.headerKey, null).update(sample);
  const first = uint8(datagram, start) ^ (uint8(mask, 0) & NUMBER_MASK);
  const numberBytes = (first & 3) + 1;
  const header = Buffer.from(datagram.subarray(start, numberAt + numberBytes));
  const nonce = Buffer.from(keys.iv);
  header[0] = first;
  for (let i = 0; i < numberBytes; i += 1) {
    const at = header.length - numberBytes + i;
    const byte = uint8(header, at) ^ uint8(mask, 1 + i);
    header[at] = byte;
    const nonceAt = nonce.length - numberBytes + i;
    nonce[nonceAt] = uint8(nonce, nonceAt) ^ byte;
  }
  const from = numberAt + numberBytes;
  if (end > datagram.length)
    return hasReservedBits(first) ? undefined : readUnproven(datagram.subarray(from), keys, nonce);
  if (end - from < TAG_BYTES) return NO_BYTES;
  const decipher = createDecipheriv('aes-128-gcm', keys.key, nonce);
  decipher.setAAD(header);
  decipher.setAuthTag(datagram.subarray(end - TAG_BYTES, end));
  const frames = decipher.update(datagram.subarray(from, end - TAG_BYTES));
  try {
    decipher.final();
  } catch {
    return undefined; // the tag does not fit: other keys, or bytes that only look like QUIC
  }
  return frames;
}

/** Zero in every header that was opened with the right keys (RFC 9000 §17.2). */
function hasReservedBits(first: number): boolean {
  return (first & 0x0c) !== 0;
}

/** GCM encrypts as CTR does, its first block of data being number 2 (NIST SP 800-38D §7.1); the tag was cut off. */
function readUnproven(bytes: Uint8Array, keys: QuicKeys, nonce: Buffer): Uint8Array | undefined {
  const counter = Buffer.concat([nonce, Buffer.of(0, 0, 0, 2)]);
  const frames = createDecipheriv('aes-128-ctr', keys.key, counter).update(bytes);
  return frames.length > 0 && FIRST_FRAMES.has(uint8(frames, 0)) ? frames : undefined;
}
