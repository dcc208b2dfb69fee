// support: a flow model of a few rules in TypeScript, as what explains detections asks it: log-odds added up, then softmax.

import type { AskModel } from '../../lib/detection/ask-variants.ts';
import { LABELS, type Label } from '../../lib/detection/labels.ts';
import { FLOW_NET_FEATURES } from '../../lib/model/flow-net-features.ts';

export type LookUp = (feature: string) => number;

/** What a leaf of a tree, or a detector, adds to a label's log-odds. */
export interface Rule {
  readonly label: Label;
  readonly weight: number;
  readonly holds: (value: LookUp) => boolean;
}

const WIDTH = FLOW_NET_FEATURES.length;
const COLUMN = new Map(FLOW_NET_FEATURES.map((name, index) => [name, index]));

export function rowOf(values: Readonly<Record<string, number>>): Float32Array<ArrayBuffer> {
  return Float32Array.from(FLOW_NET_FEATURES, (name) => values[name] ?? 0);
}

/** Normal has log-odds of 0, every other label of -4 before its rules. */
export function createFakeTreeModel(rules: readonly Rule[]): AskModel & { readonly rows: () => number } {
  let rows = 0;
  const ask: AskModel = async (matrix) => {
    const count = matrix.length / WIDTH;
    rows += count;
    const probabilities = new Float32Array(count * LABELS.length);
    for (let row = 0; row < count; row += 1) {
      const look: LookUp = (name) => matrix[row * WIDTH + (COLUMN.get(name) ?? -1)] ?? 0;
      const odds = LABELS.map((label) =>
        rules
          .filter((rule) => rule.label === label && rule.holds(look))
          .reduce((sum, { weight }) => sum + weight, label === 'Normal' ? 0 : -4),
      );
      const whole = odds.reduce((sum, one) => sum + Math.exp(one), 0);
      probabilities.set(
        odds.map((one) => Math.exp(one) / whole),
        row * LABELS.length,
      );
    }
    return probabilities;
  };
  return Object.assign(ask, { rows: () => rows });
}
