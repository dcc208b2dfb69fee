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
  /** Most rows of a request, where the server has a cap; the first axis of every shape is then the batch's, -1. */
  readonly maxBatch?: number;
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

export interface CallOptions {
  /** Fires: the call is given up with `aborted`, on the server too where it can be. */
  readonly signal?: AbortSignal;
  /** For all of the call: waiting, tries and the pauses between them. At its end it fails with `model-unavailable`. */
  readonly timeoutMs?: number;
}

/**
 * Whether a model would answer. `unreachable`: nobody answers there; `not-ready`: the server answers, but it or the model
 * is still loading; `model-missing`: it has no such model, or could not load it; `model-mismatch`: it has another one than
 * expected, where something is. `message` is for the reader of a log.
 */
export type Readiness =
  | { readonly ready: true }
  | {
      readonly ready: false;
      readonly reason: 'unreachable' | 'not-ready' | 'model-missing' | 'model-mismatch';
      readonly message: string;
    };

/**
 * Errors, none of them permanent, for no message is at fault: PipelineError `model-mismatch` (unknown model or output,
 * wrong name, datatype or shape: somebody has to mend the server or us), `model-unavailable` (try again: absent,
 * restarting, overloaded, too slow), `inference-failed` (the model failed on this very input; another may do: who sent a
 * batch halves it), `aborted` (the caller's signal).
 */
export interface ModelServer {
  metadata(model: string, version: string, options?: CallOptions): Promise<ModelMetadata>;
  infer(request: InferRequest, options?: CallOptions): Promise<InferResponse>;
  /** Asked once, without a second try; an empty version is whichever the server has. Rejects only with `aborted`. */
  ready(model: string, version: string, options?: CallOptions): Promise<Readiness>;
  close(): Promise<void>;
}

/** Elements in a tensor of this shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
