// capture: bzip2: streams one after another, each of blocks that are decoded whole and given out in pieces.
import type { ByteCursor, StreamEnd } from '../byte-cursor.ts';
import type { CaptureNotes } from '../capture-notes.ts';
import { BitReader } from './bit-reader.ts';
import { type Bzip2Block, readBlock } from './bzip2-block.ts';
import { Bzip2Expander } from './bzip2-expander.ts';
import { endAfterTrailer } from './trailing-bytes.ts';

const STREAM_HEADER_LENGTH = 4;
const LEVEL_BYTES = 100_000;
/** More than a block can be: 900,000 symbols of 20 bits, 18,002 selectors and six tables at their longest. */
const MAX_BLOCK_BYTES = 2_400_000;
const MAGIC_BITS = 48;
const CRC_BITS = 32;
const BLOCK_MAGIC = [0x314159, 0x265359] as const;
const END_MAGIC = [0x177245, 0x385090] as const;

export async function* decodeBzip2(input: ByteCursor, notes: CaptureNotes): AsyncGenerator<Uint8Array, StreamEnd> {
  // One for all streams: a file may hold one every few bytes.
  let chain = new Uint32Array(0);
  for (let isFirst = true; ; isFirst = false) {
    const header = await input.peek(STREAM_HEADER_LENGTH);
    const level = levelOf(header);
    if (level === 0) return isFirst ? 'compressed-cut-short' : endAfterTrailer(input, notes);
    await input.skip(STREAM_HEADER_LENGTH);
    if (chain.length < level * LEVEL_BYTES) chain = new Uint32Array(level * LEVEL_BYTES);
    const end = yield* decodeStream(input, chain.subarray(0, level * LEVEL_BYTES), notes);
    if (end !== 'whole') return end;
  }
}

/** 1 to 9, or 0 where no stream begins. */
function levelOf(header: Uint8Array): number {
  const [b, z, h, digit = 0] = header;
  return b === 0x42 && z === 0x5a && h === 0x68 && digit >= 0x31 && digit <= 0x39 ? digit - 0x30 : 0;
}

async function* decodeStream(
  input: ByteCursor,
  chain: Uint32Array,
  notes: CaptureNotes,
): AsyncGenerator<Uint8Array, StreamEnd> {
  const expander = new Bzip2Expander();
  let bitOffset = 0;
  let streamCrc = 0;
  for (;;) {
    const window = await input.peek(MAX_BLOCK_BYTES);
    const isLastWindow = window.length < MAX_BLOCK_BYTES;
    const bits = new BitReader(window, bitOffset);
    const [high, low] = [bits.read(MAGIC_BITS / 2), bits.read(MAGIC_BITS / 2)];
    if (high === END_MAGIC[0] && low === END_MAGIC[1]) {
      const crc = bits.readUint32();
      if (bits.isPastEnd) return 'compressed-cut-short';
      if (crc !== streamCrc) notes.warn('compressed-checksum-wrong');
      await input.skip((bits.position + 7) >>> 3);
      return 'whole';
    }
    if (bits.position + CRC_BITS > window.length * 8) return 'compressed-cut-short';
    if (high !== BLOCK_MAGIC[0] || low !== BLOCK_MAGIC[1]) return 'compressed-corrupt';
    const block: Bzip2Block | undefined = readBlock(bits, chain);
    if (block === undefined) return isLastWindow && bits.isPastEnd ? 'compressed-cut-short' : 'compressed-corrupt';
    yield* expander.expand(chain, block);
    if (expander.crc !== block.crc) return 'compressed-corrupt';
    streamCrc = (((streamCrc << 1) | (streamCrc >>> 31)) ^ block.crc) >>> 0;
    await input.skip(bits.position >>> 3);
    bitOffset = bits.position & 7;
  }
}
