// capture (tests): a capture packed in every way it may come, and the reading of what is packed.
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { createCaptureReader, readCapture } from '../../../lib/capture/capture-reader.ts';
import type { DecompressionLimits } from '../../../lib/capture/container/decompression-guard.ts';
import { encodeBzip2 } from '../../../local/generate/file/bzip2.ts';
import { encodeZip, type ZipEntry } from '../../../local/generate/file/zip.ts';

const SKIPPABLE_FRAME = Buffer.from('5a2a4d1803000000616263', 'hex');

/** In two members, streams or frames, cut at `cut`, where the format has them. */
export const PACKERS: Readonly<Record<string, (bytes: Uint8Array, cut: number) => Uint8Array>> = {
  gzip: (bytes, cut) => Buffer.concat([gzipSync(bytes.subarray(0, cut)), gzipSync(bytes.subarray(cut))]),
  zstd: (bytes, cut) =>
    Buffer.concat([
      SKIPPABLE_FRAME,
      zstdCompressSync(bytes.subarray(0, cut)),
      SKIPPABLE_FRAME,
      zstdCompressSync(bytes.subarray(cut)),
    ]),
  bzip2: (bytes, cut) => Buffer.concat([encodeBzip2(bytes.subarray(0, cut), 700), encodeBzip2(bytes.subarray(cut))]),
  'zip, deflated': (bytes) => zipOf({ bytes }),
  'zip, stored': (bytes) => zipOf({ bytes, method: 'stored' }),
  'zip, deflated, with a descriptor': (bytes) => zipOf({ bytes, descriptor: 'signed' }),
  'zip, deflated, with a descriptor without its mark': (bytes) => zipOf({ bytes, descriptor: 'unsigned' }),
  'zip, deflated, with a zip64 descriptor': (bytes) => zipOf({ bytes, descriptor: 'zip64' }),
  'zip, stored, with a descriptor': (bytes) => zipOf({ bytes, method: 'stored', descriptor: 'signed' }),
  'zip64, stored': (bytes) => zipOf({ bytes, method: 'stored', zip64: true }),
  'gzip in a zip': (bytes) => zipOf({ bytes: gzipSync(bytes), method: 'stored' }),
  'zip in zstd': (bytes) => zstdCompressSync(zipOf({ bytes })),
};

function zipOf(entry: Omit<ZipEntry, 'name'>): Uint8Array {
  return encodeZip([{ ...entry, name: 'day.pcap' }]);
}

export interface Unpacked {
  /** `member seconds data` of each record. */
  readonly records: readonly string[];
  readonly offsets: readonly number[];
  readonly warnings: Readonly<Record<string, number>>;
  readonly gaps: readonly { readonly offset: number; readonly length: number; readonly reason: string }[];
  readonly container: string | undefined;
  readonly streamBytes: number;
}

export async function* inPieces(bytes: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.slice(at, at + pieceBytes);
}

export async function readPacked(
  bytes: Uint8Array,
  pieceBytes = 65_536,
  limits: DecompressionLimits = {},
): Promise<Unpacked> {
  const reader = createCaptureReader();
  const records: string[] = [];
  const offsets: number[] = [];
  for await (const batch of readCapture(inPieces(bytes, pieceBytes), reader, limits)) {
    for (let row = 0; row < batch.count; row += 1) {
      const start = batch.start[row] ?? 0;
      const data = batch.bytes.subarray(start, start + (batch.capturedLength[row] ?? 0));
      records.push(`${batch.member} ${batch.seconds[row]} ${Buffer.from(data).toString('hex')}`);
      offsets.push(batch.offset[row] ?? -1);
    }
  }
  const { gaps, container, streamBytes } = reader;
  return { records, offsets, warnings: Object.fromEntries(reader.warnings), gaps, container, streamBytes };
}
