// capture: walks a pcapng: sections, their interfaces numbered on over the whole dump, and the packet blocks in between.
import { type ErrorCode, PipelineError } from '../errors/pipeline-error.ts';
import type { BatchBuilder } from './batch-builder.ts';
import type { CaptureNotes } from './capture-notes.ts';
import { MAX_BLOCK_LENGTH, MAX_INTERFACES } from './limits.ts';
import { maxCapturedLength } from './linktypes.ts';
import {
  BLOCK_DECRYPTION_SECRETS,
  BLOCK_INTERFACE,
  BLOCK_INTERFACE_STATISTICS,
  BLOCK_MIN_LENGTH,
  BLOCK_NAME_RESOLUTION,
  BLOCK_SECTION_HEADER,
  isPacketBlock,
  readInterfaceBlock,
  readInterfaceNumber,
  readPacketBlock,
  readSectionHeader,
  SECTION_HEADER_PROBE,
} from './pcapng-block.ts';
import type { CaptureInterface } from './record-batch.ts';
import { createRecordHeader } from './record-header.ts';
import type { Piece, RecordParser } from './record-parser.ts';
import { createRecordSink } from './record-sink.ts';

/** Understood to hold no packets. */
const SILENT_BLOCKS: ReadonlySet<number> = new Set([
  BLOCK_NAME_RESOLUTION,
  BLOCK_INTERFACE_STATISTICS,
  BLOCK_DECRYPTION_SECRETS,
]);

/** Type and total length: what says how much must be there. */
const BLOCK_PROBE = 8;

/** `firstOffset`: where in the stream the capture begins. */
export function createPcapngParser(
  interfaces: CaptureInterface[],
  notes: CaptureNotes,
  firstOffset: number,
): RecordParser {
  const sink = createRecordSink(notes);
  const header = createRecordHeader();
  let byteOrder: 'little' | 'big' = 'little';
  /** By the section's own numbers; a broken description holds its place, so that the next keeps its number. */
  let sectionInterfaces: (CaptureInterface | undefined)[] = [];
  let neededBytes = SECTION_HEADER_PROBE;
  let isLost = false;

  function addInterface({ view, streamOffset }: Piece, position: number, blockLength: number): void {
    const id = interfaces.length;
    const block = readInterfaceBlock(view, position, blockLength, byteOrder, id);
    if (sectionInterfaces.length >= MAX_INTERFACES || id >= MAX_INTERFACES) {
      notes.gap(streamOffset + position, blockLength, 'interface-over-limit');
      return;
    }
    sectionInterfaces.push(block?.captureInterface);
    if (block === undefined) {
      notes.gap(streamOffset + position, blockLength, 'record-corrupt');
      return;
    }
    if (block.hasMalformedOptions) notes.warn('options-malformed');
    if (block.isResolutionIgnored) notes.warn('timestamp-resolution-ignored');
    interfaces.push(block.captureInterface);
  }

  function addPacket(piece: Piece, position: number, blockLength: number, type: number, batch: BatchBuilder): void {
    const { view } = piece;
    const offset = piece.streamOffset + position;
    const number = readInterfaceNumber(view, position, blockLength, type, byteOrder === 'little');
    const captureInterface = sectionInterfaces[number];
    if (captureInterface === undefined) {
      notes.gap(offset, blockLength, number < 0 ? 'record-corrupt' : 'interface-unknown');
      return;
    }
    const isSound = readPacketBlock(view, position, blockLength, type, captureInterface, header);
    if (!isSound || header.capturedLength > maxCapturedLength(captureInterface.linktype)) {
      notes.gap(offset, blockLength, 'record-corrupt');
      return;
    }
    sink.add(batch, header, offset, captureInterface.id);
  }

  /** From here on the stream cannot be followed; where that is its very start, it is no capture. */
  function lose(
    piece: Piece,
    position: number,
    seen: string,
    allowed: string,
    code: ErrorCode = 'capture-corrupt',
  ): void {
    isLost = true;
    if (piece.streamOffset + position > firstOffset) return;
    const message = `pcapng with ${seen} in the block at offset 0; allowed: ${allowed}`;
    throw new PipelineError(code, message, { permanent: true, details: { offset: 0, seen, allowed } });
  }

  function beginSection(piece: Piece, position: number): void {
    const section = readSectionHeader(piece.view, position);
    if (section.byteOrder === undefined) {
      lose(piece, position, 'an unknown byte-order magic', '1a2b3c4d in either byte order', 'not-a-capture');
    } else if (!section.isKnownVersion) {
      lose(piece, position, `version ${section.version}`, '1.0 or 1.2', 'unsupported-format');
    } else {
      byteOrder = section.byteOrder;
    }
  }

  function parse(piece: Piece, from: number, batch: BatchBuilder): number {
    const { view, end } = piece;
    let position = from;
    while (batch.count < batch.capacity) {
      const available = end - position;
      neededBytes = BLOCK_PROBE;
      if (available < neededBytes) break;
      const type = view.getUint32(position, byteOrder === 'little');
      if (type === BLOCK_SECTION_HEADER) {
        neededBytes = SECTION_HEADER_PROBE;
        if (available < neededBytes) break;
        beginSection(piece, position);
        if (isLost) break;
      }
      const little = byteOrder === 'little';
      const blockLength = view.getUint32(position + 4, little);
      neededBytes = blockLength;
      if (!isBlockLength(blockLength)) {
        lose(piece, position, `a block of ${blockLength} bytes`, `multiples of 4 from 12 to ${MAX_BLOCK_LENGTH}`);
        break;
      }
      if (available < blockLength) break;
      const trailer = view.getUint32(position + blockLength - 4, little);
      if (trailer !== blockLength) {
        lose(piece, position, `block lengths ${blockLength} and ${trailer}`, 'the same in front and behind');
        break;
      }
      if (isPacketBlock(type)) addPacket(piece, position, blockLength, type, batch);
      else if (type === BLOCK_INTERFACE) addInterface(piece, position, blockLength);
      else if (type === BLOCK_SECTION_HEADER) sectionInterfaces = [];
      else if (!SILENT_BLOCKS.has(type)) notes.warn('block-unknown-skipped');
      position += blockLength;
    }
    return position;
  }

  return {
    parse,
    get neededBytes() {
      return neededBytes;
    },
    get isLost() {
      return isLost;
    },

    async exchange(state) {
      byteOrder = await state.json(byteOrder);
      const numbers = await state.numbers(sectionInterfaces.map((known) => known?.id ?? -1));
      sectionInterfaces = numbers.map((number) => interfaces[number]);
      neededBytes = await state.number(neededBytes);
      isLost = (await state.number(Number(isLost))) === 1;
      await sink.exchange(state);
    },
  };
}

function isBlockLength(length: number): boolean {
  return length >= BLOCK_MIN_LENGTH && length <= MAX_BLOCK_LENGTH && length % 4 === 0;
}
