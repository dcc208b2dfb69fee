// triton: whether a model would answer, asked of every endpoint at once; one that would is enough.

import { status } from '@grpc/grpc-js';
import { PipelineError } from '../errors/pipeline-error.ts';
import type { Readiness } from '../model/model-server.ts';
import { type Endpoint, isFailedCall } from './endpoint.ts';
import type { Run } from './run.ts';

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
  // Triton says of a model that is not there only that it is not ready: its metadata tells the two apart.
  let isReachable = false;
  try {
    isReachable = await answersAtAll(endpoint, options);
    if ((await endpoint.call('ModelReady', model, options)).ready) return { ready: true };
    await endpoint.call('ModelMetadata', model, options);
    const message = `${endpoint.target}: model ${model.name} is not ready`;
    return { ready: false, reason: 'not-ready', message };
  } catch (error) {
    if (!isFailedCall(error)) throw error;
    const { error: told } = error.failure;
    const reason = !isReachable ? 'unreachable' : told.code === 'model-mismatch' ? 'model-missing' : 'not-ready';
    return { ready: false, reason, message: told.message };
  }
}

/** Servers without grpc.health.v1 are reachable, too. */
async function answersAtAll(endpoint: Endpoint, options: Parameters<Endpoint['call']>[2]): Promise<boolean> {
  try {
    await endpoint.call('Check', { service: '' }, options);
    return true;
  } catch (error) {
    const cause = isFailedCall(error) ? (error.failure.error.cause as { code?: unknown }) : undefined; // a ServiceError
    if (cause?.code === status.UNIMPLEMENTED) return true;
    throw error;
  }
}
