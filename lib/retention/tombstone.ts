// retention: what is left of a deleted dump for a while, so that what a stage wrote in the same moment is removed after it.

import { z } from 'zod';
import { TOMBSTONES, tombstoneKey } from '../chunk/keys.ts';
import type { ObjectStore } from '../s3/object-store.ts';
import { DAY_MS } from './retention-plan.ts';

const tombstoneSchema = z.strictObject({ dumpId: z.string().min(1), deletedAt: z.iso.datetime(), swept: z.boolean() });
export type Tombstone = z.infer<typeof tombstoneSchema>;

const MAX_BYTES = 1024;
/** No function runs longer: what it had begun when the dump went is written by then. */
const FIRST_SWEEP_MS = 3_600_000;
/** As long as a message lies in a queue or its dead-letter queue. */
const LIFE_MS = 14 * DAY_MS;

export async function writeTombstone(store: Pick<ObjectStore, 'put'>, tombstone: Tombstone): Promise<void> {
  await store.put(tombstoneKey(tombstone.dumpId), JSON.stringify(tombstone), { contentType: 'application/json' });
}

/** Every one that reads; another is left to whoever wrote it. */
export async function* readTombstones(
  store: Pick<ObjectStore, 'list' | 'get'>,
  signal: AbortSignal,
): AsyncGenerator<Tombstone> {
  for await (const { key, size } of store.list(TOMBSTONES)) {
    signal.throwIfAborted();
    if (size > MAX_BYTES) continue;
    const text = Buffer.from(await store.get(key, { maxBytes: MAX_BYTES, signal })).toString();
    const parsed = tombstoneSchema.safeParse(parseJson(text));
    if (parsed.success && tombstoneKey(parsed.data.dumpId) === key) yield parsed.data;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What is to do about it now: `last` ends it. */
export function dueSweep({ deletedAt, swept }: Tombstone, now: Date): 'none' | 'first' | 'last' {
  const ageMs = now.getTime() - Date.parse(deletedAt);
  if (ageMs >= LIFE_MS) return 'last';
  return swept || ageMs < FIRST_SWEEP_MS ? 'none' : 'first';
}
