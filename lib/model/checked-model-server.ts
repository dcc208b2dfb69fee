// model: a model server whose models are compared with what the code was written for, before the first request to each.

import { PipelineError } from '../errors/pipeline-error.ts';
import { checkModelMetadata, type ExpectedModel } from './check-model-metadata.ts';
import type { CallOptions, ModelServer } from './model-server.ts';

/** What the code was written for; undefined: the model is passed on as it is. */
export type ExpectedModels = (name: string, version: string) => ExpectedModel | undefined;

/**
 * `infer` of an expected model asks for its metadata first, once: again where a request is told `model-mismatch` later,
 * for the server may have been given another model meanwhile. `ready` compares each time.
 */
export function createCheckedModelServer(server: ModelServer, expected: ExpectedModels): ModelServer {
  const checked = new Map<string, Promise<void>>();

  async function check(name: string, version: string, options: CallOptions): Promise<void> {
    const model = expected(name, version);
    if (model !== undefined) checkModelMetadata(model, await server.metadata(name, version, options));
  }

  function once(name: string, version: string, options: CallOptions): Promise<void> {
    const key = keyOf(name, version);
    const running = checked.get(key) ?? check(name, version, options);
    checked.set(key, running);
    return running.catch((error: unknown) => {
      if (checked.get(key) === running) checked.delete(key);
      // Another caller's signal is not ours.
      const isOthers = error instanceof PipelineError && error.code === 'aborted' && options.signal?.aborted !== true;
      if (isOthers) return once(name, version, options);
      throw error;
    });
  }

  return {
    ...server,
    ready: async (name, version, options = {}) => {
      const readiness = await server.ready(name, version, options);
      if (!readiness.ready) return readiness;
      try {
        await check(name, version, options);
        return readiness;
      } catch (error) {
        if (!(error instanceof PipelineError) || error.code === 'aborted') throw error;
        const reason = error.code === 'model-mismatch' ? 'model-mismatch' : 'not-ready';
        return { ready: false, reason, message: error.message };
      }
    },
    infer: async (request, options = {}) => {
      const { model, version } = request;
      await once(model, version, options);
      try {
        return await server.infer(request, options);
      } catch (error) {
        const isMismatch = error instanceof PipelineError && error.code === 'model-mismatch';
        if (!isMismatch) throw error;
        // Everything that differs is more to a person than what the server stumbled over first.
        checked.delete(keyOf(model, version));
        await once(model, version, options);
        throw error;
      }
    },
  };
}

function keyOf(name: string, version: string): string {
  return `${name}:${version}`;
}
