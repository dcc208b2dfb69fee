// split: what the stage needs of the rooms around it, as one plain object; main.ts fills it in.

import type { DecompressionLimits } from '../../lib/capture/container/decompression-guard.ts';
import type { ChunkOptions } from '../../lib/chunk/chunk-builder.ts';
import type { DumpRegister } from '../../lib/dump/dump-register.ts';
import type { FlowTableOptions } from '../../lib/flow/flow-table.ts';
import type { Log } from '../../lib/log/log.ts';
import type { MessageQueue } from '../../lib/queue/message-queue.ts';
import type { ObjectStore } from '../../lib/s3/object-store.ts';

export interface SplitDeps {
  readonly store: ObjectStore;
  readonly queue: MessageQueue;
  readonly dumps: DumpRegister;
  /** The concrete indexes that a new dump's documents go to. */
  readonly currentGeneration: () => Promise<string>;
  readonly chunks: ChunkOptions;
  readonly flows: FlowTableOptions;
  readonly decompression: DecompressionLimits;
  readonly log: Log;
  readonly clock: () => Date;
  /** A UUID: one per analysis. */
  readonly newAttempt: () => string;
}

/** What the outputs depend on beside the object's bytes: a checkpoint goes on under the same settings only. */
export function splitSettings({ chunks, flows, decompression }: Pick<SplitDeps, 'chunks' | 'flows' | 'decompression'>) {
  return { chunks, flows, decompression };
}
