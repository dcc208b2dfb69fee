// s3 operations, PutObject: stream a body to disk and make it the object under its key.
import { receiveBody } from '../body.ts';
import { checksumHeader } from '../checksum.ts';
import { checkWrite } from '../conditions.ts';
import { keptHeaders, quoted } from '../object-headers.ts';
import type { Exchange, Operation, Reply } from '../operation.ts';
import { commitObject, objectName, requireBucket, type Store, withNewBlob } from '../store.ts';

const MAX_PUT_BYTES = 5 * 1024 ** 3;

export const putObject: Operation = {
  name: 'PutObject',
  method: 'PUT',
  on: 'object',
  selectors: [],
  parameters: [],
  run,
};

async function run(exchange: Exchange, store: Store): Promise<Reply> {
  const { request } = exchange;
  const { bucket, key } = objectName(request);
  requireBucket(store, bucket);
  checkWrite(request.headers, key, store.catalogue.objects.find(bucket, key));
  const headers = keptHeaders(request);
  return withNewBlob(store, async (writer) => {
    const { size, md5, checksum } = await receiveBody(exchange, { maxBytes: MAX_PUT_BYTES }, writer.write);
    await writer.commit();
    const object = commitObject(store, request, {
      object: { bucket, key, size, etag: md5, headers, checksum, uploadId: undefined },
      segments: [{ blob: writer.id, size }],
      eventName: 'ObjectCreated:Put',
      check: (current) => checkWrite(request.headers, key, current),
    });
    return { status: 200, headers: { etag: quoted(object.etag), ...checksumHeaders(checksum) } };
  });
}

function checksumHeaders(checksum: Awaited<ReturnType<typeof receiveBody>>['checksum']): Record<string, string> {
  if (!checksum) return {};
  return { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type };
}
