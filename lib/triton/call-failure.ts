// triton: what a failed call means: whose fault it is, whether another try may help, and what the caller is told.

import { type ServiceError, status } from '@grpc/grpc-js';
import { type ErrorCode, PipelineError } from '../errors/pipeline-error.ts';

export interface CallFailure {
  readonly error: PipelineError;
  /** The request had no answer and may be sent again, to this endpoint or another. */
  readonly isRetryable: boolean;
  /** The endpoint did not answer as a server at work does: others first. */
  readonly isEndpointAtFault: boolean;
  /** The server is at work and says that the model is not: it may be loading, or it is not to be had. */
  readonly isModelNotReady: boolean;
  /** This endpoint does not have the model; another one may. */
  readonly isModelMissing: boolean;
}

/**
 * grpc-js tells a broken connection with a server's own codes: INTERNAL for a stream that was reset, UNKNOWN for a proxy's
 * page. A server's own words never begin so.
 */
const TRANSPORT_WORDS = /^(Received RST_STREAM|Received HTTP|Call ended without|Stream closed|No connection)/;
/** Triton's words, under UNAVAILABLE, of a version that is loading, failed to load or was unloaded. */
const NOT_READY_WORDS = /^Request for unknown model: .* is not at ready state/;
/** RESOURCE_EXHAUSTED is said of an overloaded server, and, by either end, of a message beyond what it takes. */
const TOO_LARGE_WORDS = /larger than max|larger than a size|with a size larger/i;

/** `call` is in words, for the message: `infer echo version 1 at 127.0.0.1:8001`. */
export function callFailure(cause: ServiceError, call: string, isInference: boolean): CallFailure {
  const { code, ...judgement } = judge(cause, isInference);
  const details = cause.details.replace(/ Resolution note: $/, '');
  const message = `${call}: ${status[cause.code] ?? cause.code}: ${details}`;
  return {
    error: new PipelineError(code, message, { permanent: false, cause }),
    isModelNotReady: false,
    isModelMissing: false,
    ...judgement,
  };
}

type Judgement = Pick<CallFailure, 'isRetryable' | 'isEndpointAtFault'> & {
  readonly code: ErrorCode;
  readonly isModelNotReady?: true;
  readonly isModelMissing?: true;
};

const TRY_AGAIN: Judgement = { code: 'model-unavailable', isRetryable: true, isEndpointAtFault: true };
const NOT_READY: Judgement = {
  code: 'model-unavailable',
  isRetryable: true,
  isEndpointAtFault: false,
  isModelNotReady: true,
};
const TOO_SLOW: Judgement = { code: 'model-unavailable', isRetryable: false, isEndpointAtFault: true };
const MISMATCH: Judgement = { code: 'model-mismatch', isRetryable: false, isEndpointAtFault: false };
const MISSING: Judgement = { ...MISMATCH, isModelMissing: true };
const REFUSED: Judgement = { code: 'model-unavailable', isRetryable: false, isEndpointAtFault: false };
const FAILED: Judgement = { code: 'inference-failed', isRetryable: false, isEndpointAtFault: false };

function judge({ code, details }: ServiceError, isInference: boolean): Judgement {
  switch (code) {
    case status.UNAVAILABLE:
      return NOT_READY_WORDS.test(details) ? NOT_READY : TRY_AGAIN;
    case status.RESOURCE_EXHAUSTED:
      return TOO_LARGE_WORDS.test(details) ? MISMATCH : TRY_AGAIN;
    case status.DEADLINE_EXCEEDED:
      return TOO_SLOW;
    case status.NOT_FOUND:
      return MISSING;
    case status.INVALID_ARGUMENT:
    case status.OUT_OF_RANGE:
    case status.UNIMPLEMENTED:
      return MISMATCH;
    case status.INTERNAL:
    case status.UNKNOWN:
      if (TRANSPORT_WORDS.test(details)) return TRY_AGAIN;
      return isInference ? FAILED : REFUSED;
    default:
      return REFUSED;
  }
}
