// s3 operations, AbortMultipartUpload: forget an upload and its parts.
import type { Exchange, Operation, Reply } from '../operation.ts';
import { discardUnnamed, type Store } from '../store.ts';
import { requireUpload } from '../uploads.ts';

export const abortMultipartUpload: Operation = {
  name: 'AbortMultipartUpload',
  method: 'DELETE',
  on: 'object',
  selectors: ['uploadId'],
  parameters: [],
  run({ request }: Exchange, store: Store): Reply {
    const upload = requireUpload(store, request);
    discardUnnamed(
      store,
      store.catalogue.transaction(() => store.catalogue.uploads.remove(upload.id)),
    );
    return { status: 204 };
  },
};
