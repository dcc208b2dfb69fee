// dump: a run whose results are all there takes the place of the one before; one that misses some says so.

import type { Dump } from './dump.ts';
import type { DumpRegister } from './dump-register.ts';
import type { AnalysisReference } from './finish-dump.ts';
import { splitLedger } from './ledger.ts';
import { rescoreMessage } from './rescore-message.ts';
import { currentRun, hasRun, type Rescored } from './rescoring.ts';

export interface RescoreDeps {
  readonly dumps: DumpRegister;
  readonly queue: { send(queue: 'dump-events', body: string): Promise<void> };
  readonly clock: () => Date;
}

const MAX_REASON = 500;

/**
 * To be called after the caller's own write (a chunk's progress of this run). Whoever sees all chunks scored promotes the
 * run and has its results sent to be indexed; saying it twice does no harm, and repeats what a death in between left out.
 */
export async function finishRescore(deps: RescoreDeps, analysis: AnalysisReference): Promise<void> {
  const { dumpId, etag, attempt, run } = analysis;
  const dump = await deps.dumps.get(dumpId);
  if (dump?.chunks === undefined || !isOf(dump, analysis) || !hasRun(dump, run)) return;
  const { inferred, lost } = await deps.dumps.countProgress(dumpId, etag, attempt, run);
  if (inferred < dump.chunks) return;
  // A run that was promoted is whole, whatever a late repeat of one of its chunks says meanwhile.
  if (lost > 0 && currentRun(dump) !== run) return failRescore(deps, analysis, await firstGap(deps, analysis));
  const promoted = await deps.dumps.update(dumpId, (known) =>
    isOf(known, analysis) && known.rescoring?.run === run ? promote(known, run, deps.clock()) : undefined,
  );
  if (promoted === undefined || !isOf(promoted, analysis)) return;
  if (currentRun(promoted) !== run || promoted.state === 'ready') return;
  await deps.queue.send('dump-events', JSON.stringify(rescoreMessage(analysis)));
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
function promote(dump: Dump, run: number, now: Date): Dump {
  const { rescoring, ...rest } = dump;
  const { models = {}, requestedAt = now.toISOString() } = rescoring ?? {};
  const rescored: Rescored = { run, fromRun: currentRun(dump), models, requestedAt, alertsBefore: dump.alerts ?? 0 };
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
