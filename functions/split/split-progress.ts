// split: how far the pass has come, for the pages to show; written now and then.

import type { Analysis } from './begin-analysis.ts';
import type { SplitDeps } from './split-deps.ts';

const PROGRESS_INTERVAL_MS = 1000;

export function createProgressWriter({ dumps, clock }: Pick<SplitDeps, 'dumps' | 'clock'>, analysis: Analysis) {
  let writtenAt = analysis.startedAt.getTime();
  return async (records: number, bytes: number): Promise<void> => {
    const now = clock();
    if (now.getTime() - writtenAt < PROGRESS_INTERVAL_MS) return;
    writtenAt = now.getTime();
    await dumps.update(analysis.dumpId, (known) =>
      known.attempt === analysis.attempt && known.state === 'splitting'
        ? { ...known, updatedAt: now.toISOString(), ledger: { ...known.ledger, records, bytes } }
        : undefined,
    );
  };
}
