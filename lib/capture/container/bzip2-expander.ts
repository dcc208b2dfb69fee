// capture: the last step of bzip2: follows a block's chain, spells out its runs, and sums its checksum.
import type { Bzip2Block } from './bzip2-block.ts';

const PIECE_BYTES = 65_536;
/** After this many equal bytes a byte says how many more there are. */
const RUN_BYTES = 4;
const POLYNOMIAL = 0x04c11db7;

const CRC_TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) crc = crc < 0 ? (crc << 1) ^ POLYNOMIAL : crc << 1;
  return crc;
});

export class Bzip2Expander {
  /** Of the block that was expanded last. */
  crc = 0;

  /** A block's bytes in pieces, each the receiver's own: a block of runs is 50 times as long as its chain. */
  *expand(chain: Uint32Array, { length, start }: Bzip2Block): Generator<Uint8Array> {
    let piece = new Uint8Array(PIECE_BYTES);
    let filled = 0;
    let crc = -1;
    let place = start;
    let previous = -1;
    let equal = 0;
    for (let left = length; left > 0; left -= 1) {
      const link = chain[place] as number; // the chain's own places
      const byte = link & 0xff;
      place = link >>> 8;
      const isCount = equal === RUN_BYTES;
      const value = isCount ? previous : byte;
      for (let copies = isCount ? byte : 1; copies > 0; copies -= 1) {
        if (filled === PIECE_BYTES) {
          yield piece;
          piece = new Uint8Array(PIECE_BYTES);
          filled = 0;
        }
        piece[filled++] = value;
        crc = (crc << 8) ^ (CRC_TABLE[(crc >>> 24) ^ value] as number); // a byte
      }
      equal = isCount ? 0 : byte === previous ? equal + 1 : 1;
      previous = isCount ? -1 : byte;
    }
    if (filled > 0) yield piece.subarray(0, filled);
    this.crc = ~crc >>> 0;
  }
}
