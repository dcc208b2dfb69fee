// triton: a model's metadata, and the cap on its batches, which only Triton's own configuration tells.

import { status } from '@grpc/grpc-js';
import { PipelineError } from '../errors/pipeline-error.ts';
import type { ModelMetadata } from '../model/model-server.ts';
import type { CallName, Calls } from './protocol.ts';
import { checkTensor } from './raw-tensors.ts';

type Ask = <N extends CallName>(name: N, request: Calls[N]['request'], words: string) => Promise<Calls[N]['response']>;

/** Where the server batches, its metadata has the batch's axis in every shape already. */
export async function readMetadata(ask: Ask, name: string, version: string): Promise<ModelMetadata> {
  const request = { name, version };
  const words = `metadata of ${name} version ${version}`;
  const seen = await ask('ModelMetadata', request, words);
  const maxBatch = await readMaxBatch(ask, request, words);
  try {
    return {
      name: seen.name,
      version: version === '' ? (seen.versions.at(-1) ?? '') : version,
      inputs: seen.inputs.map(checkTensor),
      outputs: seen.outputs.map(checkTensor),
      ...(maxBatch > 0 ? { maxBatch } : {}),
    };
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    throw new PipelineError(error.code, `model ${name} version ${version}: ${error.message}`, { permanent: false });
  }
}

/** 0: no cap, or a server that is not Triton and has no such call. */
async function readMaxBatch(ask: Ask, request: Calls['ModelConfig']['request'], words: string): Promise<number> {
  try {
    return (await ask('ModelConfig', request, words)).config?.maxBatchSize ?? 0;
  } catch (error) {
    const cause = error instanceof PipelineError ? (error.cause as { code?: unknown } | undefined) : undefined; // a ServiceError
    if (cause?.code === status.UNIMPLEMENTED) return 0;
    throw error;
  }
}
