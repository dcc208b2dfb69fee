// alert: what a rescore changed, as its dump tells it from now on.

import type { Dump } from '../../lib/dump/dump.ts';
import type { Progress } from '../../lib/dump/progress.ts';
import { addComparisons, EMPTY_COMPARISON, type Rescored } from '../../lib/dump/rescoring.ts';

/**
 * Undefined where this run was the first. A report that stands is not made again: with the results of the run before gone,
 * a chunk that is scored once more has nothing to compare with.
 */
export function rescoreReport(
  { rescored }: Pick<Dump, 'rescored'>,
  run: number,
  { progress, alerts, now }: { readonly progress: readonly Progress[]; readonly alerts: number; readonly now: Date },
): Rescored | undefined {
  if (rescored?.run !== run) return rescored;
  if (rescored.finishedAt !== undefined) return { ...rescored, alertsAfter: alerts };
  const comparison = progress.reduce((sum, one) => addComparisons(sum, one.comparison ?? EMPTY_COMPARISON), {
    ...EMPTY_COMPARISON,
  });
  return { ...rescored, finishedAt: now.toISOString(), alertsAfter: alerts, comparison };
}
