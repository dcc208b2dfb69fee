// detection: flow_net's outputs as verdicts: the likeliest label, and whether it is a detection. Why, is asked afterwards.

import { PipelineError } from '../errors/pipeline-error.ts';
import type { FlowNetMetadata } from '../model/flow-net-metadata.ts';
import { LABELS, type Label, NORMAL } from './labels.ts';
import type { FlowVerdict } from './verdict.ts';

export interface FlowNetOutputs {
  /** Row-major, LABELS.length values a flow. */
  readonly probabilities: Float32Array;
  /** One value a flow. */
  readonly anomaly: Float32Array;
}

export interface RowVerdict {
  readonly label: Label;
  readonly score: number;
  readonly detection: boolean;
}

/**
 * The verdict of one row of probabilities.
 * @throws PipelineError `model-mismatch` when the best of them is no probability.
 */
export function rowVerdict(
  { thresholds }: Pick<FlowNetMetadata, 'thresholds'>,
  probabilities: Float32Array,
  row: number,
): RowVerdict {
  const start = row * LABELS.length;
  let best = 0;
  for (let k = 1; k < LABELS.length; k += 1) {
    if (at(probabilities, start + k) > at(probabilities, start + best)) best = k;
  }
  const score = at(probabilities, start + best);
  if (!(score > 0 && score <= 1.0001)) {
    throw new PipelineError('model-mismatch', `flow_net gave a probability of ${score}`, { permanent: false });
  }
  const label = LABELS[best] ?? NORMAL;
  return { label, score, detection: label !== NORMAL && score >= (thresholds[label] ?? Number.POSITIVE_INFINITY) };
}

/**
 * One verdict a flow, none with reasons yet.
 * @throws PipelineError `model-mismatch` when sizes disagree or a probability is not one.
 */
export function flowVerdicts(metadata: FlowNetMetadata, count: number, outputs: FlowNetOutputs): FlowVerdict[] {
  const { probabilities, anomaly } = outputs;
  if (probabilities.length !== count * LABELS.length || anomaly.length !== count) {
    const seen = `${probabilities.length} probabilities and ${anomaly.length} anomaly scores`;
    throw new PipelineError('model-mismatch', `flow_net gave ${seen} for ${count} flows`, { permanent: false });
  }
  return Array.from({ length: count }, (_, row) => {
    const { label, score, detection } = rowVerdict(metadata, probabilities, row);
    return {
      label,
      score: Math.min(score, 1),
      detection,
      anomaly: Math.min(Math.max(at(anomaly, row), 0), 1),
      reasons: [],
      model: metadata.model,
      modelVersion: metadata.version,
    };
  });
}

function at(values: Float32Array, index: number): number {
  return values[index] ?? 0;
}
