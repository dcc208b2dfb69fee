// lambda: a queue message's body as a value of a schema, or a permanent error that says where it does not fit.

import { z } from 'zod';
import { PipelineError } from '../errors/pipeline-error.ts';

/** @throws PipelineError `invalid-message`, permanent: a message that fits no schema never will. */
export function parseBody<T extends z.ZodType>(body: string, schema: T, what: string): z.infer<T> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw new PipelineError('invalid-message', `${what}: not JSON (${body.length} characters)`, {
      permanent: true,
      cause,
    });
  }
  const result = schema.safeParse(value);
  if (!result.success) {
    throw new PipelineError('invalid-message', `${what}: ${z.prettifyError(result.error)}`, { permanent: true });
  }
  return result.data;
}
