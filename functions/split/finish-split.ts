// split: the totals on the dump; a dump whose chunks are all done already (or that has none) is finished.

import type { SplitTotals } from '../../lib/chunk/split-output.ts';
import { formatTime } from '../../lib/document/document-time.ts';
import type { Dump } from '../../lib/dump/dump.ts';
import { finishDump } from '../../lib/dump/finish-dump.ts';
import type { Analysis } from './begin-analysis.ts';
import type { SplitDeps } from './split-deps.ts';

/** `secondsBefore`: what the legs before this one took. */
export async function finishSplit(
  deps: SplitDeps,
  analysis: Analysis,
  totals: SplitTotals,
  secondsBefore: number,
): Promise<void> {
  const now = deps.clock();
  const seconds = secondsBefore + (now.getTime() - analysis.startedAt.getTime()) / 1000;
  await deps.dumps.update(analysis.dumpId, (known) =>
    known.attempt === analysis.attempt && known.chunks === undefined
      ? withTotals(known, totals, seconds, now)
      : undefined,
  );
  await finishDump(deps, analysis);
  const { kind: _, gaps, ...figures } = totals;
  deps.log.info({ dumpId: analysis.dumpId, ...figures, gaps: gaps.length, seconds }, 'dump split');
}

function withTotals(dump: Dump, totals: SplitTotals, seconds: number, now: Date): Dump {
  const { chunks, records, bytes, packets, flows, undecodable, warnings, gaps, linktypes } = totals;
  const firstSeen = totals.firstSeen && formatTime(totals.firstSeen);
  const lastSeen = totals.lastSeen && formatTime(totals.lastSeen);
  return {
    ...dump,
    state: 'inferring',
    updatedAt: now.toISOString(),
    chunks,
    linktypes,
    ...(firstSeen !== undefined && { firstSeen }),
    ...(lastSeen !== undefined && { lastSeen }),
    ledger: {
      ...dump.ledger,
      records,
      bytes,
      packets,
      flows,
      undecodable,
      warnings,
      gaps,
      secondsByStage: { ...dump.ledger.secondsByStage, split: seconds },
    },
  };
}
