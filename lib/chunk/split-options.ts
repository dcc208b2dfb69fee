// chunk: what a pass over a capture can be told.

import type { DecompressionLimits } from '../capture/container/decompression-guard.ts';
import type { FlowTableOptions } from '../flow/flow-table.ts';
import type { ChunkOptions } from './chunk-builder.ts';

export interface SplitOptions {
  readonly chunks?: ChunkOptions;
  readonly flows?: FlowTableOptions;
  /** False = rows say nothing of the application layer. */
  readonly applicationFacts?: boolean | undefined;
  readonly decompression?: DecompressionLimits;
  /** Asked between two batches of records: where the time is up, the pass pauses as soon as it has come further. */
  readonly isTimeUp?: () => boolean;
  /** Where the time is up while a packed capture's records are still passed over, another try would end there, too. */
  readonly isLastTry?: boolean;
  /** Records read at once; a batch is what a pass can pause behind. */
  readonly batchRecords?: number | undefined;
}
