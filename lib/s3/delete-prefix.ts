// s3: removes every object below a prefix, as many at once as one request takes.

import type { ObjectStore } from './object-store.ts';

const DELETE_BATCH = 1000;

export async function deletePrefix(store: Pick<ObjectStore, 'list' | 'delete'>, prefix: string): Promise<void> {
  let batch: string[] = [];
  for await (const { key } of store.list(prefix)) {
    batch.push(key);
    if (batch.length < DELETE_BATCH) continue;
    await store.delete(batch);
    batch = [];
  }
  if (batch.length > 0) await store.delete(batch);
}
