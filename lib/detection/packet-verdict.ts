// detection: what the packet model says of a flow: the mean over its scored packets. A hint beside flow_net's verdict, not one of its own.

import { LABELS, type Label } from './labels.ts';

export interface PacketModelVerdict {
  readonly label: Label;
  /** Mean over the packets of the label's softmax; not calibrated. */
  readonly score: number;
  readonly packetsScored: number;
}

/** Softmax of one packet's logits. Shape: LABELS.length. Undefined where one is not finite. */
export function packetProbabilities(logits: Float32Array): Float32Array | undefined {
  const highest = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const weights = Float64Array.from(logits, (logit) => Math.exp(logit - highest));
  const sum = weights.reduce((a, b) => a + b, 0);
  return Number.isFinite(sum) ? Float32Array.from(weights, (weight) => weight / sum) : undefined;
}

/** `packets`: the probabilities of each scored packet, in the order of the records; undefined where there is none. */
export function packetModelVerdict(packets: readonly Float32Array[]): PacketModelVerdict | undefined {
  if (packets.length === 0) return undefined;
  let best = 0;
  let bestSum = -1;
  for (let k = 0; k < LABELS.length; k += 1) {
    let sum = 0;
    for (const probabilities of packets) sum += probabilities[k] ?? 0;
    if (sum > bestSum) [best, bestSum] = [k, sum];
  }
  const label = LABELS[best];
  return label && { label, score: Math.min(1, bestSum / packets.length), packetsScored: packets.length };
}
