// carve: chosen records as a pcapng: a pcapng's own blocks as they are but for their interface's number, others as enhanced packets.

import {
  BLOCK_ENHANCED_PACKET,
  BLOCK_OBSOLETE_PACKET,
  BLOCK_SIMPLE_PACKET,
  isPacketBlock,
} from '../capture/pcapng-block.ts';
import { ByteWriter } from './byte-writer.ts';
import { type CaptureEncoder, contradiction, interfaceOf, NO_BYTES } from './capture-encoder.ts';
import type { SourceInterface } from './capture-format.ts';
import { writeEnhancedPacket, writeInterface, writeSectionHeader } from './pcapng-blocks.ts';
import type { ChunkSelection, RecordPiece } from './record-piece.ts';

/** A section header, or an interface's description, at most. */
const BLOCK_BYTES = 512;
/** What an obsolete packet block has for its interface's number. */
const MAX_OBSOLETE_NUMBER = 65_535;
const ENHANCED_HEADER = 32;

/**
 * Interfaces are described when their first record comes, so that nothing has to be known beforehand. A section has one
 * byte order: a block of another one begins a new section, and so do the rare blocks that cannot name their interface
 * where it stands (a simple packet is always of a section's first).
 */
export function createPcapngEncoder(): CaptureEncoder {
  let little = true;
  let hasSection = false;
  /** Numbers in the section: by dump, then by the dump's own number. */
  const numbers = new Map<string, Map<number, number>>();
  let next = 0;

  function beginSection(into: ByteWriter, isLittle: boolean): void {
    little = isLittle;
    hasSection = true;
    numbers.clear();
    next = 0;
    writeSectionHeader(into, little);
  }

  function numberOf(into: ByteWriter, { dump }: ChunkSelection, source: SourceInterface): number {
    const version = `${dump.dumpId} ${dump.etag}`;
    const ofDump = numbers.get(version) ?? new Map<number, number>();
    numbers.set(version, ofDump);
    const known = ofDump.get(source.id);
    if (known !== undefined) return known;
    writeInterface(into, source, `dump ${dump.dumpId}`, little);
    ofDump.set(source.id, next);
    next += 1;
    return next - 1;
  }

  function copyBlock(into: ByteWriter, piece: RecordPiece, row: number, source: SourceInterface): void {
    const { selection, offset, bytes } = piece;
    const { columns } = selection.records;
    const begin = (columns.offset[row] ?? 0) - offset;
    const length = columns.recordLength[row] ?? 0;
    const isLittle = source.byteOrder === 'little';
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (begin + length > bytes.length) throw contradiction(selection, row);
    const type = view.getUint32(begin, isLittle);
    if (!isPacketBlock(type) || view.getUint32(begin + 4, isLittle) !== length) throw contradiction(selection, row);
    if (!hasSection || little !== isLittle) beginSection(into, isLittle);
    let number = numberOf(into, selection, source);
    const highest = type === BLOCK_SIMPLE_PACKET ? 0 : type === BLOCK_OBSOLETE_PACKET ? MAX_OBSOLETE_NUMBER : next;
    if (number > highest) {
      beginSection(into, isLittle);
      number = numberOf(into, selection, source);
    }
    const at = into.room(length);
    into.bytes.set(bytes.subarray(begin, begin + length), at);
    if (type === BLOCK_ENHANCED_PACKET) into.view.setUint32(at + 8, number, isLittle);
    else if (type === BLOCK_OBSOLETE_PACKET) into.view.setUint16(at + 8, number, isLittle);
  }

  function addRecord(into: ByteWriter, piece: RecordPiece, row: number, source: SourceInterface): void {
    const { selection, offset, bytes } = piece;
    const { columns } = selection.records;
    const start = (columns.offset[row] ?? 0) - offset + (columns.dataOffset[row] ?? 0);
    const end = start + (columns.capturedLength[row] ?? 0);
    if (end > bytes.length) throw contradiction(selection, row);
    if (!hasSection) beginSection(into, true);
    const { unitsPerSecond } = source;
    const packet = {
      interfaceNumber: numberOf(into, selection, source),
      seconds: columns.seconds[row] ?? 0,
      fraction: (columns.nanoseconds[row] ?? 0) / (1e9 / unitsPerSecond),
      unitsPerSecond,
      originalLength: columns.originalLength[row] ?? 0,
      data: bytes.subarray(start, end),
    };
    writeEnhancedPacket(into, packet, little);
  }

  return {
    /** The first record says in which byte order the file begins. */
    begin: () => NO_BYTES,

    encode(piece) {
      const { selection, first, end } = piece;
      const { columns } = selection.records;
      const rows = selection.rows.subarray(first, end);
      let expected = 2 * BLOCK_BYTES;
      for (const row of rows) expected += ENHANCED_HEADER + (columns.recordLength[row] ?? 0);
      const into = new ByteWriter(expected);
      let source: SourceInterface | undefined;
      for (const row of rows) {
        const id = columns.interfaceId[row] ?? 0;
        if (source?.id !== id) source = interfaceOf(selection, id);
        if (source.format === 'pcapng') copyBlock(into, piece, row, source);
        else addRecord(into, piece, row, source);
      }
      return into.written();
    },

    end() {
      if (hasSection) return NO_BYTES;
      const into = new ByteWriter(BLOCK_BYTES);
      beginSection(into, true);
      return into.written();
    },
  };
}
