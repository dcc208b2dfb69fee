// dump: the message that says all chunks of a dump are indexed (queue `finished`).

import { z } from 'zod';

export const finishedMessageSchema = z.strictObject({
  version: z.literal(1),
  dumpId: z.uuid(),
  etag: z.string().min(1),
  attempt: z.uuid(),
  run: z.int().min(1),
});
export type FinishedMessage = z.infer<typeof finishedMessageSchema>;
