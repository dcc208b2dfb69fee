// split: what a dump says when its object cannot be split.

import type { DumpError } from '../../lib/dump/dump.ts';
import { isPermanent, PipelineError } from '../../lib/errors/pipeline-error.ts';
import type { Analysis } from './begin-analysis.ts';
import { existingDump } from './find-dump.ts';
import type { SplitDeps } from './split-deps.ts';

/** The object went away, or another came in its place, while it was read. */
export function isGone(error: unknown): boolean {
  return error instanceof PipelineError && (error.code === 'object-deleted' || error.code === 'object-replaced');
}

/** An object that is gone is an error of its dump, unless a newer object of the same key has its own event. */
export async function markDeleted(
  deps: SplitDeps,
  key: string,
  analysis?: Pick<Analysis, 'dumpId' | 'attempt'>,
): Promise<void> {
  const isReplaced = await deps.store.head(key).then(
    () => true,
    () => false,
  );
  if (isReplaced) return countSuperseded(deps, key);
  const dumpId = analysis?.dumpId ?? (await existingDump(deps, key))?.id;
  deps.log.info({ key, dumpId }, 'the object was deleted');
  if (dumpId === undefined) return;
  await setError(deps, dumpId, analysis?.attempt, {
    code: 'object-deleted',
    message: 'the object was deleted before its analysis was done',
  });
}

/** An event about an object that another one has replaced: that one has an event of its own. */
export async function countSuperseded(deps: SplitDeps, key: string): Promise<void> {
  const dump = await existingDump(deps, key);
  deps.log.info({ key, dumpId: dump?.id }, 'superseded: the object was replaced');
  if (dump === undefined) return;
  await deps.dumps.update(dump.id, (known) => ({
    ...known,
    ledger: { ...known.ledger, superseded: known.ledger.superseded + 1 },
  }));
}

/** A permanent error ends the analysis; any other does so only when no other try follows. */
export async function failAnalysis(
  deps: SplitDeps,
  analysis: Pick<Analysis, 'dumpId' | 'attempt'>,
  error: unknown,
  lastReceive: boolean,
): Promise<void> {
  if (!isPermanent(error) && !lastReceive) return;
  const code = error instanceof PipelineError ? error.code : 'internal';
  const message = error instanceof Error ? error.message : String(error);
  await setError(deps, analysis.dumpId, analysis.attempt, { code, message });
}

async function setError(deps: SplitDeps, dumpId: string, attempt: string | undefined, error: DumpError): Promise<void> {
  await deps.dumps.update(dumpId, (known) =>
    known.state === 'ready' || (attempt !== undefined && known.attempt !== attempt)
      ? undefined
      : { ...known, state: 'error', error, updatedAt: deps.clock().toISOString() },
  );
}
