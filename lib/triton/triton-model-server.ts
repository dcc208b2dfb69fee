// triton: the model server behind KServe v2 over gRPC: NVIDIA Triton, or whoever else speaks it.

import { setTimeout as sleep } from 'node:timers/promises';
import { PipelineError } from '../errors/pipeline-error.ts';
import { checkRequest } from '../model/check-request.ts';
import type { CallOptions, ModelMetadata, ModelServer } from '../model/model-server.ts';
import { backoffMs } from './backoff.ts';
import { type Endpoint, type EndpointAddress, isFailedCall, type TlsFiles } from './endpoint.ts';
import { createEndpointPool } from './endpoint-pool.ts';
import { whyNotLoaded } from './model-index.ts';
import { readMetadata } from './model-metadata.ts';
import type { CallName, Calls, WireModelRequest } from './protocol.ts';
import { decodeResponse, encodeRequest } from './raw-tensors.ts';
import { readReadiness } from './readiness.ts';
import { createRequestGate } from './request-gate.ts';
import { type Run, startRun } from './run.ts';

export interface TritonModelServerOptions {
  /** One at least; each is asked about as much as it has answered. */
  readonly endpoints: readonly EndpointAddress[];
  readonly tls?: TlsFiles;
  /** Requests at work over all endpoints, tries and pauses between them included. */
  readonly maxInFlight?: number;
  /** Requests that wait for one of those places; one more is refused with `model-unavailable`. */
  readonly maxQueued?: number;
  /** For one call of the port, where the caller has no shorter `timeoutMs`. */
  readonly deadlineMs?: number;
  /** A request that found no server is sent again for so long: longer than one takes to start. */
  readonly retryForMs?: number;
  /** A model that is neither there nor loading is waited for so long: one that is being replaced is away for a moment. */
  readonly notLoadedForMs?: number;
  /** Of one message, either way. */
  readonly maxMessageBytes?: number;
  /** [0, 1), for the pauses. */
  readonly random?: () => number;
}

const MEBIBYTE = 1024 * 1024;
export const DEFAULT_MAX_IN_FLIGHT = 8;
const DEFAULT_MAX_QUEUED = 256;
const DEFAULT_DEADLINE_MS = 60_000;
const DEFAULT_RETRY_FOR_MS = 20_000;
const DEFAULT_MAX_MESSAGE_BYTES = 64 * MEBIBYTE;
const DEFAULT_NOT_LOADED_FOR_MS = 3000;
const RETRY_PAUSE = { baseMs: 100, maxMs: 2000 };

