// infer: the wiring for the Lambda runtime: environment, clients, and the models with what stands beside them.

import { bucketConfig, queueConfig, searchConfig } from '../../lib/config/connections.ts';
import { readEnvironment } from '../../lib/config/environment.ts';
import { FUNCTION_VARIABLES } from '../../lib/config/functions.ts';
import { modelServerConfig } from '../../lib/config/model-server.ts';
import { createLog } from '../../lib/log/log.ts';
import { createCheckedModelServer } from '../../lib/model/checked-model-server.ts';
import type { ModelServer } from '../../lib/model/model-server.ts';
import { createExpectedModels } from '../../lib/model-repository/expected-models.ts';
import { disableTelemetry } from '../../lib/onnx/disable-telemetry.ts';
import { createOnnxModelServer } from '../../lib/onnx/onnx-model-server.ts';
import { createDumpRegister } from '../../lib/opensearch/dump-register.ts';
import { createSearchClient } from '../../lib/opensearch/search-client.ts';
import { createMessageQueue } from '../../lib/queue/sqs-message-queue.ts';
import { createObjectStore } from '../../lib/s3/aws-object-store.ts';
import { readTlsFiles } from '../../lib/triton/tls-files.ts';
import { createFlowModels } from './flow-models.ts';
import { createInferHandler } from './handler.ts';
import { createPacketModels } from './packet-models.ts';

disableTelemetry();
const values = readEnvironment(FUNCTION_VARIABLES.infer, process.env);
const repository = values.SMARTIDS_MODEL_REPOSITORY;
const flowModels = createFlowModels(repository);
// A model that is missing or another than its metadata says stops the start, not the first chunk.
flowModels();

const log = createLog({ level: values.SMARTIDS_LOG_LEVEL, name: 'infer' });

/** A server that starts again with a large model is waited for within one receive; five of them outlast twenty minutes. */
const OUTAGE = { retryForMs: 240_000, deadlineMs: 300_000 } as const;

async function createModelServer(): Promise<ModelServer> {
  const config = modelServerConfig(values);
  if (config === undefined) {
    const { SMARTIDS_ONNX_WORKERS: workers, SMARTIDS_ONNX_THREADS: threads } = values;
    return createOnnxModelServer({ repository, workers, threads });
  }
  // Its libraries take memory that is only for those who use them.
  const { createTritonModelServer } = await import('../../lib/triton/triton-model-server.ts');
  return createTritonModelServer({ ...config, ...OUTAGE, tls: readTlsFiles(config.tlsPaths) });
}

export const handler = createInferHandler({
  store: createObjectStore(bucketConfig(values)),
  dumps: createDumpRegister(createSearchClient(searchConfig(values))),
  queue: createMessageQueue(queueConfig(values)),
  models: createCheckedModelServer(await createModelServer(), createExpectedModels(repository)),
  flowModels,
  packetModels: createPacketModels({
    repository,
    model: values.SMARTIDS_PACKET_MODEL,
    reading: values.SMARTIDS_PACKET_MODEL_READING,
    isRemote: modelServerConfig(values) !== undefined,
    log,
  }),
  packetBudget: {
    packets: values.SMARTIDS_PACKET_MODEL_PACKETS,
    seconds: values.SMARTIDS_PACKET_MODEL_SECONDS,
    // With inferences of 4 ms a batch of 32 × 512 takes 5.3 ms one at a time, 4.8 from two on: what it costs us is hidden.
    lanes: 4,
  },
  anomalyAlerts: values.SMARTIDS_ANOMALY_ALERTS,
  packetDocuments: values.SMARTIDS_PACKET_DOCUMENTS,
  log,
  clock: () => new Date(),
});
