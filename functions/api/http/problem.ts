// api: every failure as problem details (RFC 9457), and which of our error codes answers with which status.

import type { z } from 'zod';
import type { ErrorCode } from '../../../lib/errors/pipeline-error.ts';
import { PipelineError } from '../../../lib/errors/pipeline-error.ts';

/** Our error codes, and what only HTTP knows. */
export type ProblemCode =
  | ErrorCode
  | 'method-not-allowed'
  | 'unsupported-media-type'
  | 'too-large'
  | 'too-many-requests';

/** One bad part of a request: where it is (`body.size`, `query.q`) and what is wrong with it. */
export interface ProblemPart {
  readonly path: string;
  readonly message: string;
}

/** A failure that is the request's own: thrown by routes and middleware, sent as it is. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: ProblemCode;
  readonly errors: readonly ProblemPart[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    detail: string,
    options: { readonly errors?: readonly ProblemPart[]; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(detail);
    this.code = code;
    this.errors = options.errors ?? [];
    this.headers = options.headers ?? {};
  }
}

const STATUS: Partial<Record<ProblemCode, number>> = {
  'invalid-request': 400,
  'invalid-query': 400,
  'limit-exceeded': 400,
  'unsupported-format': 400,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  'method-not-allowed': 405,
  conflict: 409,
  'object-deleted': 409,
  'object-replaced': 409,
  'too-large': 413,
  'unsupported-media-type': 415,
  'too-many-requests': 429,
  aborted: 503,
  'service-unavailable': 503,
  'deadline-exceeded': 504,
};

const TITLE: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not authenticated',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  413: 'Content too large',
  415: 'Unsupported media type',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Service unavailable',
  504: 'Timed out',
};

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: ProblemCode;
  readonly requestId: string;
  readonly errors?: readonly ProblemPart[];
  /** Offset in the query text (UTF-16 units from 0), where a query is at fault. */
  readonly position?: number;
}

export interface ProblemReply {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
}

const RETRY: Readonly<Record<string, string>> = { 'Retry-After': '5' };

/** The reply to a thrown value. What is not the request's fault is told without its message: that stands in the log. */
export function problemOf(error: unknown, instance: string, requestId: string): ProblemReply {
  const known = knownError(error);
  const code = known?.code ?? 'internal';
  const status = STATUS[code] ?? 500;
  const base = { type: `urn:smart-ids:problem:${code}`, title: TITLE[status] ?? 'Error', status, instance, requestId };
  if (known === undefined || status === 500) {
    const detail = `The request failed on our side; the log says more under request id ${requestId}.`;
    return { problem: { ...base, detail, code }, headers: {} };
  }
  if (status >= 503) {
    const detail = 'A part that this needs (the index or the bucket) does not answer in time; try again.';
    return { problem: { ...base, detail, code }, headers: RETRY };
  }
  const { detail, errors, headers, position } = known;
  const parts = errors.length === 0 ? {} : { errors };
  const place = position === undefined ? {} : { position };
  return { problem: { ...base, detail, code, ...parts, ...place }, headers };
}

interface KnownError {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly errors: readonly ProblemPart[];
  readonly headers: Readonly<Record<string, string>>;
  readonly position?: number;
}

function knownError(error: unknown): KnownError | undefined {
  if (error instanceof ProblemError) {
    return { code: error.code, detail: error.message, errors: error.errors, headers: error.headers };
  }
  if (error instanceof PipelineError) {
    const { position } = error.details;
    const errors = error.code === 'invalid-query' ? [{ path: 'q', message: error.message }] : [];
    const known = { code: error.code, detail: error.message, errors, headers: {} };
    return typeof position === 'number' ? { ...known, position } : known;
  }
  return httpError(error);
}

/** What Express and its body parser throw: an error with a status and a type (expressjs.com, "body-parser errors"). */
function httpError(error: unknown): KnownError | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined;
  const type = 'type' in error ? error.type : undefined;
  const plain = { errors: [], headers: {} };
  if (error.status === 413) {
    return { code: 'too-large', detail: 'The body is larger than this API reads (256 KiB).', ...plain };
  }
  if (error.status === 415) {
    return { code: 'unsupported-media-type', detail: `The body's encoding or charset is not supported.`, ...plain };
  }
  if (type === 'entity.parse.failed') {
    return { code: 'invalid-request', detail: `The body is not JSON: ${printable(error.message)}`, ...plain };
  }
  if (error.status >= 400 && error.status < 500) {
    return { code: 'invalid-request', detail: 'The request could not be read.', ...plain };
  }
  return undefined;
}

/** One line of printable text, bounded: parser messages quote the input. */
function printable(text: string): string {
  return text.replaceAll(/\p{C}+/gu, ' ').slice(0, 200);
}

/** A failed schema check as one problem that names each bad field, and for an unknown key the allowed ones. */
export function invalidRequest(
  place: 'body' | 'query' | 'path',
  error: z.core.$ZodError,
  allowed: readonly string[],
): ProblemError {
  const errors = error.issues.slice(0, 20).flatMap((issue) => problemParts(place, issue, allowed));
  const detail = errors.map((part) => `${part.path}: ${part.message}`).join('; ');
  return new ProblemError('invalid-request', detail, { errors });
}

function problemParts(place: string, issue: z.core.$ZodIssue, allowed: readonly string[]): readonly ProblemPart[] {
  const path = [place, ...issue.path.map(String)].join('.');
  if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
  const known = issue.path.length === 0 && allowed.length > 0 ? `; allowed are ${allowed.join(', ')}` : '';
  return issue.keys.slice(0, 20).map((key) => ({ path: `${path}.${printable(key)}`, message: `unknown key${known}` }));
}
