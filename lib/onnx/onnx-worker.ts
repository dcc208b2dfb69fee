// onnx: the worker thread that holds the ONNX sessions, because session.run blocks the thread it is called on.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { PipelineError } from '../errors/pipeline-error.ts';
import { checkRequest } from '../model/check-request.ts';
import { MODEL_NAME, MODEL_VERSION } from '../model/model-reference.ts';
import type { Datatype, InferRequest, Tensor, TensorMetadata } from '../model/model-server.ts';
import type { FailureCode, WorkerReply, WorkerRequest, WorkerSettings, WorkerTask } from './worker-protocol.ts';

const ORT_TYPES = { FP32: 'float32', INT64: 'int64', INT32: 'int32' } as const satisfies Record<Datatype, string>;
const DATATYPES = new Map<string, Datatype>([
  ['float32', 'FP32'],
  ['int64', 'INT64'],
  ['int32', 'INT32'],
]);

const FAILURES: readonly FailureCode[] = ['model-mismatch', 'inference-failed'];

const settings = workerData as WorkerSettings; // written by inference-worker.ts, which starts this file
/** By path, for as long as the thread lives: a file that is replaced under its name is not noticed before the next start. */
const SESSION_OPTIONS: InferenceSession.SessionOptions = {
  intraOpNumThreads: settings.threads,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  logSeverityLevel: 3,
};

const sessions = new Map<string, Promise<InferenceSession>>();

function session(model: string, version: string): Promise<InferenceSession> {
  if (!MODEL_NAME.test(model) || !(version === '' || MODEL_VERSION.test(version))) {
    throw mismatch(`model ${JSON.stringify(model)} version ${JSON.stringify(version)}: no such name`);
  }
  const path = join(settings.repository, model, version === '' ? latestVersion(model) : version, 'model.onnx');
  if (!sessions.has(path) && !existsSync(path))
    throw mismatch(`model ${model} version ${version} is not there: ${path}`);
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

function latestVersion(model: string): string {
  const folder = join(settings.repository, model);
  const versions = existsSync(folder) ? readdirSync(folder).filter((name) => MODEL_VERSION.test(name)) : [];
  return String(Math.max(0, ...versions.map(Number)));
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

/** The request fits the model: what goes wrong now is between the model and these very values. */
async function run(
  opened: InferenceSession,
  feeds: Record<string, OrtTensor>,
  { model, version, outputs }: InferRequest,
): Promise<InferenceSession.OnnxValueMapType> {
  try {
    return await opened.run(feeds, [...outputs]);
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new PipelineError('inference-failed', `model ${model} version ${version}: ${words}`, {
      permanent: false,
      cause,
    });
  }
}

async function perform(id: number, task: WorkerTask): Promise<WorkerReply> {
  const opened = await session(task.model, task.version);
  const inputs = tensorMetadata(opened.inputMetadata);
  const metadata = { name: task.model, version: task.version, inputs, outputs: tensorMetadata(opened.outputMetadata) };
  if (task.kind === 'metadata') return { kind: 'metadata', id, metadata };
  checkRequest(task, metadata);
  const feeds = task.inputs.map((input) => [
    input.name,
    new OrtTensor(ORT_TYPES[input.datatype], input.data, input.shape),
  ]);
  const results = await run(opened, Object.fromEntries(feeds), task);
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
    const code = FAILURES.find((one) => error instanceof PipelineError && error.code === one) ?? 'model-unavailable';
    const message = error instanceof Error ? error.message : String(error);
    parentPort?.postMessage({ kind: 'failure', id, code, message } satisfies WorkerReply);
  }
}

parentPort?.on('message', (request: WorkerRequest) => void answer(request));
