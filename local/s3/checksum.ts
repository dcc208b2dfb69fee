// s3 checksum: the sums a client may send with its data, in a header or a trailer, and what they are checked with.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { CRC32, CRC32C, CRC64NVME, type CrcKind, combineCrc, crc32c, crc64nvme } from './crc.ts';
import { S3Error } from './errors.ts';
import { type S3Request, setting } from './request.ts';

export type ChecksumAlgorithm = 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256';
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

/** A sum as it is stored and shown: base64, and of several parts' sums if composite. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
  readonly value: string;
}

export interface Summer {
  update(bytes: Uint8Array): void;
  digest(): Buffer;
}

interface Algorithm {
  readonly bytes: number;
  readonly create: () => Summer;
  /** Set for CRCs, which can be joined without reading the data again. */
  readonly crc: CrcKind | undefined;
}

const ALGORITHMS: Readonly<Record<ChecksumAlgorithm, Algorithm>> = {
  CRC32: { bytes: 4, create: () => crc32Summer((bytes, crc) => crc32(bytes, crc)), crc: CRC32 },
  CRC32C: { bytes: 4, create: () => crc32Summer(crc32c), crc: CRC32C },
  CRC64NVME: { bytes: 8, create: crc64Summer, crc: CRC64NVME },
  SHA1: { bytes: 20, create: () => createHash('sha1'), crc: undefined },
  SHA256: { bytes: 32, create: () => createHash('sha256'), crc: undefined },
};
export const CHECKSUM_ALGORITHMS = Object.keys(ALGORITHMS) as readonly ChecksumAlgorithm[]; // the keys of a closed record

export function createSummer(algorithm: ChecksumAlgorithm): Summer {
  return ALGORITHMS[algorithm].create();
}

export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** The element that carries the sum in XML, such as `ChecksumCRC32`. */
export function checksumElement(algorithm: ChecksumAlgorithm): string {
  return `Checksum${algorithm}`;
}

export function parseAlgorithm(text: string | undefined): ChecksumAlgorithm | undefined {
  if (text === undefined) return undefined;
  const found = CHECKSUM_ALGORITHMS.find((algorithm) => algorithm === text.toUpperCase());
  if (!found)
    throw new S3Error(
      'InvalidRequest',
      `Checksum algorithm "${text}" is not one of ${CHECKSUM_ALGORITHMS.join(', ')}.`,
    );
  return found;
}

/** What the client promises about its data: which sum to take, and the value to compare, unless a trailer brings it. */
export interface DeclaredChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly value: string | undefined;
  readonly inTrailer: boolean;
}

/** Read the `x-amz-checksum-*`, `x-amz-trailer` and `x-amz-sdk-checksum-algorithm` settings; at most one sum is allowed. */
export function declaredChecksum(request: S3Request): DeclaredChecksum | undefined {
  const trailers = (request.headers.get('x-amz-trailer') ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  const declared = CHECKSUM_ALGORITHMS.flatMap((algorithm): readonly DeclaredChecksum[] => {
    const value = setting(request, checksumHeader(algorithm));
    if (value !== undefined) return [{ algorithm, value: checkValue(algorithm, value), inTrailer: false }];
    if (trailers.includes(checksumHeader(algorithm))) return [{ algorithm, value: undefined, inTrailer: true }];
    return [];
  });
  if (declared.length > 1)
    throw new S3Error(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum types are not allowed.',
    );
  const asked = parseAlgorithm(setting(request, 'x-amz-sdk-checksum-algorithm'));
  if (declared[0]) return declared[0];
  return asked ? { algorithm: asked, value: undefined, inTrailer: false } : undefined;
}

/** A value must be base64 of the right length before it is compared with anything. */
export function checkValue(algorithm: ChecksumAlgorithm, value: string): string {
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length !== ALGORITHMS[algorithm].bytes || bytes.toString('base64') !== value)
    throw new S3Error('InvalidRequest', `Value for ${checksumHeader(algorithm)} header is invalid.`);
  return value;
}

export function checksumMismatch(algorithm: ChecksumAlgorithm): S3Error {
  return new S3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
}

/** The sum of sums that a multipart object has: `base64(sum of the parts' raw sums)-parts`. */
export function compositeChecksum(algorithm: ChecksumAlgorithm, partValues: readonly string[]): Checksum {
  const summer = createSummer(algorithm);
  for (const value of partValues) summer.update(Buffer.from(value, 'base64'));
  return { algorithm, type: 'COMPOSITE', value: `${summer.digest().toString('base64')}-${partValues.length}` };
}

/** The CRC of a whole multipart object, from its parts' CRCs and sizes; undefined for sums that cannot be joined. */
export function fullObjectChecksum(
  algorithm: ChecksumAlgorithm,
  parts: readonly { readonly value: string; readonly size: number }[],
): Checksum | undefined {
  const { crc, bytes } = ALGORITHMS[algorithm];
  if (!crc) return undefined;
  const joined = parts.reduce((sum, part) => combineCrc(crc, sum, toBigInt(part.value), part.size), 0n);
  const value = Buffer.from(joined.toString(16).padStart(bytes * 2, '0'), 'hex').toString('base64');
  return { algorithm, type: 'FULL_OBJECT', value };
}

function toBigInt(base64: string): bigint {
  return BigInt(`0x${Buffer.from(base64, 'base64').toString('hex')}`);
}

function crc32Summer(step: (bytes: Uint8Array, crc: number) => number): Summer {
  let crc = 0;
  return {
    update(bytes) {
      crc = step(bytes, crc);
    },
    digest() {
      const digest = Buffer.alloc(4);
      digest.writeUInt32BE(crc);
      return digest;
    },
  };
}

function crc64Summer(): Summer {
  let crc = 0n;
  return {
    update(bytes) {
      crc = crc64nvme(bytes, crc);
    },
    digest() {
      const digest = Buffer.alloc(8);
      digest.writeBigUInt64BE(crc);
      return digest;
    },
  };
}
