// split: a continuation: the leg that goes on from its checkpoint, or from the start where that cannot be read.

import { MAX_RESTARTS } from '../../lib/checkpoint/limits.ts';
import type { SplitContinuation } from '../../lib/dump/split-continuation.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import type { ObjectHead } from '../../lib/s3/object-store.ts';
import type { Analysis } from './begin-analysis.ts';
import { deleteCheckpoints, openCheckpoint } from './checkpoint-store.ts';
import { continueAnalysis } from './continue-analysis.ts';
import type { SplitDeps } from './split-deps.ts';
import { type LegTime, splitLeg } from './split-leg.ts';

export async function continueSplit(
  deps: SplitDeps,
  message: SplitContinuation,
  head: ObjectHead,
  analysis: Analysis,
  time: LegTime,
): Promise<void> {
  const { leg, restarts } = message;
  try {
    const checkpoint = await openCheckpoint(deps, analysis, leg);
    await splitLeg(deps, analysis, { number: leg, restarts, checkpoint }, time);
  } catch (error) {
    if (!(error instanceof PipelineError && error.code === 'invalid-object')) throw error;
    // Missing, for one, where another run of this leg has finished the split meanwhile.
    const present = await continueAnalysis(deps, message, head);
    if (present !== undefined) await beginAnew(deps, present, message, error, time);
  }
}

/** All checkpoints go: one that is damaged must not be met again. */
async function beginAnew(
  deps: SplitDeps,
  analysis: Analysis,
  { leg, restarts }: SplitContinuation,
  cause: PipelineError,
  time: LegTime,
): Promise<void> {
  await deleteCheckpoints(deps, analysis);
  if (restarts >= MAX_RESTARTS) {
    const message = `split began anew ${restarts} times because its checkpoint could not be read: ${cause.message}`;
    throw new PipelineError('invalid-object', message, { permanent: true, cause });
  }
  deps.log.warn({ dumpId: analysis.dumpId, leg, reason: cause.message }, 'split begins anew');
  await splitLeg(deps, analysis, { number: 0, restarts: restarts + 1 }, time);
}
