// capture: walks a pcap: one file header, then records back to back with nothing between them to hold on to.
import type { BatchBuilder } from './batch-builder.ts';
import type { CaptureNotes } from './capture-notes.ts';
import type { PcapVariant } from './format.ts';
import { maxCapturedLength } from './linktypes.ts';
import {
  PCAP_FILE_HEADER_LENGTH,
  type PcapLayout,
  pcapRecordHeaderLength,
  readPcapFileHeader,
  readPcapRecord,
} from './pcap-record.ts';
import type { CaptureInterface } from './record-batch.ts';
import { createRecordHeader } from './record-header.ts';
import type { Piece, RecordParser } from './record-parser.ts';
import { createRecordSink } from './record-sink.ts';

export function createPcapParser(
  variant: PcapVariant,
  interfaces: CaptureInterface[],
  notes: CaptureNotes,
): RecordParser {
  const sink = createRecordSink(notes);
  const header = createRecordHeader();
  let captureInterface: CaptureInterface | undefined;
  let layout: PcapLayout = 'usual';
  let headerLength = 0;
  let maxLength = 0;
  let neededBytes = PCAP_FILE_HEADER_LENGTH;
  let isLost = false;

  function parseFileHeader(piece: Piece, position: number): CaptureInterface {
    const fileHeader = readPcapFileHeader(piece.view, position, variant, interfaces.length);
    if (fileHeader.hasReservedBits) notes.warn('linktype-reserved-bits');
    interfaces.push(fileHeader.captureInterface);
    layout = fileHeader.layout;
    headerLength = pcapRecordHeaderLength(layout);
    maxLength = maxCapturedLength(fileHeader.captureInterface.linktype);
    return fileHeader.captureInterface;
  }

  function parse(piece: Piece, from: number, batch: BatchBuilder): number {
    const { view, end, streamOffset } = piece;
    let position = from;
    if (captureInterface === undefined) {
      if (end - position < PCAP_FILE_HEADER_LENGTH) return position;
      captureInterface = parseFileHeader(piece, position);
      position += PCAP_FILE_HEADER_LENGTH;
    }
    while (batch.count < batch.capacity) {
      const available = end - position;
      neededBytes = headerLength;
      if (available < headerLength) break;
      readPcapRecord(view, position, captureInterface, layout, header);
      if (header.capturedLength > maxLength) {
        isLost = true;
        break;
      }
      neededBytes = header.recordLength;
      if (available < neededBytes) break;
      sink.add(batch, header, streamOffset + position, captureInterface.id);
      position += neededBytes;
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
      captureInterface = interfaces[await state.number(captureInterface?.id ?? -1)];
      layout = await state.json(layout);
      headerLength = await state.number(headerLength);
      maxLength = await state.number(maxLength);
      neededBytes = await state.number(neededBytes);
      isLost = (await state.number(Number(isLost))) === 1;
      await sink.exchange(state);
    },
  };
}
