// capture: one record at a known offset, for whoever kept the offsets (packet listing, carving) and has its bytes.
import { maxCapturedLength } from './linktypes.ts';
import { type PcapLayout, pcapRecordHeaderLength, readPcapRecord } from './pcap-record.ts';
import { BLOCK_MIN_LENGTH, isPacketBlock, readInterfaceNumber, readPacketBlock } from './pcapng-block.ts';
import type { CaptureInterface } from './record-batch.ts';
import { carryFraction, createRecordHeader, type RecordHeader } from './record-header.ts';
import { readSnoopRecord, SNOOP_RECORD_HEADER_LENGTH } from './snoop-record.ts';

/**
 * The header of the record that begins at `position`, or undefined where it is not whole in `bytes` or is no record.
 * The interface is the one the record was read with: a pcapng block's own number counts within its section only.
 * `layout` matters where a pcap's record headers are not the usual ones: its file header says so (`readPcapFileHeader`).
 */
export function readRecordHeader(
  bytes: Uint8Array,
  position: number,
  captureInterface: CaptureInterface,
  layout: PcapLayout = 'usual',
): RecordHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const available = bytes.length - position;
  const header = createRecordHeader();
  if (position < 0) return undefined;
  const isRead = READERS[captureInterface.format](view, position, available, captureInterface, header, layout);
  if (!isRead || header.recordLength > available) return undefined;
  carryFraction(header);
  return header.capturedLength <= maxCapturedLength(captureInterface.linktype) ? header : undefined;
}

type ReadRecord = (
  view: DataView,
  position: number,
  available: number,
  captureInterface: CaptureInterface,
  into: RecordHeader,
  layout: PcapLayout,
) => boolean;

const READERS: Readonly<Record<CaptureInterface['format'], ReadRecord>> = {
  pcap: readPcap,
  pcapng: readPcapng,
  snoop: (view, position, available, _, into) =>
    available >= SNOOP_RECORD_HEADER_LENGTH && readSnoopRecord(view, position, into),
};

function readPcap(
  view: DataView,
  position: number,
  available: number,
  captureInterface: CaptureInterface,
  into: RecordHeader,
  layout: PcapLayout,
): boolean {
  if (available < pcapRecordHeaderLength(layout)) return false;
  readPcapRecord(view, position, captureInterface, layout, into);
  return true;
}

function readPcapng(
  view: DataView,
  position: number,
  available: number,
  captureInterface: CaptureInterface,
  into: RecordHeader,
): boolean {
  if (available < BLOCK_MIN_LENGTH) return false;
  const little = captureInterface.byteOrder === 'little';
  const type = view.getUint32(position, little);
  const blockLength = view.getUint32(position + 4, little);
  if (!isPacketBlock(type) || blockLength > available) return false;
  if (readInterfaceNumber(view, position, blockLength, type, little) < 0) return false;
  return readPacketBlock(view, position, blockLength, type, captureInterface, into);
}
