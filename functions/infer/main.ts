// infer: the wiring for the Lambda runtime: environment, clients, and flow_net with what stands beside it.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bucketConfig, searchConfig } from '../../lib/config/connections.ts';
import { readEnvironment } from '../../lib/config/environment.ts';
import { FUNCTION_VARIABLES } from '../../lib/config/functions.ts';
import { createExplainer } from '../../lib/detection/reasons.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import { createLog } from '../../lib/log/log.ts';
import { type FlowNetMetadata, parseFlowNetMetadata } from '../../lib/model/flow-net-metadata.ts';
import { disableTelemetry } from '../../lib/onnx/disable-telemetry.ts';
import { createOnnxModelServer } from '../../lib/onnx/onnx-model-server.ts';
import { createDumpRegister } from '../../lib/opensearch/dump-register.ts';
import { createSearchClient } from '../../lib/opensearch/search-client.ts';
import { createObjectStore } from '../../lib/s3/aws-object-store.ts';
import { createInferHandler } from './handler.ts';

disableTelemetry();
const values = readEnvironment(FUNCTION_VARIABLES.infer, process.env);
const repository = values.SMARTIDS_MODEL_REPOSITORY;
const metadata = readFlowNetMetadata(repository);

/** @throws PipelineError `invalid-configuration` when a file is missing, `model-mismatch` when it is not the one expected. */
function readFlowNetMetadata(folder: string): FlowNetMetadata {
  const found = parseFlowNetMetadata(JSON.parse(readModelFile(join(folder, 'flow_net', 'features.json')).toString()));
  const path = join(folder, found.model, found.version, 'model.onnx');
  const sha256 = createHash('sha256').update(readModelFile(path)).digest('hex');
  if (sha256 === found.sha256) return found;
  const message = `${path}: its sha256 is ${sha256}; features.json was written with ${found.sha256}`;
  throw new PipelineError('model-mismatch', message, { permanent: true });
}

function readModelFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const message = `SMARTIDS_MODEL_REPOSITORY: ${path} cannot be read`;
    throw new PipelineError('invalid-configuration', message, { permanent: true, cause });
  }
}

export const handler = createInferHandler({
  store: createObjectStore(bucketConfig(values)),
  dumps: createDumpRegister(createSearchClient(searchConfig(values))),
  models: createOnnxModelServer({ repository, workers: values.SMARTIDS_ONNX_WORKERS }),
  flowNet: { metadata, explain: createExplainer(metadata) },
  packetDocuments: values.SMARTIDS_PACKET_DOCUMENTS,
  log: createLog({ level: values.SMARTIDS_LOG_LEVEL, name: 'infer' }),
  clock: () => new Date(),
});
