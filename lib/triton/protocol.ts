// triton: the two services as grpc-js calls them, from the .proto files beside this one.

import { fileURLToPath } from 'node:url';
import { type MethodDefinition, makeClientConstructor, type ServiceDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

export interface WireTensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
}

export interface WireModelRequest {
  readonly name: string;
  readonly version: string;
}

/** `state`: READY, LOADING, UNLOADING, UNAVAILABLE, or nothing of a model that was never loaded. */
export interface WireModelState {
  readonly name: string;
  readonly version: string;
  readonly state: string;
  readonly reason: string;
}

export interface WireMetadata {
  readonly name: string;
  readonly versions: readonly string[];
  readonly inputs: readonly WireTensor[];
  readonly outputs: readonly WireTensor[];
}

export interface WireInferRequest {
  readonly modelName: string;
  readonly modelVersion: string;
  readonly inputs: readonly WireTensor[];
  readonly outputs: readonly { readonly name: string }[];
  readonly rawInputContents: readonly Uint8Array[];
}

export interface WireInferResponse {
  readonly modelName: string;
  readonly modelVersion: string;
  readonly outputs: readonly WireTensor[];
  /** In the order of `outputs`; views of the message as it came. */
  readonly rawOutputContents: readonly Buffer<ArrayBuffer>[];
}

/** What is sent and what comes back, by the name of the call. */
export interface Calls {
  readonly ModelReady: { readonly request: WireModelRequest; readonly response: { readonly ready: boolean } };
  readonly ModelMetadata: { readonly request: WireModelRequest; readonly response: WireMetadata };
  readonly ModelConfig: {
    readonly request: WireModelRequest;
    readonly response: { readonly config: { readonly maxBatchSize: number } | null };
  };
  readonly RepositoryIndex: {
    readonly request: { readonly ready: boolean };
    readonly response: { readonly models: readonly WireModelState[] };
  };
  readonly ModelInfer: { readonly request: WireInferRequest; readonly response: WireInferResponse };
  readonly Check: { readonly request: { readonly service: string }; readonly response: { readonly status: string } };
}
export type CallName = keyof Calls;
export type CallDefinition<N extends CallName> = MethodDefinition<Calls[N]['request'], Calls[N]['response']>;

function load(file: string, service: string): ServiceDefinition {
  const path = fileURLToPath(new URL(file, import.meta.url));
  // Sizes as numbers; a field that is not there is its default, as proto3 has it. Bytes stay views of what came.
  const loaded = loadSync(path, { longs: Number, enums: String, defaults: true });
  return loaded[service] as ServiceDefinition; // the file declares it
}

export const INFERENCE_SERVICE = load('./grpc-inference.proto', 'inference.GRPCInferenceService');
export const HEALTH_SERVICE = load('./grpc-health.proto', 'grpc.health.v1.Health');

/** One client for both services: they share a connection. */
export const GrpcClient = makeClientConstructor({ ...INFERENCE_SERVICE, ...HEALTH_SERVICE }, 'inference');

export function definitionOf<N extends CallName>(name: N): CallDefinition<N> {
  const service = name === 'Check' ? HEALTH_SERVICE : INFERENCE_SERVICE;
  return service[name] as CallDefinition<N>; // by Calls, which says what the .proto files say
}
