// s3 operations, CreateMultipartUpload: open an upload whose parts come one by one.
import { randomBytes } from 'node:crypto';
import { type ChecksumAlgorithm, type ChecksumType, parseAlgorithm } from '../checksum.ts';
import { S3Error } from '../errors.ts';
import { keptHeaders } from '../object-headers.ts';
import type { Exchange, Operation, Reply } from '../operation.ts';
import { type S3Request, setting } from '../request.ts';
import { objectName, requireBucket, type Store } from '../store.ts';
import { document, element } from '../xml.ts';

export const createMultipartUpload: Operation = {
  name: 'CreateMultipartUpload',
  method: 'POST',
  on: 'object',
  selectors: ['uploads'],
  parameters: [],
  run({ request }: Exchange, store: Store): Reply {
    const { bucket, key } = objectName(request);
    requireBucket(store, bucket);
    const id = randomBytes(16).toString('hex');
    const checksum = chooseChecksum(request);
    store.catalogue.uploads.add({
      id,
      bucket,
      key,
      initiatedMs: store.clock(),
      headers: keptHeaders(request),
      checksum,
    });
    return {
      status: 200,
      headers: checksum ? { 'x-amz-checksum-algorithm': checksum.algorithm, 'x-amz-checksum-type': checksum.type } : {},
      body: document('InitiateMultipartUploadResult', [
        element('Bucket', bucket),
        element('Key', key),
        element('UploadId', id),
      ]),
    };
  },
};

/** CRC64NVME is only ever taken of the whole; SHAs only ever of the parts; the other CRCs as asked. */
function chooseChecksum(
  request: S3Request,
): { readonly algorithm: ChecksumAlgorithm; readonly type: ChecksumType } | undefined {
  const algorithm = parseAlgorithm(setting(request, 'x-amz-checksum-algorithm'));
  const asked = setting(request, 'x-amz-checksum-type')?.toUpperCase();
  if (!algorithm) return undefined;
  const type = asked ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE');
  const fits =
    (type === 'FULL_OBJECT' && !algorithm.startsWith('SHA')) || (type === 'COMPOSITE' && algorithm !== 'CRC64NVME');
  if (!fits)
    throw new S3Error(
      'InvalidRequest',
      `The ${type} checksum type cannot be used with the ${algorithm} checksum algorithm.`,
    );
  return { algorithm, type };
}
