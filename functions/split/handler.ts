// split: objects created under dumps/ → records, packets, flows → chunks in the bucket → a message per chunk.
// A split whose time is up leaves a checkpoint and sends itself the rest: a continuation of the same queue.
// A rescore comes through the same queue: the chunks are there already, and are sent once more.

import type { SplitContinuation } from '../../lib/dump/split-continuation.ts';
import { isPermanent, PipelineError } from '../../lib/errors/pipeline-error.ts';
import { runBatch } from '../../lib/lambda/run-batch.ts';
import type { InvocationContext, SqsBatchResponse } from '../../lib/lambda/sqs-event.ts';
import type { ObjectCreated } from '../../lib/queue/s3-event.ts';
import { type Analysis, beginAnalysis } from './begin-analysis.ts';
import { deleteCheckpoints } from './checkpoint-store.ts';
import { continueAnalysis } from './continue-analysis.ts';
import { continueSplit } from './continue-split.ts';
import { countSuperseded, failAnalysis, isGone, markDeleted } from './fail-analysis.ts';
import { findDump, isDumpKey } from './find-dump.ts';
import { rescoreDump } from './rescore-dump.ts';
import type { SplitDeps } from './split-deps.ts';
import { type LegTime, splitLeg } from './split-leg.ts';
import { parseSplitMessage } from './split-message.ts';

export type SplitHandler = (event: unknown, context: InvocationContext) => Promise<SqsBatchResponse>;

export function createSplitHandler(deps: SplitDeps): SplitHandler {
  return (event, context) =>
    runBatch(event, context, deps.log, async (record, { lastReceive }) => {
      const time = { signal: context.signal, isLastTry: lastReceive };
      const message = parseSplitMessage(record.body);
      if (message.kind === 'rescore') return rescoreDump(deps, message.rescore, time);
      if (message.kind === 'continue') return goOn(deps, message.continuation, time);
      for (const object of message.objects) {
        if (isDumpKey(object, deps.store.bucket)) await splitObject(deps, object, time);
        else deps.log.warn({ bucket: object.bucket, key: object.key }, 'no dump');
      }
    });
}

async function splitObject(deps: SplitDeps, object: ObjectCreated, time: LegTime) {
  const head = await deps.store.head(object.key).catch(ignoreDeleted);
  if (head === undefined) return markDeleted(deps, object.key);
  if (object.etag !== undefined && object.etag !== head.etag) return countSuperseded(deps, object.key);
  const dump = await findDump(deps, object.key, head);
  const analysis = await beginAnalysis(deps, dump, head);
  if (analysis === undefined) return;
  await attempt(deps, analysis, time, () => splitLeg(deps, analysis, { number: 0, restarts: 0 }, time));
}

async function goOn(deps: SplitDeps, message: SplitContinuation, time: LegTime) {
  const { bucket, key, etag } = message;
  if (!isDumpKey({ bucket, key }, deps.store.bucket)) return deps.log.warn({ bucket, key }, 'no dump');
  const head = await deps.store.head(key).catch(ignoreDeleted);
  if (head?.etag !== etag) {
    await deleteCheckpoints(deps, message);
    return head === undefined ? markDeleted(deps, key, message) : countSuperseded(deps, key);
  }
  const analysis = await continueAnalysis(deps, message, head);
  if (analysis === undefined) return;
  await attempt(deps, analysis, time, () => continueSplit(deps, message, head, analysis, time));
}

/** What a failure leaves behind is written before it is passed on. */
async function attempt(deps: SplitDeps, analysis: Analysis, { isLastTry }: LegTime, work: () => Promise<void>) {
  try {
    await work();
  } catch (error) {
    if (isGone(error)) return markDeleted(deps, analysis.key, analysis);
    await failAnalysis(deps, analysis, error, isLastTry);
    if (isPermanent(error)) await deleteCheckpoints(deps, analysis);
    throw error;
  }
}

function ignoreDeleted(error: unknown): undefined {
  if (error instanceof PipelineError && error.code === 'object-deleted') return undefined;
  throw error;
}
