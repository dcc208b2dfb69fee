// split: the dump an object belongs to: announced through the API, or one of its own.

import type { Dump } from '../../lib/dump/dump.ts';
import { deriveDumpId, fileNameOf, uploadDumpId } from '../../lib/dump/dump-id.ts';
import { EMPTY_LEDGER } from '../../lib/dump/ledger.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import type { ObjectCreated } from '../../lib/queue/s3-event.ts';
import type { ObjectHead } from '../../lib/s3/object-store.ts';
import type { SplitDeps } from './split-deps.ts';

const DUMPS_PREFIX = 'dumps/';

/** Folder markers (keys that end in a slash) are no dumps. */
export function isDumpKey({ bucket, key }: ObjectCreated, ownBucket: string): boolean {
  return bucket === ownBucket && key.startsWith(DUMPS_PREFIX) && !key.endsWith('/');
}

/** The dump of a key, if there is one. */
export async function existingDump({ dumps, store }: Pick<SplitDeps, 'dumps' | 'store'>, key: string) {
  const announcedId = uploadDumpId(key);
  const announced = announcedId === undefined ? undefined : await dumps.get(announcedId);
  return announced?.key === key ? announced : dumps.get(deriveDumpId(store.bucket, key));
}

/** The dump of a key; made where the object was dropped by an S3 client. */
export async function findDump(deps: SplitDeps, key: string, head: ObjectHead): Promise<Dump> {
  const existing = await existingDump(deps, key);
  if (existing !== undefined) return existing;
  const now = deps.clock().toISOString();
  const created: Dump = {
    id: deriveDumpId(deps.store.bucket, key),
    bucket: deps.store.bucket,
    key,
    name: fileNameOf(key),
    details: '',
    fileName: fileNameOf(key),
    createdAt: now,
    updatedAt: now,
    state: 'uploading',
    sizeBytes: head.size,
    generation: await deps.currentGeneration(),
    ledger: EMPTY_LEDGER,
    linktypes: [],
  };
  if ((await deps.dumps.create(created)) === 'created') return created;
  const other = await deps.dumps.get(created.id);
  if (other !== undefined) return other;
  throw new PipelineError('conflict', `dump ${created.id} was created and deleted at once`, { permanent: false });
}
