// errors: the one tree of errors; a handler decides by `permanent` between quarantine and another try.

/** Every way an object, a message or a request can fail, as people and tests read it. */
export type ErrorCode =
  // the object is no capture, or no capture we can read
  | 'not-a-capture'
  | 'empty-file'
  | 'capture-corrupt'
  | 'unsupported-format'
  | 'limit-exceeded'
  // the object changed under us
  | 'object-deleted'
  | 'object-replaced'
  // a message, document or file fits no schema
  | 'invalid-message'
  | 'invalid-object'
  // the model
  | 'model-unavailable'
  | 'model-mismatch'
  // the model, asked as it should be, failed on this very input
  | 'inference-failed'
  // requests
  | 'invalid-request'
  | 'invalid-query'
  | 'not-found'
  | 'conflict'
  | 'unauthorized'
  | 'forbidden'
  // everything around us
  | 'invalid-configuration'
  | 'service-unavailable'
  | 'deadline-exceeded'
  | 'aborted'
  | 'internal';

export interface PipelineErrorOptions {
  /** True: the same input fails again; quarantine it. False: try again later. */
  readonly permanent: boolean;
  readonly cause?: unknown;
  /** Facts for the reader of the message: offset, value seen, values allowed. Never payload bytes, never secrets. */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

/** An error with a code and a decision; `message` says what was wrong, where, and what is allowed. */
export class PipelineError extends Error {
  override readonly name = 'PipelineError';
  readonly code: ErrorCode;
  readonly permanent: boolean;
  readonly details: Readonly<Record<string, string | number | boolean>>;

  constructor(code: ErrorCode, message: string, options: PipelineErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.permanent = options.permanent;
    this.details = options.details ?? {};
  }
}

/** Narrow an unknown thrown value to an error of ours that no second try can mend. */
export function isPermanent(error: unknown): error is PipelineError {
  return error instanceof PipelineError && error.permanent;
}
