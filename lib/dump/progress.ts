// dump: what infer and index each say once about a chunk; finishing and live states are counted from these, never from a counter.

import { z } from 'zod';
import { countsSchema, gapSchema } from './ledger.ts';
import { comparisonSchema } from './rescoring.ts';

export const PROGRESS_STAGES = ['inferred', 'indexed'] as const;

/** One per run, chunk and stage; a second try overwrites it with the same words, a success overwrites a gap. */
export const progressSchema = z.strictObject({
  dumpId: z.uuid(),
  etag: z.string(),
  attempt: z.uuid(),
  run: z.int().min(1),
  chunk: z.int().min(0),
  stage: z.enum(PROGRESS_STAGES),
  /** Written before the last allowed try: the chunk's bytes that gave no result, unless a try succeeds after all. */
  gap: gapSchema.optional(),
  scored: countsSchema,
  notScored: z.record(z.string(), countsSchema),
  detections: countsSchema,
  /** Of a rescore: what it says differently of the chunk's own flows. */
  comparison: comparisonSchema.optional(),
  /** Documents indexed (stage `indexed`). */
  documents: z.int().min(0),
  seconds: z.number().min(0),
});
export type Progress = z.infer<typeof progressSchema>;

/** `<dumpId>.<etag8>.c12.inferred`; of a later run `<dumpId>.<etag8>.r2.c12.inferred`, beside those of the run it follows. */
export function progressId(progress: Pick<Progress, 'dumpId' | 'etag' | 'run' | 'chunk' | 'stage'>): string {
  const { dumpId, etag, run, chunk, stage } = progress;
  return `${dumpId}.${etag.slice(0, 8)}.${run === 1 ? '' : `r${run}.`}c${chunk}.${stage}`;
}
