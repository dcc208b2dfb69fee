// s3 operations, ListMultipartUploads: which uploads of a bucket are still open.
import { commonPrefixElements, listPage, nameEncoder, parseLimit } from '../listing.ts';
import type { Exchange, Operation, Reply } from '../operation.ts';
import { existingBucket, type Store } from '../store.ts';
import { document, element } from '../xml.ts';

export const listMultipartUploads: Operation = {
  name: 'ListMultipartUploads',
  method: 'GET',
  on: 'bucket',
  selectors: ['uploads'],
  parameters: ['prefix', 'delimiter', 'encoding-type', 'key-marker', 'max-uploads', 'upload-id-marker'],
  run({ request }: Exchange, store: Store): Reply {
    const bucket = existingBucket(store, request);
    const encode = nameEncoder(request);
    const text = (name: string) => request.parameters.get(name) ?? '';
    const limit = parseLimit(request, 'max-uploads', 1000, 1000);
    const keyMarker = text('key-marker');
    const idMarker = keyMarker === '' ? '' : text('upload-id-marker');
    const isMarker = (key: Buffer) => idMarker !== '' && key.equals(Buffer.from(keyMarker, 'utf8'));
    const page = listPage(
      { prefix: text('prefix'), delimiter: text('delimiter'), after: keyMarker || undefined, limit },
      (start) => store.catalogue.uploads.scan(bucket, start, isMarker(start.key) ? idMarker : undefined),
    );
    const uploads = page.rows.map((upload) =>
      element('Upload', [
        element('Key', encode(upload.key)),
        element('UploadId', upload.id),
        element('StorageClass', 'STANDARD'),
        element('Initiated', new Date(upload.initiatedMs).toISOString()),
        element('ChecksumAlgorithm', upload.checksum?.algorithm),
        element('ChecksumType', upload.checksum?.type),
      ]),
    );
    const lastRow = page.rows.at(-1);
    return {
      status: 200,
      body: document('ListMultipartUploadsResult', [
        element('Bucket', bucket),
        element('KeyMarker', encode(keyMarker)),
        element('UploadIdMarker', idMarker),
        element('NextKeyMarker', page.next === undefined ? undefined : encode(page.next)),
        element('NextUploadIdMarker', lastRow && lastRow.key === page.next ? lastRow.id : undefined),
        element('Prefix', encode(text('prefix'))),
        element('Delimiter', text('delimiter') === '' ? undefined : encode(text('delimiter'))),
        element('EncodingType', request.parameters.get('encoding-type')),
        element('MaxUploads', limit),
        element('IsTruncated', page.next !== undefined),
        ...uploads,
        ...commonPrefixElements(page.commonPrefixes, encode),
      ]),
    };
  },
};
