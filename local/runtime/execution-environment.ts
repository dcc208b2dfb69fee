// runtime: one worker thread of a function, restarted when it dies; one event at a time.

import { randomUUID } from 'node:crypto';
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { FromWorker, ToWorker, WorkerSetup } from './invocation.ts';

export interface ExecutionEnvironment {
  /** Start the thread before its first event; rejects when its module cannot be loaded (wrong settings, no model). */
  boot(): Promise<void>;
  /** Resolves with the handler's reply; rejects when it threw, died or outran its deadline by the grace period. */
  invoke(event: unknown, options: { readonly timeoutMs: number; readonly maxReceiveCount: number }): Promise<unknown>;
  /** Ask the running invocation to end, wait for it a little, and end the thread. */
  stop(graceMs: number): Promise<void>;
}

export interface EnvironmentOptions {
  readonly module: URL;
  readonly variables: Readonly<Record<string, string>>;
  /** Heap limit of the thread, in MiB: a function that outgrows it dies alone. */
  readonly memoryMib: number;
}

interface Pending {
  readonly requestId: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly settled: Promise<void>;
}

/** V8's default for a thread is 48: with one thread a function that is mostly garbage nobody has come for. */
const YOUNG_GENERATION_MIB = 12;
/** A function that does not stop at its deadline is ended this much later. */
const KILL_GRACE_MS = 15_000;

/** What this process was told; Node keeps a folder of its own version in it. */
function compileCacheFolder(): string | undefined {
  const ofVersion = getCompileCacheDir();
  return ofVersion === undefined ? undefined : dirname(ofVersion);
}

export function createExecutionEnvironment(options: EnvironmentOptions): ExecutionEnvironment {
  let worker: Worker | undefined;
  let pending: Pending | undefined;
  let stopped = false;
  let booted = Promise.withResolvers<void>();

  function start(): Worker {
    booted = Promise.withResolvers<void>();
    booted.promise.catch(() => {}); // only boot() asks; an invocation learns of it by itself
    const setup: WorkerSetup = { module: options.module.href, compileCache: compileCacheFolder() };
    const thread = new Worker(new URL('./function-worker.ts', import.meta.url), {
      workerData: setup,
      env: { ...options.variables },
      resourceLimits: { maxOldGenerationSizeMb: options.memoryMib, maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB },
    });
    thread.on('message', (message: FromWorker) => {
      if (message.kind === 'ready') booted.resolve();
      if (message.kind === 'ready' || message.requestId !== pending?.requestId) return;
      const { resolve, reject } = pending;
      pending = undefined;
      if (message.kind === 'result') resolve(message.value);
      else reject(new Error(message.message));
    });
    const died = (error: Error) => {
      booted.reject(error);
      // An error is followed by the thread's exit: by then the next event may be in work on another thread.
      if (worker !== thread) return;
      worker = undefined;
      pending?.reject(error);
      pending = undefined;
    };
    thread.on('error', (cause) => died(new Error(`function died: ${String(cause)}`, { cause })));
    thread.on('exit', (code) => died(new Error(`function's thread ended with code ${code}`)));
    return thread;
  }

  function send(message: ToWorker): void {
    worker ??= start();
    worker.postMessage(message);
  }

  return {
    async boot() {
      worker ??= start();
      await booted.promise;
    },

    async invoke(event, { timeoutMs, maxReceiveCount }) {
      if (stopped) throw new Error('the runtime is stopping');
      if (pending !== undefined) throw new Error('an execution environment serves one event at a time');
      const requestId = randomUUID();
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      const settled = promise.then(
        () => {},
        () => {},
      );
      pending = { requestId, resolve, reject, settled };
      const kill = setTimeout(() => void worker?.terminate(), Math.min(timeoutMs + KILL_GRACE_MS, 2 ** 31 - 1));
      try {
        send({ kind: 'invoke', requestId, event, deadline: Date.now() + timeoutMs, maxReceiveCount });
        return await promise;
      } finally {
        clearTimeout(kill);
      }
    },

    async stop(graceMs) {
      stopped = true;
      if (pending !== undefined && worker !== undefined) {
        send({ kind: 'abort', requestId: pending.requestId });
        const grace = new Promise<void>((resolve) => setTimeout(resolve, graceMs).unref());
        await Promise.race([pending.settled, grace]);
      }
      await worker?.terminate();
    },
  };
}
