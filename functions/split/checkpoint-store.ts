// split: checkpoints in the bucket: the parts of a pass's state, then the manifest that makes them one.

import { randomUUID } from 'node:crypto';
import {
  type CheckpointManifest,
  type CheckpointPart,
  checkpointBasis,
  parseCheckpointManifest,
} from '../../lib/checkpoint/checkpoint-manifest.ts';
import { MAX_MANIFEST_BYTES, PART_BYTES } from '../../lib/checkpoint/limits.ts';
import { packPart, unpackPart } from '../../lib/checkpoint/packed-part.ts';
import type { StateExchange } from '../../lib/checkpoint/state-exchange.ts';
import { StateReader } from '../../lib/checkpoint/state-reader.ts';
import { StateWriter } from '../../lib/checkpoint/state-writer.ts';
import { checkpointKey, checkpointPartKey, workPrefix } from '../../lib/chunk/keys.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import { deletePrefix } from '../../lib/s3/delete-prefix.ts';
import type { Analysis } from './begin-analysis.ts';
import { PutWindow } from './put-window.ts';
import { type SplitDeps, splitSettings } from './split-deps.ts';

type CheckpointDeps = Pick<SplitDeps, 'store' | 'chunks' | 'flows' | 'decompression' | 'log'>;

/** Room for what zstd adds to a part that it cannot make smaller. */
const MAX_PACKED_BYTES = PART_BYTES + 65_536;

/** Where another run of the same leg has written its checkpoint already, that one counts. */
export async function writeCheckpoint(
  deps: CheckpointDeps,
  { dumpId, etag }: Analysis,
  leg: number,
  seconds: number,
  save: (state: StateExchange) => Promise<void>,
): Promise<void> {
  const writer = randomUUID();
  const parts: CheckpointPart[] = [];
  const puts = new PutWindow(deps.store);
  const state = new StateWriter(async (bytes) => {
    const { part, body } = await packPart(bytes);
    await puts.put(checkpointPartKey(dumpId, etag, leg, writer, parts.push(part) - 1), body);
  });
  await save(state);
  await state.finish();
  await puts.settle();
  const { bytes } = state;
  const basis = checkpointBasis(splitSettings(deps));
  const manifest: CheckpointManifest = { basis, dumpId, etag, leg, writer, seconds, bytes, parts };
  try {
    await deps.store.put(checkpointKey(dumpId, etag, leg), JSON.stringify(manifest), {
      contentType: 'application/json',
      ifNoneMatch: '*',
    });
  } catch (error) {
    // Maybe by this run, when the answer to its first try was lost: so what it wrote stays until the dump is done.
    if (!(error instanceof PipelineError && error.code === 'conflict')) throw error;
    deps.log.info({ dumpId, leg }, 'another run of this leg has written its checkpoint');
  }
  deps.log.info({ dumpId, leg, bytes, packedBytes: parts.reduce((sum, { length }) => sum + length, 0) }, 'checkpoint');
}

export interface Checkpoint {
  /** What the legs up to here took. */
  readonly seconds: number;
  readonly state: StateExchange;
}

/** @throws PipelineError `invalid-object` where it is missing, damaged, or of another dump, version or settings. */
export async function openCheckpoint(
  deps: CheckpointDeps,
  { dumpId, etag }: Pick<Analysis, 'dumpId' | 'etag'>,
  leg: number,
): Promise<Checkpoint> {
  const bytes = await getObject(deps, checkpointKey(dumpId, etag, leg), MAX_MANIFEST_BYTES);
  const manifest = parseCheckpointManifest(bytes, {
    basis: checkpointBasis(splitSettings(deps)),
    dumpId,
    etag,
    leg,
  });
  let next = 0;
  const give = async () => {
    const number = next++;
    const part = manifest.parts[number];
    if (part === undefined) return undefined;
    const key = checkpointPartKey(dumpId, etag, leg, manifest.writer, number);
    return unpackPart(part, await getObject(deps, key, MAX_PACKED_BYTES));
  };
  return { seconds: manifest.seconds, state: new StateReader(give, manifest.bytes) };
}

/** What this version's split wrote to go on from. */
export async function deleteCheckpoints(
  { store }: Pick<SplitDeps, 'store'>,
  { dumpId, etag }: Pick<Analysis, 'dumpId' | 'etag'>,
): Promise<void> {
  await deletePrefix(store, workPrefix(dumpId, etag));
}

async function getObject({ store }: CheckpointDeps, key: string, maxBytes: number): Promise<Uint8Array> {
  try {
    return await store.get(key, { maxBytes });
  } catch (cause) {
    const isOther = cause instanceof PipelineError && ['object-deleted', 'limit-exceeded'].includes(cause.code);
    if (!isOther) throw cause;
    throw new PipelineError('invalid-object', `checkpoint: ${cause.message}`, { permanent: true, cause });
  }
}
