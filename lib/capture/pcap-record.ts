// capture: the file header and the record header of pcap (draft-ietf-opsawg-pcap, sections 4 and 5).
import { PipelineError } from '../errors/pipeline-error.ts';
import type { PcapVariant } from './format.ts';
import type { CaptureInterface } from './record-batch.ts';
import type { RecordHeader } from './record-header.ts';

export const PCAP_FILE_HEADER_LENGTH = 24;
const RECORD_HEADER_LENGTH = 16;
/** The modified format adds interface index, protocol, packet type and a padding byte to each record's header. */
const MODIFIED_RECORD_HEADER_LENGTH = 24;

/** The high 16 bits of the link type field: frame check sequence length and reserved bits. */
const LINKTYPE_MASK = 0xffff;
const LINKTYPE_RESERVED_MASK = 0x03ff0000;

/**
 * How the record headers of a file are written: as usual; in the modified format (24 bytes); with the original length
 * first (2.0 to 2.2); or with the smaller length as the captured one, whichever comes first (2.3).
 */
export type PcapLayout = 'usual' | 'modified' | 'lengths-swapped' | 'lengths-maybe-swapped';

export interface PcapFileHeader {
  readonly captureInterface: CaptureInterface;
  readonly layout: PcapLayout;
  readonly hasReservedBits: boolean;
}

export function pcapRecordHeaderLength(layout: PcapLayout): number {
  return layout === 'modified' ? MODIFIED_RECORD_HEADER_LENGTH : RECORD_HEADER_LENGTH;
}

/** The 24 bytes at the start of a file; `id` is the interface's number in the dump. Throws where the version is not one we know the record header of. */
export function readPcapFileHeader(view: DataView, position: number, variant: PcapVariant, id: number): PcapFileHeader {
  const little = variant.byteOrder === 'little';
  const major = view.getUint16(position + 4, little);
  const minor = view.getUint16(position + 6, little);
  // 543.0 is what Digital UNIX's tcpdump wrote; libpcap reads it as 2.0 to 2.2.
  const isDigitalUnix = major === 543 && minor === 0;
  if (major !== 2 && !isDigitalUnix) {
    throw new PipelineError('unsupported-format', `pcap version ${major}.${minor} at offset 4; allowed: 2.0 to 2.4`, {
      permanent: true,
      details: { offset: 4, seen: `${major}.${minor}`, allowed: '2.0 to 2.4' },
    });
  }
  const linktypeField = view.getUint32(position + 20, little);
  return {
    captureInterface: {
      id,
      format: 'pcap',
      byteOrder: variant.byteOrder,
      linktype: linktypeField & LINKTYPE_MASK,
      snaplen: view.getUint32(position + 16, little),
      unitsPerSecond: variant.unitsPerSecond,
      offsetSeconds: 0,
    },
    layout: recordLayout(variant.isModified, isDigitalUnix ? 0 : minor),
    hasReservedBits: (linktypeField & LINKTYPE_RESERVED_MASK) !== 0,
  };
}

/** Versions before 2.3 had the original length first; in 2.3 writers disagree, and the smaller one is the captured one. */
function recordLayout(isModified: boolean, minor: number): PcapLayout {
  if (isModified) return 'modified';
  if (minor < 3) return 'lengths-swapped';
  return minor === 3 ? 'lengths-maybe-swapped' : 'usual';
}

/** Reads the record header at `position`; the caller has made sure that its 16 (modified: 24) bytes are there. */
export function readPcapRecord(
  view: DataView,
  position: number,
  captureInterface: CaptureInterface,
  layout: PcapLayout,
  into: RecordHeader,
): void {
  const little = captureInterface.byteOrder === 'little';
  const first = view.getUint32(position + 8, little);
  const second = view.getUint32(position + 12, little);
  const isSwapped = layout === 'lengths-swapped' || (layout === 'lengths-maybe-swapped' && first > second);
  const headerLength = pcapRecordHeaderLength(layout);
  const capturedLength = isSwapped ? second : first;
  into.start = position + headerLength;
  into.capturedLength = capturedLength;
  into.originalLength = isSwapped ? first : second;
  into.recordLength = headerLength + capturedLength;
  into.seconds = view.getUint32(position, little);
  into.nanoseconds = view.getUint32(position + 4, little) * (captureInterface.unitsPerSecond === 1e9 ? 1 : 1000);
  into.hasTimestamp = true;
}
