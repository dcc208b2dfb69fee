// queue: the S3 event notification as it arrives in a queue (docs.aws.amazon.com/AmazonS3, "Event message structure").

import { z } from 'zod';

const s3RecordSchema = z.looseObject({
  eventName: z.string(),
  eventTime: z.string().optional(),
  s3: z.looseObject({
    bucket: z.looseObject({ name: z.string() }),
    object: z.looseObject({
      /** Form-encoded: `+` is a space. */
      key: z.string(),
      size: z.number().optional(),
      eTag: z.string().optional(),
      sequencer: z.string().optional(),
    }),
  }),
});

/** A test event (`s3:TestEvent`) has no Records. */
export const s3EventSchema = z.looseObject({ Records: z.array(s3RecordSchema).optional() });

export interface ObjectCreated {
  readonly bucket: string;
  readonly key: string;
  readonly etag?: string;
  readonly size?: number;
}

/** The created objects an event tells of, keys decoded; other event names are left out. */
export function createdObjects(event: z.infer<typeof s3EventSchema>): readonly ObjectCreated[] {
  return (event.Records ?? [])
    .filter((record) => record.eventName.replace(/^s3:/, '').startsWith('ObjectCreated:'))
    .map((record) => {
      const { key, eTag, size } = record.s3.object;
      return {
        bucket: record.s3.bucket.name,
        key: decodeURIComponent(key.replaceAll('+', ' ')),
        ...(eTag === undefined ? {} : { etag: eTag.replaceAll('"', '') }),
        ...(size === undefined ? {} : { size }),
      };
    });
}
