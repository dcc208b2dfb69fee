// detection: flow_net's outputs as verdicts: the likeliest label, whether it is a detection, and why.

import { PipelineError } from '../errors/pipeline-error.ts';
import type { FlowNetMetadata } from '../model/flow-net-metadata.ts';
import { LABELS, NORMAL } from './labels.ts';
import type { Explainer } from './reasons.ts';
import type { FlowVerdict } from './verdict.ts';

export interface FlowNetOutputs {
  /** Row-major, LABELS.length values a flow. */
  readonly probabilities: Float32Array;
  /** One value a flow. */
  readonly anomaly: Float32Array;
}

/**
 * One verdict a flow. `features` is the matrix the outputs were computed from.
 * @throws PipelineError `model-mismatch` when sizes disagree or a probability is not one.
 */
export function flowVerdicts(
  metadata: FlowNetMetadata,
  explain: Explainer,
  features: Float32Array,
  outputs: FlowNetOutputs,
): readonly FlowVerdict[] {
  const width = metadata.features.length;
  const count = features.length / width;
  const { probabilities, anomaly } = outputs;
  if (probabilities.length !== count * LABELS.length || anomaly.length !== count) {
    const seen = `${probabilities.length} probabilities and ${anomaly.length} anomaly scores`;
    throw new PipelineError('model-mismatch', `flow_net gave ${seen} for ${count} flows`, { permanent: false });
  }
  return Array.from({ length: count }, (_, row) => {
    let best = 0;
    for (let k = 1; k < LABELS.length; k += 1) {
      if (at(probabilities, row * LABELS.length + k) > at(probabilities, row * LABELS.length + best)) best = k;
    }
    const score = at(probabilities, row * LABELS.length + best);
    if (!(score > 0 && score <= 1.0001)) {
      throw new PipelineError('model-mismatch', `flow_net gave a probability of ${score}`, { permanent: false });
    }
    const label = LABELS[best] ?? NORMAL;
    const detection = label !== NORMAL && score >= (metadata.thresholds[label] ?? Number.POSITIVE_INFINITY);
    return {
      label,
      score: Math.min(score, 1),
      detection,
      anomaly: Math.min(Math.max(at(anomaly, row), 0), 1),
      reasons: detection ? explain(label, features.subarray(row * width, (row + 1) * width)) : [],
      model: metadata.model,
      modelVersion: metadata.version,
    };
  });
}

function at(values: Float32Array, index: number): number {
  return values[index] ?? 0;
}
