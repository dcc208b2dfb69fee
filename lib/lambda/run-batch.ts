// lambda: runs each message of a batch on its own, so that one bad record never fails the others.

import { isPermanent } from '../errors/pipeline-error.ts';
import type { Log } from '../log/log.ts';
import { type InvocationContext, type SqsBatchResponse, type SqsRecord, sqsEventSchema } from './sqs-event.ts';

export interface Receive {
  /** True: no other try follows; whatever a failure must leave behind is written before the work is tried. */
  readonly lastReceive: boolean;
}

/**
 * Hand every message to `process`, one after the other. A permanent error has been dealt with as far as it can be:
 * it is logged and the message acknowledged. Any other error returns the message to its queue.
 */
export async function runBatch(
  event: unknown,
  context: InvocationContext,
  log: Log,
  process: (record: SqsRecord, receive: Receive) => Promise<void>,
): Promise<SqsBatchResponse> {
  const failures: { itemIdentifier: string }[] = [];
  for (const record of sqsEventSchema.parse(event).Records) {
    const receiveCount = record.attributes.ApproximateReceiveCount;
    try {
      await process(record, { lastReceive: receiveCount >= context.maxReceiveCount });
    } catch (error) {
      const fields = { messageId: record.messageId, receiveCount };
      if (isPermanent(error)) {
        log.warn({ ...fields, code: error.code, reason: error.message }, 'message quarantined');
      } else {
        log.warn({ ...fields, err: error }, 'message returned to its queue');
        failures.push({ itemIdentifier: record.messageId });
      }
    }
  }
  return { batchItemFailures: failures };
}
