// alert: the chunks' progress once all of it is there; infer's last word may come a moment after index's.

import type { FinishedMessage } from '../../lib/dump/finished-message.ts';
import type { Progress } from '../../lib/dump/progress.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import type { AlertDeps } from './alert-deps.ts';

const TRIES = 20;
const WAIT_MS = 250;

/**
 * Every chunk's progress, or undefined where chunks are still to be indexed: whoever indexes the last one sends again.
 * @throws PipelineError `service-unavailable` where all are indexed but not all are said to be inferred: nobody sends
 * again for those.
 */
export async function awaitProgress(
  deps: Pick<AlertDeps, 'dumps' | 'sleep'>,
  { dumpId, etag, attempt, run }: FinishedMessage,
  chunks: number,
  signal: AbortSignal,
): Promise<readonly Progress[] | undefined> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    if (tries > 0) await deps.sleep(WAIT_MS, signal);
    // Counting refreshes: what is listed behind it is all there is.
    const { inferred, indexed } = await deps.dumps.countProgress(dumpId, etag, attempt, run);
    if (indexed < chunks) return undefined;
    if (inferred < chunks) continue;
    return deps.dumps.listProgress(dumpId, etag, attempt, run);
  }
  throw new PipelineError('service-unavailable', `dump ${dumpId}: not all ${chunks} chunks are said to be inferred`, {
    permanent: false,
  });
}
