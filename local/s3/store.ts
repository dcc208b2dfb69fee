// s3 store: the catalogue and the blobs behind all operations, and the one way in which an object comes into being.
import type { BlobStore, BlobWriter } from './blobs.ts';
import type { Catalogue } from './catalogue.ts';
import { S3Error } from './errors.ts';
import { type EventName, type Notification, objectCreatedBody, wants } from './events.ts';
import type { S3Request } from './request.ts';
import type { NewObject, Segment, StoredObject } from './tables/objects.ts';

export interface Store {
  readonly region: string;
  readonly clock: () => number;
  readonly catalogue: Catalogue;
  readonly blobs: BlobStore;
  readonly notifications: readonly Notification[];
  /** Called when events were stored for these targets. */
  readonly wakeOutbox: (targets: readonly string[]) => void;
}

export interface ObjectCommit {
  readonly object: Omit<NewObject, 'modifiedMs'>;
  readonly segments: readonly Segment[];
  readonly eventName: EventName;
  /** Refuses, by throwing, to take the place of what is there; runs in the same transaction as the rest. */
  readonly check: (current: StoredObject | undefined) => void;
  /** Further rows to change in the same transaction; returns blobs that these rows no longer name. */
  readonly also?: () => readonly string[];
}

/** Store an object and its events in one transaction, and let go of what it replaced. */
export function commitObject(store: Store, request: S3Request, commit: ObjectCommit): NewObject {
  const { catalogue } = store;
  const object = { ...commit.object, modifiedMs: store.clock() };
  const wanted = store.notifications.filter((notification) => wants(notification, object));
  const released = catalogue.transaction(() => {
    requireBucket(store, object.bucket);
    commit.check(catalogue.objects.find(object.bucket, object.key));
    const id = catalogue.objects.nextId();
    const replaced = catalogue.objects.put(object, commit.segments);
    const further = commit.also?.() ?? [];
    for (const notification of wanted)
      catalogue.outbox.add(
        notification.target,
        objectCreatedBody({
          notification,
          object: { ...object, id },
          eventName: commit.eventName,
          region: store.region,
          request,
        }),
      );
    return [...replaced, ...further];
  });
  discardUnnamed(store, released);
  store.wakeOutbox(wanted.map((notification) => notification.target));
  return object;
}

/** Write a new blob; when `work` fails, the blob goes, unless a row names it already. */
export async function withNewBlob<T>(store: Store, work: (writer: BlobWriter) => Promise<T>): Promise<T> {
  const writer = await store.blobs.create();
  try {
    return await work(writer);
  } catch (error) {
    if (!store.catalogue.namesBlob(writer.id)) await writer.abandon();
    throw error;
  }
}

/** Delete the files of those blobs that no row names any more. */
export function discardUnnamed(store: Store, blobs: readonly string[]): void {
  store.blobs.discard(blobs.filter((blob) => !store.catalogue.namesBlob(blob)));
}

export function requireBucket(store: Store, bucket: string): void {
  if (!store.catalogue.buckets.has(bucket))
    throw new S3Error('NoSuchBucket', 'The specified bucket does not exist', { BucketName: bucket });
}

/** The bucket and key that the router has already made sure of. */
export function objectName(request: S3Request): { readonly bucket: string; readonly key: string } {
  const { bucket, key } = request;
  if (bucket === undefined || key === undefined) throw new S3Error('InvalidURI', 'The request names no object.');
  return { bucket, key };
}

/** The bucket that the router has already made sure of; it must exist. */
export function existingBucket(store: Store, request: S3Request): string {
  const bucket = request.bucket ?? '';
  requireBucket(store, bucket);
  return bucket;
}

/** The object that a request names, or the refusal. */
export function requireObject(store: Store, request: S3Request): StoredObject {
  const { bucket, key } = objectName(request);
  requireBucket(store, bucket);
  const object = store.catalogue.objects.find(bucket, key);
  if (!object) throw noSuchKey(key);
  return object;
}

export function noSuchKey(key: string): S3Error {
  return new S3Error('NoSuchKey', 'The specified key does not exist.', { Key: key });
}
