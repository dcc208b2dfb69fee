// s3 claim: what a request says of its own signature, read from the Authorization header or the query; nothing is verified here.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
import { S3Error } from './errors.ts';
import type { S3Request } from './request.ts';
import { ALGORITHM, type Scope } from './signature.ts';

/** The parts of a signature, wherever the request carries them. */
export interface Claim {
  readonly accessKeyId: string;
  readonly scope: Scope;
  readonly timestamp: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly payloadHash: string;
  /** Set for presigned requests: how long they hold. */
  readonly expiresSeconds: number | undefined;
}

export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';
const MAX_EXPIRES_SECONDS = 7 * 24 * 60 * 60;

/** Read the one claim that a request makes; none, or two, is a refusal. */
export function readClaim(request: S3Request): Claim {
  const header = request.headers.get('authorization');
  const inQuery = request.parameters.has('x-amz-signature') || request.parameters.has('x-amz-algorithm');
  if (request.headers.has('x-amz-security-token') || request.parameters.has('x-amz-security-token'))
    throw new S3Error('InvalidToken', 'The provided token is malformed or otherwise invalid: this server issues none.');
  if (header !== undefined && inQuery)
    throw new S3Error('InvalidArgument', 'Only one auth mechanism allowed: a header or the query, not both.');
  if (header !== undefined) return readHeaderClaim(request, header);
  if (inQuery) return readQueryClaim(request);
  if (request.parameters.has('AWSAccessKeyId')) throw unsupported();
  throw new S3Error('AccessDenied', 'Access Denied');
}

function readHeaderClaim(request: S3Request, header: string): Claim {
  if (!header.startsWith(`${ALGORITHM} `)) throw unsupported();
  const fields = new Map<string, string>();
  for (const field of header.slice(ALGORITHM.length).split(',')) {
    const equals = field.indexOf('=');
    if (equals > 0) fields.set(field.slice(0, equals).trim(), field.slice(equals + 1).trim());
  }
  const [credential, signedHeaders, given] = ['Credential', 'SignedHeaders', 'Signature'].map((name) =>
    fields.get(name),
  );
  if (!credential || !signedHeaders || !given || fields.size !== 3)
    throw new S3Error(
      'AuthorizationHeaderMalformed',
      'The authorization header is malformed; it needs exactly Credential, SignedHeaders and Signature.',
    );
  const payloadHash = request.headers.get('x-amz-content-sha256');
  if (payloadHash === undefined)
    throw new S3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
  const timestamp = request.headers.get('x-amz-date') ?? dateHeader(request.headers.get('date'));
  return {
    ...readCredential(credential, 'AuthorizationHeaderMalformed'),
    timestamp,
    signedHeaders: signedHeaders.split(';'),
    signature: given,
    payloadHash,
    expiresSeconds: undefined,
  };
}

function readQueryClaim(request: S3Request): Claim {
  const malformed = (what: string) => new S3Error('AuthorizationQueryParametersError', what);
  const names = ['algorithm', 'credential', 'date', 'expires', 'signedheaders', 'signature'].map((n) => `x-amz-${n}`);
  for (const name of names) {
    const count = request.rawQuery.filter(([raw]) => raw.toString('latin1').toLowerCase() === name).length;
    if (count !== 1)
      throw malformed(`Query-string authentication needs ${name} exactly once; it is there ${count} times.`);
  }
  const [algorithm = '', credential = '', timestamp = '', expires = '', signedHeaders = '', given = ''] = names.map(
    (name) => request.parameters.get(name),
  );
  if (algorithm !== ALGORITHM)
    throw malformed(`X-Amz-Algorithm only supports "${ALGORITHM}"; "${algorithm}" was given.`);
  if (!/^\d{1,9}$/.test(expires) || Number(expires) < 1 || Number(expires) > MAX_EXPIRES_SECONDS)
    throw malformed(`X-Amz-Expires must be between 1 and ${MAX_EXPIRES_SECONDS} seconds; "${expires}" was given.`);
  return {
    ...readCredential(credential, 'AuthorizationQueryParametersError'),
    timestamp,
    signedHeaders: signedHeaders.split(';'),
    signature: given,
    payloadHash:
      request.parameters.get('x-amz-content-sha256') ?? request.headers.get('x-amz-content-sha256') ?? UNSIGNED_PAYLOAD,
    expiresSeconds: Number(expires),
  };
}

function readCredential(
  credential: string,
  code: 'AuthorizationHeaderMalformed' | 'AuthorizationQueryParametersError',
): { readonly accessKeyId: string; readonly scope: Scope } {
  const match = /^(.+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request$/.exec(credential);
  const [, accessKeyId, date, region, service] = match ?? [];
  if (!accessKeyId || !date || !region || !service)
    throw new S3Error(code, 'The Credential is malformed; expected "<access key>/YYYYMMDD/<region>/s3/aws4_request".');
  return { accessKeyId, scope: { date, region, service } };
}

/** A `Date` header, as HTTP writes it, in the form that is signed. */
function dateHeader(date: string | undefined): string {
  const parsed = Date.parse(date ?? '');
  if (Number.isNaN(parsed)) return date ?? '';
  return new Date(parsed).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

function unsupported(): S3Error {
  return new S3Error(
    'InvalidRequest',
    'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
  );
}
