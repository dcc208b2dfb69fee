// api: the OpenAPI document, for programs and for the page that shows it.

import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';

/** `document` is asked for once, at the first request. Open: it tells nothing that the source does not. */
export function schemaRoutes(document: () => unknown): readonly Route[] {
  let made: unknown;
  return [
    defineRoute(
      {
        method: 'get',
        path: '/api/schema',
        tag: 'Service',
        summary: 'This document',
        open: true,
        reply: {
          status: 200,
          description: 'OpenAPI 3.1.',
          schema: z.looseObject({ openapi: z.string(), info: z.looseObject({}), paths: z.looseObject({}) }),
        },
        problems: [],
      },
      async () => {
        made ??= document();
        return { body: made };
      },
    ),
  ];
}
