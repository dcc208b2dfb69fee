// dump: scoring a dump once more: what was asked for, how it stands, and what it changed.

import { z } from 'zod';
import type { Dump } from './dump.ts';
import { countsSchema } from './ledger.ts';

/** NAME:VERSION by kind of model; an absent kind is scored by the installation's default. */
export const modelChoiceSchema = z.strictObject({ flow: z.string().optional(), packet: z.string().optional() });
/** Stands as a chunk's reason while its last try runs, in case that never ends; then why it failed, if it does. */
export const LAST_TRY_RUNS = 'the last try to infer this chunk did not end';

export type ModelChoice = z.infer<typeof modelChoiceSchema>;

/** A run whose results are not all there yet; the documents are those of the run before. */
export const rescoringSchema = z.strictObject({
  run: z.int().min(2),
  models: modelChoiceSchema,
  requestedAt: z.string(),
  /** `failed`: a chunk gave no results. The run is promoted all the same if a redrive brings them. */
  state: z.enum(['running', 'failed']),
  reason: z.string().optional(),
});
export type Rescoring = z.infer<typeof rescoringSchema>;

/** What a run says differently from the one before it. */
export const comparisonSchema = z.strictObject({
  /** Flows with a verdict in both runs, and those of them that have another one now. */
  compared: z.int().min(0),
  changed: z.int().min(0),
  /** Flows that the run before has no results of. */
  missing: z.int().min(0),
  /** `<model>: <from> → <to>`: flows. */
  changes: countsSchema,
});
export type Comparison = z.infer<typeof comparisonSchema>;

export const EMPTY_COMPARISON: Comparison = { compared: 0, changed: 0, missing: 0, changes: {} };

/** The last run but the first: begun when it was promoted, complete when the dump was ready again. */
export const rescoredSchema = z.strictObject({
  run: z.int().min(2),
  fromRun: z.int().min(1),
  models: modelChoiceSchema,
  requestedAt: z.string(),
  /** The chunk that was scored last: its message alone has the results sent on. */
  promotedBy: z.int().min(0).optional(),
  finishedAt: z.string().optional(),
  alertsBefore: z.int().min(0),
  alertsAfter: z.int().min(0).optional(),
  comparison: comparisonSchema.optional(),
});
export type Rescored = z.infer<typeof rescoredSchema>;

type RunFields = Pick<Dump, 'run' | 'models' | 'rescoring' | 'rescored'>;

/** The run whose documents are searched. */
export function currentRun({ run }: Pick<Dump, 'run'>): number {
  return run ?? 1;
}

/** The dump has this run, or is being scored for it: its chunks are worth scoring. */
export function hasRun(dump: RunFields, run: number): boolean {
  return currentRun(dump) === run || dump.rescoring?.run === run;
}

/** All results of this run were there once: its chunks need no scoring any more. */
export function isWholeRun(dump: RunFields, run: number): boolean {
  return currentRun(dump) === run && dump.rescored?.run === run;
}

/** Which models score this run. */
export function modelsOfRun(dump: RunFields, run: number): ModelChoice {
  if (dump.rescoring?.run === run) return dump.rescoring.models;
  return currentRun(dump) === run ? (dump.models ?? {}) : {};
}

/** The run that this one is compared with; the first has none. */
export function previousRun(dump: RunFields, run: number): number | undefined {
  if (dump.rescoring?.run === run) return currentRun(dump);
  return dump.rescored?.run === run ? dump.rescored.fromRun : undefined;
}

/** A failed run's number is not used again: what is left of it must not pass for the next one's. */
export function nextRun(dump: RunFields): number {
  return Math.max(currentRun(dump), dump.rescoring?.run ?? 0) + 1;
}

/** Key-wise sum. */
export function addComparisons(a: Comparison, b: Comparison): Comparison {
  const changes: Record<string, number> = { ...a.changes };
  for (const [key, flows] of Object.entries(b.changes)) changes[key] = (changes[key] ?? 0) + flows;
  return {
    compared: a.compared + b.compared,
    changed: a.changed + b.changed,
    missing: a.missing + b.missing,
    changes,
  };
}
