// config: the variables that say how long dumps are kept, and what the expire stage makes of them.

import type { GenerationPolicy } from '../retention/generation-plan.ts';
import type { RetentionPolicy } from '../retention/retention-plan.ts';
import type { Configuration } from './environment.ts';

export const RETENTION_VARIABLES = [
  'SMARTIDS_RETENTION_DAYS',
  'SMARTIDS_RETENTION_BYTES',
  'SMARTIDS_GENERATION_DOCUMENTS',
] as const;

/** So many generations last as long as a dump: what is removed leaves whole indexes behind, and soon goes with them. */
const GENERATIONS_A_LIFE = 6;

export function retentionPolicy(
  values: Configuration<(typeof RETENTION_VARIABLES)[number]>,
): RetentionPolicy & { readonly generations: GenerationPolicy } {
  const days = values.SMARTIDS_RETENTION_DAYS;
  return {
    maxAgeDays: days,
    maxBytes: values.SMARTIDS_RETENTION_BYTES,
    generations: {
      maxDocuments: values.SMARTIDS_GENERATION_DOCUMENTS,
      maxAgeDays: days === undefined ? undefined : days / GENERATIONS_A_LIFE,
    },
  };
}
