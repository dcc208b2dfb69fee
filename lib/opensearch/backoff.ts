// opensearch: how long to wait before the next try: twice as long each time, and not all at once.

import { setTimeout as sleep } from 'node:timers/promises';
import { PipelineError } from '../errors/pipeline-error.ts';

export interface Backoff {
  readonly attempts: number;
  readonly firstMs: number;
  readonly maxMs: number;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
  readonly sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

export const DEFAULT_BACKOFF: Backoff = {
  attempts: 8,
  firstMs: 100,
  maxMs: 10_000,
  random: Math.random,
  sleep: async (ms, signal) => {
    try {
      await sleep(ms, undefined, signal === undefined ? {} : { signal });
    } catch (cause) {
      throw new PipelineError('aborted', 'stopped while waiting for the index to take more', {
        permanent: false,
        cause,
      });
    }
  },
};

/** Wait after try number `attempt` (from 0): between half and all of the doubled time. */
export function backoffMs({ firstMs, maxMs, random }: Backoff, attempt: number): number {
  return Math.min(maxMs, firstMs * 2 ** attempt) * (0.5 + random() / 2);
}
