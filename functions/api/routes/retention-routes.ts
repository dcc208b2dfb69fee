// api: retention: what would be removed now, and having it removed.

import type { ApiDeps } from '../api-deps.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { retentionReportSchema } from '../schema/retention-schema.ts';

export function retentionRoutes({ retention }: ApiDeps): readonly Route[] {
  const route = { path: '/api/retention', tag: 'Dumps' } as const;
  return [
    defineRoute(
      {
        ...{ ...route, method: 'get', summary: 'What retention would remove now' },
        reply: { status: 200, description: 'A dry run.', schema: retentionReportSchema },
        problems: [503],
      },
      async ({ signal }) => ({ body: await retention({ dryRun: true, signal }) }),
    ),
    defineRoute(
      {
        ...{ ...route, method: 'post', summary: 'Remove what is past its time' },
        description: 'As the schedule does it every hour: at most 100 dumps a time; `left` tells of more.',
        reply: { status: 200, description: 'What was removed.', schema: retentionReportSchema },
        problems: [503],
      },
      async ({ signal }) => ({ body: await retention({ dryRun: false, signal }) }),
    ),
  ];
}
