// api: what the expire stage did, or would do.

import { z } from 'zod';

export const retentionReportSchema = z
  .strictObject({
    dryRun: z.boolean(),
    expired: z.array(
      z.strictObject({
        id: z.string(),
        name: z.string(),
        createdAt: z.string(),
        sizeBytes: z.number(),
        reason: z.enum(['age', 'size']),
      }),
    ),
    left: z.number().meta({ description: 'Further dumps that the next run removes.' }),
    kept: z.number(),
    keptBytes: z.number(),
    expiredHunts: z.array(z.string()).meta({ description: 'As old as a dump may be, or a dump of theirs is gone.' }),
    swept: z.number().meta({ description: 'Dumps deleted before, whose remains were looked for once more.' }),
    begunGeneration: z.string().nullable().meta({ description: 'Indexes for the dumps that come from here on.' }),
    droppedGenerations: z.array(z.string()).meta({ description: 'Indexes that no dump needed any more.' }),
  })
  .meta({ id: 'RetentionReport' });
