// split: what a message of the queue `dump-events` says: objects were created, a split is to go on, or a run's chunks.

import { z } from 'zod';
import { RESCORE, type RescoreMessage, rescoreMessageSchema } from '../../lib/dump/rescore-message.ts';
import {
  SPLIT_CONTINUATION,
  type SplitContinuation,
  splitContinuationSchema,
} from '../../lib/dump/split-continuation.ts';
import { parseBody } from '../../lib/lambda/parse-body.ts';
import { createdObjects, type ObjectCreated, s3EventSchema } from '../../lib/queue/s3-event.ts';

export type SplitMessage =
  | { readonly kind: 'created'; readonly objects: readonly ObjectCreated[] }
  | { readonly kind: 'continue'; readonly continuation: SplitContinuation }
  | { readonly kind: 'rescore'; readonly rescore: RescoreMessage };

const kindSchema = z.looseObject({ kind: z.unknown().optional() });

/** An object event has no `kind`. @throws PipelineError `invalid-message` where the body fits none of them. */
export function parseSplitMessage(body: string): SplitMessage {
  const { kind } = parseBody(body, kindSchema, 'message');
  if (kind === SPLIT_CONTINUATION) {
    return { kind: 'continue', continuation: parseBody(body, splitContinuationSchema, 'continuation') };
  }
  if (kind === RESCORE) return { kind: 'rescore', rescore: parseBody(body, rescoreMessageSchema, 'rescore message') };
  return { kind: 'created', objects: createdObjects(parseBody(body, s3EventSchema, 'object event')) };
}
