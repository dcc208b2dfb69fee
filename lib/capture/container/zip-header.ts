// capture: the local file header of zip (APPNOTE 6.3.10, sections 4.3.7 and 4.5.3): what stands before a member's bytes.
import { MAX_MEMBER_NAME_LENGTH } from '../limits.ts';

export const LOCAL_HEADER_LENGTH = 30;
export const LOCAL_HEADER = 0x04034b50;
export const DATA_DESCRIPTOR = 0x08074b50;
/** What may follow the last member: the central directory, its zip64 and plain ends, and the archive's extra data. */
export const DIRECTORY_HEADERS: ReadonlySet<number> = new Set([0x02014b50, 0x06064b50, 0x06054b50, 0x08064b50]);
/** Marks in front of the first member of an archive that was, or was to be, split. */
export const SPLIT_MARKS: ReadonlySet<number> = new Set([DATA_DESCRIPTOR, 0x30304b50]);

const FLAG_ENCRYPTED = 0x0001;
const FLAG_DESCRIPTOR = 0x0008;
const FLAG_UTF8 = 0x0800;
const FLAG_MASKED = 0x2000;
const EXTRA_ZIP64 = 1;
const SIZE_IN_EXTRA = 0xffffffff;

export interface LocalHeader {
  readonly method: number;
  readonly isEncrypted: boolean;
  /** Checksum and sizes follow the member's bytes; those below may be 0. */
  readonly hasDescriptor: boolean;
  readonly crc: number;
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  readonly isZip64: boolean;
  readonly name: string;
}

/** Lengths of the name and the extra fields, which follow the 30 bytes. */
export function readTailLength(header: DataView): number {
  return header.getUint16(26, true) + header.getUint16(28, true);
}

/** `tail`: name and extra fields. */
export function readLocalHeader(header: DataView, tail: Uint8Array): LocalHeader {
  const flags = header.getUint16(6, true);
  const nameLength = header.getUint16(26, true);
  const zip64 = findZip64(tail.subarray(nameLength));
  const unpacked = header.getUint32(22, true);
  const packed = header.getUint32(18, true);
  const [unpackedBytes, packedAt] = unpacked === SIZE_IN_EXTRA ? [uint64(zip64, 0), 8] : [unpacked, 0];
  return {
    method: header.getUint16(8, true),
    isEncrypted: (flags & (FLAG_ENCRYPTED | FLAG_MASKED)) !== 0,
    hasDescriptor: (flags & FLAG_DESCRIPTOR) !== 0,
    crc: header.getUint32(14, true),
    packedBytes: packed === SIZE_IN_EXTRA ? uint64(zip64, packedAt) : packed,
    unpackedBytes,
    isZip64: zip64 !== undefined,
    name: readName(tail.subarray(0, nameLength), (flags & FLAG_UTF8) !== 0),
  };
}

function findZip64(extra: Uint8Array): DataView | undefined {
  const view = new DataView(extra.buffer, extra.byteOffset, extra.byteLength);
  let at = 0;
  while (at + 4 <= extra.length) {
    const length = view.getUint16(at + 2, true);
    const value = at + 4;
    if (value + length > extra.length) return undefined;
    if (view.getUint16(at, true) === EXTRA_ZIP64) return new DataView(extra.buffer, extra.byteOffset + value, length);
    at = value + length;
  }
  return undefined;
}

function uint64(view: DataView | undefined, at: number): number {
  if (view === undefined || view.byteLength < at + 8) return 0;
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}

/** For people to read: control characters become `?`, a long name ends in `…`. */
function readName(bytes: Uint8Array, isUtf8: boolean): string {
  const text = decode(bytes, isUtf8).replaceAll(/\p{C}/gu, '?');
  return text.length <= MAX_MEMBER_NAME_LENGTH ? text : `${text.slice(0, MAX_MEMBER_NAME_LENGTH - 1)}…`;
}

/** Names without the flag are of the writer's own code page, which nothing tells: UTF-8 where they are that. */
function decode(bytes: Uint8Array, isUtf8: boolean): string {
  try {
    return new TextDecoder('utf-8', { fatal: !isUtf8 }).decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('latin1');
  }
}
