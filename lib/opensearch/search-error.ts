// opensearch: what went wrong in the index, as an error of ours.

import { errors } from '@opensearch-project/opensearch';
import { z } from 'zod';
import { type ErrorCode, PipelineError } from '../errors/pipeline-error.ts';

const errorBodySchema = z.looseObject({
  error: z.union([
    z.string(),
    z.looseObject({
      type: z.string(),
      reason: z.string().nullish(),
      root_cause: z.array(z.looseObject({ reason: z.string().nullish() })).optional(),
    }),
  ]),
});

/** The index's own words, shortened: they can repeat a whole query. */
const MAX_REASON = 500;

/** Type and reason in an error reply; the first root cause tells more than the shards' summary. */
export function errorReason(body: unknown): string {
  const parsed = errorBodySchema.safeParse(body);
  if (!parsed.success) return 'no reason given';
  const { error } = parsed.data;
  if (typeof error === 'string') return error.slice(0, MAX_REASON);
  const reason = error.root_cause?.[0]?.reason ?? error.reason ?? '';
  return `${error.type}: ${reason}`.slice(0, MAX_REASON);
}

function codeOfStatus(status: number): { readonly code: ErrorCode; readonly permanent: boolean } {
  if (status === 400) return { code: 'invalid-query', permanent: true };
  if (status === 401 || status === 403) return { code: 'service-unavailable', permanent: false };
  if (status === 404) return { code: 'not-found', permanent: true };
  if (status === 409) return { code: 'conflict', permanent: false };
  if (status === 413) return { code: 'limit-exceeded', permanent: true };
  if (status === 408 || status === 429 || status >= 500) return { code: 'service-unavailable', permanent: false };
  return { code: 'internal', permanent: true };
}

/** `what` names the request: method and path, never its body. */
export function toSearchError(what: string, cause: unknown): PipelineError {
  if (cause instanceof PipelineError) return cause;
  if (cause instanceof errors.ResponseError) {
    const status = cause.statusCode;
    return new PipelineError(codeOfStatus(status).code, `${what}: ${status}: ${errorReason(cause.body)}`, {
      permanent: codeOfStatus(status).permanent,
      cause,
      details: { status },
    });
  }
  if (cause instanceof errors.RequestAbortedError) {
    return new PipelineError('aborted', `${what}: given up before the answer came`, { permanent: false, cause });
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new PipelineError('service-unavailable', `${what}: ${reason}`, { permanent: false, cause });
}