/** Connects with the first request. */
export function createTritonModelServer(options: TritonModelServerOptions): ModelServer {
  const random = options.random ?? Math.random;
  const deadlineMs = options.deadlineMs ?? DEFAULT_DEADLINE_MS;
  const retryForMs = options.retryForMs ?? DEFAULT_RETRY_FOR_MS;
  const notLoadedForMs = options.notLoadedForMs ?? DEFAULT_NOT_LOADED_FOR_MS;
  const maxMessageBytes = options.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES;
  const pool = createEndpointPool(options.endpoints, { tls: options.tls ?? {}, maxMessageBytes }, random);
  const gate = createRequestGate(options.maxInFlight ?? DEFAULT_MAX_IN_FLIGHT, options.maxQueued ?? DEFAULT_MAX_QUEUED);
  const known = new Map<string, ModelMetadata>();
  const runs = new Set<Run>();
  let closed: PipelineError | undefined;

  /** `work` under the call's deadline and signal. */
  async function start<T>(call: CallOptions, work: (run: Run) => Promise<T>): Promise<T> {
    if (closed !== undefined) throw closed;
    const run = startRun(call, deadlineMs);
    runs.add(run);
    try {
      return await work(run);
    } finally {
      runs.delete(run);
      run.end();
    }
  }

  /** Inference has no side effect: a request without an answer may be sent again. */
  async function ask<N extends CallName>(
    run: Run,
    name: N,
    request: Calls[N]['request'],
    words: string,
  ): Promise<Calls[N]['response']> {
    const retryUntil = Math.min(run.deadline, Date.now() + retryForMs);
    const loadedUntil = Date.now() + notLoadedForMs;
    const tried = new Set<Endpoint>();
    /** Those that do not have the model, as in the middle of an update of several servers. */
    const without = new Set<Endpoint>();
    for (let tries = 1, rounds = 1; ; tries += 1) {
      run.signal.throwIfAborted();
      const endpoint = pool.pick(tried);
      try {
        const response = await endpoint.call(name, request, { deadline: run.deadline, signal: run.signal, words });
        pool.answered(endpoint);
        return response;
      } catch (error) {
        if (!isFailedCall(error)) throw error;
        const { failure } = error;
        if (failure.isEndpointAtFault || run.isLate()) pool.failed(endpoint);
        if (run.signal.aborted) throw run.signal.reason;
        if (failure.isModelMissing) without.add(endpoint);
        const isElsewhere = failure.isModelMissing && without.size < pool.all.length;
        if (!failure.isRetryable && !isElsewhere) throw failure.error;
        if (failure.isModelNotReady && Date.now() >= loadedUntil) await expectLoading(run, request, failure.error);
        tried.add(endpoint);
        const isRoundOver = !pool.hasFresh(tried);
        const pause = isRoundOver ? backoffMs(rounds, RETRY_PAUSE, random) : 0;
        if (Date.now() + pause >= retryUntil) throw afterTries(failure.error, tries);
        if (isRoundOver) {
          rounds += 1;
          tried.clear();
        }
        if (pause > 0) await pauseFor(pause, run);
      }
    }
  }

  /** @throws PipelineError `model-mismatch` where every server says that it neither has the model nor loads it. */
  async function expectLoading(run: Run, request: Calls[CallName]['request'], error: PipelineError): Promise<void> {
    const model = modelOf(request);
    if (model === undefined) return;
    const options = { deadline: run.deadline, signal: run.signal, words: 'repository index' };
    const reasons = await Promise.all(pool.all.map((endpoint) => whyNotLoaded(endpoint, model, options)));
    if (reasons.some((reason) => reason === undefined)) return;
    const message = `${error.message}: ${reasons[0]}`;
    throw new PipelineError('model-mismatch', message, { permanent: false, cause: error.cause });
  }

  async function describe(run: Run, model: string, version: string): Promise<ModelMetadata> {
    const key = `${model} ${version}`;
    const seen = known.get(key) ?? (await readMetadata((...call) => ask(run, ...call), model, version));
    known.set(key, seen);
    return seen;
  }

  return {
    metadata: (model, version, call = {}) =>
      start(call, (run) =>
        gate.run(run.signal, () => {
          known.delete(`${model} ${version}`);
          return describe(run, model, version);
        }),
      ),
    infer: (request, call = {}) =>
      start(call, (run) =>
        gate.run(run.signal, async () => {
          const { model, version } = request;
          try {
            const metadata = await describe(run, model, version);
            checkRequest(request, metadata);
            const words = `infer ${model} version ${version}`;
            const response = await ask(run, 'ModelInfer', encodeRequest(request), words);
            return { outputs: decodeResponse(response, request.outputs, metadata.outputs, words) };
          } catch (error) {
            // The server may have another model under this name by now.
            if (isMismatch(error)) known.delete(`${model} ${version}`);
            throw error;
          }
        }),
      ),
    ready: (model, version, call = {}) => start(call, (run) => readReadiness(pool.all, model, version, run)),
    close: async () => {
      closed ??= new PipelineError('model-unavailable', 'the model server is closed', { permanent: false });
      gate.close(closed);
      for (const run of runs) run.stop(closed);
      pool.close();
    },
  };
}

function modelOf(request: Calls[CallName]['request']): WireModelRequest | undefined {
  if ('modelName' in request) return { name: request.modelName, version: request.modelVersion };
  return 'name' in request ? request : undefined;
}

function isMismatch(error: unknown): boolean {
  return error instanceof PipelineError && error.code === 'model-mismatch';
}

function afterTries(error: PipelineError, tries: number): PipelineError {
  const message = `${error.message} (${tries} tries)`;
  return new PipelineError(error.code, message, { permanent: error.permanent, cause: error.cause });
}

async function pauseFor(pauseMs: number, { signal }: Run): Promise<void> {
  try {
    await sleep(pauseMs, undefined, { signal });
  } catch {
    throw signal.reason;
  }
}
