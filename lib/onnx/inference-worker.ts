// onnx: one worker thread as its owner sees it: tasks in, replies out, and what happens when it dies.

import { Worker } from 'node:worker_threads';
import { PipelineError } from '../errors/pipeline-error.ts';
import type { WorkerReply, WorkerRequest, WorkerSettings, WorkerTask } from './worker-protocol.ts';

/** The worker's file lies beside this one, as source or built. */
const WORKER_FILE = new URL(`./onnx-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

interface Waiter {
  readonly resolve: (reply: WorkerReply) => void;
  readonly reject: (error: PipelineError) => void;
}

export interface InferenceWorker {
  /** Tasks sent and not yet answered. */
  readonly pending: () => number;
  /** Rejects with `model-unavailable` when the thread dies first. The buffers in `transfer` are the worker's from now on. */
  run(task: WorkerTask, transfer: readonly ArrayBuffer[]): Promise<WorkerReply>;
  terminate(): Promise<void>;
}

export interface InferenceWorkerOptions {
  readonly file?: URL;
  /** Called once, when the thread is gone for whatever reason; its tasks have been rejected. */
  readonly onExit: () => void;
}

/** Start a thread; it keeps the process alive only while it has tasks. */
export function startInferenceWorker(settings: WorkerSettings, options: InferenceWorkerOptions): InferenceWorker {
  const worker = new Worker(options.file ?? WORKER_FILE, { workerData: settings });
  const waiters = new Map<number, Waiter>();
  let lastId = 0;
  let death: PipelineError | undefined;

  function die(reason: string, cause?: unknown): void {
    if (death !== undefined) return;
    death = new PipelineError('model-unavailable', `model worker ${reason}`, { permanent: false, cause });
    for (const waiter of waiters.values()) waiter.reject(death);
    waiters.clear();
    options.onExit();
  }
  worker.unref();
  worker.on('error', (error) => die(`failed: ${error instanceof Error ? error.message : String(error)}`, error));
  worker.on('exit', (code) => die(`ended with code ${code}`));
  worker.on('messageerror', (error) => die('sent what cannot be read', error));
  worker.on('message', (reply: WorkerReply) => {
    const waiter = waiters.get(reply.id);
    waiters.delete(reply.id);
    if (waiters.size === 0) worker.unref();
    waiter?.resolve(reply);
  });

  return {
    pending: () => waiters.size,
    run: (task, transfer) =>
      new Promise((resolve, reject) => {
        if (death !== undefined) {
          reject(death);
          return;
        }
        lastId += 1;
        waiters.set(lastId, { resolve, reject });
        worker.ref();
        worker.postMessage({ id: lastId, task } satisfies WorkerRequest, [...transfer]);
      }),
    terminate: async () => {
      die('was closed');
      await worker.terminate();
    },
  };
}
