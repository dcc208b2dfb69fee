// contract, object store: one server under test, its clients, and the little that every part of the suite asks.
import { createHash, randomUUID } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Client as MinioClient } from 'minio';
import { afterAll, beforeAll } from 'vitest';

export interface ObjectStoreTarget {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** A bucket that is there and may be written to. */
  readonly bucket: string;
  readonly close: () => Promise<void>;
}

/** `target`, `s3` and `minio` are there once tests run. */
export interface ObjectStoreUnderTest {
  readonly target: ObjectStoreTarget;
  readonly s3: S3Client;
  readonly minio: MinioClient;
  /** Before every key of the suite. */
  readonly prefix: string;
  at(key: string): { readonly Bucket: string; readonly Key: string };
  /** A client of its own; whoever asks for it destroys it. */
  client(overrides?: { readonly secretAccessKey?: string; readonly whenRequired?: boolean }): S3Client;
  /** Resolves to the ETag. */
  put(key: string, body: string | Buffer): Promise<string>;
  read(key: string, further?: { readonly Range?: string; readonly IfMatch?: string }): Promise<Buffer>;
  /** The name and status of the refusal that a request meets, or `accepted`. */
  refusal(request: Promise<unknown>): Promise<string>;
}

export const MIB = 1024 * 1024;

export function md5(data: Buffer): Buffer {
  return createHash('md5').update(data).digest();
}

async function refusal(request: Promise<unknown>): Promise<string> {
  try {
    await request;
    return 'accepted';
  } catch (error) {
    const status =
      error instanceof Error && '$metadata' in error ? (error.$metadata as { httpStatusCode?: number }) : {};
    return `${error instanceof Error ? error.name : error} ${status.httpStatusCode ?? ''}`.trim();
  }
}

/** Starts it before the tests of the `describe` it is called in, and closes it after them. */
export function prepareObjectStore(start: () => Promise<ObjectStoreTarget>): ObjectStoreUnderTest {
  let target: ObjectStoreTarget;
  let s3: S3Client;
  let minio: MinioClient;
  const prefix = `contract-${randomUUID()}/`;
  const at = (key: string) => ({ Bucket: target.bucket, Key: prefix + key });

  const client: ObjectStoreUnderTest['client'] = (overrides = {}) => {
    const { accessKeyId, secretAccessKey } = target.credentials;
    return new S3Client({
      endpoint: target.endpoint,
      region: target.region,
      forcePathStyle: true,
      maxAttempts: 1,
      credentials: { accessKeyId, secretAccessKey: overrides.secretAccessKey ?? secretAccessKey },
      ...(overrides.whenRequired ? { requestChecksumCalculation: 'WHEN_REQUIRED' as const } : {}),
    });
  };

  beforeAll(async () => {
    target = await start();
    s3 = client();
    const { hostname, port } = new URL(target.endpoint);
    const { accessKeyId: accessKey, secretAccessKey: secretKey } = target.credentials;
    minio = new MinioClient({ endPoint: hostname, port: Number(port), useSSL: false, accessKey, secretKey });
  });
  afterAll(async () => {
    s3?.destroy();
    await target?.close();
  });

  return {
    get target() {
      return target;
    },
    get s3() {
      return s3;
    },
    get minio() {
      return minio;
    },
    ...{ prefix, at, client, refusal },
    async put(key, body) {
      const { ETag = '' } = await s3.send(new PutObjectCommand({ ...at(key), Body: body }));
      return ETag;
    },
    async read(key, further = {}) {
      const { Body } = await s3.send(new GetObjectCommand({ ...at(key), ...further }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    },
  };
}
