// carve: the blocks of a pcapng that we write ourselves (draft-ietf-opsawg-pcapng, sections 4.1, 4.2 and 4.3).

import { BLOCK_ENHANCED_PACKET, BLOCK_INTERFACE, BLOCK_SECTION_HEADER } from '../capture/pcapng-block.ts';
import type { ByteWriter } from './byte-writer.ts';
import type { SourceInterface } from './capture-format.ts';

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const SHB_USERAPPL = 4;
const IF_NAME = 2;
const IF_DESCRIPTION = 3;
const IF_TSRESOL = 9;
const IF_TSOFFSET = 14;
const END_OF_OPTIONS = 4;
const EPB_HEADER = 28;
const TRAILER = 4;
const TEXT = new TextEncoder();

interface Option {
  readonly code: number;
  readonly value: Uint8Array;
}

export function writeSectionHeader(into: ByteWriter, little: boolean): void {
  const options = [{ code: SHB_USERAPPL, value: TEXT.encode('Smart IDS') }];
  const at = writeBlock(into, BLOCK_SECTION_HEADER, 16, options, little);
  into.view.setUint32(at, BYTE_ORDER_MAGIC, little);
  into.view.setUint16(at + 4, 1, little);
  // Length -1: not known when writing begins.
  into.view.setBigInt64(at + 8, -1n, little);
}

/** The interface as its capture described it, as far as split keeps that. */
export function writeInterface(into: ByteWriter, source: SourceInterface, about: string, little: boolean): void {
  const options: Option[] = [];
  if (source.name !== undefined) options.push({ code: IF_NAME, value: TEXT.encode(source.name) });
  options.push({ code: IF_DESCRIPTION, value: TEXT.encode(about) });
  options.push({ code: IF_TSRESOL, value: Uint8Array.of(resolutionByte(source.unitsPerSecond)) });
  if (source.offsetSeconds !== 0) {
    const value = new Uint8Array(8);
    new DataView(value.buffer).setBigInt64(0, BigInt(Math.trunc(source.offsetSeconds)), little);
    options.push({ code: IF_TSOFFSET, value });
  }
  const at = writeBlock(into, BLOCK_INTERFACE, 8, options, little);
  into.view.setUint16(at, source.linktype, little);
  into.view.setUint32(at + 4, source.snaplen, little);
}

/** 10^n as n, 2^n as n with the high bit set; a capture has no others. */
function resolutionByte(unitsPerSecond: number): number {
  const decimal = Math.round(Math.log10(unitsPerSecond));
  if (10 ** decimal === unitsPerSecond) return decimal;
  return 0x80 | Math.round(Math.log2(unitsPerSecond));
}

export interface EnhancedPacket {
  readonly interfaceNumber: number;
  readonly seconds: number;
  /** In the interface's units. */
  readonly fraction: number;
  readonly unitsPerSecond: number;
  readonly originalLength: number;
  readonly data: Uint8Array;
}

/** For records that come from another format. */
export function writeEnhancedPacket(into: ByteWriter, packet: EnhancedPacket, little: boolean): void {
  const { data } = packet;
  const length = EPB_HEADER + data.length + (-data.length & 3) + TRAILER;
  const at = into.room(length);
  const { view } = into;
  view.setUint32(at, BLOCK_ENHANCED_PACKET, little);
  view.setUint32(at + 4, length, little);
  view.setUint32(at + 8, packet.interfaceNumber, little);
  writeTimestamp(view, at + 12, packet, little);
  view.setUint32(at + 20, data.length, little);
  view.setUint32(at + 24, packet.originalLength, little);
  into.bytes.set(data, at + EPB_HEADER);
  view.setUint32(at + length - TRAILER, length, little);
}

/** Seconds of 32 bits times up to 10^9 need 62 bits: in two halves of 32, exact. */
function writeTimestamp(
  view: DataView,
  at: number,
  { seconds, fraction, unitsPerSecond }: EnhancedPacket,
  little: boolean,
): void {
  const secondsHigh = Math.floor(seconds / 65_536);
  const lower = (seconds - secondsHigh * 65_536) * unitsPerSecond + fraction;
  const upper = secondsHigh * unitsPerSecond + Math.floor(lower / 65_536);
  const high = Math.floor(upper / 65_536);
  view.setUint32(at, high, little);
  view.setUint32(at + 4, (upper - high * 65_536) * 65_536 + (lower % 65_536), little);
}

/** Block header, options and trailer; says where the block's own fields begin. */
function writeBlock(
  into: ByteWriter,
  type: number,
  fieldsLength: number,
  options: readonly Option[],
  little: boolean,
): number {
  const optionsLength = options.reduce(
    (sum, { value }) => sum + 4 + value.length + (-value.length & 3),
    END_OF_OPTIONS,
  );
  const length = 8 + fieldsLength + optionsLength + TRAILER;
  const at = into.room(length);
  const { view, bytes } = into;
  view.setUint32(at, type, little);
  view.setUint32(at + 4, length, little);
  let position = at + 8 + fieldsLength;
  for (const { code, value } of options) {
    view.setUint16(position, code, little);
    view.setUint16(position + 2, value.length, little);
    bytes.set(value, position + 4);
    position += 4 + value.length + (-value.length & 3);
  }
  view.setUint32(at + length - TRAILER, length, little);
  return at + 8;
}
