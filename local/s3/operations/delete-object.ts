// s3 operations, DeleteObject: take an object away; a key that holds none is a success too.
import { checkWrite } from '../conditions.ts';
import type { Exchange, Operation, Reply } from '../operation.ts';
import { discardUnnamed, objectName, requireBucket, type Store } from '../store.ts';

export const deleteObject: Operation = {
  name: 'DeleteObject',
  method: 'DELETE',
  on: 'object',
  selectors: [],
  parameters: [],
  run({ request }: Exchange, store: Store): Reply {
    const { bucket, key } = objectName(request);
    requireBucket(store, bucket);
    const { objects } = store.catalogue;
    const freed = store.catalogue.transaction(() => {
      if (request.headers.has('if-match')) checkWrite(request.headers, key, objects.find(bucket, key));
      return objects.remove(bucket, key);
    });
    discardUnnamed(store, freed);
    return { status: 204 };
  },
};
