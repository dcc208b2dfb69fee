// capture: the frame header and the block header of zstd (RFC 8878, sections 3.1.1 and 3.1.2).

/** Magic, descriptor, window, dictionary id and content size at their longest. */
export const FRAME_HEADER_MAX = 18;
const FRAME_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const MAX_BLOCK_BYTES = 131_072;
const BLOCK_RLE = 1;
const BLOCK_RESERVED = 3;
const DICTIONARY_ID_LENGTHS = [0, 1, 2, 4] as const;
const CONTENT_SIZE_LENGTHS = [0, 2, 4, 8] as const;

export interface FrameHeader {
  readonly length: number;
  readonly hasChecksum: boolean;
  readonly hasDictionary: boolean;
  /** What the decoder must be able to look back on. */
  readonly windowBytes: number;
}

function magicOf(bytes: Uint8Array): number {
  return bytes.length < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}

export function isZstdFrame(bytes: Uint8Array): boolean {
  return magicOf(bytes) === FRAME_MAGIC;
}

export function isSkippable(bytes: Uint8Array): boolean {
  return (magicOf(bytes) & ~0xf) === SKIPPABLE_MAGIC;
}

/** Undefined where the header is not whole. */
export function readFrameHeader(bytes: Uint8Array): FrameHeader | undefined {
  const descriptor = bytes[4];
  if (descriptor === undefined) return undefined;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const dictionaryLength = DICTIONARY_ID_LENGTHS[descriptor & 3] ?? 0;
  const sizeFlag = descriptor >> 6;
  const sizeLength = sizeFlag === 0 && isSingleSegment ? 1 : (CONTENT_SIZE_LENGTHS[sizeFlag] ?? 0);
  const windowLength = isSingleSegment ? 0 : 1;
  const sizeAt = 5 + windowLength + dictionaryLength;
  const length = sizeAt + sizeLength;
  if (bytes.length < length) return undefined;
  const dictionary = bytes.subarray(5 + windowLength, sizeAt);
  return {
    length,
    hasChecksum: (descriptor & 4) !== 0,
    hasDictionary: dictionary.some((byte) => byte !== 0),
    windowBytes: isSingleSegment ? contentSize(bytes, sizeAt, sizeLength) : windowSize(bytes[5] ?? 0),
  };
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

function contentSize(bytes: Uint8Array, at: number, length: number): number {
  let size = length === 2 ? 256 : 0;
  for (let i = 0; i < length; i += 1) size += (bytes[at + i] ?? 0) * 256 ** i;
  return size;
}

/** Bytes of a block behind its three-byte header; undefined where it cannot be one. */
export function blockLength([low = 0, middle = 0, high = 0]: Uint8Array): number | undefined {
  const value = low | (middle << 8) | (high << 16);
  const type = (value >> 1) & 3;
  const size = value >>> 3;
  if (type === BLOCK_RESERVED || size > MAX_BLOCK_BYTES) return undefined;
  return type === BLOCK_RLE ? 1 : size;
}
