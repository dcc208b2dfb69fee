// onnx: what the model server and its worker threads say to each other.

import type { InferRequest, ModelMetadata, Tensor } from '../model/model-server.ts';

export interface WorkerSettings {
  /** Folder with `<model>/<version>/model.onnx`. */
  readonly repository: string;
  /** Of one inference. */
  readonly threads: number;
}

export type WorkerTask =
  | { readonly kind: 'metadata'; readonly model: string; readonly version: string }
  | ({ readonly kind: 'infer' } & InferRequest);

export interface WorkerRequest {
  readonly id: number;
  readonly task: WorkerTask;
}

export type FailureCode = 'model-mismatch' | 'model-unavailable' | 'inference-failed';

export type WorkerReply =
  | { readonly kind: 'metadata'; readonly id: number; readonly metadata: ModelMetadata }
  | { readonly kind: 'outputs'; readonly id: number; readonly outputs: readonly Tensor[] }
  | {
      readonly kind: 'failure';
      readonly id: number;
      readonly code: FailureCode;
      readonly message: string;
    };
