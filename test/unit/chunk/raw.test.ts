// chunk: the unpacked bytes of a chunk: what is kept of them, and where a reader finds the bytes of any chunk.
import { describe, expect, it } from 'vitest';
import { createBatchBuilder } from '../../../lib/capture/batch-builder.ts';
import { chunkBytes } from '../../../lib/chunk/chunk-bytes.ts';
import { RawBuffer } from '../../../lib/chunk/raw-buffer.ts';

function batchOf(bytes: Uint8Array, records: readonly (readonly [position: number, offset: number, length: number])[]) {
  const batch = createBatchBuilder(records.length);
  batch.bytes = bytes;
  batch.count = records.length;
  for (const [row, [position, offset, length]] of records.entries()) {
    batch.start[row] = position + 2;
    batch.offset[row] = offset;
    batch.recordLength[row] = length;
  }
  return batch;
}

describe('the raw buffer', () => {
  it('holds every record at its place in the chunk, and zeros where none is', () => {
    const raw = new RawBuffer();
    const batch = batchOf(Uint8Array.of(9, 1, 2, 3, 9, 4, 5, 6), [
      [1, 100, 3],
      [5, 105, 3],
    ]);
    raw.append(batch, 0, 2, 100);
    raw.append(batch, 1, 2, 100);
    expect([...raw.take()]).toEqual([1, 2, 3, 0, 0, 4, 5, 6]);
  });

  it('gives each chunk bytes of its own, however long', () => {
    const raw = new RawBuffer();
    const long = new Uint8Array(3_000_000).fill(7);
    raw.append(batchOf(long, [[0, 0, long.length]]), 0, 2, 0);
    const first = raw.take();
    raw.append(batchOf(Uint8Array.of(1, 2, 3, 4), [[0, 50, 4]]), 0, 2, 48);
    expect([...raw.take()]).toEqual([0, 0, 1, 2, 3, 4]);
    expect(first).toEqual(long);
  });
});

describe('the bytes of a chunk', () => {
  const dump = { key: 'dumps/a.pcap', etag: 'abc' };

  it('lie in the dump, as long as it is the one that was split', () => {
    expect(chunkBytes({ offset: 1000 }, dump, 24, 10)).toEqual({
      key: 'dumps/a.pcap',
      range: { offset: 1024, length: 10 },
      ifMatch: 'abc',
    });
  });

  it('of a packed dump lie beside its columns', () => {
    const rawObject = 'derived/x/abc/chunk-000000.raw';
    expect(chunkBytes({ offset: 1000, rawObject }, dump, 24, 10)).toEqual({
      key: rawObject,
      range: { offset: 24, length: 10 },
    });
  });
});
