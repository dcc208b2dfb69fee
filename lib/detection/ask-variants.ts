// detection: what the model says of flows with some of their features set to what is ordinary, many flows at once.

import type { FlowNetMetadata } from '../model/flow-net-metadata.ts';
import { LABELS, type Label } from './labels.ts';

/** Log-odds are told in these steps, so that the last bits of a sum, which may hang on a batch's size, choose nothing. */
const STEPS = 1000;
const SMALLEST = 1e-30;

/** The model's probabilities of rows of features: row-major both, LABELS.length values a row. */
export type AskModel = (rows: Float32Array<ArrayBuffer>) => Promise<Float32Array>;

/** A flow, by its features, and the label it was detected with. */
export interface DetectedRow {
  readonly label: Label;
  readonly row: Float32Array;
}

export interface Variant {
  readonly of: DetectedRow;
  /** Columns to be set to what is ordinary. */
  readonly without: readonly number[];
}

/** What is left of a detection. */
export interface Left {
  /** Log-odds of the detection's label. */
  readonly odds: number;
  /** No detection, or one of another label. */
  readonly isChanged: boolean;
}

/** In the order of the variants. */
export type AskVariants = (variants: readonly Variant[], ask: AskModel) => Promise<readonly Left[]>;

/** @param maxRows rows of one request to the model. */
export function createAskVariants(
  { features: { length: width }, thresholds }: Pick<FlowNetMetadata, 'features' | 'thresholds'>,
  ordinary: Float32Array,
  maxRows: number,
): AskVariants {
  return async (variants, ask) => {
    const all: Left[] = [];
    for (let from = 0; from < variants.length; from += maxRows) {
      const part = variants.slice(from, from + maxRows);
      const matrix = new Float32Array(part.length * width);
      for (const [k, { of, without }] of part.entries()) {
        matrix.set(of.row, k * width);
        for (const column of without) matrix[k * width + column] = ordinary[column] ?? 0;
      }
      const probabilities = await ask(matrix);
      for (const [k, { of }] of part.entries()) {
        all.push(leftOf(probabilities, k, of.label, thresholds[of.label] ?? Number.POSITIVE_INFINITY));
      }
    }
    return all;
  };
}

/** By the rule of flowVerdicts: the first of the likeliest labels, from its threshold on. */
export function leftOf(probabilities: Float32Array, row: number, label: Label, threshold: number): Left {
  const start = row * LABELS.length;
  const index = LABELS.indexOf(label);
  const own = probabilities[start + index] ?? 0;
  let rest = 0;
  let isLikeliest = true;
  for (let k = 0; k < LABELS.length; k += 1) {
    if (k === index) continue;
    const other = probabilities[start + k] ?? 0;
    rest += other;
    if (other > own || (other === own && k < index)) isLikeliest = false;
  }
  const odds = Math.log(Math.max(own, SMALLEST) / Math.max(rest, SMALLEST));
  return { odds: Math.round(odds * STEPS) / STEPS, isChanged: !isLikeliest || !(own >= threshold) };
}
