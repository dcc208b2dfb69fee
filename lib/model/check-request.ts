// model: whether the tensors of a request are what a model takes, told before anything is sent.

import { PipelineError } from '../errors/pipeline-error.ts';
import {
  elementCount,
  type InferRequest,
  type ModelMetadata,
  type Tensor,
  type TensorMetadata,
} from './model-server.ts';

/** @throws PipelineError `model-mismatch` that names the tensor, what was given and what the model takes. */
export function checkRequest(
  { inputs, outputs }: Pick<InferRequest, 'inputs' | 'outputs'>,
  model: ModelMetadata,
): void {
  for (const wanted of model.inputs) checkInput(inputs, wanted, model.maxBatch);
  const extra = inputs.find((input) => !model.inputs.some(({ name }) => name === input.name));
  if (extra !== undefined) throw mismatch(`input ${extra.name}: the model has none of this name`);
  const unknown = outputs.find((name) => !model.outputs.some((output) => output.name === name));
  if (unknown === undefined) return;
  throw mismatch(`output ${unknown}: the model gives ${model.outputs.map(({ name }) => name).join(', ')}`);
}

function checkInput(inputs: readonly Tensor[], wanted: TensorMetadata, maxBatch = Number.POSITIVE_INFINITY): void {
  const { name, datatype, shape } = wanted;
  const given = inputs.find((input) => input.name === name);
  if (given === undefined) throw mismatch(`input ${name} is missing; given: ${inputs.map((i) => i.name).join(', ')}`);
  const fits =
    given.shape.length === shape.length && shape.every((size, axis) => size === -1 || size === given.shape[axis]);
  if (given.datatype !== datatype || !fits || given.data.length !== elementCount(given.shape)) {
    const seen = `${given.datatype}[${given.shape}] of ${given.data.length} values`;
    throw mismatch(`input ${name}: ${seen}; the model takes ${datatype}[${shape}]`);
  }
  const rows = given.shape[0] ?? 0;
  if (rows > maxBatch) throw mismatch(`input ${name}: ${rows} rows; the model takes ${maxBatch} in a request`);
}

function mismatch(message: string): PipelineError {
  return new PipelineError('model-mismatch', message, { permanent: false });
}
