// s3 events: the message that tells a queue of a new object, as S3 shapes it.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html (version 2.1)
import type { S3Request } from './request.ts';
import type { StoredObject } from './tables/objects.ts';
import { formEncode } from './uri.ts';

/** Which new objects a queue is told of. */
export interface Notification {
  readonly id: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly suffix: string;
  /** The queue's name. */
  readonly target: string;
}

export type EventName = 'ObjectCreated:Put' | 'ObjectCreated:CompleteMultipartUpload' | 'ObjectCreated:Copy';

export interface ObjectCreated {
  readonly notification: Notification;
  readonly object: StoredObject;
  readonly eventName: EventName;
  readonly region: string;
  readonly request: S3Request;
}

/** The owner that every bucket and object has: this server knows only one. */
export const OWNER_ID = 'smart-ids';

export function wants(notification: Notification, object: { readonly bucket: string; readonly key: string }): boolean {
  return (
    notification.bucket === object.bucket &&
    object.key.startsWith(notification.prefix) &&
    object.key.endsWith(notification.suffix)
  );
}

/** The message's text. `sequencer` orders the events of one key: compare it as text. */
export function objectCreatedBody(created: ObjectCreated): string {
  const { notification, object, eventName, region, request } = created;
  return JSON.stringify({
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: region,
        eventTime: new Date(object.modifiedMs).toISOString(),
        eventName,
        userIdentity: { principalId: OWNER_ID },
        requestParameters: { sourceIPAddress: request.remoteAddress },
        responseElements: { 'x-amz-request-id': request.id, 'x-amz-id-2': request.id },
        s3: {
          s3SchemaVersion: '1.0',
          configurationId: notification.id,
          bucket: {
            name: object.bucket,
            ownerIdentity: { principalId: OWNER_ID },
            arn: `arn:aws:s3:::${object.bucket}`,
          },
          object: {
            key: formEncode(object.key),
            size: object.size,
            eTag: object.etag,
            sequencer: object.id.toString(16).toUpperCase().padStart(18, '0'),
          },
        },
      },
    ],
  });
}
