// dump: whoever wrote the last missing part of a dump says that it is finished; saying it twice does no harm.

import type { DumpRegister } from './dump-register.ts';
import type { FinishedMessage } from './finished-message.ts';
import { currentRun } from './rescoring.ts';

/** One analysis of one version of a dump. */
export type AnalysisReference = Omit<FinishedMessage, 'version'>;

export interface FinishDeps {
  readonly dumps: DumpRegister;
  /** The queues, as far as they are needed here. */
  readonly queue: { send(queue: 'finished', body: string): Promise<void> };
}

/**
 * To be called after the caller's own write (a chunk's progress, or split's totals): sends to `finished` if the totals
 * are there and every chunk is indexed (one without results is, too: its results object is empty). Tells whether it did.
 */
export async function finishDump({ dumps, queue }: FinishDeps, analysis: AnalysisReference): Promise<boolean> {
  const { dumpId, etag, attempt, run } = analysis;
  const dump = await dumps.get(dumpId);
  if (dump?.chunks === undefined || dump.etag !== etag || dump.attempt !== attempt) return false;
  if (currentRun(dump) !== run) return false;
  if (dump.chunks > 0) {
    const { indexed } = await dumps.countProgress(dumpId, etag, attempt, run);
    if (indexed < dump.chunks) return false;
  }
  const message: FinishedMessage = { version: 1, dumpId, etag, attempt, run };
  await queue.send('finished', JSON.stringify(message));
  return true;
}
