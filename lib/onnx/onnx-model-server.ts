// onnx: the model server inside the process: ONNX models run in worker threads, with a bounded queue before them.

import { PipelineError } from '../errors/pipeline-error.ts';
import type { CallOptions, ModelServer } from '../model/model-server.ts';
import { type InferenceWorker, startInferenceWorker } from './inference-worker.ts';
import type { WorkerReply, WorkerTask } from './worker-protocol.ts';

export interface OnnxModelServerOptions {
  /** Folder with `<model>/<version>/model.onnx`: the repository that Triton loads. */
  readonly repository: string;
  /** Each runs one inference at a time. */
  readonly workers: number;
  /** Threads of one inference; 1 where left out. Two workers of one thread hold a large model twice, one of two shares it. */
  readonly threads?: number;
  /** Requests that wait for a worker; one more is refused with `model-unavailable`. */
  readonly maxQueued?: number;
  /** The worker's program, where a bundle keeps it elsewhere. */
  readonly workerFile?: URL;
}

const DEFAULT_MAX_QUEUED = 256;
/** A second task waits inside the worker, so that it never idles between two. */
const TASKS_PER_WORKER = 2;

interface Job {
  readonly task: WorkerTask;
  readonly transfer: readonly ArrayBuffer[];
  readonly resolve: (reply: WorkerReply) => void;
  readonly reject: (error: unknown) => void;
}

/** Threads are started with the first request, and again after one died. */
export function createOnnxModelServer(options: OnnxModelServerOptions): ModelServer {
  const maxQueued = options.maxQueued ?? DEFAULT_MAX_QUEUED;
  const workers = new Set<InferenceWorker>();
  const queue: Job[] = [];
  let closed = false;

  function freeWorker(): InferenceWorker | undefined {
    const idlest = [...workers].sort((a, b) => a.pending() - b.pending())[0];
    if (idlest !== undefined && idlest.pending() === 0) return idlest;
    if (workers.size < options.workers) {
      const started = startInferenceWorker(
        { repository: options.repository, threads: options.threads ?? 1 },
        {
          ...(options.workerFile === undefined ? {} : { file: options.workerFile }),
          onExit: () => {
            workers.delete(started);
            dispatch();
          },
        },
      );
      workers.add(started);
      return started;
    }
    return idlest !== undefined && idlest.pending() < TASKS_PER_WORKER ? idlest : undefined;
  }

  function dispatch(): void {
    while (!closed && queue.length > 0) {
      const worker = freeWorker();
      const job = worker === undefined ? undefined : queue.shift();
      if (worker === undefined || job === undefined) return;
      worker.run(job.task, job.transfer).then(job.resolve, job.reject).finally(dispatch);
    }
  }

  function submit(task: WorkerTask, { signal, timeoutMs }: CallOptions): Promise<WorkerReply> {
    return new Promise((resolve, reject) => {
      if (closed) {
        reject(unavailable('the model server is closed'));
        return;
      }
      if (signal?.aborted === true) {
        reject(aborted(signal));
        return;
      }
      if (queue.length >= maxQueued) {
        reject(unavailable(`${queue.length} requests are waiting for a model worker, ${maxQueued} are allowed`));
        return;
      }
      // What a worker has begun it ends; only nobody waits for it any more.
      const giveUp = (error: PipelineError): void => {
        const at = queue.indexOf(job);
        if (at >= 0) queue.splice(at, 1);
        job.reject(error);
      };
      const onAbort = (): void => giveUp(aborted(signal));
      const onLate = (): void => giveUp(unavailable(`no answer of the model within ${timeoutMs} ms`));
      const timer = timeoutMs === undefined ? undefined : setTimeout(onLate, timeoutMs);
      const settled = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
      const job: Job = {
        task,
        transfer: task.kind === 'infer' ? [...new Set(task.inputs.map((input) => input.data.buffer))] : [],
        resolve: (reply) => {
          settled();
          resolve(reply);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      queue.push(job);
      dispatch();
    });
  }

  return {
    metadata: async (model, version, call = {}) => {
      const reply = await submit({ kind: 'metadata', model, version }, call);
      if (reply.kind === 'metadata') return reply.metadata;
      throw failure(reply);
    },
    infer: async (request, call = {}) => {
      const reply = await submit({ kind: 'infer', ...request }, call);
      if (reply.kind === 'outputs') return { outputs: reply.outputs };
      throw failure(reply);
    },
    ready: async (model, version, call = {}) => {
      const reply = await submit({ kind: 'metadata', model, version }, call).catch(untilAborted);
      if (reply.kind === 'metadata') return { ready: true };
      const { code, message } = failure(reply);
      return { ready: false, reason: code === 'model-mismatch' ? 'model-missing' : 'not-ready', message };
    },
    close: async () => {
      closed = true;
      for (const job of queue.splice(0)) job.reject(unavailable('the model server is closed'));
      await Promise.all([...workers].map((worker) => worker.terminate()));
    },
  };
}

function unavailable(message: string): PipelineError {
  return new PipelineError('model-unavailable', message, { permanent: false });
}

/** Whatever else goes wrong makes the model not ready. */
function untilAborted(error: unknown): WorkerReply {
  if (!(error instanceof PipelineError) || error.code === 'aborted') throw error;
  return { kind: 'failure', id: 0, code: 'model-unavailable', message: error.message };
}

function aborted(signal: AbortSignal | undefined): PipelineError {
  return new PipelineError('aborted', 'the inference was given up', { permanent: false, cause: signal?.reason });
}

/** No message is at fault when a model is missing or another one: it goes back to its queue until the right one is there. */
function failure(reply: WorkerReply): PipelineError {
  const { code, message } =
    reply.kind === 'failure' ? reply : { code: 'model-unavailable' as const, message: `unexpected ${reply.kind}` };
  return new PipelineError(code, message, { permanent: false });
}
