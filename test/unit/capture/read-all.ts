// capture (tests): runs the reader over a file cut in pieces and copies everything it gives out.
import { createCaptureReader } from '../../../lib/capture/capture-reader.ts';
import type { CaptureInterface } from '../../../lib/capture/record-batch.ts';
import type { NaiveRecord } from '../../support/naive-capture-reader.ts';

export interface WholeCapture {
  readonly records: readonly NaiveRecord[];
  readonly interfaces: readonly CaptureInterface[];
  readonly warnings: Readonly<Record<string, number>>;
  readonly gaps: readonly { readonly offset: number; readonly length: number; readonly reason: string }[];
  /** Records of each batch, in order. */
  readonly batches: readonly number[];
}

function at(column: ArrayLike<number>, index: number): number {
  const value = column[index];
  if (value === undefined) throw new RangeError(`row ${index} of ${column.length}`);
  return value;
}

/** Reads `file` in pieces of the given sizes, the last size again and again; no sizes: in one piece. */
export function readAll(file: Uint8Array, sizes: readonly number[] = [], batchRecords = 64): WholeCapture {
  const reader = createCaptureReader({ batchRecords });
  const records: NaiveRecord[] = [];
  const batches: number[] = [];
  const take = (generator: ReturnType<typeof reader.push>) => {
    for (const batch of generator) {
      if (batch.firstRecord !== records.length) throw new Error(`batch begins at ${batch.firstRecord}`);
      batches.push(batch.count);
      for (let row = 0; row < batch.count; row += 1) {
        const start = at(batch.start, row);
        const capturedLength = at(batch.capturedLength, row);
        records.push({
          offset: at(batch.offset, row),
          recordLength: at(batch.recordLength, row),
          timestampNs: BigInt(at(batch.seconds, row)) * 1_000_000_000n + BigInt(at(batch.nanoseconds, row)),
          capturedLength,
          originalLength: at(batch.originalLength, row),
          interfaceId: at(batch.interfaceId, row),
          data: Buffer.from(batch.bytes.subarray(start, start + capturedLength)).toString('hex'),
        });
      }
    }
  };
  let position = 0;
  for (let piece = 0; position < file.length; piece += 1) {
    const size = Math.max(sizes[Math.min(piece, sizes.length - 1)] ?? file.length, 1);
    // A copy that is overwritten afterwards: what the reader keeps must be its own.
    const bytes = file.slice(position, position + size);
    take(reader.push(bytes));
    bytes.fill(0xee);
    position += size;
  }
  take(reader.finish());
  const { interfaces, gaps } = reader;
  return { records, interfaces, gaps, warnings: Object.fromEntries(reader.warnings), batches };
}
