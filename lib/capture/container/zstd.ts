// capture: zstd (RFC 8878): frames one after another, walked block by block here and decoded by Node.
import { constants, createZstdDecompress } from 'node:zlib';
import type { ByteCursor, StreamEnd } from '../byte-cursor.ts';
import type { CaptureNotes } from '../capture-notes.ts';
import { MAX_ZSTD_WINDOW_LOG } from '../limits.ts';
import { NativeDecoder } from './native-decoder.ts';
import { endAfterTrailer } from './trailing-bytes.ts';
import { blockLength, FRAME_HEADER_MAX, isSkippable, isZstdFrame, readFrameHeader } from './zstd-frame.ts';

const OUTPUT_BYTES = 131_072;
const BLOCK_HEADER_LENGTH = 3;
const CHECKSUM_LENGTH = 4;
const SKIPPABLE_HEADER_LENGTH = 8;

/** Node's decoder stops behind the first frame; ours gives it whole blocks, so it never sees an end it could stop at. */
export async function* decodeZstd(input: ByteCursor, notes: CaptureNotes): AsyncGenerator<Uint8Array, StreamEnd> {
  const params = { [constants.ZSTD_d_windowLogMax]: MAX_ZSTD_WINDOW_LOG };
  const decoder = new NativeDecoder(createZstdDecompress({ chunkSize: OUTPUT_BYTES, params }));
  try {
    for (let isFirst = true; ; isFirst = false) {
      const magic = await input.peek(SKIPPABLE_HEADER_LENGTH);
      if (!isFirst && magic.length === 0) return 'whole';
      let end: StreamEnd;
      if (isSkippable(magic)) end = await skipFrame(input, magic);
      else if (isZstdFrame(magic)) end = yield* decodeFrame(input, decoder);
      else return isFirst ? 'compressed-cut-short' : await endAfterTrailer(input, notes);
      if (end !== 'whole') return end;
    }
  } finally {
    decoder.close();
  }
}

async function skipFrame(input: ByteCursor, header: Uint8Array): Promise<StreamEnd> {
  if (header.length < SKIPPABLE_HEADER_LENGTH) return 'compressed-cut-short';
  const length = SKIPPABLE_HEADER_LENGTH + new DataView(header.buffer, header.byteOffset).getUint32(4, true);
  return (await input.skip(length)) === length ? 'whole' : 'compressed-cut-short';
}

async function* decodeFrame(input: ByteCursor, decoder: NativeDecoder): AsyncGenerator<Uint8Array, StreamEnd> {
  const header = readFrameHeader(await input.peek(FRAME_HEADER_MAX));
  if (header === undefined) return 'compressed-cut-short';
  if (header.hasDictionary || header.windowBytes > 2 ** MAX_ZSTD_WINDOW_LOG) return 'compressed-unsupported';
  if ((yield* decoder.feed(await input.take(header.length))) !== 'more') return 'compressed-corrupt';
  for (let isLast = false; !isLast; ) {
    const blockHeader = await input.peek(BLOCK_HEADER_LENGTH);
    if (blockHeader.length < BLOCK_HEADER_LENGTH) return 'compressed-cut-short';
    isLast = ((blockHeader[0] ?? 0) & 1) !== 0;
    const length = blockLength(blockHeader);
    if (length === undefined) return 'compressed-corrupt';
    const block = await input.take(BLOCK_HEADER_LENGTH + length);
    if (block.length < BLOCK_HEADER_LENGTH + length) return 'compressed-cut-short';
    if ((yield* decoder.feed(block)) !== 'more') return 'compressed-corrupt';
  }
  if (!header.hasChecksum) return 'whole';
  const checksum = await input.take(CHECKSUM_LENGTH);
  if (checksum.length < CHECKSUM_LENGTH) return 'compressed-cut-short';
  return (yield* decoder.feed(checksum)) === 'more' ? 'whole' : 'compressed-corrupt';
}
