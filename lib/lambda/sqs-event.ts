// lambda: the event and reply of an SQS event source mapping, as AWS shapes them (docs.aws.amazon.com/lambda, "Using Lambda with Amazon SQS").

import { z } from 'zod';

export const sqsRecordSchema = z.looseObject({
  messageId: z.string(),
  body: z.string(),
  attributes: z.looseObject({ ApproximateReceiveCount: z.coerce.number().int().min(1) }),
});
export type SqsRecord = z.infer<typeof sqsRecordSchema>;

export const sqsEventSchema = z.looseObject({ Records: z.array(sqsRecordSchema) });
export type SqsEvent = z.infer<typeof sqsEventSchema>;

/** Partial-batch reply (ReportBatchItemFailures): only these messages come back. */
export interface SqsBatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** What every handler gets beside its event. */
export interface InvocationContext {
  readonly requestId: string;
  /** Milliseconds left before the runtime stops the function. */
  readonly remainingMs: () => number;
  /** Fires a named margin before the deadline, or when the runtime stops. */
  readonly signal: AbortSignal;
  /** A message received this many times is the last try: a handler writes the chunk's gap before it tries. */
  readonly maxReceiveCount: number;
}
