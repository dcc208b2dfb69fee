// alert: a finished dump → alerts from its chunks' groups → ledger → ready.

import { finishedMessageSchema } from '../../lib/dump/finished-message.ts';
import { isPermanent } from '../../lib/errors/pipeline-error.ts';
import { parseBody } from '../../lib/lambda/parse-body.ts';
import { runBatch } from '../../lib/lambda/run-batch.ts';
import type { InvocationContext, SqsBatchResponse } from '../../lib/lambda/sqs-event.ts';
import type { AlertDeps } from './alert-deps.ts';
import { alertDump } from './alert-dump.ts';
import { failDump } from './fail-dump.ts';

export function createHandler(deps: AlertDeps) {
  return (event: unknown, context: InvocationContext): Promise<SqsBatchResponse> =>
    runBatch(event, context, deps.log, async (record, { lastReceive }) => {
      const message = parseBody(record.body, finishedMessageSchema, 'finished message');
      try {
        await alertDump(deps, message, context.signal);
      } catch (error) {
        if (lastReceive || isPermanent(error)) await failDump(deps, message, error);
        throw error;
      }
    });
}
