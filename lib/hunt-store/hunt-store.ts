// hunt-store: a hunt's job and what its units found, in the bucket.

import type { z } from 'zod';
import { PipelineError } from '../errors/pipeline-error.ts';
import {
  HUNT_VERSION,
  type Hunt,
  type HuntMatch,
  type HuntTotals,
  huntSchema,
  matchesSchema,
  unitSchema,
} from '../hunt/hunt.ts';
import { huntCancelledKey, huntJobKey, huntMatchesKey, huntUnitKey } from '../hunt/hunt-keys.ts';
import type { ObjectStore } from '../s3/object-store.ts';

/** A job names up to 1,000 dumps; a unit's matches are 10,000 of some 400 bytes. */
const MAX_OBJECT_BYTES = 16 * 1024 * 1024;

export interface UnitOutcome {
  readonly totals: HuntTotals;
  readonly matches: readonly HuntMatch[];
}

type Reader = Pick<ObjectStore, 'get'>;

export function findHunt(store: Reader, hunt: string): Promise<Hunt | undefined> {
  return readJson(store, huntJobKey(hunt), huntSchema);
}

export async function findUnit(store: Reader, hunt: string, unit: number): Promise<HuntTotals | undefined> {
  return (await readJson(store, huntUnitKey(hunt, unit), unitSchema))?.totals;
}

export async function readMatches(store: Reader, hunt: string, unit: number): Promise<readonly HuntMatch[]> {
  return (await readJson(store, huntMatchesKey(hunt, unit), matchesSchema))?.matches ?? [];
}

/** Matches first: the unit's own object says that they are there. */
export async function storeUnit(
  store: Pick<ObjectStore, 'put'>,
  hunt: string,
  unit: number,
  { totals, matches }: UnitOutcome,
): Promise<void> {
  const json = { contentType: 'application/json' };
  if (matches.length > 0) {
    await store.put(huntMatchesKey(hunt, unit), JSON.stringify({ version: HUNT_VERSION, matches }), json);
  }
  await store.put(huntUnitKey(hunt, unit), JSON.stringify({ version: HUNT_VERSION, totals }), json);
}

export async function isCancelled(store: Pick<ObjectStore, 'head'>, hunt: string): Promise<boolean> {
  try {
    await store.head(huntCancelledKey(hunt));
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

async function readJson<T extends z.ZodType>(store: Reader, key: string, schema: T): Promise<z.infer<T> | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await store.get(key, { maxBytes: MAX_OBJECT_BYTES });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    return schema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (cause) {
    throw new PipelineError('invalid-object', `${key}: it fits no schema`, { permanent: true, cause });
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof PipelineError && error.code === 'object-deleted';
}
