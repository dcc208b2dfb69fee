// index: results objects → their documents in the index → progress → finished.

import { runBatch } from '../../lib/lambda/run-batch.ts';
import type { InvocationContext, SqsBatchResponse } from '../../lib/lambda/sqs-event.ts';
import { indexChunk } from './index-chunk.ts';
import type { IndexDeps } from './index-deps.ts';
import { parseResultsEvent } from './results-event.ts';

export function createHandler(deps: IndexDeps) {
  return (event: unknown, context: InvocationContext): Promise<SqsBatchResponse> =>
    runBatch(event, context, deps.log, async (record, { lastReceive }) => {
      for (const result of parseResultsEvent(record.body, deps.log)) {
        await indexChunk(deps, result, { lastReceive, signal: context.signal });
      }
    });
}
