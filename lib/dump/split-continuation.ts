// dump: the message by which a split whose time was up hands the rest to its next leg (queue `dump-events`).

import { z } from 'zod';
import { MAX_LEGS, MAX_RESTARTS } from '../checkpoint/limits.ts';

/** What tells it from the object events of the same queue. */
export const SPLIT_CONTINUATION = 'split-continuation';

/** Under 2 KiB; where to go on stands in the leg's checkpoint. */
export const splitContinuationSchema = z.strictObject({
  kind: z.literal(SPLIT_CONTINUATION),
  version: z.literal(1),
  bucket: z.string().min(3).max(63),
  /** Key and etag of the dump; a replaced object makes the message *superseded*. */
  key: z.string().min(1).max(1024),
  etag: z.string().min(1).max(128),
  dumpId: z.uuid(),
  attempt: z.uuid(),
  /** The invocation that is to go on: 1 follows the first. */
  leg: z.int().min(1).max(MAX_LEGS),
  /** Times the split began anew because a checkpoint could not be read. */
  restarts: z.int().min(0).max(MAX_RESTARTS),
});
export type SplitContinuation = z.infer<typeof splitContinuationSchema>;
