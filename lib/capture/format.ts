// capture: which format a stream is, by its first bytes alone, never by name (draft-ietf-opsawg-pcap, -pcapng, RFC 1761).
import { PipelineError } from '../errors/pipeline-error.ts';

/** Bytes that decide the format; a shorter stream is decided by what there is. */
export const FORMAT_PROBE_BYTES = 8;

export interface PcapVariant {
  readonly kind: 'pcap';
  readonly byteOrder: 'little' | 'big';
  readonly unitsPerSecond: number;
  readonly isModified: boolean;
}

export type CaptureFormat = PcapVariant | { readonly kind: 'pcapng' } | { readonly kind: 'snoop' };

/** What a capture can be packed in. */
export type ContainerFormat = 'gzip' | 'zstd' | 'bzip2' | 'zip';

const PCAP_MAGICS: Readonly<Record<string, PcapVariant>> = {
  a1b2c3d4: { kind: 'pcap', byteOrder: 'big', unitsPerSecond: 1e6, isModified: false },
  d4c3b2a1: { kind: 'pcap', byteOrder: 'little', unitsPerSecond: 1e6, isModified: false },
  a1b23c4d: { kind: 'pcap', byteOrder: 'big', unitsPerSecond: 1e9, isModified: false },
  '4d3cb2a1': { kind: 'pcap', byteOrder: 'little', unitsPerSecond: 1e9, isModified: false },
  a1b2cd34: { kind: 'pcap', byteOrder: 'big', unitsPerSecond: 1e6, isModified: true },
  '34cdb2a1': { kind: 'pcap', byteOrder: 'little', unitsPerSecond: 1e6, isModified: true },
};

const PCAPNG_MAGIC = '0a0d0d0a';
const SNOOP_MAGIC = '736e6f6f70000000';

/** A zstd stream may begin with a skippable frame; a zip with no member, or with the mark of a split archive. */
const CONTAINER_MAGICS: readonly (readonly [pattern: RegExp, container: ContainerFormat])[] = [
  [/^1f8b/, 'gzip'],
  [/^(28b52ffd|5.2a4d18)/, 'zstd'],
  [/^425a683[1-9](31415926|17724538|.{0,7}$)/, 'bzip2'],
  [/^504b(0304|0506|0708|3030)/, 'zip'],
];

/** Recognised, so that the message can name them, but read by nothing here. */
const OTHER_MAGICS: readonly (readonly [prefix: string, name: string])[] = [
  ['fd377a585a00', 'xz'],
  ['04224d18', 'LZ4'],
  ['1f9d', 'compress (.Z)'],
  ['377abcaf271c', '7-Zip'],
  ['526172211a07', 'RAR'],
];

const ALLOWED =
  'pcap (a1b2c3d4, a1b23c4d, a1b2cd34, both byte orders), pcapng (0a0d0d0a) or snoop, plain or in gzip, zstd, bzip2 or zip';

/** What a stream that begins with these bytes is packed in; undefined where it is not, or not in anything we unpack. */
export function recogniseContainer(firstBytes: Uint8Array): ContainerFormat | undefined {
  const hex = hexOf(firstBytes);
  return CONTAINER_MAGICS.find(([pattern]) => pattern.test(hex))?.[1];
}

function hexOf(firstBytes: Uint8Array): string {
  return Buffer.from(firstBytes.subarray(0, FORMAT_PROBE_BYTES)).toString('hex');
}

/** Where a tar archive says so; before it stands the first member's name. */
const TAR_MAGIC_AT = 257;
const TAR_MAGIC = 'ustar';

function isTar(firstBytes: Uint8Array): boolean {
  return (
    Buffer.from(firstBytes.subarray(TAR_MAGIC_AT, TAR_MAGIC_AT + TAR_MAGIC.length)).toString('latin1') === TAR_MAGIC
  );
}

/** As hex, and as text where it is one: people know what they dropped by its first word. */
function described(hex: string): string {
  const text = Buffer.from(hex, 'hex').toString('latin1').trim();
  return /^[ -~]+$/.test(text) ? `${hex}, "${text}",` : hex;
}

/**
 * The format of an unpacked stream that begins with these bytes, or a permanent error that says what they are instead;
 * `container`: what the stream came out of.
 */
export function recogniseFormat(firstBytes: Uint8Array, container?: ContainerFormat): CaptureFormat {
  const hex = hexOf(firstBytes);
  const where = container === undefined ? 'the file' : `what is in the ${container}`;
  if (hex === '') {
    throw new PipelineError('empty-file', `${where} is empty (0 bytes); allowed: ${ALLOWED}`, { permanent: true });
  }
  const variant = PCAP_MAGICS[hex.slice(0, 8)];
  if (variant !== undefined) return variant;
  if (hex.startsWith(PCAPNG_MAGIC)) return { kind: 'pcapng' };
  if (hex === SNOOP_MAGIC) return { kind: 'snoop' };
  const details = { offset: 0, firstBytes: hex, allowed: ALLOWED };
  const recognised =
    recogniseContainer(firstBytes) ??
    OTHER_MAGICS.find(([prefix]) => hex.startsWith(prefix))?.[1] ??
    (isTar(firstBytes) ? 'tar' : undefined);
  if (recognised !== undefined) {
    const message = `${where} is ${recognised} (${hex} at offset 0); allowed: ${ALLOWED}`;
    throw new PipelineError('unsupported-format', message, { permanent: true, details: { ...details, recognised } });
  }
  const message = `${where} is not a capture: ${described(hex)} at offset 0; allowed: ${ALLOWED}`;
  throw new PipelineError('not-a-capture', message, { permanent: true, details });
}
