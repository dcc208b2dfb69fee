// runtime: the Lambda service on one machine: event source mappings between the queues and the functions.

import type { SQSClient } from '@aws-sdk/client-sqs';
import { FUNCTION_VARIABLES, type FunctionName } from '../../lib/config/functions.ts';
import type { VariableName } from '../../lib/config/variables.ts';
import type { Log } from '../../lib/log/log.ts';
import { queueUrl } from '../../lib/queue/sqs-message-queue.ts';
import { type EventSource, startEventSource } from './event-source.ts';
import { createExecutionEnvironment, type ExecutionEnvironment } from './execution-environment.ts';
import type { FunctionMapping } from './function-mapping.ts';

export interface RuntimeOptions {
  readonly mappings: readonly FunctionMapping[];
  /** Values of the product's variables; each function gets only those it reads. */
  readonly variables: Readonly<Partial<Record<VariableName, string>>>;
  readonly client: SQSClient;
  readonly queueUrlPrefix: string;
  readonly log: Log;
}

export interface Runtime {
  /** Ask every function to end, wait up to the grace period, and end the threads; messages in work come back. */
  stop(): Promise<void>;
}

/** Heap of a function's thread: DESIGN.md "Memory" adds them up. */
const FUNCTION_MEMORY_MIB: Readonly<Record<FunctionName, number>> = {
  split: 512,
  infer: 512,
  index: 256,
  alert: 384,
  expire: 256,
  hunt: 192,
  api: 256,
};
const STOP_GRACE_MS = 3000;

/**
 * Every function but those on demand is booted before the first message is received, so that a wrong setting or a
 * missing model is told at the start and not by messages that wander to their dead-letter queues.
 */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const prepared = options.mappings.flatMap((mapping) =>
    Array.from({ length: mapping.concurrency }, () => ({ mapping, environment: environmentFor(mapping, options) })),
  );
  const sources: EventSource[] = [];
  const stop = async () => {
    const stopping = sources.map((source) => source.stop());
    await Promise.all(prepared.map(({ environment }) => environment.stop(STOP_GRACE_MS)));
    await Promise.all(stopping);
  };
  try {
    const booted = prepared.filter(({ mapping }) => mapping.isOnDemand !== true);
    await Promise.all(booted.map(({ environment }) => environment.boot()));
  } catch (error) {
    await stop();
    throw error;
  }
  for (const { mapping, environment } of prepared) {
    const url = queueUrl(options.queueUrlPrefix, mapping.queue);
    sources.push(startEventSource({ mapping, queueUrl: url, client: options.client, environment, log: options.log }));
  }
  return { stop };
}

function environmentFor(mapping: FunctionMapping, options: RuntimeOptions): ExecutionEnvironment {
  return createExecutionEnvironment({
    module: new URL(`../../functions/${mapping.functionName}/main.ts`, import.meta.url),
    variables: variablesOf(mapping.functionName, options.variables),
    memoryMib: FUNCTION_MEMORY_MIB[mapping.functionName],
  });
}

function variablesOf(name: FunctionName, variables: RuntimeOptions['variables']): Record<string, string> {
  const own: Record<string, string> = {};
  for (const variable of FUNCTION_VARIABLES[name]) {
    const value = variables[variable];
    if (value !== undefined) own[variable] = value;
  }
  return own;
}
