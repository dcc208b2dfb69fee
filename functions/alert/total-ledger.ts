// alert: the whole dump's ledger: split's part of it and the chunks' parts, made anew each time so that a repeat adds nothing.

import {
  type ALERT_WARNINGS,
  addCounts,
  type Counts,
  type Gap,
  type Ledger,
  splitLedger,
} from '../../lib/dump/ledger.ts';
import type { Progress } from '../../lib/dump/progress.ts';

/** What the chunks and this stage add to what split wrote. */
export interface ChunkTotals {
  readonly progress: readonly Progress[];
  /** Chunks whose groups were not there. */
  readonly gaps: readonly Gap[];
  readonly warnings: Readonly<Record<(typeof ALERT_WARNINGS)[number], number>>;
  readonly seconds: number;
}

const SECONDS_OF_STAGE = { inferred: 'infer', indexed: 'index' } as const;

/** Keys with a count above zero. */
function present(counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

function sumOf(progress: readonly Progress[], pick: (one: Progress) => Counts): Counts {
  return progress.reduce<Counts>((sum, one) => addCounts(sum, pick(one)), {});
}

function sumNotScored(progress: readonly Progress[]): Ledger['notScored'] {
  const sum: Record<string, Counts> = {};
  for (const { notScored } of progress) {
    for (const [model, counts] of Object.entries(notScored)) sum[model] = addCounts(sum[model] ?? {}, counts);
  }
  return sum;
}

/** A chunk's gaps carry its number; those that split found have none. */
function chunkGaps(progress: readonly Progress[]): Gap[] {
  return progress.flatMap(({ gap, chunk }) => (gap === undefined ? [] : [{ ...gap, chunk }]));
}

/**
 * Split alone writes records, bytes, packets, flows, undecodable and its own warnings and gaps; those are kept from
 * `ledger`. Everything of the chunks is replaced by the sum of their progress.
 */
export function totalLedger(ledger: Ledger, { progress, gaps, warnings, seconds }: ChunkTotals): Ledger {
  const ofSplit = splitLedger(ledger);
  const chunkSeconds = sumOf(progress, (one) => ({ [SECONDS_OF_STAGE[one.stage]]: one.seconds }));
  return {
    ...ofSplit,
    warnings: { ...ofSplit.warnings, ...present(warnings) },
    scored: sumOf(progress, ({ scored }) => scored),
    notScored: sumNotScored(progress),
    detections: sumOf(progress, ({ detections }) => detections),
    gaps: [...ofSplit.gaps, ...chunkGaps(progress), ...gaps],
    secondsByStage: { ...ofSplit.secondsByStage, ...chunkSeconds, alert: seconds },
  };
}
