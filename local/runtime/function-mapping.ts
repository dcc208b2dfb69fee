// runtime: what an event source mapping says, with Lambda's own words and defaults.

import type { FunctionName } from '../../lib/config/functions.ts';
import type { QueueName } from '../../lib/queue/message-queue.ts';

export interface FunctionMapping {
  readonly functionName: FunctionName;
  readonly queue: QueueName;
  /** Messages handed over at once, 1–10. */
  readonly batchSize: number;
  /** Batches in work at once, each in a worker thread of its own: one execution environment serves one event at a time. */
  readonly concurrency: number;
  /** The function is told to stop this long after its start; it is stopped a grace period later. */
  readonly timeoutMs: number;
  /** How long a received message stays hidden between two heartbeats. */
  readonly visibilityTimeoutMs: number;
  /** Receives before a message goes to `<queue>-dlq`. */
  readonly maxReceiveCount: number;
  /** Its thread begins with its first message: some 40 MiB that most never need. */
  readonly isOnDemand?: boolean;
}

const MINUTE_MS = 60_000;
const DEFAULTS = { visibilityTimeoutMs: 2 * MINUTE_MS, maxReceiveCount: 5 };

/** The mappings with another time for one function's invocations. */
export function withTimeout(
  mappings: readonly FunctionMapping[],
  functionName: FunctionName,
  timeoutMs: number,
): readonly FunctionMapping[] {
  return mappings.map((mapping) => (mapping.functionName === functionName ? { ...mapping, timeoutMs } : mapping));
}

/** The wiring of the pipeline on one machine; cdk gives AWS the same queues, batch sizes and counts. */
export const FUNCTION_MAPPINGS: readonly FunctionMapping[] = [
  // Nearly any dump is one invocation here: there is no fifteen-minute limit on one's own machine.
  {
    ...DEFAULTS,
    functionName: 'split',
    queue: 'dump-events',
    batchSize: 1,
    concurrency: 1,
    timeoutMs: 24 * 60 * MINUTE_MS,
  },
  { ...DEFAULTS, functionName: 'infer', queue: 'chunks', batchSize: 1, concurrency: 1, timeoutMs: 15 * MINUTE_MS },
  { ...DEFAULTS, functionName: 'index', queue: 'results', batchSize: 1, concurrency: 1, timeoutMs: 15 * MINUTE_MS },
  { ...DEFAULTS, functionName: 'alert', queue: 'finished', batchSize: 10, concurrency: 1, timeoutMs: 15 * MINUTE_MS },
  {
    ...DEFAULTS,
    functionName: 'hunt',
    queue: 'hunts',
    batchSize: 1,
    concurrency: 1,
    timeoutMs: 15 * MINUTE_MS,
    isOnDemand: true,
  },
];
