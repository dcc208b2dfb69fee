// runtime: a worker thread that is one execution environment of one function: imports its module once, then serves events.

import { enableCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { InvocationContext } from '../../lib/lambda/sqs-event.ts';
import type { FromWorker, Invoke, ToWorker, WorkerSetup } from './invocation.ts';

type Handler = (event: unknown, context: InvocationContext) => Promise<unknown>;

/** A handler is told to stop this long before its deadline, so that it can leave things tidy: half its time at most. */
const STOP_MARGIN_MS = 30_000;

const port = parentPort;
if (port === null) throw new Error('function-worker.ts runs as a worker thread only');
const setup = workerData as WorkerSetup; // given by function-pool.ts
if (setup.compileCache !== undefined) enableCompileCache(setup.compileCache);
const { handler } = (await import(setup.module)) as { handler: Handler }; // every functions/*/main.ts exports it
const running = new Map<string, AbortController>();

function reply(message: FromWorker): void {
  port?.postMessage(message);
}

async function invoke({ requestId, event, deadline, maxReceiveCount }: Invoke): Promise<void> {
  const controller = new AbortController();
  const leftMs = Math.max(0, deadline - Date.now());
  const stopMs = leftMs - Math.min(STOP_MARGIN_MS, leftMs / 2);
  const timer = setTimeout(() => controller.abort(), Math.min(stopMs, 2 ** 31 - 1));
  running.set(requestId, controller);
  try {
    const remainingMs = () => Math.max(0, deadline - Date.now());
    const value = await handler(event, { requestId, remainingMs, signal: controller.signal, maxReceiveCount });
    reply({ kind: 'result', requestId, value });
  } catch (error) {
    reply({
      kind: 'failure',
      requestId,
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  } finally {
    clearTimeout(timer);
    running.delete(requestId);
  }
}

port.on('message', (message: ToWorker) => {
  if (message.kind === 'invoke') void invoke(message);
  else running.get(message.requestId)?.abort();
});
reply({ kind: 'ready' });
