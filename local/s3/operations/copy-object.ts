// s3 operations, CopyObject: a second key for bytes that are here already; the blobs are shared, nothing is read.

import { checksumElement } from '../checksum.ts';
import { checkCopySource, checkWrite } from '../conditions.ts';
import { notImplemented, S3Error } from '../errors.ts';
import { keptHeaders, quoted } from '../object-headers.ts';
import type { Exchange, Operation, Reply } from '../operation.ts';
import { setting } from '../request.ts';
import { commitObject, noSuchKey, objectName, requireBucket, type Store } from '../store.ts';
import type { StoredObject } from '../tables/objects.ts';
import { decodeUtf8, percentDecode } from '../uri.ts';
import { document, element } from '../xml.ts';

export const copyObject: Operation = {
  name: 'CopyObject',
  method: 'PUT',
  on: 'object',
  selectors: [],
  copies: true,
  parameters: [],
  run({ request }: Exchange, store: Store): Reply {
    const { bucket, key } = objectName(request);
    requireBucket(store, bucket);
    const source = findSource(store, setting(request, 'x-amz-copy-source') ?? '');
    checkCopySource(request.headers, source);
    const directive = setting(request, 'x-amz-metadata-directive') ?? 'COPY';
    if (directive !== 'COPY' && directive !== 'REPLACE')
      throw new S3Error(
        'InvalidArgument',
        `x-amz-metadata-directive must be COPY or REPLACE; "${directive}" was given.`,
      );
    if (directive === 'COPY' && source.bucket === bucket && source.key === key)
      throw new S3Error(
        'InvalidRequest',
        'This copy request is illegal: it copies an object onto itself and changes nothing.',
      );
    const copied = commitObject(store, request, {
      object: { ...source, bucket, key, headers: directive === 'COPY' ? source.headers : keptHeaders(request) },
      segments: store.catalogue.objects.segments(source.id),
      eventName: 'ObjectCreated:Copy',
      check: (current) => checkWrite(request.headers, key, current),
    });
    const { checksum } = copied;
    return {
      status: 200,
      body: document('CopyObjectResult', [
        element('LastModified', new Date(copied.modifiedMs).toISOString()),
        element('ETag', quoted(copied.etag)),
        checksum ? element(checksumElement(checksum.algorithm), checksum.value) : '',
      ]),
    };
  },
};

/** `[/]bucket/key`, percent-encoded. */
function findSource(store: Store, header: string): StoredObject {
  const [path = '', version] = header.split('?');
  if (version !== undefined && version !== 'versionId=null') throw notImplemented(`x-amz-copy-source with ${version}`);
  const name = decodeUtf8(percentDecode(path, false)).replace(/^\//, '');
  const slash = name.indexOf('/');
  if (slash <= 0 || slash === name.length - 1)
    throw new S3Error('InvalidArgument', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey');
  const [bucket, key] = [name.slice(0, slash), name.slice(slash + 1)];
  requireBucket(store, bucket);
  const source = store.catalogue.objects.find(bucket, key);
  if (!source) throw noSuchKey(key);
  return source;
}
