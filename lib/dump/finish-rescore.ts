// dump: a run whose results are all there takes the place of the one before; one that misses some says so.

import type { Dump } from './dump.ts';
import type { DumpRegister } from './dump-register.ts';
import type { AnalysisReference } from './finish-dump.ts';
import { splitLedger } from './ledger.ts';
import { rescoreMessage } from './rescore-message.ts';
import { currentRun, hasRun, isWholeRun, type Rescored } from './rescoring.ts';

export interface RescoreDeps {
  readonly dumps: DumpRegister;
  readonly queue: { send(queue: 'dump-events', body: string): Promise<void> };
  readonly clock: () => Date;
}

const MAX_REASON = 500;

/**
 * To be called after the caller's own write (a chunk's progress of this run). Whoever sees all chunks scored promotes the
 * run and has its results sent to be indexed. Called again for the same chunk, it repeats what a death in between left out;
 * for any other it does nothing then, or each copy of a chunk's message would have all results sent once more.
 */
export async function finishRescore(deps: RescoreDeps, analysis: AnalysisReference, chunk?: number): Promise<void> {
  const { dumpId, etag, attempt, run } = analysis;
  const dump = await deps.dumps.get(dumpId);
  if (dump?.chunks === undefined || !isOf(dump, analysis) || !hasRun(dump, run)) return;
  if (currentRun(dump) === run) return sendResults(deps, dump, analysis, chunk);
  const { inferred, lost } = await deps.dumps.countProgress(dumpId, etag, attempt, run);
  if (inferred < dump.chunks) return;
  if (lost > 0) return failRescore(deps, analysis, await firstGap(deps, analysis));
  const promoted = await deps.dumps.update(dumpId, (known) =>
    isOf(known, analysis) && known.rescoring?.run === run ? promote(known, run, chunk, deps.clock()) : undefined,
  );
  if (promoted !== undefined && isOf(promoted, analysis)) await sendResults(deps, promoted, analysis, chunk);
}

async function sendResults({ queue }: RescoreDeps, dump: Dump, analysis: AnalysisReference, chunk: number | undefined) {
  if (!isWholeRun(dump, analysis.run) || dump.rescored?.promotedBy !== chunk || dump.state === 'ready') return;
  await queue.send('dump-events', JSON.stringify(rescoreMessage(analysis)));
}

/** The documents of the run before stay; a new request begins another run. */
export async function failRescore(
  { dumps, clock }: Pick<RescoreDeps, 'dumps' | 'clock'>,
  analysis: AnalysisReference,
  reason: string,
): Promise<void> {
  await dumps.update(analysis.dumpId, (known) =>
    isOf(known, analysis) && known.rescoring?.run === analysis.run
      ? {
          ...known,
          updatedAt: clock().toISOString(),
          rescoring: { ...known.rescoring, state: 'failed', reason: reason.slice(0, MAX_REASON) },
        }
      : undefined,
  );
}

function isOf(dump: Dump, { etag, attempt }: AnalysisReference): boolean {
  return dump.etag === etag && dump.attempt === attempt;
}

/** From here on the dump is indexed as after its first scoring. */
function promote(dump: Dump, run: number, chunk: number | undefined, now: Date): Dump {
  const { rescoring, ...rest } = dump;
  const { models = {}, requestedAt = now.toISOString() } = rescoring ?? {};
  const begun = { run, fromRun: currentRun(dump), models, requestedAt, alertsBefore: dump.alerts ?? 0 };
  const rescored: Rescored = { ...begun, ...(chunk !== undefined && { promotedBy: chunk }) };
  const ledger = splitLedger(dump.ledger);
  return { ...rest, state: 'indexing', updatedAt: now.toISOString(), run, models, rescored, ledger };
}

async function firstGap({ dumps }: RescoreDeps, { dumpId, etag, attempt, run }: AnalysisReference): Promise<string> {
  const progress = await dumps.listProgress(dumpId, etag, attempt, run);
  const lost = progress.find(({ gap, stage }) => gap !== undefined && stage === 'inferred');
  return lost === undefined ? 'a chunk gave no results' : chunkReason(lost.chunk, lost.gap?.reason ?? '');
}

/** `chunk 3: …`. */
export function chunkReason(chunk: number, reason: string): string {
  return `chunk ${chunk}: ${reason}`;
}
