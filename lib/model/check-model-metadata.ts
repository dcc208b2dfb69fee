// model: whether a model is the one the code was written for, by what its server says of it.

import { PipelineError } from '../errors/pipeline-error.ts';
import type { ModelMetadata, TensorMetadata } from './model-server.ts';

/** What the code sends and reads; -1 stands for a size that varies from request to request. */
export interface ExpectedModel {
  readonly name: string;
  readonly version: string;
  readonly inputs: readonly TensorMetadata[];
  readonly outputs: readonly TensorMetadata[];
  /** Most rows of a request, where there is such a thing. */
  readonly batch?: number;
}

/**
 * Inputs are compared both ways: one that is not sent is missing in every request. Of outputs only those that are read
 * are compared; a size that the server leaves open is seen in each reply.
 * @throws PipelineError `model-mismatch` with the model, everything that differs, what was expected and what was seen.
 */
export function checkModelMetadata(expected: ExpectedModel, seen: ModelMetadata): void {
  const { inputs, outputs, batch } = expected;
  const differences = [
    ...(seen.name === expected.name ? [] : [`it calls itself ${seen.name}`]),
    ...inputs.flatMap((input) => compare('input', input, seen.inputs, takes)),
    ...seen.inputs.flatMap(({ name }) =>
      inputs.some((input) => input.name === name) ? [] : [`input ${name}: it wants one that is not sent`],
    ),
    ...outputs.flatMap((output) => compare('output', output, seen.outputs, gives)),
    ...(batch !== undefined && seen.maxBatch !== undefined && seen.maxBatch < batch
      ? [`batch: expected ${batch} rows, it takes at most ${seen.maxBatch}`]
      : []),
  ];
  if (differences.length === 0) return;
  const message = `model ${expected.name} version ${expected.version} is not the one expected: ${differences.join('; ')}`;
  throw new PipelineError('model-mismatch', message, { permanent: false });
}

type Fits = (expected: number, seen: number) => boolean;

/** Whatever we send, it takes. */
const takes: Fits = (expected, seen) => seen === -1 || seen === expected;
/** Whatever it gives, we read; a size of its own choice is checked in the reply. */
const gives: Fits = (expected, seen) => seen === -1 || expected === -1 || seen === expected;

function compare(
  kind: 'input' | 'output',
  expected: TensorMetadata,
  all: readonly TensorMetadata[],
  fits: Fits,
): readonly string[] {
  const seen = all.find(({ name }) => name === expected.name);
  if (seen === undefined) {
    const names = all.length === 0 ? 'none' : all.map(({ name }) => name).join(', ');
    return [`${kind} ${expected.name}: expected, it has ${names}`];
  }
  const isSame =
    seen.datatype === expected.datatype &&
    seen.shape.length === expected.shape.length &&
    expected.shape.every((size, axis) => fits(size, seen.shape[axis] ?? 0));
  return isSame ? [] : [`${kind} ${expected.name}: expected ${words(expected)}, seen ${words(seen)}`];
}

function words({ datatype, shape }: TensorMetadata): string {
  return `${datatype}[${shape}]`;
}
