// api: the counts over everything found.

import { z } from 'zod';

const counts = z.record(z.string(), z.number());

export const statsSchema = z
  .strictObject({
    dumps: z.strictObject({ total: z.int(), byState: counts, bytes: z.number() }),
    flows: z.strictObject({ total: z.int(), byLabel: counts }),
    alerts: z.strictObject({ total: z.int(), byLabel: counts }),
  })
  .meta({ id: 'Stats' });
export type Stats = z.infer<typeof statsSchema>;
