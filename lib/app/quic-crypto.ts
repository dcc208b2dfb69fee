// app: the handshake bytes that QUIC's CRYPTO frames spell, in whatever order they came (RFC 9000 §19.6).

import { MAX_QUIC_CRYPTO_BYTES } from './limits.ts';
import { readVarint } from './quic-packet.ts';

const PADDING = 0;
const PING = 1;
const ACK = 2;
const ACK_ECN = 3;
const CRYPTO = 6;

export interface CryptoPiece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Adds the pieces of a packet's frames; stops at a frame that has no place in an Initial. */
export function collectCrypto(frames: Uint8Array, pieces: CryptoPiece[]): void {
  let at = 0;
  while (at < frames.length) {
    const type = frames[at];
    at += 1;
    if (type === PADDING || type === PING) continue;
    if (type === ACK || type === ACK_ECN) {
      at = skipAck(frames, at, type === ACK_ECN);
      continue;
    }
    const offset = type === CRYPTO ? readVarint(frames, at) : undefined;
    const length = offset && readVarint(frames, offset.end);
    if (offset === undefined || length === undefined) return;
    const bytes = frames.subarray(length.end, length.end + length.value);
    if (offset.value < MAX_QUIC_CRYPTO_BYTES && bytes.length > 0) pieces.push({ offset: offset.value, bytes });
    at = length.end + length.value;
  }
}

/** Where the next frame begins; behind the frames where this one is cut. */
function skipAck(frames: Uint8Array, from: number, hasCounts: boolean): number {
  let at = from;
  let left = 4; // largest, delay, number of ranges, first range
  for (let read = 1; left > 0; read += 1) {
    const number = readVarint(frames, at);
    if (number === undefined) return frames.length;
    at = number.end;
    left -= 1;
    if (read === 3) left += 2 * number.value + (hasCounts ? 3 : 0);
  }
  return at;
}

/** The bytes from the first on, as far as there is no hole. */
export function joinCrypto(pieces: readonly CryptoPiece[]): Uint8Array {
  const [only] = pieces;
  if (only === undefined) return new Uint8Array();
  if (pieces.length === 1) return only.offset === 0 ? only.bytes : new Uint8Array();
  const joined = new Uint8Array(MAX_QUIC_CRYPTO_BYTES);
  let end = 0;
  for (const { offset, bytes } of pieces.toSorted((a, b) => a.offset - b.offset)) {
    if (offset > end) break;
    const room = bytes.subarray(0, MAX_QUIC_CRYPTO_BYTES - offset);
    joined.set(room, offset);
    end = Math.max(end, offset + room.length);
  }
  return joined.subarray(0, end);
}
