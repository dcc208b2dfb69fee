// model: what the pipeline asks of a model server, after KServe's Open Inference Protocol v2 (github.com/kserve/open-inference-protocol).

/** Tensor data by the protocol's datatype names; a server refuses any other. */
export interface TensorData {
  readonly FP32: Float32Array<ArrayBuffer>;
  readonly INT64: BigInt64Array<ArrayBuffer>;
  readonly INT32: Int32Array<ArrayBuffer>;
}
export type Datatype = keyof TensorData;
export const DATATYPES = ['FP32', 'INT64', 'INT32'] as const satisfies readonly Datatype[];

/** A named array in row-major order; `data.length` is the product of `shape`. */
export type Tensor = {
  readonly [D in Datatype]: {
    readonly name: string;
    readonly datatype: D;
    readonly shape: readonly number[];
    readonly data: TensorData[D];
  };
}[Datatype];

/** What a model takes or gives; -1 stands for any size. */
export interface TensorMetadata {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
}

export interface ModelMetadata {
  readonly name: string;
  readonly version: string;
  readonly inputs: readonly TensorMetadata[];
  readonly outputs: readonly TensorMetadata[];
}

export interface InferRequest {
  readonly model: string;
  readonly version: string;
  /** The server may take the tensors' buffers over: the caller does not read them after the call. */
  readonly inputs: readonly Tensor[];
  /** Names of the outputs wanted. */
  readonly outputs: readonly string[];
}

export interface InferResponse {
  /** In the order of the request's `outputs`. */
  readonly outputs: readonly Tensor[];
}

/**
 * Errors: PipelineError `model-mismatch` (permanent: unknown model or output, wrong name, datatype or shape),
 * `model-unavailable` (try again), `aborted` (the caller's signal).
 */
export interface ModelServer {
  metadata(model: string, version: string, options?: { readonly signal?: AbortSignal }): Promise<ModelMetadata>;
  infer(request: InferRequest, options?: { readonly signal?: AbortSignal }): Promise<InferResponse>;
  close(): Promise<void>;
}

/** Elements in a tensor of this shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
