// dump: the message that has a run's chunks sent on (queue `dump-events`): to be scored, and once all are, to be indexed.

import { z } from 'zod';

/** What tells it from the other messages of the same queue. */
export const RESCORE = 'rescore';

/** Under 2 KiB; models and state of the run stand on the dump. */
export const rescoreMessageSchema = z.strictObject({
  kind: z.literal(RESCORE),
  version: z.literal(1),
  dumpId: z.uuid(),
  etag: z.string().min(1).max(128),
  attempt: z.uuid(),
  run: z.int().min(2),
  /** The first chunk that is still to be sent on: a sender whose time is up leaves the rest to the next. */
  chunk: z.int().min(0),
});
export type RescoreMessage = z.infer<typeof rescoreMessageSchema>;

/** From its first chunk on. */
export function rescoreMessage(run: Pick<RescoreMessage, 'dumpId' | 'etag' | 'attempt' | 'run'>): RescoreMessage {
  const { dumpId, etag, attempt } = run;
  return { kind: RESCORE, version: 1, dumpId, etag, attempt, run: run.run, chunk: 0 };
}
