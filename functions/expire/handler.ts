// expire: on a schedule: dumps past their time are removed, full indexes get successors, needless ones go.

import { z } from 'zod';
import type { InvocationContext } from '../../lib/lambda/sqs-event.ts';
import { type ExpireDeps, type ExpireReport, expireDumps } from '../../lib/retention/expire-dumps.ts';

/** EventBridge's scheduled event, or `{"dryRun": true}` by hand; whatever else stands in it is the scheduler's. */
const eventSchema = z.looseObject({ dryRun: z.boolean().default(false) });

export function createHandler(deps: ExpireDeps) {
  return async (event: unknown, context: Pick<InvocationContext, 'signal'>): Promise<ExpireReport> => {
    const { dryRun } = eventSchema.parse(event);
    const report = await expireDumps(deps, { dryRun, signal: context.signal });
    deps.log.info({ ...report, expired: report.expired.length }, dryRun ? 'what would expire' : 'expired');
    return report;
  };
}
