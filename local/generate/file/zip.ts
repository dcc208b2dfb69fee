// generate: a zip archive as a stream or a file writer would make it (APPNOTE 6.3.10), small enough for memory.
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly method?: 'stored' | 'deflate';
  /** Checksum and sizes behind the member, as a writer to a pipe has to; with 8-byte sizes for zip64. */
  readonly descriptor?: 'signed' | 'unsigned' | 'zip64';
  /** Sizes in the extra field even where they are small. */
  readonly zip64?: boolean;
  readonly encrypted?: boolean;
}

export function encodeZip(entries: readonly ZipEntry[]): Uint8Array {
  const local: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const member = encodeMember(entry);
    local.push(member);
    directory.push(encodeDirectoryEntry(entry, offset));
    offset += member.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, ...directory, end]);
}

function flagsOf({ descriptor, encrypted }: ZipEntry): number {
  return 0x0800 | (descriptor === undefined ? 0 : 8) | (encrypted ? 1 : 0);
}

function methodOf(entry: ZipEntry): number {
  return entry.method === 'stored' ? 0 : 8;
}

function encodeMember(entry: ZipEntry): Buffer {
  const packed = entry.method === 'stored' ? entry.bytes : deflateRawSync(entry.bytes);
  const name = Buffer.from(entry.name);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(45, 4);
  header.writeUInt16LE(flagsOf(entry), 6);
  header.writeUInt16LE(methodOf(entry), 8);
  const extra = Buffer.alloc(entry.zip64 ? 20 : 0);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(extra.length, 28);
  if (entry.descriptor !== undefined) return Buffer.concat([header, name, extra, packed, descriptorOf(entry, packed)]);
  header.writeUInt32LE(crc32(entry.bytes), 14);
  header.writeUInt32LE(entry.zip64 ? 0xffffffff : packed.length, 18);
  header.writeUInt32LE(entry.zip64 ? 0xffffffff : entry.bytes.length, 22);
  if (entry.zip64) {
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(16, 2);
    extra.writeBigUInt64LE(BigInt(entry.bytes.length), 4);
    extra.writeBigUInt64LE(BigInt(packed.length), 12);
  }
  return Buffer.concat([header, name, extra, packed]);
}

function descriptorOf({ bytes, descriptor }: ZipEntry, packed: Uint8Array): Buffer {
  const sizes = Buffer.alloc(descriptor === 'zip64' ? 16 : 8);
  if (descriptor === 'zip64') {
    sizes.writeBigUInt64LE(BigInt(packed.length), 0);
    sizes.writeBigUInt64LE(BigInt(bytes.length), 8);
  } else {
    sizes.writeUInt32LE(packed.length, 0);
    sizes.writeUInt32LE(bytes.length, 4);
  }
  const signature = descriptor === 'unsigned' ? [] : [0x50, 0x4b, 0x07, 0x08];
  const crc = Buffer.alloc(4);
  crc.writeUInt32LE(crc32(bytes), 0);
  return Buffer.concat([Buffer.from(signature), crc, sizes]);
}

function encodeDirectoryEntry(entry: ZipEntry, offset: number): Buffer {
  const name = Buffer.from(entry.name);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(flagsOf(entry), 8);
  header.writeUInt16LE(methodOf(entry), 10);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt32LE(offset, 42);
  return Buffer.concat([header, name]);
}
