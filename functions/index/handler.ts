// index: S3 events of results objects → their documents in the index → progress → finished.

import { parseResultKey } from '../../lib/chunk/keys.ts';
import { parseBody } from '../../lib/lambda/parse-body.ts';
import { runBatch } from '../../lib/lambda/run-batch.ts';
import type { InvocationContext, SqsBatchResponse } from '../../lib/lambda/sqs-event.ts';
import { createdObjects, s3EventSchema } from '../../lib/queue/s3-event.ts';
import { indexChunk } from './index-chunk.ts';
import type { IndexDeps } from './index-deps.ts';

export function createHandler(deps: IndexDeps) {
  return (event: unknown, context: InvocationContext): Promise<SqsBatchResponse> =>
    runBatch(event, context, deps.log, async (record, { lastReceive }) => {
      const s3Event = parseBody(record.body, s3EventSchema, 'results event');
      for (const object of createdObjects(s3Event)) {
        const result = parseResultKey(object.key);
        if (result === undefined) deps.log.warn({ key: object.key }, 'no results object');
        else await indexChunk(deps, result, { lastReceive, signal: context.signal });
      }
    });
}
