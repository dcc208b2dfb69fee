// s3 operations, ListParts: what of a multipart upload has come so far.
import { checksumElement } from '../checksum.ts';
import { parseLimit } from '../listing.ts';
import { quoted } from '../object-headers.ts';
import type { Exchange, Operation, Reply } from '../operation.ts';
import type { Store } from '../store.ts';
import { requireUpload } from '../uploads.ts';
import { document, element } from '../xml.ts';

export const listParts: Operation = {
  name: 'ListParts',
  method: 'GET',
  on: 'object',
  selectors: ['uploadId'],
  parameters: ['max-parts', 'part-number-marker'],
  run({ request }: Exchange, store: Store): Reply {
    const upload = requireUpload(store, request);
    const marker = parseLimit(request, 'part-number-marker', 0, 10_000);
    const maxParts = parseLimit(request, 'max-parts', 1000, 1000);
    const rest = store.catalogue.uploads.parts(upload.id).filter((part) => part.number > marker);
    const page = rest.slice(0, maxParts);
    const parts = page.map((part) =>
      element('Part', [
        element('PartNumber', part.number),
        element('LastModified', new Date(part.modifiedMs).toISOString()),
        element('ETag', quoted(part.etag)),
        element('Size', part.size),
        part.checksum ? element(checksumElement(part.checksum.algorithm), part.checksum.value) : '',
      ]),
    );
    return {
      status: 200,
      body: document('ListPartsResult', [
        element('Bucket', upload.bucket),
        element('Key', upload.key),
        element('UploadId', upload.id),
        element('StorageClass', 'STANDARD'),
        element('PartNumberMarker', marker),
        element('NextPartNumberMarker', page.at(-1)?.number ?? 0),
        element('MaxParts', maxParts),
        element('IsTruncated', rest.length > page.length),
        element('ChecksumAlgorithm', upload.checksum?.algorithm),
        element('ChecksumType', upload.checksum?.type),
        ...parts,
      ]),
    };
  },
};
