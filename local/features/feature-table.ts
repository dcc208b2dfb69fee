// local: flow_net's training table: the flows of many captures, split and measured by the code that runs in production.

import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type RecordBatch, RecordBatchFileWriter } from 'apache-arrow';
import { FLOW_METADATA } from '../../lib/chunk/column-metadata.ts';
import { decodeColumns } from '../../lib/chunk/columns.ts';
import { splitCapture } from '../../lib/chunk/split-capture.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import { FLOW_FIELDS } from '../../lib/flow/flow-fields.ts';
import { featureBatch } from './feature-batch.ts';

export interface FeatureTableSummary {
  readonly flows: number;
  /** Files that are no capture we can read, and why. */
  readonly skipped: readonly { readonly file: string; readonly message: string }[];
}

/**
 * Write the table of the files' flows to `out` (Apache Arrow IPC file; local/features/feature-batch.ts has its columns).
 * One row object is in memory at a time. A file that is no capture is skipped, as a dump of it would end in an error.
 */
export async function writeFeatureTable(
  files: readonly string[],
  out: string,
  onFile: (file: string) => void = () => {},
): Promise<FeatureTableSummary> {
  const skipped: { file: string; message: string }[] = [];
  let flows = 0;

  async function* batches(): AsyncGenerator<RecordBatch> {
    for (const file of files) {
      onFile(file);
      try {
        for await (const batch of captureBatches(file)) {
          flows += batch.numRows;
          yield batch;
        }
      } catch (error) {
        if (!(error instanceof PipelineError)) throw error;
        skipped.push({ file, message: `${error.code}: ${error.message}` });
      }
    }
  }
  const writer = RecordBatchFileWriter.throughNode({ autoDestroy: true });
  await pipeline(Readable.from(batches()), writer, createWriteStream(out));
  return { flows, skipped };
}

/** A flow is told by the chunk it began in; its rows in later chunks are the same. */
async function* captureBatches(file: string): AsyncGenerator<RecordBatch> {
  for await (const output of splitCapture(createReadStream(file))) {
    if (output.kind !== 'row-object') continue;
    const rows = await decodeColumns(FLOW_FIELDS, output.bytes, FLOW_METADATA);
    const own = Array.from({ length: rows.count }, (_, row) => row).filter(
      (row) => rows.columns.firstChunk[row] === output.chunk,
    );
    if (own.length > 0) yield featureBatch(file, rows, own);
  }
}
