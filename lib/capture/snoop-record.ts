// capture: the file header and the record header of snoop (RFC 1761, sections 3 and 4); everything big-endian.
import { PipelineError } from '../errors/pipeline-error.ts';
import { MAX_BLOCK_LENGTH } from './limits.ts';
import { LINKTYPE_ETHERNET, snoopLinktype } from './linktypes.ts';
import type { CaptureInterface } from './record-batch.ts';
import type { RecordHeader } from './record-header.ts';

export const SNOOP_FILE_HEADER_LENGTH = 16;
export const SNOOP_RECORD_HEADER_LENGTH = 24;
const VERSION = 2;

/** RFC 1761's datalink types (Sun's DLPI numbers above 9) that have a LINKTYPE of the same layout. */
const LINKTYPES: Readonly<Record<number, number>> = {
  0: LINKTYPE_ETHERNET,
  2: 6,
  4: LINKTYPE_ETHERNET,
  8: 10,
  16: 122,
  18: 123,
};

/** The 16 bytes at the start of a file; throws where the version is not 2 (3 to 5 are another program's own formats). */
export function readSnoopFileHeader(view: DataView, position: number, id: number): CaptureInterface {
  const version = view.getUint32(position + 8);
  if (version !== VERSION) {
    throw new PipelineError('unsupported-format', `snoop version ${version} at offset 8; allowed: ${VERSION}`, {
      permanent: true,
      details: { offset: 8, seen: version, allowed: VERSION },
    });
  }
  const datalink = view.getUint32(position + 12);
  return {
    id,
    format: 'snoop',
    byteOrder: 'big',
    linktype: LINKTYPES[datalink] ?? snoopLinktype(datalink),
    snaplen: 0,
    unitsPerSecond: 1e6,
    offsetSeconds: 0,
  };
}

/** Reads the record header at `position`, 24 bytes that are there; false where its lengths contradict each other. */
export function readSnoopRecord(view: DataView, position: number, into: RecordHeader): boolean {
  into.start = position + SNOOP_RECORD_HEADER_LENGTH;
  into.originalLength = view.getUint32(position);
  into.capturedLength = view.getUint32(position + 4);
  into.recordLength = view.getUint32(position + 8);
  into.seconds = view.getUint32(position + 16);
  into.nanoseconds = view.getUint32(position + 20) * 1000;
  into.hasTimestamp = true;
  const room = into.recordLength - SNOOP_RECORD_HEADER_LENGTH;
  return into.capturedLength <= room && into.recordLength <= MAX_BLOCK_LENGTH;
}
