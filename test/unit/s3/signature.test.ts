import { describe, expect, it } from 'vitest';
import type { S3Request } from '../../../local/s3/request.ts';
import {
  ChunkSigner,
  canonicalRequest,
  EMPTY_SHA256,
  sameSignature,
  sign,
  signingKey,
  stringToSign,
} from '../../../local/s3/signature.ts';
import { sha256 } from './raw-client.ts';

// The worked examples of the S3 API reference: "Authenticating Requests (AWS Signature Version 4)".
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const SCOPE = { date: '20130524', region: 'us-east-1', service: 's3' };
const TIME = '20130524T000000Z';
const KEY = signingKey(SECRET, SCOPE);

function exampleRequest(
  method: string,
  rawPath: string,
  headers: Readonly<Record<string, string>>,
  query: readonly (readonly [string, string])[] = [],
): S3Request {
  return {
    id: 'X',
    method,
    rawPath,
    rawQuery: query.map(([name, value]) => [Buffer.from(name), Buffer.from(value)] as const),
    bucket: 'examplebucket',
    key: undefined,
    parameters: new Map(),
    headers: new Map(Object.entries({ host: 'examplebucket.s3.amazonaws.com', ...headers })),
    remoteAddress: '',
  };
}

function signatureOf(request: S3Request, payloadHash: string, leaveOut?: string): string {
  const signed = [...request.headers.keys()].sort();
  return sign(KEY, stringToSign(TIME, SCOPE, canonicalRequest(request, signed, payloadHash, leaveOut)));
}

describe('the examples of the S3 API reference', () => {
  it('signs a GET with a range', () => {
    const request = exampleRequest('GET', '/test.txt', {
      range: 'bytes=0-9',
      'x-amz-content-sha256': EMPTY_SHA256,
      'x-amz-date': TIME,
    });
    expect(signatureOf(request, EMPTY_SHA256)).toBe('f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41');
  });

  it('signs a PUT of a key with a dollar sign', () => {
    const hash = sha256('Welcome to Amazon S3.');
    const request = exampleRequest('PUT', '/test$file.text', {
      date: 'Fri, 24 May 2013 00:00:00 GMT',
      'x-amz-content-sha256': hash,
      'x-amz-date': TIME,
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    });
    expect(signatureOf(request, hash)).toBe('98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd');
  });

  it('signs a sub-resource without a value', () => {
    const headers = { 'x-amz-content-sha256': EMPTY_SHA256, 'x-amz-date': TIME };
    const request = exampleRequest('GET', '/', headers, [['lifecycle', '']]);
    expect(signatureOf(request, EMPTY_SHA256)).toBe('fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543');
  });

  it('signs a listing with parameters', () => {
    const headers = { 'x-amz-content-sha256': EMPTY_SHA256, 'x-amz-date': TIME };
    const request = exampleRequest('GET', '/', headers, [
      ['prefix', 'J'],
      ['max-keys', '2'],
    ]);
    expect(signatureOf(request, EMPTY_SHA256)).toBe('34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7');
  });

  it('signs a presigned URL', () => {
    const request = exampleRequest('GET', '/test.txt', {}, [
      ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
      ['X-Amz-Credential', 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request'],
      ['X-Amz-Date', TIME],
      ['X-Amz-Expires', '86400'],
      ['X-Amz-SignedHeaders', 'host'],
      ['X-Amz-Signature', 'to be left out'],
    ]);
    expect(signatureOf(request, 'UNSIGNED-PAYLOAD', 'X-Amz-Signature')).toBe(
      'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    );
  });

  it('signs the chunks of an upload one after the other', () => {
    const signer = new ChunkSigner(
      KEY,
      TIME,
      SCOPE,
      '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
    );
    const signatures = [65_536, 1024, 0].map((size) => signer.signChunk(sha256(Buffer.alloc(size, 'a'))));
    expect(signatures).toEqual([
      'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
      '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
      'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
    ]);
  });

  it('signs the trailer behind the chunks', () => {
    const signer = new ChunkSigner(
      KEY,
      TIME,
      SCOPE,
      '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
    );
    const signatures = [65_536, 1024, 0].map((size) => signer.signChunk(sha256(Buffer.alloc(size, 'a'))));
    expect([...signatures, signer.signTrailer('x-amz-checksum-crc32c:sOO8/Q==\n')]).toEqual([
      'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
      '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
      '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
      'd81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435',
    ]);
  });
});

describe('comparing signatures', () => {
  it('takes only the same text', () => {
    expect(sameSignature('abcd', 'abcd')).toBe(true);
    expect(sameSignature('abcd', 'abce')).toBe(false);
    expect(sameSignature('abcd', 'abc')).toBe(false);
    expect(sameSignature('abcd', '')).toBe(false);
  });
});
