// detection: what the models say of one flow.

import type { Label } from './labels.ts';

/** A feature by its name in the model's features.json, with the flow's value. */
export interface FeatureValue {
  readonly feature: string;
  readonly value: number;
}

/** What drove a verdict, in words with numbers: "142 ports of one host tried in 3.1 s, 97 % unanswered". */
export interface Reason extends FeatureValue {
  readonly text: string;
  /** Further features of the same story, told in the same words. */
  readonly also?: readonly FeatureValue[];
}

/** flow_net's word on one flow. A detection is label ≠ Normal with score ≥ the threshold in the model's metadata. */
export interface FlowVerdict {
  readonly label: Label;
  /** Calibrated probability of the label, 0–1. */
  readonly score: number;
  readonly detection: boolean;
  /** How little it looks like anything seen in training, 0–1; no label, no alert. */
  readonly anomaly: number;
  /** At most five; only for detections. With their features set to what is ordinary, the verdict is another. */
  readonly reasons: readonly Reason[];
  readonly model: string;
  readonly modelVersion: string;
}
