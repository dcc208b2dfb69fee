// split: one invocation's part of a split: from the start or a checkpoint to the end, or to the next checkpoint.

import { MAX_LEGS } from '../../lib/checkpoint/limits.ts';
import { resumeSplit, splitCapture } from '../../lib/chunk/split-capture.ts';
import type { SplitPause } from '../../lib/chunk/split-output.ts';
import { SPLIT_CONTINUATION, type SplitContinuation } from '../../lib/dump/split-continuation.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import type { Analysis } from './begin-analysis.ts';
import { type Checkpoint, deleteCheckpoints, writeCheckpoint } from './checkpoint-store.ts';
import { finishSplit } from './finish-split.ts';
import { type SplitDeps, splitSettings } from './split-deps.ts';
import { storeChunks } from './store-chunks.ts';

export interface Leg {
  /** 0: the first. */
  readonly number: number;
  readonly restarts: number;
  readonly checkpoint?: Checkpoint;
}

export interface LegTime {
  /** Fires when the time is up: nothing under way is broken off, the pass pauses as soon as it may. */
  readonly signal: AbortSignal;
  /** The message comes no more. */
  readonly isLastTry: boolean;
}

export async function splitLeg(deps: SplitDeps, analysis: Analysis, leg: Leg, time: LegTime): Promise<void> {
  const { key, etag, sizeBytes } = analysis;
  const open = (offset: number) => deps.store.read(key, { etag, size: sizeBytes, offset });
  const options = { ...splitSettings(deps), isTimeUp: () => time.signal.aborted, isLastTry: time.isLastTry };
  const outputs =
    leg.checkpoint === undefined ? splitCapture(open(0), options) : resumeSplit(open, leg.checkpoint.state, options);
  const totals = await storeChunks(deps, analysis, outputs, (pause) => handOn(deps, analysis, leg, pause));
  if (totals === undefined) return;
  await finishSplit(deps, analysis, totals, leg.checkpoint?.seconds ?? 0);
  await deleteCheckpoints(deps, analysis);
}

/** The state is stored, then the message that has the next leg go on: if it gets lost, this leg is run again. */
async function handOn(deps: SplitDeps, analysis: Analysis, leg: Leg, pause: SplitPause): Promise<void> {
  const { dumpId, key, etag, attempt } = analysis;
  const next = leg.number + 1;
  if (next > MAX_LEGS) {
    const message = `split is not done after ${MAX_LEGS} legs, at offset ${pause.bytesSoFar}; give it more time a leg`;
    throw new PipelineError('limit-exceeded', message, { permanent: true });
  }
  const seconds = (leg.checkpoint?.seconds ?? 0) + (deps.clock().getTime() - analysis.startedAt.getTime()) / 1000;
  await writeCheckpoint(deps, analysis, next, seconds, (state) => pause.save(state));
  const continuation: SplitContinuation = {
    kind: SPLIT_CONTINUATION,
    version: 1,
    bucket: deps.store.bucket,
    key,
    etag,
    dumpId,
    attempt,
    leg: next,
    restarts: leg.restarts,
  };
  await deps.queue.send('dump-events', JSON.stringify(continuation));
  const { recordsSoFar, bytesSoFar } = pause;
  deps.log.info({ dumpId, leg: next, recordsSoFar, bytesSoFar, seconds }, 'split goes on in another leg');
}
