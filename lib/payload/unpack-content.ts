// payload: the content of an HTTP message as its header says that it is packed (RFC 9110 §8.4), never more than a bound.

import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw, createZstdDecompress } from 'node:zlib';
import { type FeedResult, NativeDecoder } from '../capture/container/native-decoder.ts';

export const CONTENT_ENCODINGS = ['gzip', 'x-gzip', 'deflate', 'br', 'zstd'] as const;
type ContentEncoding = (typeof CONTENT_ENCODINGS)[number];

export interface Unpacked {
  readonly bytes: Buffer;
  /** `whole`; `cut` where it is longer than the bound; `short` where packed bytes are missing; `corrupt` from there on. */
  readonly state: 'whole' | 'cut' | 'short' | 'corrupt';
}

const PIECE_BYTES = 16 * 1024;
const CHUNK_BYTES = 16 * 1024;
/** Low four bits of zlib's first byte: deflate; some servers send it without that header. */
const DEFLATE_METHOD = 8;

/** `encodings` in the order in which they were put on; undefined for one that is not known. */
export async function unpackContent(
  packed: Uint8Array,
  encodings: readonly string[],
  maxBytes: number,
): Promise<Unpacked | undefined> {
  if (!encodings.every(isKnown)) return undefined;
  let unpacked: Unpacked = { bytes: Buffer.from(packed), state: 'whole' };
  for (const encoding of encodings.toReversed()) {
    const next = await unpack(unpacked.bytes, encoding, maxBytes);
    // What was lost before is lost; an end that is missing is told as what it was first.
    unpacked = unpacked.state === 'whole' || next.state === 'cut' ? next : { ...next, state: unpacked.state };
  }
  return unpacked;
}

function isKnown(encoding: string): encoding is ContentEncoding {
  return CONTENT_ENCODINGS.some((one) => one === encoding);
}

async function unpack(packed: Uint8Array, encoding: ContentEncoding, maxBytes: number): Promise<Unpacked> {
  const decoder = createDecoder(packed, encoding);
  const parts: Uint8Array[] = [];
  let room = maxBytes;
  const done = (state: Unpacked['state']): Unpacked => ({ bytes: Buffer.concat(parts), state });
  const gather = async (output: AsyncGenerator<Uint8Array, FeedResult>): Promise<FeedResult | 'cut'> => {
    let next = await output.next();
    for (; next.done !== true; next = await output.next()) {
      parts.push(next.value.subarray(0, room));
      room = Math.max(-1, room - next.value.length);
      if (room < 0) return 'cut';
    }
    return next.value;
  };
  try {
    for (let at = 0; at < packed.length; at += PIECE_BYTES) {
      const result = await gather(decoder.feed(packed.subarray(at, at + PIECE_BYTES)));
      if (result !== 'more') return done(result === 'ended' ? 'whole' : result);
    }
    // Only its end tells whether it may end there.
    const result = await gather(decoder.finish());
    return done(result === 'ended' ? 'whole' : result === 'cut' ? 'cut' : 'short');
  } finally {
    decoder.close();
  }
}

function createDecoder(packed: Uint8Array, encoding: ContentEncoding): NativeDecoder {
  const options = { chunkSize: CHUNK_BYTES };
  if (encoding === 'br') return new NativeDecoder(createBrotliDecompress(options));
  if (encoding === 'zstd') return new NativeDecoder(createZstdDecompress(options));
  if (encoding === 'deflate') {
    const hasHeader = ((packed[0] ?? 0) & 0x0f) === DEFLATE_METHOD;
    return new NativeDecoder(hasHeader ? createInflate(options) : createInflateRaw(options));
  }
  return new NativeDecoder(createGunzip(options));
}
