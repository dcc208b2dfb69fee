import { describe, expect, it } from 'vitest';
import { AwsChunkedDecoder, type AwsChunkedOptions } from '../../../local/s3/aws-chunked.ts';
import { ChunkSigner, signingKey } from '../../../local/s3/signature.ts';
import { awsChunked, type ChunkedOptions } from './raw-client.ts';

const TARGET = { endpoint: '', region: 'us-east-1', accessKeyId: 'A', secretAccessKey: 'secret' };
const TIME = '20261122T101112Z';
const SEED = 'ab'.repeat(32);
const SIGNED = { signed: true, seedSignature: SEED, time: TIME };

function signer(): ChunkSigner {
  const scope = { date: '20261122', region: 'us-east-1', service: 's3' };
  return new ChunkSigner(signingKey('secret', scope), TIME, scope, SEED);
}

function decode(body: Buffer | string, options: Partial<AwsChunkedOptions> & { readonly decodedLength: number }) {
  const decoder = new AwsChunkedDecoder({ signer: undefined, trailer: false, ...options });
  const data = Buffer.concat([...decoder.push(Buffer.from(body))]);
  return { data, trailers: decoder.finish() };
}

const CHUNKS = [Buffer.alloc(70_000, 1), Buffer.from('the rest')];
const LENGTH = 70_008;

function body(options: ChunkedOptions): Buffer {
  return awsChunked(TARGET, CHUNKS, options);
}

/** What a decoder says to a body, by its error code. */
function refusal(
  text: Buffer | string,
  options: Partial<AwsChunkedOptions> & { readonly decodedLength: number },
): unknown {
  try {
    decode(text, options);
    return 'accepted';
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
}

describe('an aws-chunked body', () => {
  it('gives the data of its chunks', () => {
    expect(decode(body({ signed: false }), { decodedLength: LENGTH }).data).toEqual(Buffer.concat(CHUNKS));
    expect(decode(body(SIGNED), { decodedLength: LENGTH, signer: signer() }).data).toEqual(Buffer.concat(CHUNKS));
  });

  it('gives the trailer that follows the last chunk', () => {
    const trailers = { 'x-amz-checksum-crc32': 'AAAAAA==' };
    const plain = decode(body({ signed: false, trailers }), { decodedLength: LENGTH, trailer: true });
    const signed = decode(body({ ...SIGNED, trailers }), { decodedLength: LENGTH, trailer: true, signer: signer() });
    expect(Object.fromEntries(plain.trailers)).toEqual(trailers);
    expect(Object.fromEntries(signed.trailers)).toEqual(trailers);
  });

  it('may have an empty line before its trailer and none behind it, as minio-go writes it', () => {
    const text = body({ ...SIGNED, trailers: { 'x-amz-checksum-crc32': 'AAAAAA==' } }).toString('latin1');
    const asMinioGo = Buffer.from(text.replace('\r\nx-amz-checksum', '\r\n\r\nx-amz-checksum').slice(0, -2), 'latin1');
    const decoded = decode(asMinioGo, { decodedLength: LENGTH, trailer: true, signer: signer() });
    expect(decoded.trailers.get('x-amz-checksum-crc32')).toBe('AAAAAA==');
  });

  it('may be empty', () => {
    expect(decode('0\r\n\r\n', { decodedLength: 0 }).data).toHaveLength(0);
    expect(decode('0\r\n\r\n', { decodedLength: 0, trailer: true }).data).toHaveLength(0);
  });
});

describe('a bad aws-chunked body', () => {
  it('is refused when a byte of any chunk or its signature was changed', () => {
    const good = body(SIGNED);
    for (const at of [5, 40, 100, 60_000, good.length - 100, good.length - 10]) {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] ?? 0) ^ 1;
      expect(['SignatureDoesNotMatch', 'InvalidRequest', 'IncompleteBody'], `byte ${at}`).toContain(
        refusal(bad, { decodedLength: LENGTH, signer: signer() }),
      );
    }
  });

  it('is refused when its chunks are reordered or one is left out', () => {
    const swapped = awsChunked(TARGET, [Buffer.from('b'), Buffer.from('a')], SIGNED).toString();
    const [first = '', second = '', last = ''] = [swapped.slice(0, 87), swapped.slice(87, 174), swapped.slice(174)];
    const check = (text: string, decodedLength: number) => refusal(text, { decodedLength, signer: signer() });
    expect(check(first + second + last, 2)).toBe('accepted');
    expect(check(second + first + last, 2)).toBe('SignatureDoesNotMatch');
    expect(check(first + last, 1)).toBe('SignatureDoesNotMatch');
  });

  it('is refused when the trailer or its signature was changed', () => {
    const good = body({ ...SIGNED, trailers: { 'x-amz-checksum-crc32': 'AAAAAA==' } }).toString('latin1');
    const options = { decodedLength: LENGTH, trailer: true };
    const check = (text: string) => refusal(Buffer.from(text, 'latin1'), { ...options, signer: signer() });
    expect(check(good)).toBe('accepted');
    expect(check(good.replace('AAAAAA==', 'AAAAAB=='))).toBe('SignatureDoesNotMatch');
    expect(check(good.replace(/x-amz-trailer-signature:[0-9a-f]+\r\n/, ''))).toBe('SignatureDoesNotMatch');
  });

  it('is refused when it is shorter or longer than announced', () => {
    expect(refusal('3\r\nabc\r\n0\r\n\r\n', { decodedLength: 4 })).toBe('IncompleteBody');
    expect(refusal('3\r\nabc\r\n', { decodedLength: 3 })).toBe('IncompleteBody');
    expect(refusal('3\r\nabc\r\n0\r\n\r\n', { decodedLength: 2 })).toBe('InvalidRequest');
    expect(refusal('3\r\nabc\r\n0\r\n\r\nmore', { decodedLength: 3 })).toBe('InvalidRequest');
    expect(refusal('2\r\nabc\r\n0\r\n\r\n', { decodedLength: 2 })).toBe('InvalidRequest');
  });

  it('is refused when a header line is no size, or has no end', () => {
    expect(refusal('x\r\n', { decodedLength: 1 })).toBe('InvalidRequest');
    expect(refusal('-1\r\n', { decodedLength: 1 })).toBe('InvalidRequest');
    expect(refusal('ffffffffffffffffff\r\n', { decodedLength: 1 })).toBe('InvalidRequest');
    expect(refusal('1\na\n0\n\n', { decodedLength: 1 })).toBe('InvalidRequest');
    expect(refusal('0'.repeat(5000), { decodedLength: 1 })).toBe('InvalidRequest');
    expect(refusal('1;chunk-signature=00\r\n', { decodedLength: 1, signer: signer() })).toBe('InvalidRequest');
  });

  it('is refused when its trailer is no header, is repeated, or has too many lines', () => {
    const options = { decodedLength: 0, trailer: true };
    expect(refusal('0\r\nno colon\r\n\r\n', options)).toBe('MalformedTrailerError');
    expect(refusal('0\r\na:1\r\nA:2\r\n\r\n', options)).toBe('MalformedTrailerError');
    const lines = Array.from({ length: 20 }, (_, index) => `h${index}:1\r\n`).join('');
    expect(refusal(`0\r\n${lines}\r\n`, options)).toBe('MalformedTrailerError');
    expect(refusal('0\r\n\r\n\r\n', options)).toBe('MalformedTrailerError');
  });
});
