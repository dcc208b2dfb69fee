// api: the app with its real dependencies, from the environment; for the Lambda function and the local server alike.

import { randomUUID } from 'node:crypto';
import type { Express } from 'express';
import { bucketConfig, queueConfig, searchConfig } from '../../lib/config/connections.ts';
import { type Configuration, type Environment, readEnvironment } from '../../lib/config/environment.ts';
import { FUNCTION_VARIABLES } from '../../lib/config/functions.ts';
import { modelServerConfig } from '../../lib/config/model-server.ts';
import { retentionPolicy } from '../../lib/config/retention.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import { createLog } from '../../lib/log/log.ts';
import { createMetrics } from '../../lib/metrics/metrics.ts';
import { createCheckedModelServer } from '../../lib/model/checked-model-server.ts';
import { parseModelReference } from '../../lib/model/model-reference.ts';
import type { ModelServer } from '../../lib/model/model-server.ts';
import { createExpectedModels } from '../../lib/model-repository/expected-models.ts';
import { findModel } from '../../lib/model-repository/find-model.ts';
import { readModelRepository } from '../../lib/model-repository/read-model-repository.ts';
import { currentGeneration } from '../../lib/opensearch/bootstrap.ts';
import { createDumpRegister } from '../../lib/opensearch/dump-register.ts';
import { createGenerationStore } from '../../lib/opensearch/generations.ts';
import { createSearchClient } from '../../lib/opensearch/search-client.ts';
import { createSearchIndex } from '../../lib/opensearch/search-index.ts';
import { createMessageQueue } from '../../lib/queue/sqs-message-queue.ts';
import { expireDumps } from '../../lib/retention/expire-dumps.ts';
import { createObjectStore } from '../../lib/s3/aws-object-store.ts';
import { readTlsFiles } from '../../lib/triton/tls-files.ts';
import type { ApiConfig, ApiDeps } from './api-deps.ts';
import { createApp } from './app.ts';
import { fieldCatalog } from './field-catalog.ts';

type ApiEnvironment = Configuration<(typeof FUNCTION_VARIABLES)['api'][number]>;

/** @throws PipelineError `invalid-configuration` with everything that is wrong in `env`. */
export function createApiServer(env: Environment, bounds: Pick<ApiConfig, 'maxFileBytes'> = {}): Express {
  const values = readEnvironment(FUNCTION_VARIABLES.api, env);
  const apiKey = values.SMARTIDS_API_KEY;
  if (apiKey === undefined) {
    throw new PipelineError('invalid-configuration', 'environment: SMARTIDS_API_KEY: the API needs a key', {
      permanent: true,
    });
  }
  const client = createSearchClient(searchConfig(values));
  const store = createObjectStore({ ...bucketConfig(values), publicEndpoint: values.SMARTIDS_S3_PUBLIC_ENDPOINT });
  const dumps = createDumpRegister(client);
  const search = createSearchIndex(client);
  const log = createLog({ level: values.SMARTIDS_LOG_LEVEL, name: 'api' });
  const clock = () => new Date();
  const generations = createGenerationStore(client);
  const policy = retentionPolicy(values);
  return createApp({
    config: {
      apiKey,
      publicUrl: values.SMARTIDS_PUBLIC_URL,
      s3PublicEndpoint: publicEndpoint(values),
      uploadExpiresSeconds: values.SMARTIDS_UPLOAD_EXPIRES_SECONDS,
      maxUploadBytes: values.SMARTIDS_MAX_UPLOAD_BYTES,
      ...bounds,
    },
    store,
    dumps,
    queue: createMessageQueue(queueConfig(values)),
    models: () => readModelRepository(values.SMARTIDS_MODEL_REPOSITORY),
    search,
    retention: (options) => expireDumps({ store, dumps, search, generations, policy, log, clock }, options),
    ...modelServerOf(values),
    fields: fieldCatalog(),
    currentGeneration: () => currentGeneration(client),
    metrics: createMetrics(),
    log,
    clock,
    newId: randomUUID,
  });
}

function modelServerOf(values: ApiEnvironment): Pick<ApiDeps, 'modelServer'> {
  const config = modelServerConfig(values);
  if (config === undefined) return {};
  const options = { ...config, tls: readTlsFiles(config.tlsPaths) };
  let server: Promise<ModelServer> | undefined;
  // Its libraries take memory that is only for those who use them.
  const repository = values.SMARTIDS_MODEL_REPOSITORY;
  const load = async () => {
    const { createTritonModelServer } = await import('../../lib/triton/triton-model-server.ts');
    return createCheckedModelServer(createTritonModelServer(options), createExpectedModels(repository));
  };
  const ready: ModelServer['ready'] = async (...call) => {
    server ??= load();
    return (await server).ready(...call);
  };
  // As infer chooses them when it starts.
  const installed = readModelRepository(repository);
  const models = ['flow_net', values.SMARTIDS_PACKET_MODEL].flatMap(
    (reference) => findModel(installed, parseModelReference(reference)) ?? [],
  );
  return { modelServer: { server: { ready }, models } };
}

/** What presigned URLs name; on AWS the SDK puts the bucket before the region's host. */
function publicEndpoint(values: ApiEnvironment): string {
  const stated = values.SMARTIDS_S3_PUBLIC_ENDPOINT ?? values.SMARTIDS_S3_ENDPOINT;
  return stated ?? `https://${values.SMARTIDS_BUCKET}.s3.${values.SMARTIDS_REGION}.amazonaws.com`;
}
