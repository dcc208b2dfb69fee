// s3: the bucket through the AWS SDK: embedded, MinIO and S3 alike.

import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { PipelineError } from '../errors/pipeline-error.ts';
import type { ObjectHead, ObjectStore } from './object-store.ts';
import { mapS3Error } from './s3-error.ts';

export interface ObjectStoreConfig {
  readonly bucket: string;
  readonly region: string;
  readonly endpoint?: string | undefined;
  /** Where presigned URLs point, if elsewhere. */
  readonly publicEndpoint?: string | undefined;
  readonly accessKeyId?: string | undefined;
  readonly secretAccessKey?: string | undefined;
}

/** Bytes of one ranged GET while a whole object is streamed: large enough to hide latency, small enough to try again. */
const READ_RANGE_BYTES = 32 * 1024 * 1024;
const READ_ATTEMPTS = 4;
/** S3's own bound on one DeleteObjects request. */
const DELETE_BATCH = 1000;

export function createObjectStore(config: ObjectStoreConfig): ObjectStore {
  const client = createS3Client(config, config.endpoint);
  const presigner = config.publicEndpoint === undefined ? client : createS3Client(config, config.publicEndpoint);
  const Bucket = config.bucket;

  async function getBody(
    key: string,
    range: string | undefined,
    ifMatch: string | undefined,
    signal: AbortSignal | undefined,
  ) {
    const reply = await client.send(
      new GetObjectCommand({
        Bucket,
        Key: key,
        ...(range && { Range: range }),
        ...(ifMatch && { IfMatch: quoted(ifMatch) }),
      }),
      signal === undefined ? {} : { abortSignal: signal },
    );
    if (reply.Body === undefined)
      throw new PipelineError('service-unavailable', `GET ${key}: no body`, { permanent: false });
    return { body: reply.Body, length: reply.ContentLength ?? 0 };
  }

  return {
    bucket: Bucket,

    async head(key, options = {}): Promise<ObjectHead> {
      return await mapS3Error('HEAD', key, async () => {
        const reply = await client.send(
          new HeadObjectCommand({ Bucket, Key: key, ...(options.ifMatch && { IfMatch: quoted(options.ifMatch) }) }),
          options.signal === undefined ? {} : { abortSignal: options.signal },
        );
        return {
          size: reply.ContentLength ?? 0,
          etag: unquoted(reply.ETag ?? ''),
          lastModified: reply.LastModified ?? new Date(0),
        };
      });
    },

    async getRange(key, range, options = {}) {
      if (range.length === 0) return new Uint8Array(0);
      return await mapS3Error('GET', key, async () => {
        const header = `bytes=${range.offset}-${range.offset + range.length - 1}`;
        const { body } = await getBody(key, header, options.ifMatch, options.signal);
        return await body.transformToByteArray();
      });
    },

    async get(key, options) {
      return await mapS3Error('GET', key, async () => {
        const { body, length } = await getBody(key, undefined, options.ifMatch, options.signal);
        if (length > options.maxBytes) {
          await body.transformToWebStream().cancel();
          throw new PipelineError(
            'limit-exceeded',
            `GET ${key}: ${length} bytes, at most ${options.maxBytes} are read at once`,
            {
              permanent: true,
            },
          );
        }
        return await body.transformToByteArray();
      });
    },

    async *read(key, options) {
      let offset = options.offset ?? 0;
      let attempts = 0;
      while (offset < options.size) {
        const last = Math.min(offset + READ_RANGE_BYTES, options.size) - 1;
        try {
          const { body } = await mapS3Error('GET', key, () =>
            getBody(key, `bytes=${offset}-${last}`, options.etag, options.signal),
          );
          for await (const piece of body as unknown as AsyncIterable<Uint8Array>) {
            // Node's body is a Readable
            offset += piece.length;
            attempts = 0;
            yield piece;
          }
        } catch (error) {
          const lost = error instanceof PipelineError && (error.permanent || error.code.startsWith('object-'));
          attempts += 1;
          if (lost || options.signal?.aborted || attempts >= READ_ATTEMPTS) throw error;
        }
      }
    },

    async put(key, body, options = {}) {
      return await mapS3Error('PUT', key, async () => {
        const reply = await client.send(
          new PutObjectCommand({
            Bucket,
            Key: key,
            Body: body,
            ...(options.contentType && { ContentType: options.contentType }),
            ...(options.ifNoneMatch && { IfNoneMatch: options.ifNoneMatch }),
          }),
          options.signal === undefined ? {} : { abortSignal: options.signal },
        );
        return { etag: unquoted(reply.ETag ?? '') };
      });
    },

    async delete(keys) {
      for (let from = 0; from < keys.length; from += DELETE_BATCH) {
        const batch = keys.slice(from, from + DELETE_BATCH);
        await mapS3Error('DELETE', batch[0] ?? '', async () => {
          const Objects = batch.map((Key) => ({ Key }));
          const reply = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
          const failed = reply.Errors?.[0];
          if (failed !== undefined) {
            throw new PipelineError('service-unavailable', `DELETE ${failed.Key}: ${failed.Code} ${failed.Message}`, {
              permanent: false,
            });
          }
        });
      }
    },

    async *list(prefix) {
      let token: string | undefined;
      do {
        const page = await mapS3Error('LIST', prefix, () =>
          client.send(new ListObjectsV2Command({ Bucket, Prefix: prefix, ...(token && { ContinuationToken: token }) })),
        );
        for (const object of page.Contents ?? []) {
          yield { key: object.Key ?? '', size: object.Size ?? 0, etag: unquoted(object.ETag ?? '') };
        }
        token = page.NextContinuationToken;
      } while (token !== undefined);
    },

    async presignPut(key, options) {
      const command = new PutObjectCommand({
        Bucket,
        Key: key,
        ...(options.contentLength !== undefined && { ContentLength: options.contentLength }),
      });
      const signableHeaders = options.contentLength === undefined ? undefined : new Set(['host', 'content-length']);
      return await getSignedUrl(presigner, command, {
        expiresIn: options.expiresSeconds,
        ...(signableHeaders && { signableHeaders }),
      });
    },
  };
}

/** Checksums only where required: a presigned URL would otherwise carry the CRC of an empty body. */
function createS3Client(config: ObjectStoreConfig, endpoint: string | undefined): S3Client {
  const { accessKeyId, secretAccessKey } = config;
  return new S3Client({
    region: config.region,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    ...(accessKeyId !== undefined &&
      secretAccessKey !== undefined && { credentials: { accessKeyId, secretAccessKey } }),
  });
}

function quoted(etag: string): string {
  return `"${etag}"`;
}

function unquoted(etag: string): string {
  return etag.replaceAll('"', '');
}
