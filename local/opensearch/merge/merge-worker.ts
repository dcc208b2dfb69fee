// local/opensearch/merge: the thread that merges segments beside the one that answers: it alone writes the log into the file.
import { setImmediate as otherEvents } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { SegmentFile } from '../segment/segment-file.ts';
import { type MergeJob, sweepPages, writeMerged } from './merge-job.ts';

export type MergeRequest = { readonly merge: MergeJob } | { readonly sweep: readonly number[] } | 'close';
/** Of a request that was carried out, or why it was not. */
export type MergeReply = { readonly error: string | undefined };

const file = new SegmentFile(workerData as string, 'own');
let isClosing = false;
let underWay: Promise<void> = Promise.resolve();

parentPort?.on('message', (request: MergeRequest) => {
  if (request === 'close') void close();
  else underWay = carryOut(request);
});

async function carryOut(request: Exclude<MergeRequest, 'close'>): Promise<void> {
  const steps = 'merge' in request ? writeMerged(file, request.merge) : sweepPages(file, request.sweep);
  let error: string | undefined;
  try {
    for (const _ of steps) {
      // what was begun is taken away at the next start
      if (isClosing) return;
      await otherEvents();
    }
  } catch (thrown) {
    error = String(thrown);
  }
  parentPort?.postMessage({ error } satisfies MergeReply);
}

async function close(): Promise<void> {
  isClosing = true;
  await underWay;
  file.close();
  parentPort?.close();
}
