// alert: one finished dump: its chunks' groups as alerts, its ledger as a whole, and the word `ready`.

import { createGroupMerger } from '../../lib/alert/merge-groups.ts';
import { alertDocument } from '../../lib/document/alert-document.ts';
import type { Dump } from '../../lib/dump/dump.ts';
import type { FinishedMessage } from '../../lib/dump/finished-message.ts';
import type { Gap } from '../../lib/dump/ledger.ts';
import { currentRun } from '../../lib/dump/rescoring.ts';
import type { AlertDeps } from './alert-deps.ts';
import { awaitProgress } from './await-progress.ts';
import { deleteOldVersions } from './delete-old-versions.ts';
import { readGroups } from './read-groups.ts';
import { rescoreReport } from './rescore-report.ts';
import { totalLedger } from './total-ledger.ts';

const GROUPS_MISSING = 'alert: the groups of this chunk are not there';

function isOfAnalysis(dump: Dump, message: FinishedMessage): boolean {
  return dump.etag === message.etag && dump.attempt === message.attempt && currentRun(dump) === message.run;
}

/** Merge the chunks' groups; chunks without any leave a gap. */
async function mergeChunks(deps: AlertDeps, message: FinishedMessage, count: number, signal: AbortSignal) {
  const chunks = Array.from({ length: count }, (_, chunk) => chunk);
  const merger = createGroupMerger(deps.riskWeights);
  const gaps: Gap[] = [];
  for await (const { chunk, groups } of readGroups(deps.store, message, chunks, signal)) {
    if (groups === undefined) gaps.push({ offset: 0, length: 0, reason: GROUPS_MISSING, chunk });
    else merger.add(groups);
  }
  return { ...merger.finish(message), gaps };
}

/** Afterwards the dump is `ready`; a message about another version, or one that comes too early, is only acknowledged. */
export async function alertDump(deps: AlertDeps, message: FinishedMessage, signal: AbortSignal): Promise<void> {
  const { dumpId, etag, attempt, run } = message;
  const started = deps.clock();
  const dump = await deps.dumps.get(dumpId);
  if (dump?.chunks === undefined || !isOfAnalysis(dump, message)) {
    deps.log.info({ dumpId, attempt, run }, 'finished message of no present analysis');
    return;
  }
  const progress = await awaitProgress(deps, message, dump.chunks, signal);
  if (progress === undefined) {
    deps.log.info({ dumpId, chunks: dump.chunks }, 'finished message came too early');
    return;
  }
  await deps.dumps.update(dumpId, (known) =>
    isOfAnalysis(known, message) && known.state !== 'ready'
      ? { ...known, state: 'alerting', updatedAt: deps.clock().toISOString() }
      : undefined,
  );

  const merged = await mergeChunks(deps, message, dump.chunks, signal);
  const context = { dumpId, dumpName: dump.name, etag, attempt, run, ingested: started.toISOString() };
  const documents = merged.alerts.map((alert) => alertDocument(alert, context));
  await deps.alerts.replace({ dumpId, generation: dump.generation, run, documents }, { signal });
  // What an older version of the object or an earlier run left behind goes once its successor is whole.
  await deps.index.deleteOtherAttempts(dumpId, attempt);
  await deps.index.deleteEarlierRuns(dumpId, attempt, run);
  await deleteOldVersions(deps, message, signal);

  const finished = deps.clock();
  const totals = {
    progress,
    gaps: merged.gaps,
    warnings: { 'alerts-beyond-limit': merged.droppedAlerts, 'detections-beyond-group-limit': merged.droppedFlows },
    seconds: (finished.getTime() - started.getTime()) / 1000,
  };
  await deps.dumps.update(dumpId, (known) => {
    if (!isOfAnalysis(known, message)) return undefined;
    // An error of an earlier try of this stage is over.
    const { error: _, ...rest } = known;
    const rescored = rescoreReport(known, run, { progress, alerts: documents.length, now: finished });
    return {
      ...rest,
      ...(rescored !== undefined && { rescored }),
      state: 'ready',
      ledger: totalLedger(known.ledger, totals),
      alerts: documents.length,
      finishedAt: finished.toISOString(),
      updatedAt: finished.toISOString(),
    };
  });
  deps.log.info({ dumpId, alerts: documents.length, seconds: totals.seconds }, 'dump ready');
}
