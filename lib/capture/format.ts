// capture: which format a stream is, by its first bytes alone (draft-ietf-opsawg-pcap, -pcapng, RFC 1761).
import { PipelineError } from '../errors/pipeline-error.ts';

/** Bytes that decide the format; a shorter stream is decided by what there is. */
export const FORMAT_PROBE_BYTES = 8;

export interface PcapVariant {
  readonly kind: 'pcap';
  readonly byteOrder: 'little' | 'big';
  readonly unitsPerSecond: number;
  readonly isModified: boolean;
}

export type CaptureFormat = PcapVariant | { readonly kind: 'pcapng' };

const PCAP_MAGICS: Readonly<Record<string, PcapVariant>> = {
  a1b2c3d4: { kind: 'pcap', byteOrder: 'big', unitsPerSecond: 1e6, isModified: false },
  d4c3b2a1: { kind: 'pcap', byteOrder: 'little', unitsPerSecond: 1e6, isModified: false },
  a1b23c4d: { kind: 'pcap', byteOrder: 'big', unitsPerSecond: 1e9, isModified: false },
  '4d3cb2a1': { kind: 'pcap', byteOrder: 'little', unitsPerSecond: 1e9, isModified: false },
  a1b2cd34: { kind: 'pcap', byteOrder: 'big', unitsPerSecond: 1e6, isModified: true },
  '34cdb2a1': { kind: 'pcap', byteOrder: 'little', unitsPerSecond: 1e6, isModified: true },
};

const PCAPNG_MAGIC = '0a0d0d0a';

/** Recognised, so that the message can name them, but read by no parser of this room. */
const OTHER_MAGICS: readonly (readonly [prefix: string, name: string])[] = [
  ['1f8b', 'gzip'],
  ['28b52ffd', 'Zstandard'],
  ['425a68', 'bzip2'],
  ['504b0304', 'zip'],
  ['504b0506', 'zip (empty)'],
  ['fd377a585a00', 'xz'],
  ['04224d18', 'LZ4'],
  ['736e6f6f70000000', 'snoop'],
];

const ALLOWED = 'pcap (a1b2c3d4, a1b23c4d, a1b2cd34, both byte orders) or pcapng (0a0d0d0a)';

/** The format of a stream that begins with these bytes, or a permanent error that says what they are instead. */
export function recogniseFormat(firstBytes: Uint8Array): CaptureFormat {
  const hex = Buffer.from(firstBytes.subarray(0, FORMAT_PROBE_BYTES)).toString('hex');
  if (hex === '') {
    throw new PipelineError('empty-file', `the file is empty (0 bytes); allowed: ${ALLOWED}`, { permanent: true });
  }
  const variant = PCAP_MAGICS[hex.slice(0, 8)];
  if (variant !== undefined) return variant;
  if (hex.startsWith(PCAPNG_MAGIC)) return { kind: 'pcapng' };
  const details = { offset: 0, firstBytes: hex, allowed: ALLOWED };
  const other = OTHER_MAGICS.find(([prefix]) => hex.startsWith(prefix));
  if (other !== undefined) {
    throw new PipelineError('unsupported-format', `the file is ${other[1]} (${hex} at offset 0); allowed: ${ALLOWED}`, {
      permanent: true,
      details: { ...details, recognised: other[1] },
    });
  }
  throw new PipelineError('not-a-capture', `not a capture: ${hex} at offset 0; allowed: ${ALLOWED}`, {
    permanent: true,
    details,
  });
}
