// triton: tensors to the bytes of a request and back, without a copy where memory allows it. Both ends are little-endian.

import { PipelineError } from '../errors/pipeline-error.ts';
import {
  DATATYPES,
  type Datatype,
  elementCount,
  type InferRequest,
  type Tensor,
  type TensorMetadata,
} from '../model/model-server.ts';
import type { WireInferRequest, WireInferResponse, WireTensor } from './protocol.ts';

const BYTES: Readonly<Record<Datatype, number>> = { FP32: 4, INT64: 8, INT32: 4 };

/** The raw contents are views of the tensors' own memory: they are read when the message is written, at once. */
export function encodeRequest({ model, version, inputs, outputs }: InferRequest): WireInferRequest {
  return {
    modelName: model,
    modelVersion: version,
    inputs: inputs.map(({ name, datatype, shape }) => ({ name, datatype, shape })),
    outputs: outputs.map((name) => ({ name })),
    rawInputContents: inputs.map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
  };
}

/**
 * The outputs that were asked for, in that order; views of the message, which they keep in memory. `call` is in words, for
 * the error.
 * @throws PipelineError `model-mismatch` when one is missing, of another datatype or shape than the model's metadata has
 * it, or has more or fewer bytes than its shape says.
 */
export function decodeResponse(
  response: WireInferResponse,
  wanted: readonly string[],
  metadata: readonly TensorMetadata[],
  call: string,
): readonly Tensor[] {
  return wanted.map((name) => {
    const index = response.outputs.findIndex((output) => output.name === name);
    const output = response.outputs[index];
    if (output === undefined) {
      const names = response.outputs.map((one) => one.name).join(', ');
      throw mismatch(`${call}: output ${name} is not in the reply, which has ${names === '' ? 'none' : names}`);
    }
    const described = metadata.find((one) => one.name === name);
    const { datatype, shape } = checkTensor(output);
    const fits =
      described !== undefined &&
      described.datatype === datatype &&
      described.shape.length === shape.length &&
      described.shape.every((size, axis) => size === -1 || size === shape[axis]);
    if (!fits) {
      const expected = described === undefined ? 'none of this name' : `${described.datatype}[${described.shape}]`;
      throw mismatch(`${call}: output ${name}: the reply has ${datatype}[${shape}], the model gives ${expected}`);
    }
    const bytes = response.rawOutputContents[index];
    const expectedBytes = elementCount(shape) * BYTES[datatype];
    if (bytes?.length !== expectedBytes) {
      const seen = bytes === undefined ? 'no raw bytes' : `${bytes.length} bytes`;
      throw mismatch(`${call}: output ${name}: ${seen}, where ${datatype}[${shape}] has ${expectedBytes}`);
    }
    return viewOf(name, datatype, shape, bytes);
  });
}

/** @throws PipelineError `model-mismatch` for a datatype that the port has not, or a shape that is none. */
export function checkTensor({ name, datatype, shape }: WireTensor): TensorMetadata {
  const known = DATATYPES.find((one) => one === datatype);
  if (known === undefined) throw mismatch(`tensor ${name}: datatype ${datatype} is not supported`);
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= -1)) {
    throw mismatch(`tensor ${name}: [${shape}] is no shape`);
  }
  return { name, datatype: known, shape };
}

/** A view where the message happens to have put the bytes on the datatype's boundary, else a copy. */
function viewOf(name: string, datatype: Datatype, shape: readonly number[], bytes: Buffer<ArrayBuffer>): Tensor {
  const isAligned = bytes.byteOffset % BYTES[datatype] === 0;
  const buffer = isAligned ? bytes.buffer : bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  const offset = isAligned ? bytes.byteOffset : 0;
  const length = bytes.length / BYTES[datatype];
  switch (datatype) {
    case 'FP32':
      return { name, datatype, shape, data: new Float32Array(buffer, offset, length) };
    case 'INT64':
      return { name, datatype, shape, data: new BigInt64Array(buffer, offset, length) };
    case 'INT32':
      return { name, datatype, shape, data: new Int32Array(buffer, offset, length) };
  }
}

function mismatch(message: string): PipelineError {
  return new PipelineError('model-mismatch', message, { permanent: false });
}
