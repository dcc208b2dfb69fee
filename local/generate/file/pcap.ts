// generate: the classic pcap file, https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcap/.
import { type BlockBuffer, type ByteOrder, type CaptureRecord, defaultBlockBytes, openBlock } from './record.ts';

export interface PcapOptions {
  readonly linktype: number;
  readonly byteOrder?: ByteOrder;
  readonly resolution?: 'microseconds' | 'nanoseconds';
  /** Frames are cut to this many bytes; 262,144 where left out. */
  readonly snaplen?: number;
  readonly blockBytes?: number;
}

const secondNs = 1_000_000_000n;
const defaultSnaplen = 262_144;

/** Blocks of a whole file; each is the receiver's own. */
export function* encodePcap(records: Iterable<CaptureRecord>, options: PcapOptions): Generator<Uint8Array> {
  const little = options.byteOrder !== 'big';
  const divisor = options.resolution === 'nanoseconds' ? 1 : 1000;
  const snaplen = options.snaplen ?? defaultSnaplen;
  const blockBytes = options.blockBytes ?? defaultBlockBytes;

  let block = openBlock(Math.max(24, blockBytes));
  writePcapHeader(block, options, snaplen, little);
  for (const record of records) {
    const captured = Math.min(record.bytes.length, snaplen);
    const length = 16 + captured;
    if (block.used + length > block.bytes.length) {
      yield block.bytes.subarray(0, block.used);
      block = openBlock(Math.max(blockBytes, length));
    }
    const { bytes, view, used } = block;
    view.setUint32(used, Number(record.timestampNs / secondNs), little);
    view.setUint32(used + 4, Math.floor(Number(record.timestampNs % secondNs) / divisor), little);
    view.setUint32(used + 8, captured, little);
    view.setUint32(used + 12, record.originalLength ?? record.bytes.length, little);
    bytes.set(captured === record.bytes.length ? record.bytes : record.bytes.subarray(0, captured), used + 16);
    block.used = used + length;
  }
  yield block.bytes.subarray(0, block.used);
}

function writePcapHeader(block: BlockBuffer, options: PcapOptions, snaplen: number, little: boolean): void {
  const { view } = block;
  view.setUint32(0, options.resolution === 'nanoseconds' ? 0xa1b23c4d : 0xa1b2c3d4, little);
  view.setUint16(4, 2, little);
  view.setUint16(6, 4, little);
  view.setUint32(16, snaplen, little);
  view.setUint32(20, options.linktype, little);
  block.used = 24;
}
