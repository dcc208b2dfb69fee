// local/opensearch/merge: the thread that writes segments beside the one that answers: it alone writes the log into the file.
import { constants, setPriority } from 'node:os';
import { setImmediate as otherEvents } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { SegmentFile } from '../segment/segment-file.ts';
import { type MergeJob, sweepPages, type WordsJob, writeMerged, writeWords } from './segment-job.ts';

export type SegmentWork =
  | { readonly merge: MergeJob }
  | { readonly sweep: readonly number[] }
  | { readonly words: WordsJob };
/** What is asked for while something else is done is done slice by slice with it. */
export type SegmentRequest = { readonly number: number; readonly work: SegmentWork } | 'close';
/** Of a request that was carried out, or why it was not. */
export interface SegmentReply {
  readonly number: number;
  readonly error: string | undefined;
}

/** Nobody waits for it; on Linux alone a priority is a thread's own: 25,400 documents a second -> 26,400 on two busy cores. */
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
const file = new SegmentFile(workerData as string, 'own');
let isClosing = false;
const underWay = new Set<Promise<void>>();

parentPort?.on('message', (request: SegmentRequest) => {
  if (request === 'close') void close();
  else {
    const done = carryOut(request.number, request.work);
    underWay.add(done);
    void done.then(() => underWay.delete(done));
  }
});

async function carryOut(number: number, work: SegmentWork): Promise<void> {
  let error: string | undefined;
  try {
    for (const _ of stepsOf(work)) {
      // what was begun is taken away at the next start; words would have to be read from the rows again
      if (isClosing && !('words' in work)) return;
      await otherEvents();
    }
  } catch (thrown) {
    error = String(thrown);
  }
  parentPort?.postMessage({ number, error } satisfies SegmentReply);
}

function stepsOf(work: SegmentWork): Generator<void> {
  if ('merge' in work) return writeMerged(file, work.merge);
  return 'words' in work ? writeWords(file, work.words) : sweepPages(file, work.sweep);
}

async function close(): Promise<void> {
  isClosing = true;
  await Promise.all(underWay);
  file.close();
  parentPort?.close();
}
