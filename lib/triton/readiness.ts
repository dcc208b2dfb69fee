// triton: whether a model would answer, asked of every endpoint at once; one that would is enough.

import { status } from '@grpc/grpc-js';
import { PipelineError } from '../errors/pipeline-error.ts';
import type { Readiness } from '../model/model-server.ts';
import { type Endpoint, isFailedCall } from './endpoint.ts';
import { whyNotLoaded } from './model-index.ts';
import type { Run } from './run.ts';

type CallOptions = Parameters<Endpoint['call']>[2];

/** Told first: what somebody has to mend. */
const GRAVEST_FIRST = ['model-missing', 'not-ready', 'unreachable'] as const;

/** @throws PipelineError `aborted`. */
export async function readReadiness(
  endpoints: readonly Endpoint[],
  name: string,
  version: string,
  run: Run,
): Promise<Readiness> {
  const all = await Promise.all(endpoints.map((endpoint) => readOne(endpoint, { name, version }, run)));
  const { reason } = run.signal;
  if (reason instanceof PipelineError && reason.code === 'aborted') throw reason;
  if (all.some(({ ready }) => ready)) return { ready: true };
  const failures = all.flatMap((one) => (one.ready ? [] : [one]));
  const gravest = GRAVEST_FIRST.find((kind) => failures.some((failure) => failure.reason === kind)) ?? 'unreachable';
  return { ready: false, reason: gravest, message: failures.map(({ message }) => message).join('; ') };
}

async function readOne(
  endpoint: Endpoint,
  model: { readonly name: string; readonly version: string },
  run: Run,
): Promise<Readiness> {
  const options = { deadline: run.deadline, signal: run.signal, words: `readiness of ${model.name}` };
  let isReachable = false;
  try {
    isReachable = await answersAtAll(endpoint, options);
    if (await saysReady(endpoint, model, options)) return { ready: true };
    // Of a model that is not there Triton says only that it is not ready, MLServer has no word for it: metadata has.
    await endpoint.call('ModelMetadata', model, options);
    const message = `${endpoint.target}: model ${model.name} is not ready`;
    return { ready: false, reason: 'not-ready', message };
  } catch (error) {
    if (!isFailedCall(error)) throw error;
    const { error: told, isModelNotReady } = error.failure;
    if (!isReachable) return { ready: false, reason: 'unreachable', message: told.message };
    const why = isModelNotReady ? await whyNotLoaded(endpoint, model, options) : undefined;
    const isMissing = why !== undefined || told.code === 'model-mismatch';
    const message = why === undefined ? told.message : `${told.message}: ${why}`;
    return { ready: false, reason: isMissing ? 'model-missing' : 'not-ready', message };
  }
}

async function saysReady(
  endpoint: Endpoint,
  model: { readonly name: string; readonly version: string },
  options: CallOptions,
): Promise<boolean> {
  try {
    return (await endpoint.call('ModelReady', model, options)).ready;
  } catch (error) {
    if (isFailedCall(error) && !error.failure.isEndpointAtFault) return false;
    throw error;
  }
}

/** Servers without grpc.health.v1 are reachable, too. */
async function answersAtAll(endpoint: Endpoint, options: CallOptions): Promise<boolean> {
  try {
    await endpoint.call('Check', { service: '' }, options);
    return true;
  } catch (error) {
    const cause = isFailedCall(error) ? (error.failure.error.cause as { code?: unknown }) : undefined; // a ServiceError
    if (cause?.code === status.UNIMPLEMENTED) return true;
    throw error;
  }
}
