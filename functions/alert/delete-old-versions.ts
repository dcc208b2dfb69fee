// alert: removes the objects that were made of older versions of a dump's object or in earlier runs, and what split left to
// go on from.

import { derivedPrefix, derivedRoot, resultsRoot, resultsRun, workRoot } from '../../lib/chunk/keys.ts';
import type { FinishedMessage } from '../../lib/dump/finished-message.ts';
import type { AlertDeps } from './alert-deps.ts';

const DELETE_BATCH = 1000;

/**
 * A version newer than the message's begins with its own attempt on the dump and writes objects afterwards: what was
 * listed before the dump was seen to be still of the message's attempt is older, and nothing else is removed.
 */
export async function deleteOldVersions(
  deps: Pick<AlertDeps, 'store' | 'dumps'>,
  { dumpId, etag, attempt, run }: FinishedMessage,
  signal: AbortSignal,
): Promise<void> {
  const removeIfOld = async (keys: readonly string[]): Promise<boolean> => {
    if (keys.length === 0) return true;
    const isPresent = (await deps.dumps.get(dumpId))?.attempt === attempt;
    if (isPresent) await deps.store.delete(keys);
    return isPresent;
  };
  const derived = derivedPrefix(dumpId, etag);
  // A later run may be under way.
  const isKept = (key: string) => key.startsWith(derived) || (resultsRun(dumpId, etag, key) ?? 0) >= run;
  for (const root of [derivedRoot(dumpId), resultsRoot(dumpId), workRoot(dumpId)]) {
    let batch: string[] = [];
    for await (const { key } of deps.store.list(root)) {
      signal.throwIfAborted();
      if (isKept(key)) continue;
      batch.push(key);
      if (batch.length < DELETE_BATCH) continue;
      if (!(await removeIfOld(batch))) return;
      batch = [];
    }
    if (!(await removeIfOld(batch))) return;
  }
}
