// chunk: where a record's captured bytes begin, from its own offset.

import type { CaptureInterface, RecordBatch } from '../capture/record-batch.ts';

const ENHANCED_PACKET_HEADER = 28;
const SIMPLE_PACKET_HEADER = 12;
const SIMPLE_PACKET_BLOCK = 3;

const SNOOP_HEADER = 24;

/** pcap: all of the record that is not captured bytes. pcapng: by the kind of block, which the batch's bytes still show. snoop: the same always. */
export function dataOffset(batch: RecordBatch, i: number, captureInterface: CaptureInterface): number {
  const recordLength = batch.recordLength[i] ?? 0;
  if (captureInterface.format === 'pcap') return recordLength - (batch.capturedLength[i] ?? 0);
  if (captureInterface.format === 'snoop') return SNOOP_HEADER;
  const header = (batch.start[i] ?? 0) - SIMPLE_PACKET_HEADER;
  const little = captureInterface.byteOrder === 'little';
  const isSimple =
    uint32(batch.bytes, header, little) === SIMPLE_PACKET_BLOCK &&
    uint32(batch.bytes, header + 4, little) === recordLength;
  return isSimple ? SIMPLE_PACKET_HEADER : ENHANCED_PACKET_HEADER;
}

function uint32(bytes: Uint8Array, at: number, little: boolean): number {
  const [first = 0, second = 0, third = 0, fourth = 0] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
  const value = little
    ? first | (second << 8) | (third << 16) | (fourth << 24)
    : (first << 24) | (second << 16) | (third << 8) | fourth;
  return value >>> 0;
}
