// detection: which features a detection's reasons may be made of, before the model is asked about any of them.

import type { Detector, FlowNetMetadata } from '../model/flow-net-metadata.ts';
import type { Label } from './labels.ts';

/** Features the model is asked about for one flow. */
const MAX_CANDIDATES = 12;
/** Features of detectors that are told together; one of each detector is enough to break it. */
const MAX_DETECTED = 5;
/** Weight of a value inside Normal's middle 90 %: it may have helped, but tells a person little. */
const ORDINARY = 0.05;

/** How far out a value is among Normal's: ORDINARY inside 5–95 %, 1 outside, 2 outside 1–99 %, 3 outside 0.1–99.9 %. */
export function unusualness(value: number, quantiles: readonly number[]): number {
  const [q001 = 0, q01 = 0, q05 = 0, , q95 = 0, q99 = 0, q999 = 0] = quantiles;
  if (value > q95) return value > q999 ? 3 : value > q99 ? 2 : 1;
  if (value < q05) return value < q001 ? 3 : value < q01 ? 2 : 1;
  return ORDINARY;
}

interface Condition {
  readonly index: number;
  readonly isAbove: boolean;
  readonly threshold: number;
}

/** By the graph's own rule: both sides as float32. */
function holds({ isAbove, threshold }: Condition, value: number): boolean {
  return isAbove ? value > threshold : value <= threshold;
}

/** Features as columns of the matrix. None whose value is ordinary itself: setting it to that changes nothing. */
export interface FindCandidates {
  /**
   * What the label's detectors saw: of those that hold, the conditions that an ordinary value would break, of each
   * detector the first one first.
   */
  readonly detectedBy: (label: Label, row: Float32Array) => readonly number[];
  /** These, and what spoke for the label in training, the more important and the less like Normal first. */
  readonly candidatesOf: (label: Label, row: Float32Array) => readonly number[];
}

export function createFindCandidates(metadata: FlowNetMetadata, ordinary: Float32Array): FindCandidates {
  const columnOf = new Map(metadata.features.map((name, index) => [name, index]));
  const column = (name: string): number => columnOf.get(name) ?? -1;
  const conditionsOf = ({ all }: Detector): Condition[] =>
    all.map(([name, sign, threshold]) => ({
      index: column(name),
      isAbove: sign === '>',
      threshold: Math.fround(threshold),
    }));
  const byLabel = new Map(
    metadata.labels.map((label) => [
      label,
      {
        detectors: metadata.detectors.filter((one) => one.label === label && one.weight > 0).map(conditionsOf),
        importances: (metadata.importances[label] ?? []).map(([name, weight]) => ({ index: column(name), weight })),
      },
    ]),
  );

  const detectedBy = (label: Label, row: Float32Array): readonly number[] => {
    const breaking = (byLabel.get(label)?.detectors ?? [])
      .filter((conditions) => conditions.every((one) => holds(one, row[one.index] ?? 0)))
      .map((conditions) => conditions.filter((one) => !holds(one, ordinary[one.index] ?? 0)));
    const firsts = breaking.flatMap((conditions) => conditions.slice(0, 1));
    return [...new Set([...firsts, ...breaking.flat()].map(({ index }) => index))].slice(0, MAX_DETECTED);
  };

  const candidatesOf = (label: Label, row: Float32Array): readonly number[] => {
    const value = (index: number): number => row[index] ?? 0;
    const weighed = (byLabel.get(label)?.importances ?? [])
      .filter(({ index }) => value(index) !== ordinary[index])
      .map(({ index, weight }, rank) => {
        const far = unusualness(value(index), metadata.normalQuantiles[index] ?? []);
        return { index, rank, weight: weight * far };
      })
      .sort((a, b) => b.weight - a.weight || a.rank - b.rank);
    return [...new Set([...detectedBy(label, row), ...weighed.map(({ index }) => index)])].slice(0, MAX_CANDIDATES);
  };

  return { detectedBy, candidatesOf };
}
