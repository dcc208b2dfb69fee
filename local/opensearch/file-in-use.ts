// local/opensearch: says in plain words that the index's file belongs to another process.
import { PipelineError } from '../../lib/errors/pipeline-error.ts';

/** As DuckDB 1.5 says it. */
const LOCKED = /Could not set lock on file .*\(PID (?<pid>\d+)\)/s;

/** A `conflict` where the error is about that, else the error itself. */
export function fileInUse(file: string, error: unknown): unknown {
  const pid = LOCKED.exec(error instanceof Error ? error.message : String(error))?.groups?.['pid'];
  if (pid === undefined) return error;
  return new PipelineError(
    'conflict',
    `${file} is in use by process ${pid}, which runs over the same folder or is still stopping; wait until it has ended, or take another folder`,
    { permanent: true, cause: error },
  );
}
