// support: a model server that keeps what it is asked, for tests of what packets go to the packet model, and together with which.

import { LABELS } from '../../lib/detection/labels.ts';
import { PipelineError } from '../../lib/errors/pipeline-error.ts';
import type { InferRequest, ModelServer } from '../../lib/model/model-server.ts';

export interface FakePacketModel extends ModelServer {
  /** Token ids by request and row, filling left off. */
  readonly batches: (readonly (readonly number[])[])[];
}

export interface FakeAnswers {
  /** Logits of one sequence; the number of tokens speaks for its class where left out. */
  readonly logits?: (ids: readonly number[]) => readonly number[];
  /** Thrown instead of an answer. */
  readonly failure?: (batch: readonly (readonly number[])[], request: number) => PipelineError | undefined;
  /** Answers every other model. */
  readonly others?: ModelServer;
}

function byLength(ids: readonly number[]): readonly number[] {
  return LABELS.map((_, k) => (k === ids.length % LABELS.length ? 9 : 0));
}

export function createFakePacketModel({ logits = byLength, failure, others }: FakeAnswers = {}): FakePacketModel {
  const batches: (readonly (readonly number[])[])[] = [];
  return {
    batches,
    metadata: async () => Promise.reject(new Error('nobody asks')),
    infer: async (request, options) => {
      if (others !== undefined && request.model !== 'bert_packet') return others.infer(request, options);
      const batch = sequencesOf(request);
      batches.push(batch);
      await Promise.resolve();
      const error = failure?.(batch, batches.length - 1);
      if (error !== undefined) throw error;
      const data = Float32Array.from(batch.flatMap((ids) => [...logits(ids)]));
      return { outputs: [{ name: 'logits', datatype: 'FP32', shape: [batch.length, LABELS.length], data }] };
    },
    ready: async () => ({ ready: true }),
    close: async () => {},
  };
}

export function inferenceFailed(): PipelineError {
  return new PipelineError('inference-failed', 'the model failed', { permanent: false });
}

function sequencesOf({ inputs }: InferRequest): readonly (readonly number[])[] {
  const [ids, mask] = inputs;
  const [rows = 0, width = 0] = ids?.shape ?? [];
  return Array.from({ length: rows }, (_, row) => {
    const length = [...(mask?.data.slice(row * width, (row + 1) * width) ?? [])].map(Number).reduce((a, b) => a + b, 0);
    return [...(ids?.data.slice(row * width, row * width + length) ?? [])].map(Number);
  });
}
