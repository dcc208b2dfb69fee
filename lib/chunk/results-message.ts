// chunk: the message that has a chunk's results indexed once its run counts (queue `results`, beside the object events).

import { z } from 'zod';

/** What tells it from the object events of the same queue. */
export const RESULTS = 'results';

/** Of a rescore: the event of its results object came before the run was promoted, and was only acknowledged. */
export const resultsMessageSchema = z.strictObject({
  kind: z.literal(RESULTS),
  version: z.literal(1),
  dumpId: z.uuid(),
  etag: z.string().min(1).max(128),
  run: z.int().min(1),
  chunk: z.int().min(0),
});
export type ResultsMessage = z.infer<typeof resultsMessageSchema>;
