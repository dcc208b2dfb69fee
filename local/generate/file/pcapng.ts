// generate: pcapng with one section, https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcapng/.
import { type BlockBuffer, type ByteOrder, type CaptureRecord, defaultBlockBytes, openBlock } from './record.ts';

export interface PcapngInterface {
  readonly linktype: number;
  readonly name?: string;
  /** Time unit as if_tsresol has it: 10^-exponent or 2^-exponent of a second; microseconds where left out. */
  readonly resolution?: { readonly base: 10 | 2; readonly exponent: number };
}

export interface PcapngOptions {
  readonly interfaces: readonly PcapngInterface[];
  readonly byteOrder?: ByteOrder;
  readonly snaplen?: number;
  readonly blockBytes?: number;
}

const secondNs = 1_000_000_000n;
const defaultSnaplen = 262_144;

/** Blocks of a whole file (SHB, one IDB an interface, one EPB a record); each is the receiver's own. */
export function* encodePcapng(records: Iterable<CaptureRecord>, options: PcapngOptions): Generator<Uint8Array> {
  const little = options.byteOrder !== 'big';
  const snaplen = options.snaplen ?? defaultSnaplen;
  const blockBytes = options.blockBytes ?? defaultBlockBytes;
  const units = options.interfaces.map(unitsPerSecond);

  yield encodeSectionHeader(little);
  for (const description of options.interfaces) yield encodeInterface(description, snaplen, little);

  let block = openBlock(blockBytes);
  for (const record of records) {
    const captured = Math.min(record.bytes.length, snaplen);
    const length = 32 + padded(captured);
    if (block.used + length > block.bytes.length) {
      if (block.used > 0) yield block.bytes.subarray(0, block.used);
      block = openBlock(Math.max(blockBytes, length));
    }
    const ticks = (record.timestampNs * (units[record.interfaceId ?? 0] ?? 1_000_000n)) / secondNs;
    writeEnhancedPacket(block, record, captured, ticks, little);
  }
  if (block.used > 0) yield block.bytes.subarray(0, block.used);
}

function writeEnhancedPacket(
  block: BlockBuffer,
  record: CaptureRecord,
  captured: number,
  ticks: bigint,
  little: boolean,
): void {
  const { bytes, view, used } = block;
  const length = 32 + padded(captured);
  view.setUint32(used, 6, little);
  view.setUint32(used + 4, length, little);
  view.setUint32(used + 8, record.interfaceId ?? 0, little);
  view.setUint32(used + 12, Number(ticks >> 32n), little);
  view.setUint32(used + 16, Number(ticks & 0xffff_ffffn), little);
  view.setUint32(used + 20, captured, little);
  view.setUint32(used + 24, record.originalLength ?? record.bytes.length, little);
  bytes.set(captured === record.bytes.length ? record.bytes : record.bytes.subarray(0, captured), used + 28);
  view.setUint32(used + length - 4, length, little);
  block.used = used + length;
}

function encodeSectionHeader(little: boolean): Uint8Array {
  const application = encodeOption(4, new TextEncoder().encode('smart-ids generate'), little);
  const length = 24 + application.length + 4 + 4;
  const { bytes, view } = openBlock(length);
  view.setUint32(0, 0x0a0d0d0a, little);
  view.setUint32(4, length, little);
  view.setUint32(8, 0x1a2b3c4d, little);
  view.setUint16(12, 1, little);
  // Section length -1: not known when writing begins.
  view.setBigInt64(16, -1n, little);
  bytes.set(application, 24);
  view.setUint32(length - 4, length, little);
  return bytes;
}

function encodeInterface(description: PcapngInterface, snaplen: number, little: boolean): Uint8Array {
  const name =
    description.name === undefined ? [] : encodeOption(2, new TextEncoder().encode(description.name), little);
  const resolution = description.resolution;
  const tsresol =
    resolution === undefined
      ? []
      : encodeOption(9, Uint8Array.of((resolution.base === 2 ? 0x80 : 0) | resolution.exponent), little);
  const options = [...name, ...tsresol, ...(name.length + tsresol.length > 0 ? [0, 0, 0, 0] : [])];
  const length = 20 + options.length;
  const { bytes, view } = openBlock(length);
  view.setUint32(0, 1, little);
  view.setUint32(4, length, little);
  view.setUint16(8, description.linktype, little);
  view.setUint32(12, snaplen, little);
  bytes.set(options, 16);
  view.setUint32(length - 4, length, little);
  return bytes;
}

function encodeOption(code: number, value: Uint8Array, little: boolean): Uint8Array {
  const { bytes, view } = openBlock(4 + padded(value.length));
  view.setUint16(0, code, little);
  view.setUint16(2, value.length, little);
  bytes.set(value, 4);
  return bytes;
}

function unitsPerSecond(description: PcapngInterface): bigint {
  const { base, exponent } = description.resolution ?? { base: 10, exponent: 6 };
  return BigInt(base) ** BigInt(exponent);
}

function padded(length: number): number {
  return (length + 3) & ~3;
}
