// api: a dump scored once more.

import type { ApiDeps } from '../api-deps.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { rescoreDump } from '../rescore-dump.ts';
import { dumpIdParams } from '../schema/dump-schema.ts';
import { rescoreBody, rescoreStartedSchema } from '../schema/rescore-schema.ts';

export function rescoreRoutes(deps: ApiDeps): readonly Route[] {
  return [
    defineRoute(
      {
        method: 'post',
        path: '/api/dumps/{id}/rescore',
        tag: 'Dumps',
        summary: 'Score a ready dump once more, by another model or version',
        description:
          'Works from the stored chunks. Until every chunk is scored the dump stays ready and searchable as it was. The same request while it runs has the work sent again, and does no harm.',
        params: dumpIdParams,
        body: rescoreBody,
        reply: {
          status: 202,
          description: 'Under way: `rescoring`, then `rescored` of the dump tell how it goes.',
          schema: rescoreStartedSchema,
        },
        problems: [404, 409, 413, 415, 503],
      },
      async ({ params, body }) => ({ body: await rescoreDump(deps, params.id, body) }),
    ),
  ];
}
