// carve: chosen records as a pcap (draft-ietf-opsawg-pcap, sections 4 and 5): of a source like it, byte for byte.

import { PipelineError } from '../errors/pipeline-error.ts';
import { type CaptureEncoder, contradiction, interfaceOf, NO_BYTES } from './capture-encoder.ts';
import type { PcapHeader, SourceInterface } from './capture-format.ts';
import type { RecordPiece } from './record-piece.ts';

const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const MICROSECOND_MAGIC = 0xa1b2c3d4;
const NANOSECOND_MAGIC = 0xa1b23c4d;
const SECONDS_END = 2 ** 32;

export function createPcapEncoder(header: PcapHeader): CaptureEncoder {
  const little = header.byteOrder === 'little';
  const nanosecondsPerUnit = 1e9 / header.unitsPerSecond;

  function encode(piece: RecordPiece): Uint8Array {
    const { selection, first, end, offset, bytes } = piece;
    const { columns } = selection.records;
    const rows = selection.rows.subarray(first, end);
    let length = 0;
    for (const row of rows) length += RECORD_HEADER + (columns.capturedLength[row] ?? 0);
    const into = new Uint8Array(length);
    const view = new DataView(into.buffer);
    const source = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let known: SourceInterface | undefined;
    let at = 0;
    for (const row of rows) {
      const id = columns.interfaceId[row] ?? 0;
      if (known?.id !== id) {
        known = interfaceOf(selection, id);
        requireFit(known, header);
      }
      const begin = (columns.offset[row] ?? 0) - offset;
      const captured = columns.capturedLength[row] ?? 0;
      const start = begin + (columns.dataOffset[row] ?? 0);
      if (start + captured > bytes.length) throw contradiction(selection, row);
      if (known.format === 'pcap' && known.unitsPerSecond === header.unitsPerSecond) {
        // As it stands there: some writers give a fraction of more than a second.
        const isLittle = known.byteOrder === 'little';
        view.setUint32(at, source.getUint32(begin, isLittle), little);
        view.setUint32(at + 4, source.getUint32(begin + 4, isLittle), little);
      } else {
        const seconds = columns.seconds[row] ?? 0;
        if (seconds < 0 || seconds >= SECONDS_END) throw outOfRange(selection.place.firstRecord + row, seconds);
        view.setUint32(at, seconds, little);
        view.setUint32(at + 4, (columns.nanoseconds[row] ?? 0) / nanosecondsPerUnit, little);
      }
      view.setUint32(at + 8, captured, little);
      view.setUint32(at + 12, columns.originalLength[row] ?? 0, little);
      into.set(bytes.subarray(start, start + captured), at + RECORD_HEADER);
      at += RECORD_HEADER + captured;
    }
    return into;
  }

  return { begin: () => fileHeader(header, little), encode, end: () => NO_BYTES };
}

function fileHeader(header: PcapHeader, little: boolean): Uint8Array {
  const bytes = new Uint8Array(FILE_HEADER);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, header.unitsPerSecond === 1e9 ? NANOSECOND_MAGIC : MICROSECOND_MAGIC, little);
  view.setUint16(4, 2, little);
  view.setUint16(6, 4, little);
  view.setUint32(16, header.snaplen, little);
  view.setUint32(20, header.linktype, little);
  return bytes;
}

/** The file was chosen by interfaces that were known then; of very many chunks not all are. */
function requireFit({ id, linktype, unitsPerSecond }: SourceInterface, header: PcapHeader): void {
  if (linktype === header.linktype && header.unitsPerSecond % unitsPerSecond === 0) return;
  const message = `interface ${id} does not fit the pcap that was begun: ask for pcapng`;
  throw new PipelineError('unsupported-format', message, { permanent: true });
}

function outOfRange(record: number, seconds: number): PipelineError {
  const message = `record ${record} is of second ${seconds}, a pcap's are 0 to ${SECONDS_END - 1}: ask for pcapng`;
  return new PipelineError('unsupported-format', message, { permanent: true });
}
