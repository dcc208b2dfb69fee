// split: the analysis that a continuation belongs to, as long as it is still the present one.

import { finishDump } from '../../lib/dump/finish-dump.ts';
import type { SplitContinuation } from '../../lib/dump/split-continuation.ts';
import type { ObjectHead } from '../../lib/s3/object-store.ts';
import { type Analysis, isSplit } from './begin-analysis.ts';
import { deleteCheckpoints } from './checkpoint-store.ts';
import { countSuperseded } from './fail-analysis.ts';
import type { SplitDeps } from './split-deps.ts';

/** Undefined where split has nothing to do any more; an error that an earlier try left is over. */
export async function continueAnalysis(
  deps: SplitDeps,
  { dumpId, key, etag, attempt }: SplitContinuation,
  head: ObjectHead,
): Promise<Analysis | undefined> {
  const startedAt = deps.clock();
  const dump = await deps.dumps.update(dumpId, (known) => {
    if (known.attempt !== attempt || known.state !== 'error') return undefined;
    const { error: _, ...rest } = known;
    return { ...rest, state: 'splitting', updatedAt: startedAt.toISOString() };
  });
  if (dump === undefined) {
    deps.log.info({ dumpId }, 'the dump was deleted meanwhile');
    return undefined;
  }
  if (dump.attempt !== attempt || dump.etag !== etag || dump.key !== key) {
    await countSuperseded(deps, key);
    return undefined;
  }
  const analysis = { dumpId, etag, attempt, run: dump.run ?? 1 };
  if (isSplit(dump, etag)) {
    if (dump.state !== 'ready') await finishDump(deps, analysis);
    await deleteCheckpoints(deps, analysis);
    deps.log.info({ dumpId, state: dump.state }, 'this version was split before');
    return undefined;
  }
  return { ...analysis, key, generation: dump.generation, sizeBytes: head.size, startedAt };
}
