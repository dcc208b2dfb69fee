// s3 authorize: who signed this request, with what, and what its body must therefore be; anything unsigned is refused.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
import { type Claim, readClaim, UNSIGNED_PAYLOAD } from './claim.ts';
import { S3Error } from './errors.ts';
import type { S3Request } from './request.ts';
import * as signature from './signature.ts';

export interface Credential {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** What the signature says about the body. */
export type Payload =
  | { readonly kind: 'hashed'; readonly sha256: string }
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'chunked'; readonly signer: signature.ChunkSigner | undefined; readonly trailer: boolean };

export interface Authorization {
  readonly accessKeyId: string;
  readonly payload: Payload;
}

export interface Verifier {
  readonly region: string;
  readonly credentials: ReadonlyMap<string, string>;
  readonly clock: () => number;
}

const SKEW_MS = 15 * 60 * 1000;

/** Verify the signature of a request; throws the refusal that S3 would answer. */
export function authorize(request: S3Request, verifier: Verifier): Authorization {
  const claim = readClaim(request);
  const secret = verifier.credentials.get(claim.accessKeyId);
  checkScope(request, claim, verifier.region);
  if (secret === undefined)
    throw new S3Error('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', {
      AWSAccessKeyId: claim.accessKeyId,
    });
  checkSignedHeaders(request, claim.signedHeaders);
  checkTime(claim, verifier.clock());

  const presigned = claim.expiresSeconds !== undefined;
  const canonical = signature.canonicalRequest(
    request,
    claim.signedHeaders,
    claim.payloadHash,
    presigned ? 'X-Amz-Signature' : undefined,
  );
  const text = signature.stringToSign(claim.timestamp, claim.scope, canonical);
  const key = signature.signingKey(secret, claim.scope);
  if (!signature.sameSignature(signature.sign(key, text), claim.signature))
    throw new S3Error(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      {
        AWSAccessKeyId: claim.accessKeyId,
        StringToSign: text,
        SignatureProvided: claim.signature,
        CanonicalRequest: canonical,
      },
    );
  return { accessKeyId: claim.accessKeyId, payload: readPayload(claim, key) };
}

function checkScope(request: S3Request, claim: Claim, region: string): void {
  const code =
    claim.expiresSeconds === undefined ? 'AuthorizationHeaderMalformed' : 'AuthorizationQueryParametersError';
  if (claim.scope.service !== 's3')
    throw new S3Error(code, `The Credential is for the service "${claim.scope.service}"; expecting "s3".`);
  if (!/^\d{8}T\d{6}Z$/.test(claim.timestamp) || Number.isNaN(timestampMs(claim.timestamp)))
    throw new S3Error(
      'AccessDenied',
      'AWS authentication requires a valid Date or x-amz-date header, as YYYYMMDDTHHMMSSZ.',
    );
  if (!claim.timestamp.startsWith(claim.scope.date))
    throw new S3Error(code, `The Credential is of ${claim.scope.date}, the request of ${claim.timestamp.slice(0, 8)}.`);
  // a client may not know the region yet when it lists the buckets or asks where one is
  const asksForRegion = request.bucket === undefined || request.parameters.has('location');
  if (claim.scope.region !== region && !asksForRegion)
    throw new S3Error(code, `The region '${claim.scope.region}' is wrong; expecting '${region}'`, { Region: region });
}

/** Host and every `x-amz-*` header must be covered, or somebody on the way could add what the signer never meant. */
function checkSignedHeaders(request: S3Request, signedHeaders: readonly string[]): void {
  const signed = new Set(signedHeaders);
  const missing = [...request.headers.keys()].filter(
    (name) => (name === 'host' || name.startsWith('x-amz-')) && !signed.has(name),
  );
  if (missing.length > 0 || !signed.has('host'))
    throw new S3Error('AccessDenied', 'There were headers present in the request which were not signed', {
      HeadersNotSigned: missing.length > 0 ? missing.join(', ') : 'host',
    });
}

function checkTime(claim: Claim, nowMs: number): void {
  const signedMs = timestampMs(claim.timestamp);
  const serverTime = new Date(nowMs).toISOString();
  if (claim.expiresSeconds === undefined) {
    if (Math.abs(nowMs - signedMs) > SKEW_MS)
      throw new S3Error(
        'RequestTimeTooSkewed',
        'The difference between the request time and the current time is too large.',
        {
          RequestTime: claim.timestamp,
          ServerTime: serverTime,
          MaxAllowedSkewMilliseconds: `${SKEW_MS}`,
        },
      );
    return;
  }
  if (signedMs - nowMs > SKEW_MS)
    throw new S3Error('AccessDenied', 'Request is not valid yet', { ServerTime: serverTime });
  const expiresMs = signedMs + claim.expiresSeconds * 1000;
  if (nowMs > expiresMs)
    throw new S3Error('AccessDenied', 'Request has expired', {
      'X-Amz-Expires': `${claim.expiresSeconds}`,
      Expires: new Date(expiresMs).toISOString(),
      ServerTime: serverTime,
    });
}

function readPayload(claim: Claim, key: Buffer): Payload {
  const hash = claim.payloadHash;
  const signer = () => new signature.ChunkSigner(key, claim.timestamp, claim.scope, claim.signature);
  if (hash === UNSIGNED_PAYLOAD) return { kind: 'unsigned' };
  if (hash === 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD') return { kind: 'chunked', signer: signer(), trailer: false };
  if (hash === 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER')
    return { kind: 'chunked', signer: signer(), trailer: true };
  if (hash === 'STREAMING-UNSIGNED-PAYLOAD-TRAILER') return { kind: 'chunked', signer: undefined, trailer: true };
  if (/^[0-9a-f]{64}$/.test(hash)) return { kind: 'hashed', sha256: hash };
  throw new S3Error(
    'InvalidArgument',
    'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, STREAMING-UNSIGNED-PAYLOAD-TRAILER or a SHA-256 in lower-case hex.',
  );
}

function timestampMs(timestamp: string): number {
  return Date.parse(timestamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}
