// detection: what the models say of one flow.

import type { Label } from './labels.ts';

/** One feature that drove a verdict, in words with numbers: "142 ports of one host in 3.1 s, 97 % unanswered". */
export interface Reason {
  /** Name in the model's features.json. */
  readonly feature: string;
  readonly value: number;
  readonly text: string;
}

/** flow_net's word on one flow. A detection is label ≠ Normal with score ≥ the threshold in the model's metadata. */
export interface FlowVerdict {
  readonly label: Label;
  /** Calibrated probability of the label, 0–1. */
  readonly score: number;
  readonly detection: boolean;
  /** How little it looks like anything seen in training, 0–1; no label, no alert. */
  readonly anomaly: number;
  /** At most five; only for detections. */
  readonly reasons: readonly Reason[];
  readonly model: string;
  readonly modelVersion: string;
}
