// detection: why a flow got its label: the features that speak for the label in training and are unlike Normal in this flow.

import type { FlowNetMetadata } from '../model/flow-net-metadata.ts';
import type { Label } from './labels.ts';
import { featurePhrase, formatNumber } from './phrases.ts';
import type { Reason } from './verdict.ts';

const MAX_REASONS = 5;
/** Of one host window at most this many, so that a reason is not told five times over. */
const MAX_PER_WINDOW = 3;

/** Weight of a value inside Normal's middle 90 %: it may have helped, but tells a person little. */
const ORDINARY = 0.05;

interface Unusual {
  /** ORDINARY inside 5–95 % of Normal, 1 outside, 2 outside 1–99 %, 3 outside 0.1–99.9 %. */
  readonly distance: number;
  /** "normally at most 3", "rare in normal traffic", or nothing for an ordinary value. */
  readonly compared: string;
}

function compare(value: number, quantiles: readonly number[]): Unusual {
  const [q001, q01, q05, , q95, q99, q999] = quantiles;
  if (q001 === undefined || q01 === undefined || q05 === undefined) return { distance: ORDINARY, compared: '' };
  if (q95 === undefined || q99 === undefined || q999 === undefined) return { distance: ORDINARY, compared: '' };
  if (value > q95) {
    const distance = value > q999 ? 3 : value > q99 ? 2 : 1;
    return { distance, compared: q95 === 0 ? 'rare in normal traffic' : `normally at most ${formatNumber(q95)}` };
  }
  if (value < q05) {
    const distance = value < q001 ? 3 : value < q01 ? 2 : 1;
    return { distance, compared: `normally at least ${formatNumber(q05)}` };
  }
  return { distance: ORDINARY, compared: '' };
}

/** A function that tells the reasons of one label, for one flow's features after the other. */
export type Explainer = (label: Label, features: Float32Array) => readonly Reason[];

/** Features that are 0 or 1 read better without a comparison. */
function isFlag(quantiles: readonly number[]): boolean {
  return quantiles.every((value) => value === 0 || value === 1);
}

/** Prepare the explanation of detections by a model; the same features give the same reasons in the same order. */
export function createExplainer(metadata: FlowNetMetadata): Explainer {
  const indexOf = new Map(metadata.features.map((name, index) => [name, index]));
  return (label, features) => {
    const look = (name: string): number => features[indexOf.get(name) ?? -1] ?? 0;
    const candidates = (metadata.importances[label] ?? []).map(([feature, importance], rank) => {
      const quantiles = metadata.normalQuantiles[indexOf.get(feature) ?? -1] ?? [];
      const value = look(feature);
      const { distance, compared } = compare(value, quantiles);
      const remark = compared === '' || isFlag(quantiles) ? '' : ` (${compared})`;
      return { feature, value, remark, rank, weight: importance * distance };
    });
    candidates.sort((a, b) => b.weight - a.weight || a.rank - b.rank);
    const reasons: Reason[] = [];
    const told = new Map<string, number>();
    const texts = new Set<string>();
    for (const { feature, value, remark } of candidates) {
      if (reasons.length === MAX_REASONS) break;
      const window = /^(source|destination)Window/.exec(feature)?.[0];
      const times = window === undefined ? 0 : (told.get(window) ?? 0);
      const text = `${featurePhrase(feature, value, look)}${remark}`;
      if (times >= MAX_PER_WINDOW || texts.has(text)) continue;
      if (window !== undefined) told.set(window, times + 1);
      texts.add(text);
      reasons.push({ feature, value, text });
    }
    return reasons;
  };
}
