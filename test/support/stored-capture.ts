// support: a capture file split into a store in memory, read whole by its chunks.

import { readFileSync } from 'node:fs';
import type { SplitTotals } from '../../lib/chunk/split-output.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import type { DumpObjects } from '../../lib/records/dump-version.ts';
import type { ObjectStore } from '../../lib/s3/object-store.ts';
import { splitIntoStore } from './split-into-store.ts';

const MAX_SOURCE_BYTES = 64 * 1024 * 1024;
const CHUNK_RECORDS = 300;

export interface StoredCapture {
  readonly dump: DumpObjects;
  readonly totals: SplitTotals;
}

/** Undefined where it is too long for a test, or no capture that we read. */
export async function storeCapture(store: ObjectStore, path: string, number = 0): Promise<StoredCapture | undefined> {
  const capture = readFileSync(path);
  if (capture.length > MAX_SOURCE_BYTES) return undefined;
  const id = `11111111-1111-4111-8111-${String(number).padStart(12, '0')}`;
  const key = `dumps/${number}`;
  try {
    const { etag, totals } = await splitIntoStore(store, capture, { id, key }, { maxRecords: CHUNK_RECORDS });
    return { dump: { dumpId: id, key, etag, chunks: totals.chunks }, totals };
  } catch (error) {
    if (error instanceof PipelineError) return undefined;
    throw error;
  }
}
