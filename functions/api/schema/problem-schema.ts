// api: problem details as the document describes them (RFC 9457).

import { z } from 'zod';

export const problemSchema = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().meta({ description: 'The path that was asked for.' }),
    code: z.string().meta({ description: 'Stable name of the problem, for programs.', example: 'invalid-query' }),
    requestId: z.string().meta({ description: "Also the header X-Request-Id, and in the log's lines." }),
    errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
    position: z.int().optional().meta({ description: 'Where in `q` the error is, in UTF-16 units from 0.' }),
  })
  .meta({ id: 'Problem' });
