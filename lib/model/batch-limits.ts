// model: how many sequences of a packet model go together, by what its numbers are.

import type { BatchLimits } from './batch-plan.ts';
import type { PacketModelMetadata } from './packet-model-metadata.ts';

/** Sequences of a request at most, whatever the model: 256 KiB of ids and mask at 512 tokens. */
export const MAX_BATCH_SEQUENCES = 32;
const MAX_BATCH_TOKENS = 16_384;

/**
 * A model in 8-bit integers scales each tensor by its largest value, so that a sequence's score depends on its companions:
 * it is asked about one at a time. On a CPU, where such a model belongs, that costs nothing from 64 tokens on.
 */
export function batchLimits({ precision }: Pick<PacketModelMetadata, 'precision'>): BatchLimits {
  const sequences = precision === 'int8' ? 1 : MAX_BATCH_SEQUENCES;
  return { sequences, tokens: MAX_BATCH_TOKENS };
}
