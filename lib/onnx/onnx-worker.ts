// onnx: the worker thread that holds the ONNX sessions, because session.run blocks the thread it is called on.

import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { PipelineError } from '../errors/pipeline-error.ts';
import { MODEL_NAME, MODEL_VERSION } from '../model/model-reference.ts';
import { type Datatype, elementCount, type Tensor, type TensorMetadata } from '../model/model-server.ts';
import type { WorkerReply, WorkerRequest, WorkerSettings, WorkerTask } from './worker-protocol.ts';

const ORT_TYPES = { FP32: 'float32', INT64: 'int64', INT32: 'int32' } as const satisfies Record<Datatype, string>;
const DATATYPES = new Map<string, Datatype>([
  ['float32', 'FP32'],
  ['int64', 'INT64'],
  ['int32', 'INT32'],
]);

const SESSION_OPTIONS: InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  logSeverityLevel: 3,
};

const settings = workerData as WorkerSettings; // written by inference-worker.ts, which starts this file
const sessions = new Map<string, Promise<InferenceSession>>();

function session(model: string, version: string): Promise<InferenceSession> {
  if (!MODEL_NAME.test(model) || !MODEL_VERSION.test(version)) {
    throw mismatch(`model ${JSON.stringify(model)} version ${JSON.stringify(version)}: no such name`);
  }
  const path = join(settings.repository, model, version, 'model.onnx');
  const open = sessions.get(path) ?? InferenceSession.create(path, SESSION_OPTIONS);
  sessions.set(path, open);
  return open.catch((cause: unknown) => {
    sessions.delete(path);
    throw new PipelineError('model-unavailable', `model ${model} version ${version} cannot be loaded: ${cause}`, {
      permanent: false,
      cause,
    });
  });
}

function mismatch(message: string): PipelineError {
  return new PipelineError('model-mismatch', message, { permanent: false });
}

function tensorMetadata(values: readonly InferenceSession.ValueMetadata[]): readonly TensorMetadata[] {
  return values.map((value) => {
    const datatype = value.isTensor ? DATATYPES.get(value.type) : undefined;
    if (!value.isTensor || datatype === undefined) throw mismatch(`tensor ${value.name}: datatype not supported`);
    return { name: value.name, datatype, shape: value.shape.map((size) => (typeof size === 'number' ? size : -1)) };
  });
}

function check(inputs: readonly Tensor[], wanted: readonly TensorMetadata[]): void {
  for (const { name, datatype, shape } of wanted) {
    const given = inputs.find((input) => input.name === name);
    if (given === undefined) throw mismatch(`input ${name} is missing; given: ${inputs.map((i) => i.name).join(', ')}`);
    const fits =
      given.shape.length === shape.length && shape.every((size, axis) => size === -1 || size === given.shape[axis]);
    if (given.datatype !== datatype || !fits || given.data.length !== elementCount(given.shape)) {
      const seen = `${given.datatype}[${given.shape}] of ${given.data.length} values`;
      throw mismatch(`input ${name}: ${seen}; the model takes ${datatype}[${shape}]`);
    }
  }
  const extra = inputs.find((input) => !wanted.some(({ name }) => name === input.name));
  if (extra !== undefined) throw mismatch(`input ${extra.name}: the model has none of this name`);
}

function outputTensor(name: string, value: OrtTensor): Tensor {
  const shape = [...value.dims];
  switch (value.type) {
    case 'float32':
      return { name, datatype: 'FP32', shape, data: new Float32Array(value.data as Float32Array) };
    case 'int64':
      return { name, datatype: 'INT64', shape, data: new BigInt64Array(value.data as BigInt64Array) };
    case 'int32':
      return { name, datatype: 'INT32', shape, data: new Int32Array(value.data as Int32Array) };
    default:
      throw mismatch(`output ${name}: datatype ${value.type} is not supported`);
  }
}

async function perform(id: number, task: WorkerTask): Promise<WorkerReply> {
  const opened = await session(task.model, task.version);
  const inputs = tensorMetadata(opened.inputMetadata);
  if (task.kind === 'metadata') {
    const outputs = tensorMetadata(opened.outputMetadata);
    return { kind: 'metadata', id, metadata: { name: task.model, version: task.version, inputs, outputs } };
  }
  check(task.inputs, inputs);
  const unknown = task.outputs.find((name) => !opened.outputNames.includes(name));
  if (unknown !== undefined) throw mismatch(`output ${unknown}: the model gives ${opened.outputNames.join(', ')}`);
  const feeds = task.inputs.map((input) => [
    input.name,
    new OrtTensor(ORT_TYPES[input.datatype], input.data, input.shape),
  ]);
  const results = await opened.run(Object.fromEntries(feeds), [...task.outputs]);
  const outputs = task.outputs.map((name) => {
    const value = results[name];
    if (value === undefined) throw mismatch(`output ${name} was not computed`);
    return outputTensor(name, value);
  });
  return { kind: 'outputs', id, outputs };
}

async function answer({ id, task }: WorkerRequest): Promise<void> {
  try {
    const reply = await perform(id, task);
    const buffers = reply.kind === 'outputs' ? reply.outputs.map((output) => output.data.buffer) : [];
    parentPort?.postMessage(reply, buffers);
  } catch (error) {
    const code = error instanceof PipelineError && error.code === 'model-mismatch' ? error.code : 'model-unavailable';
    const message = error instanceof Error ? error.message : String(error);
    parentPort?.postMessage({ kind: 'failure', id, code, message } satisfies WorkerReply);
  }
}

parentPort?.on('message', (request: WorkerRequest) => void answer(request));
