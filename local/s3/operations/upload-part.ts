// s3 operations, UploadPart: stream one part of a multipart upload to disk; sent again, it replaces the one before.
import { receiveBody } from '../body.ts';
import { checksumHeader } from '../checksum.ts';
import { S3Error } from '../errors.ts';
import { quoted } from '../object-headers.ts';
import type { Exchange, Operation, Reply } from '../operation.ts';
import { discardUnnamed, type Store, withNewBlob } from '../store.ts';
import { requireUpload } from '../uploads.ts';

const MAX_PART_BYTES = 5 * 1024 ** 3;
const MAX_PART_NUMBER = 10_000;

export const uploadPart: Operation = {
  name: 'UploadPart',
  method: 'PUT',
  on: 'object',
  selectors: ['partNumber', 'uploadId'],
  parameters: [],
  run,
};

async function run(exchange: Exchange, store: Store): Promise<Reply> {
  const { request } = exchange;
  const number = parsePartNumber(request.parameters.get('partNumber') ?? '');
  const upload = requireUpload(store, request);
  return withNewBlob(store, async (writer) => {
    const options = {
      maxBytes: MAX_PART_BYTES,
      ...(upload.checksum ? { defaultChecksum: upload.checksum.algorithm } : {}),
    };
    const { size, md5, checksum } = await receiveBody(exchange, options, writer.write);
    if (checksum && upload.checksum && checksum.algorithm !== upload.checksum.algorithm)
      throw new S3Error(
        'InvalidRequest',
        `Checksum Type mismatch occurred, expected checksum Type: ${upload.checksum.algorithm}, actual checksum Type: ${checksum.algorithm}`,
      );
    await writer.commit();
    const replaced = store.catalogue.transaction(() => {
      requireUpload(store, request);
      const part = { number, blob: writer.id, size, etag: md5, modifiedMs: store.clock(), checksum };
      return store.catalogue.uploads.putPart(upload.id, part);
    });
    discardUnnamed(store, replaced);
    return {
      status: 200,
      headers: { etag: quoted(md5), ...(checksum ? { [checksumHeader(checksum.algorithm)]: checksum.value } : {}) },
    };
  });
}

function parsePartNumber(text: string): number {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > MAX_PART_NUMBER)
    throw new S3Error('InvalidArgument', `Part number must be an integer between 1 and ${MAX_PART_NUMBER}, inclusive`, {
      ArgumentName: 'partNumber',
      ArgumentValue: text,
    });
  return number;
}
