// s3 router: which operation a request asks for; whatever it asks that no operation understands is refused by name.
import { notImplemented, S3Error } from './errors.ts';
import type { Operation } from './operation.ts';
import { abortMultipartUpload } from './operations/abort-multipart-upload.ts';
import { createBucket, deleteBucket, getBucketLocation, headBucket, listBuckets } from './operations/buckets.ts';
import { completeMultipartUpload } from './operations/complete-multipart-upload.ts';
import { copyObject } from './operations/copy-object.ts';
import { createMultipartUpload } from './operations/create-multipart-upload.ts';
import { deleteObject } from './operations/delete-object.ts';
import { deleteObjects } from './operations/delete-objects.ts';
import { getObject, headObject } from './operations/get-object.ts';
import { listMultipartUploads } from './operations/list-multipart-uploads.ts';
import { listObjects, listObjectsV2 } from './operations/list-objects.ts';
import { listParts } from './operations/list-parts.ts';
import { putObject } from './operations/put-object.ts';
import { uploadPart } from './operations/upload-part.ts';
import { type S3Request, setting } from './request.ts';

const OPERATIONS: readonly Operation[] = [
  listBuckets,
  createBucket,
  deleteBucket,
  headBucket,
  getBucketLocation,
  listObjects,
  listObjectsV2,
  listMultipartUploads,
  deleteObjects,
  putObject,
  copyObject,
  getObject,
  headObject,
  deleteObject,
  createMultipartUpload,
  uploadPart,
  listParts,
  completeMultipartUpload,
  abortMultipartUpload,
];

/** `x-amz-*` settings that some operation heeds, or that change nothing here. */
const KNOWN_SETTINGS = new Set([
  'algorithm',
  'checksum-algorithm',
  'checksum-crc32',
  'checksum-crc32c',
  'checksum-crc64nvme',
  'checksum-mode',
  'checksum-sha1',
  'checksum-sha256',
  'checksum-type',
  'content-sha256',
  'copy-source',
  'copy-source-if-match',
  'copy-source-if-modified-since',
  'copy-source-if-none-match',
  'copy-source-if-unmodified-since',
  'credential',
  'date',
  'decoded-content-length',
  'expires',
  'metadata-directive',
  'mp-object-size',
  'optional-object-attributes',
  'request-payer',
  'sdk-checksum-algorithm',
  'signature',
  'signedheaders',
  'trailer',
  'user-agent',
]);
const PRIVATE_ACLS = ['private', 'bucket-owner-read', 'bucket-owner-full-control'];

/** Find the operation: the one with the most selectors among those that fit. */
export function findOperation(request: S3Request): Operation {
  const on = resourceOf(request);
  const copies = setting(request, 'x-amz-copy-source') !== undefined;
  const [operation] = OPERATIONS.filter(
    (candidate) =>
      candidate.method === request.method &&
      candidate.on === on &&
      (candidate.copies ?? false) === copies &&
      candidate.selectors.every((name) => request.parameters.has(name)),
  ).sort((a, b) => b.selectors.length - a.selectors.length);
  const parameters = [...request.parameters.keys()];
  const named = parameters.filter((name) => !isPlain(name));
  if (!operation)
    throw notImplemented(
      `${request.method} on ${on === 'service' ? 'the service' : `a ${on}`}${named.length > 0 ? ` with ?${named.join('&')}` : ''}${copies ? ' with x-amz-copy-source' : ''}`,
    );
  const unknown = named.filter((name) => ![...operation.selectors, ...operation.parameters].includes(name));
  if (unknown.length > 0) throw notImplemented(`${operation.name} with ?${unknown.join('&')}`);
  checkSettings(request, operation);
  return operation;
}

function resourceOf(request: S3Request): Operation['on'] {
  if (request.bucket === undefined) return 'service';
  return request.key === undefined ? 'bucket' : 'object';
}

/** Parameters that sign, or that S3 lets everyone add for their logs. */
function isPlain(name: string): boolean {
  return name.startsWith('x-');
}

/** A header such as server-side encryption must not be passed over in silence. */
function checkSettings(request: S3Request, operation: Operation): void {
  const names = [...request.headers.keys(), ...request.parameters.keys()].filter((name) => name.startsWith('x-amz-'));
  for (const name of names) {
    const value = setting(request, name) ?? '';
    const plain = name.slice('x-amz-'.length);
    if (KNOWN_SETTINGS.has(plain) || plain.startsWith('meta-')) continue;
    if (plain === 'acl' && PRIVATE_ACLS.includes(value)) continue;
    if (plain === 'storage-class') {
      if (value === 'STANDARD') continue;
      throw new S3Error(
        'InvalidStorageClass',
        `The storage class "${value}" is not valid here; there is only STANDARD.`,
      );
    }
    if (plain === 'tagging-directive' && value === 'COPY') continue;
    if (plain === 'bucket-object-lock-enabled' && value.toLowerCase() === 'false') continue;
    throw notImplemented(`${operation.name} with ${name}: ${value.slice(0, 64)}`);
  }
}
