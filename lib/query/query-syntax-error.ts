// query: the error for a query text that cannot be read, with its place and what could have stood there.
import { PipelineError } from '../errors/pipeline-error.ts';

/** `position` counts UTF-16 units from 0, as an input field's cursor does. */
export function querySyntaxError(problem: string, position: number, expected: string): PipelineError {
  return new PipelineError('invalid-query', `${problem} at position ${position}: expected ${expected}`, {
    permanent: true,
    details: { position, expected },
  });
}
