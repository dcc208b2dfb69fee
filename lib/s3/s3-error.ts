// s3: the SDK's errors as ours: what a retry can mend, and what it cannot.

import { S3ServiceException } from '@aws-sdk/client-s3';
import { PipelineError } from '../errors/pipeline-error.ts';

/** Run one request and turn what it throws into a PipelineError that names the verb and the key. */
export async function mapS3Error<T>(verb: string, key: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (error instanceof PipelineError) throw error;
    throw toPipelineError(verb, key, error);
  }
}

function toPipelineError(verb: string, key: string, cause: unknown): PipelineError {
  const where = `${verb} ${JSON.stringify(key)}`;
  if (cause instanceof Error && cause.name === 'AbortError') {
    return new PipelineError('aborted', `${where}: stopped`, { permanent: false, cause });
  }
  if (!(cause instanceof S3ServiceException)) {
    return new PipelineError('service-unavailable', `${where}: ${String(cause)}`, { permanent: false, cause });
  }
  const status = cause.$metadata.httpStatusCode ?? 0;
  const words = `${where}: ${cause.name} (${status}) ${cause.message}`;
  if (status === 404) return new PipelineError('object-deleted', words, { permanent: false, cause });
  if (status === 416) return new PipelineError('invalid-object', words, { permanent: true, cause });
  if (status === 412) {
    const code = verb === 'PUT' ? 'conflict' : 'object-replaced';
    return new PipelineError(code, words, { permanent: false, cause });
  }
  return new PipelineError('service-unavailable', words, { permanent: false, cause });
}
