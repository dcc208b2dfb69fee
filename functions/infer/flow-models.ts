// infer: the flow models of the repository, each version read and checked when it is first asked for.

import { join } from 'node:path';
import { createExplainDetections, type ExplainDetections } from '../../lib/detection/explain-detections.ts';
import { createTellReasons, type TellReasons } from '../../lib/detection/reasons.ts';
import type { PipelineError } from '../../lib/errors/pipeline-error.ts';
import { type FlowNetMetadata, parseFlowNetMetadata } from '../../lib/model/flow-net-metadata.ts';
import { formatModelReference, type ModelReference, parseModelReference } from '../../lib/model/model-reference.ts';
import { findModel, notInstalled } from '../../lib/model-repository/find-model.ts';
import { FLOW_MODEL_FILE, readModelRepository } from '../../lib/model-repository/read-model-repository.ts';
import { checkModelFile, mismatch, readModelFile } from './model-file.ts';

/** What stands beside a flow model, and how its detections are explained. */
export interface FlowModel {
  readonly metadata: FlowNetMetadata;
  readonly explain: ExplainDetections;
  readonly tell: TellReasons;
}

/** Flows a request to the model server, 2.9 MB of features: a chunk has some thousand, so that one half is documented while the other is scored. */
export const BATCH_FLOWS = 2048;

export function createFlowModel(metadata: FlowNetMetadata): FlowModel {
  return { metadata, explain: createExplainDetections(metadata, BATCH_FLOWS), tell: createTellReasons(metadata) };
}

/** By NAME or NAME:VERSION; without either, flow_net. */
export type FlowModels = (reference?: string) => FlowModel;

const DEFAULT_MODEL = 'flow_net';

/**
 * Without a version the highest one that was there when it was first asked for: a version that is added later waits for
 * the next start, and does not change the model in the middle of a dump.
 */
export function createFlowModels(repository: string): FlowModels {
  const models = new Map<string, FlowModel>();
  return (reference = DEFAULT_MODEL) => {
    const known = models.get(reference);
    if (known !== undefined) return known;
    const named = resolveVersion(repository, parseModelReference(reference));
    const versioned = formatModelReference(named);
    const model = models.get(versioned) ?? readFlowModel(repository, named);
    models.set(versioned, model);
    models.set(reference, model);
    return model;
  };
}

/** @throws PipelineError `model-unavailable` where no flow model of this name and version is installed. */
function resolveVersion(repository: string, reference: ModelReference): Required<ModelReference> {
  const installed = readModelRepository(repository).filter(({ kind }) => kind === 'flow');
  const { name, version } = findModel(installed, reference) ?? fail(notInstalled(installed, reference));
  return { name, version };
}

/** @throws PipelineError `invalid-configuration` when a file is missing, `model-mismatch` when it is not the one expected. */
function readFlowModel(repository: string, { name, version }: Required<ModelReference>): FlowModel {
  const folder = join(repository, name, version);
  const metadata = parseFlowNetMetadata(JSON.parse(readModelFile(join(folder, FLOW_MODEL_FILE)).toString()));
  if (metadata.model !== name || metadata.version !== version) {
    throw mismatch(`${folder}: ${FLOW_MODEL_FILE} is of ${metadata.model}:${metadata.version}`);
  }
  checkModelFile(join(folder, 'model.onnx'), metadata.sha256, FLOW_MODEL_FILE);
  return createFlowModel(metadata);
}

function fail(error: PipelineError): never {
  throw error;
}
