// infer: the wiring for the Lambda runtime: environment, clients, and the models with what stands beside them.

import { bucketConfig, queueConfig, searchConfig } from '../../lib/config/connections.ts';
import { readEnvironment } from '../../lib/config/environment.ts';
import { FUNCTION_VARIABLES } from '../../lib/config/functions.ts';
import { createLog } from '../../lib/log/log.ts';
import { disableTelemetry } from '../../lib/onnx/disable-telemetry.ts';
import { createOnnxModelServer } from '../../lib/onnx/onnx-model-server.ts';
import { createDumpRegister } from '../../lib/opensearch/dump-register.ts';
import { createSearchClient } from '../../lib/opensearch/search-client.ts';
import { createMessageQueue } from '../../lib/queue/sqs-message-queue.ts';
import { createObjectStore } from '../../lib/s3/aws-object-store.ts';
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

export const handler = createInferHandler({
  store: createObjectStore(bucketConfig(values)),
  dumps: createDumpRegister(createSearchClient(searchConfig(values))),
  queue: createMessageQueue(queueConfig(values)),
  models: createOnnxModelServer({ repository, workers: values.SMARTIDS_ONNX_WORKERS }),
  flowModels,
  packetModels: createPacketModels({
    repository,
    model: values.SMARTIDS_PACKET_MODEL,
    reading: values.SMARTIDS_PACKET_MODEL_READING,
    isRemote: false,
    log,
  }),
  packetBudget: {
    packets: values.SMARTIDS_PACKET_MODEL_PACKETS,
    seconds: values.SMARTIDS_PACKET_MODEL_SECONDS,
    limits: { sequences: 32, tokens: 16_384 },
    lanes: 4,
  },
  packetDocuments: values.SMARTIDS_PACKET_DOCUMENTS,
  log,
  clock: () => new Date(),
});
