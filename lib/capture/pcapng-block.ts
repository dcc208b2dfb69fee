// capture: pcapng's blocks, field by field (draft-ietf-opsawg-pcapng, section 4): section, interface and the packet blocks.
import { MAX_INTERFACE_NAME_BYTES } from './limits.ts';
import type { CaptureInterface } from './record-batch.ts';
import type { RecordHeader } from './record-header.ts';
import { splitTimestamp } from './timestamp.ts';

/** Reads the same in both byte orders, so that a section can begin in another order than the last. */
export const BLOCK_SECTION_HEADER = 0x0a0d0d0a;
export const BLOCK_INTERFACE = 1;
export const BLOCK_OBSOLETE_PACKET = 2;
export const BLOCK_SIMPLE_PACKET = 3;
export const BLOCK_NAME_RESOLUTION = 4;
export const BLOCK_INTERFACE_STATISTICS = 5;
export const BLOCK_ENHANCED_PACKET = 6;
export const BLOCK_DECRYPTION_SECRETS = 10;

/** Type and total length in front, total length behind. */
export const BLOCK_MIN_LENGTH = 12;
/** Up to and with byte-order magic, which says how to read the length before it, and version. */
export const SECTION_HEADER_PROBE = 16;
const INTERFACE_MIN_LENGTH = 20;
const PACKET_HEADER_LENGTH = 28;
const SIMPLE_PACKET_HEADER_LENGTH = 12;
const TRAILER_LENGTH = 4;

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

const OPTION_END = 0;
const OPTION_IF_NAME = 2;
const OPTION_IF_TSRESOL = 9;
const OPTION_IF_TSOFFSET = 14;
/** Resolutions finer than these leave a 64-bit timestamp no room for a date. */
const MAX_DECIMAL_EXPONENT = 19;
const MAX_BINARY_EXPONENT = 63;

export interface SectionHeader {
  /** Undefined where the byte-order magic is neither. */
  readonly byteOrder: 'little' | 'big' | undefined;
  readonly version: string;
  /** 1.0, or 1.2: the same, written by mistake, as the draft says. */
  readonly isKnownVersion: boolean;
}

/** The first 16 bytes of a section header block. */
export function readSectionHeader(view: DataView, position: number): SectionHeader {
  const little = view.getUint32(position + 8, true) === BYTE_ORDER_MAGIC;
  const byteOrder = little ? 'little' : view.getUint32(position + 8) === BYTE_ORDER_MAGIC ? 'big' : undefined;
  const major = view.getUint16(position + 12, little);
  const minor = view.getUint16(position + 14, little);
  return { byteOrder, version: `${major}.${minor}`, isKnownVersion: major === 1 && (minor === 0 || minor === 2) };
}

export interface InterfaceBlock {
  readonly captureInterface: CaptureInterface;
  readonly hasMalformedOptions: boolean;
  readonly isResolutionIgnored: boolean;
}

/** An interface description block that is whole, or undefined where it is too short to be one. */
export function readInterfaceBlock(
  view: DataView,
  position: number,
  blockLength: number,
  byteOrder: 'little' | 'big',
  id: number,
): InterfaceBlock | undefined {
  if (blockLength < INTERFACE_MIN_LENGTH) return undefined;
  const little = byteOrder === 'little';
  let name: string | undefined;
  let unitsPerSecond: number | undefined = 1e6;
  let offsetSeconds = 0;
  const end = position + blockLength - TRAILER_LENGTH;
  let at = position + 16;
  let hasMalformedOptions = false;
  while (at + 4 <= end) {
    const code = view.getUint16(at, little);
    const length = view.getUint16(at + 2, little);
    const value = at + 4;
    if (code === OPTION_END) break;
    if (value + length > end) {
      hasMalformedOptions = true;
      break;
    }
    if (code === OPTION_IF_NAME) name = readText(view, value, Math.min(length, MAX_INTERFACE_NAME_BYTES));
    if (code === OPTION_IF_TSRESOL && length === 1) unitsPerSecond = readResolution(view.getUint8(value));
    if (code === OPTION_IF_TSOFFSET && length === 8) offsetSeconds = Number(view.getBigInt64(value, little));
    at = value + length + (-length & 3);
  }
  return {
    captureInterface: {
      id,
      format: 'pcapng',
      byteOrder,
      linktype: view.getUint16(position + 8, little),
      snaplen: view.getUint32(position + 12, little),
      unitsPerSecond: unitsPerSecond ?? 1e6,
      offsetSeconds,
      ...(name === undefined ? {} : { name }),
    },
    hasMalformedOptions,
    isResolutionIgnored: unitsPerSecond === undefined,
  };
}

/** `if_tsresol`: a power of ten, or of two where the high bit is set; undefined where it is too fine to hold a date. */
function readResolution(value: number): number | undefined {
  const exponent = value & 0x7f;
  if ((value & 0x80) !== 0) return exponent <= MAX_BINARY_EXPONENT ? 2 ** exponent : undefined;
  return exponent <= MAX_DECIMAL_EXPONENT ? 10 ** exponent : undefined;
}

function readText(view: DataView, position: number, length: number): string {
  const text = new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + position, length));
  const terminator = text.indexOf('\0');
  return terminator === -1 ? text : text.slice(0, terminator);
}

export function isPacketBlock(type: number): boolean {
  return type === BLOCK_ENHANCED_PACKET || type === BLOCK_SIMPLE_PACKET || type === BLOCK_OBSOLETE_PACKET;
}

/** The section's own number of the interface a whole packet block names, or -1 where the block is too short to say. */
export function readInterfaceNumber(
  view: DataView,
  position: number,
  blockLength: number,
  type: number,
  little: boolean,
): number {
  if (type === BLOCK_SIMPLE_PACKET) return blockLength < SIMPLE_PACKET_HEADER_LENGTH + TRAILER_LENGTH ? -1 : 0;
  if (blockLength < PACKET_HEADER_LENGTH + TRAILER_LENGTH) return -1;
  return type === BLOCK_ENHANCED_PACKET ? view.getUint32(position + 8, little) : view.getUint16(position + 8, little);
}

/** Reads a whole packet block that named this interface; false where it claims more bytes than it has. */
export function readPacketBlock(
  view: DataView,
  position: number,
  blockLength: number,
  type: number,
  captureInterface: CaptureInterface,
  into: RecordHeader,
): boolean {
  const little = captureInterface.byteOrder === 'little';
  into.recordLength = blockLength;
  if (type === BLOCK_SIMPLE_PACKET) {
    const { snaplen } = captureInterface;
    const room = blockLength - SIMPLE_PACKET_HEADER_LENGTH - TRAILER_LENGTH;
    const originalLength = view.getUint32(position + 8, little);
    into.start = position + SIMPLE_PACKET_HEADER_LENGTH;
    into.originalLength = originalLength;
    into.capturedLength = Math.min(originalLength, room, snaplen === 0 ? room : snaplen);
    into.seconds = 0;
    into.nanoseconds = 0;
    into.hasTimestamp = false;
    return true;
  }
  into.start = position + PACKET_HEADER_LENGTH;
  into.capturedLength = view.getUint32(position + 20, little);
  into.originalLength = view.getUint32(position + 24, little);
  into.hasTimestamp = true;
  const high = view.getUint32(position + 12, little);
  const low = view.getUint32(position + 16, little);
  splitTimestamp(high, low, captureInterface.unitsPerSecond, captureInterface.offsetSeconds, into);
  return into.capturedLength <= blockLength - PACKET_HEADER_LENGTH - TRAILER_LENGTH;
}
