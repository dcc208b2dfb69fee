// s3 signature: the strings and keys of AWS Signature Version 4, as a server recomputes them from what it received.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and sigv4-streaming-trailers.html
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { S3Request } from './request.ts';
import { percentDecode, uriEncode } from './uri.ts';

export const ALGORITHM = 'AWS4-HMAC-SHA256';
export const EMPTY_SHA256 = createHash('sha256').digest('hex');

/** Date, region, service and terminator of a credential: what a signing key is good for. */
export interface Scope {
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

export function scopeText(scope: Scope): string {
  return `${scope.date}/${scope.region}/${scope.service}/aws4_request`;
}

/** The canonical request as a byte string (each character is one byte); `leaveOut` is the parameter that carries the signature. */
export function canonicalRequest(
  request: S3Request,
  signedHeaders: readonly string[],
  payloadHash: string,
  leaveOut: string | undefined,
): string {
  const query = request.rawQuery
    .filter(([name]) => leaveOut === undefined || name.toString('latin1') !== leaveOut)
    .map(([name, value]) => [uriEncode(name, false), uriEncode(value, false)] as const)
    .sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const headers = signedHeaders.map((name) => `${name}:${canonicalValue(request.headers.get(name) ?? '')}\n`).join('');
  const path = uriEncode(percentDecode(request.rawPath, false), true);
  return [request.method, path, query, headers, signedHeaders.join(';'), payloadHash].join('\n');
}

/** What is signed for a request: its time, its scope and the hash of its canonical form. */
export function stringToSign(timestamp: string, scope: Scope, canonical: string): string {
  const hash = createHash('sha256').update(canonical, 'latin1').digest('hex');
  return [ALGORITHM, timestamp, scopeText(scope), hash].join('\n');
}

/** The key of one day, region and service. */
export function signingKey(secretAccessKey: string, scope: Scope): Buffer {
  const date = hmac(`AWS4${secretAccessKey}`, scope.date);
  const region = hmac(date, scope.region);
  const service = hmac(region, scope.service);
  return hmac(service, 'aws4_request');
}

export function sign(key: Buffer, text: string): string {
  return hmac(key, text).toString('hex');
}

/** Compare two signatures without telling by time where they differ. */
export function sameSignature(expected: string, given: string): boolean {
  const expectedBytes = Buffer.from(expected, 'latin1');
  const givenBytes = Buffer.from(given, 'latin1');
  return expectedBytes.length === givenBytes.length && timingSafeEqual(expectedBytes, givenBytes);
}

/** Signs the chunks of one aws-chunked body in turn: each signature covers the one before it. */
export class ChunkSigner {
  readonly #key: Buffer;
  readonly #timestamp: string;
  readonly #scope: string;
  #previous: string;

  constructor(key: Buffer, timestamp: string, scope: Scope, seedSignature: string) {
    this.#key = key;
    this.#timestamp = timestamp;
    this.#scope = scopeText(scope);
    this.#previous = seedSignature;
  }

  /** The signature that the next chunk must carry, given the SHA-256 of its data. */
  signChunk(dataSha256: string): string {
    return this.#next([
      'AWS4-HMAC-SHA256-PAYLOAD',
      this.#timestamp,
      this.#scope,
      this.#previous,
      EMPTY_SHA256,
      dataSha256,
    ]);
  }

  /** The signature that the trailer must carry; `lines` are its `name:value\n` lines. */
  signTrailer(lines: string): string {
    const hash = createHash('sha256').update(lines, 'latin1').digest('hex');
    return this.#next(['AWS4-HMAC-SHA256-TRAILER', this.#timestamp, this.#scope, this.#previous, hash]);
  }

  #next(lines: readonly string[]): string {
    this.#previous = sign(this.#key, lines.join('\n'));
    return this.#previous;
  }
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text, 'latin1').digest();
}

function canonicalValue(value: string): string {
  return value.trim().replace(/ {2,}/g, ' ');
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
