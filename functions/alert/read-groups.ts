// alert: the partial groups of a dump's chunks, a few objects at a time.

import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { z } from 'zod';
import { type GroupsObject, groupsObjectSchema } from '../../lib/alert/alert-group.ts';
import { groupsKey } from '../../lib/chunk/keys.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import type { ObjectStore } from '../../lib/s3/object-store.ts';

/** Groups are capped where they are made; an object beyond this is none of ours. */
const MAX_OBJECT_BYTES = 64 * 1024 * 1024;
const MAX_JSON_BYTES = 256 * 1024 * 1024;
const READ_AHEAD = 8;

const unzip = promisify(gunzip);

export interface GroupsReference {
  readonly dumpId: string;
  readonly etag: string;
  readonly run: number;
}

export interface ChunkGroups {
  readonly chunk: number;
  /** Undefined where the chunk's groups object is not there. */
  readonly groups: GroupsObject | undefined;
}

/** @throws PipelineError `invalid-object`, permanent. */
async function parseGroups(key: string, compressed: Uint8Array): Promise<GroupsObject> {
  let value: unknown;
  try {
    const json = await unzip(compressed, { maxOutputLength: MAX_JSON_BYTES });
    value = JSON.parse(json.toString('utf8'));
  } catch (cause) {
    throw new PipelineError('invalid-object', `${key}: ${String(cause)}`, { permanent: true, cause });
  }
  const parsed = groupsObjectSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new PipelineError('invalid-object', `${key}: ${z.prettifyError(parsed.error)}`, { permanent: true });
}

async function readOne(
  store: ObjectStore,
  { dumpId, etag, run }: GroupsReference,
  chunk: number,
  signal: AbortSignal,
): Promise<ChunkGroups> {
  const key = groupsKey(dumpId, etag, run, chunk);
  try {
    const bytes = await store.get(key, { maxBytes: MAX_OBJECT_BYTES, signal });
    return { chunk, groups: await parseGroups(key, bytes) };
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'object-deleted') return { chunk, groups: undefined };
    throw error;
  }
}

/** In the order of `chunks`. */
export async function* readGroups(
  store: ObjectStore,
  reference: GroupsReference,
  chunks: readonly number[],
  signal: AbortSignal,
): AsyncGenerator<ChunkGroups> {
  for (let at = 0; at < chunks.length; at += READ_AHEAD) {
    const some = chunks.slice(at, at + READ_AHEAD);
    yield* await Promise.all(some.map((chunk) => readOne(store, reference, chunk, signal)));
  }
}
