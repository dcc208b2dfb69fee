// model: a model server whose models are compared with what the code was written for, before the first request to each.

import { PipelineError } from '../errors/pipeline-error.ts';
import { checkModelMetadata, type ExpectedModel } from './check-model-metadata.ts';
import type { CallOptions, ModelServer } from './model-server.ts';

/**
 * `infer` of an expected model asks for its metadata first, once: again where a request is told `model-mismatch` later,
 * for the server may have been given another model meanwhile. A model that is not expected is passed on as it is.
 */
export function createCheckedModelServer(server: ModelServer, expected: readonly ExpectedModel[]): ModelServer {
  const checked = new Map<ExpectedModel, Promise<void>>();

  async function check(model: ExpectedModel, options: CallOptions): Promise<void> {
    checkModelMetadata(model, await server.metadata(model.name, model.version, options));
  }

  function once(model: ExpectedModel, options: CallOptions): Promise<void> {
    const running = checked.get(model) ?? check(model, options);
    checked.set(model, running);
    return running.catch((error: unknown) => {
      if (checked.get(model) === running) checked.delete(model);
      // Another caller's signal is not ours.
      const isOthers = error instanceof PipelineError && error.code === 'aborted' && options.signal?.aborted !== true;
      if (isOthers) return once(model, options);
      throw error;
    });
  }

  return {
    ...server,
    infer: async (request, options = {}) => {
      const model = expected.find(({ name, version }) => name === request.model && version === request.version);
      if (model === undefined) return server.infer(request, options);
      await once(model, options);
      try {
        return await server.infer(request, options);
      } catch (error) {
        if (error instanceof PipelineError && error.code === 'model-mismatch') checked.delete(model);
        throw error;
      }
    },
  };
}
