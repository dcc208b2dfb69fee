// split: objects created under dumps/ → records, packets, flows → chunks in the bucket → a message per chunk.

import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import { parseBody } from '../../lib/lambda/parse-body.ts';
import { runBatch } from '../../lib/lambda/run-batch.ts';
import type { InvocationContext, SqsBatchResponse } from '../../lib/lambda/sqs-event.ts';
import { createdObjects, type ObjectCreated, s3EventSchema } from '../../lib/queue/s3-event.ts';
import { beginAnalysis } from './begin-analysis.ts';
import { countSuperseded, failAnalysis, isGone, markDeleted } from './fail-analysis.ts';
import { findDump, isDumpKey } from './find-dump.ts';
import { finishSplit } from './finish-split.ts';
import type { SplitDeps } from './split-deps.ts';
import { storeChunks } from './store-chunks.ts';

export type SplitHandler = (event: unknown, context: InvocationContext) => Promise<SqsBatchResponse>;

export function createSplitHandler(deps: SplitDeps): SplitHandler {
  return (event, context) =>
    runBatch(event, context, deps.log, async (record, { lastReceive }) => {
      const objectEvent = parseBody(record.body, s3EventSchema, 'object event');
      for (const object of createdObjects(objectEvent)) {
        if (isDumpKey(object, deps.store.bucket)) await splitObject(deps, object, lastReceive, context.signal);
        else deps.log.warn({ bucket: object.bucket, key: object.key }, 'no dump');
      }
    });
}

async function splitObject(deps: SplitDeps, object: ObjectCreated, lastReceive: boolean, signal: AbortSignal) {
  const head = await deps.store.head(object.key, { signal }).catch(ignoreDeleted);
  if (head === undefined) return markDeleted(deps, object.key);
  if (object.etag !== undefined && object.etag !== head.etag) return countSuperseded(deps, object.key);
  const dump = await findDump(deps, object.key, head);
  const analysis = await beginAnalysis(deps, dump, head);
  if (analysis === undefined) return;
  try {
    const totals = await storeChunks(deps, analysis, signal);
    await finishSplit(deps, analysis, totals);
  } catch (error) {
    if (isGone(error)) return markDeleted(deps, object.key, analysis);
    await failAnalysis(deps, analysis, error, lastReceive);
    throw error;
  }
}

function ignoreDeleted(error: unknown): undefined {
  if (error instanceof PipelineError && error.code === 'object-deleted') return undefined;
  throw error;
}
