// split: what a message of the queue `dump-events` says: objects were created, or a split is to go on.

import { z } from 'zod';
import {
  SPLIT_CONTINUATION,
  type SplitContinuation,
  splitContinuationSchema,
} from '../../lib/dump/split-continuation.ts';
import { parseBody } from '../../lib/lambda/parse-body.ts';
import { createdObjects, type ObjectCreated, s3EventSchema } from '../../lib/queue/s3-event.ts';

export type SplitMessage =
  | { readonly kind: 'created'; readonly objects: readonly ObjectCreated[] }
  | { readonly kind: 'continue'; readonly continuation: SplitContinuation };

const kindSchema = z.looseObject({ kind: z.unknown().optional() });

/** An object event has no `kind`. @throws PipelineError `invalid-message` where the body fits neither. */
export function parseSplitMessage(body: string): SplitMessage {
  if (parseBody(body, kindSchema, 'message').kind === SPLIT_CONTINUATION) {
    return { kind: 'continue', continuation: parseBody(body, splitContinuationSchema, 'continuation') };
  }
  return { kind: 'created', objects: createdObjects(parseBody(body, s3EventSchema, 'object event')) };
}
