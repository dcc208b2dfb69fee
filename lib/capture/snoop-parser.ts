// capture: walks a snoop file: one file header, then padded records that say how long they are.
import type { BatchBuilder } from './batch-builder.ts';
import type { CaptureNotes } from './capture-notes.ts';
import { maxCapturedLength } from './linktypes.ts';
import type { CaptureInterface } from './record-batch.ts';
import { createRecordHeader } from './record-header.ts';
import type { Piece, RecordParser } from './record-parser.ts';
import { createRecordSink } from './record-sink.ts';
import {
  readSnoopFileHeader,
  readSnoopRecord,
  SNOOP_FILE_HEADER_LENGTH,
  SNOOP_RECORD_HEADER_LENGTH,
} from './snoop-record.ts';

export function createSnoopParser(interfaces: CaptureInterface[], notes: CaptureNotes): RecordParser {
  const sink = createRecordSink(notes);
  const header = createRecordHeader();
  let captureInterface: CaptureInterface | undefined;
  let maxLength = 0;
  let neededBytes = SNOOP_FILE_HEADER_LENGTH;
  let isLost = false;

  function parseFileHeader(view: DataView, position: number): CaptureInterface {
    const described = readSnoopFileHeader(view, position, interfaces.length);
    interfaces.push(described);
    maxLength = maxCapturedLength(described.linktype);
    return described;
  }

  function parse({ view, end, streamOffset }: Piece, from: number, batch: BatchBuilder): number {
    let position = from;
    if (captureInterface === undefined) {
      if (end - position < SNOOP_FILE_HEADER_LENGTH) return position;
      captureInterface = parseFileHeader(view, position);
      position += SNOOP_FILE_HEADER_LENGTH;
    }
    while (batch.count < batch.capacity) {
      const available = end - position;
      neededBytes = SNOOP_RECORD_HEADER_LENGTH;
      if (available < neededBytes) break;
      if (!readSnoopRecord(view, position, header) || header.capturedLength > maxLength) {
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
      maxLength = await state.number(maxLength);
      neededBytes = await state.number(neededBytes);
      isLost = (await state.number(Number(isLost))) === 1;
      await sink.exchange(state);
    },
  };
}
