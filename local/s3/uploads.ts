// s3 uploads: finding the multipart upload that a request is about.
import { S3Error } from './errors.ts';
import type { S3Request } from './request.ts';
import { objectName, requireBucket, type Store } from './store.ts';
import type { Upload } from './tables/uploads.ts';

/** The upload that `uploadId` names, if it is one for this very key. */
export function requireUpload(store: Store, request: S3Request): Upload {
  const { bucket, key } = objectName(request);
  requireBucket(store, bucket);
  const id = request.parameters.get('uploadId') ?? '';
  const upload = store.catalogue.uploads.find(id);
  if (upload?.bucket === bucket && upload.key === key) return upload;
  throw new S3Error(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { UploadId: id },
  );
}
