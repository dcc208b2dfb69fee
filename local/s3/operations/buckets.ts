// s3 operations on buckets: ListBuckets, CreateBucket, DeleteBucket, HeadBucket, GetBucketLocation.
import { receiveText } from '../body.ts';
import { S3Error } from '../errors.ts';
import { OWNER_ID } from '../events.ts';
import type { Exchange, Operation, Reply } from '../operation.ts';
import { existingBucket, type Store } from '../store.ts';
import { childText, document, element, parseXml } from '../xml.ts';

const MAX_BODY_BYTES = 64 * 1024;
/** The region that has no name of its own in answers. */
const DEFAULT_REGION = 'us-east-1';

export const listBuckets: Operation = {
  name: 'ListBuckets',
  method: 'GET',
  on: 'service',
  selectors: [],
  parameters: [],
  run(_exchange: Exchange, store: Store): Reply {
    const buckets = store.catalogue.buckets
      .list()
      .map(({ name, createdMs }) =>
        element('Bucket', [element('Name', name), element('CreationDate', new Date(createdMs).toISOString())]),
      );
    return {
      status: 200,
      body: document('ListAllMyBucketsResult', [
        element('Owner', [element('ID', OWNER_ID), element('DisplayName', OWNER_ID)]),
        element('Buckets', buckets),
      ]),
    };
  },
};

export const createBucket: Operation = {
  name: 'CreateBucket',
  method: 'PUT',
  on: 'bucket',
  selectors: [],
  parameters: [],
  async run(exchange: Exchange, store: Store): Promise<Reply> {
    const bucket = exchange.request.bucket ?? '';
    checkBucketName(bucket);
    const text = exchange.request.headers.has('content-length')
      ? await receiveText(exchange, { maxBytes: MAX_BODY_BYTES })
      : '';
    const region =
      text === '' ? undefined : childText(parseXml(text, 'CreateBucketConfiguration'), 'LocationConstraint');
    if (region && region !== store.region)
      throw new S3Error(
        'IllegalLocationConstraintException',
        `The ${region} location constraint is incompatible: this server's region is ${store.region}.`,
      );
    if (store.catalogue.buckets.has(bucket))
      throw new S3Error(
        'BucketAlreadyOwnedByYou',
        'Your previous request to create the named bucket succeeded and you already own it.',
      );
    store.catalogue.buckets.add({ name: bucket, createdMs: store.clock() });
    return { status: 200, headers: { location: `/${bucket}` } };
  },
};

export const deleteBucket: Operation = {
  name: 'DeleteBucket',
  method: 'DELETE',
  on: 'bucket',
  selectors: [],
  parameters: [],
  run({ request }: Exchange, store: Store): Reply {
    const bucket = existingBucket(store, request);
    if (!store.catalogue.buckets.removeEmpty(bucket))
      throw new S3Error('BucketNotEmpty', 'The bucket you tried to delete is not empty');
    return { status: 204 };
  },
};

export const headBucket: Operation = {
  name: 'HeadBucket',
  method: 'HEAD',
  on: 'bucket',
  selectors: [],
  parameters: [],
  run({ request }: Exchange, store: Store): Reply {
    existingBucket(store, request);
    return { status: 200, headers: { 'x-amz-bucket-region': store.region } };
  },
};

export const getBucketLocation: Operation = {
  name: 'GetBucketLocation',
  method: 'GET',
  on: 'bucket',
  selectors: ['location'],
  parameters: [],
  run({ request }: Exchange, store: Store): Reply {
    existingBucket(store, request);
    const region = store.region === DEFAULT_REGION ? '' : store.region;
    return { status: 200, body: document('LocationConstraint', [region]) };
  },
};

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export function checkBucketName(name: string): void {
  const isAddress = /^\d+\.\d+\.\d+\.\d+$/.test(name);
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) || name.includes('..') || isAddress)
    throw new S3Error(
      'InvalidBucketName',
      'The specified bucket is not valid: 3 to 63 lower-case letters, digits, dots and hyphens, no address.',
      { BucketName: name },
    );
}
