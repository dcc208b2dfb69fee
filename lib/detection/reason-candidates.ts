// detection: which features a detection's reasons may be made of, before the model is asked about any of them.

import type { Detector, FlowNetMetadata } from '../model/flow-net-metadata.ts';
import type { Label } from './labels.ts';
import { sentenceRank, storyOf } from './stories.ts';
import { isGranted, isLeftOut, isWindow, kindRank } from './telling.ts';

/** Features the model is asked about for one flow. */
const MAX_CANDIDATES = 12;
/** Features of detectors that are told together; one of each detector is enough to break it. */
const MAX_DETECTED = 5;
/** Of these, figures of windows: what else there is gets its place. */
const MAX_OF_WINDOWS = 4;
/** Weight of a value inside Normal's middle 90 %: it may have helped, but tells a person little. */
const ORDINARY = 0.05;

/** How far out a value is among Normal's: ORDINARY inside 5–95 %, 1 outside, 2 outside 1–99 %, 3 outside 0.1–99.9 %. */
export function unusualness(value: number, quantiles: readonly number[]): number {
  const [q001 = 0, q01 = 0, q05 = 0, , q95 = 0, q99 = 0, q999 = 0] = quantiles;
  if (value > q95) return value > q999 ? 3 : value > q99 ? 2 : 1;
  if (value < q05) return value < q001 ? 3 : value < q01 ? 2 : 1;
  return ORDINARY;
}

/** What is asked of every detection is looked up once. */
interface Condition {
  readonly index: number;
  /** Each feature's own, whichever detector asks for it. */
  readonly told: Telling;
  readonly isAbove: boolean;
  readonly threshold: number;
}

/** How a feature is chosen for telling. */
interface Telling {
  readonly index: number;
  readonly story: string;
  /** By kindRank, with a value, and without one. */
  readonly present: number;
  readonly missing: number;
  readonly inSentence: number;
  readonly isWindow: boolean;
  readonly isGranted: boolean;
  readonly isLeftOut: boolean;
}

function tellingOf(feature: string, index: number): Telling {
  return {
    index,
    story: storyOf(feature),
    present: kindRank(feature, false),
    missing: kindRank(feature, true),
    inSentence: isWindow(feature) ? sentenceRank(feature) : 0,
    isWindow: isWindow(feature),
    isGranted: isGranted(feature),
    isLeftOut: isLeftOut(feature),
  };
}

/** What tells more comes first; windows' figures in the order of their sentence. */
function byTelling(row: Float32Array): (a: Telling, b: Telling) => number {
  const kind = ({ index, present, missing }: Telling): number => ((row[index] ?? 0) > 0 ? present : missing);
  return (a, b) => kind(a) - kind(b) || a.inSentence - b.inSentence;
}

/** As many of what comes first as are told together. @param needed how many break a detector each. */
function choose(told: readonly Telling[], needed: number): readonly Telling[] {
  const chosen: Telling[] = [];
  let inWindows = 0;
  for (const [k, one] of told.entries()) {
    if (chosen.length === MAX_DETECTED) break;
    if (k >= needed && one.isWindow && inWindows >= MAX_OF_WINDOWS) continue;
    chosen.push(one);
    if (one.isWindow) inWindows += 1;
  }
  return chosen;
}

/** By the graph's own rule: both sides as float32. */
function holds({ isAbove, threshold }: Condition, value: number): boolean {
  return isAbove ? value > threshold : value <= threshold;
}

/** What the label's detectors that hold saw, by columns. */
export interface Seen {
  /** Conditions that an ordinary value would break, of each detector at least one, what tells most first. */
  readonly breaking: readonly number[];
  /** What is left out, as it is in most flows, but told beside something that is there: a POST "without a page it came from". */
  readonly besides: readonly number[];
}

/** Features as columns of the matrix. But for `besides` none whose value is ordinary itself: setting it to that changes nothing. */
export interface FindCandidates {
  readonly detectedBy: (label: Label, row: Float32Array) => Seen;
  /** These, and what spoke for the label in training, the more important and the less like Normal first. */
  readonly candidatesOf: (label: Label, row: Float32Array) => readonly number[];
}

export function createFindCandidates(metadata: FlowNetMetadata, ordinary: Float32Array): FindCandidates {
  const columnOf = new Map(metadata.features.map((name, index) => [name, index]));
  const column = (name: string): number => columnOf.get(name) ?? -1;
  const tellings = new Map(metadata.features.map((name, index) => [name, tellingOf(name, index)]));
  const conditionsOf = ({ all }: Detector): Condition[] =>
    all.flatMap(([name, sign, threshold]) => {
      const told = tellings.get(name);
      return told ? [{ index: told.index, told, isAbove: sign === '>', threshold: Math.fround(threshold) }] : [];
    });
  const byLabel = new Map(
    metadata.labels.map((label) => [
      label,
      {
        detectors: metadata.detectors.filter((one) => one.label === label && one.weight > 0).map(conditionsOf),
        importances: (metadata.importances[label] ?? []).map(([name, weight]) => ({ index: column(name), weight })),
      },
    ]),
  );

  const detectedBy = (label: Label, row: Float32Array): Seen => {
    const holding = (byLabel.get(label)?.detectors ?? []).filter((conditions) =>
      conditions.every((one) => holds(one, row[one.index] ?? 0)),
    );
    const order = byTelling(row);
    const breaking = holding.map((conditions) =>
      conditions
        .filter((one) => !holds(one, ordinary[one.index] ?? 0))
        .map(({ told }) => told)
        .sort(order),
    );
    const firsts = new Set(breaking.flatMap((told) => told.slice(0, 1)));
    const others = breaking.flat().filter((one) => !one.isGranted);
    const chosen = choose([...new Set([...firsts, ...others.sort(order)])], firsts.size).toSorted(order);
    const besides = holding.flat().filter(({ index, told }) => {
      const value = row[index] ?? 0;
      return (
        told.isLeftOut && value <= 0 && value === ordinary[index] && chosen.some(({ story }) => story === told.story)
      );
    });
    return {
      breaking: chosen.map(({ index }) => index),
      besides: [...new Set(besides.map(({ index }) => index))],
    };
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
    return [...new Set([...detectedBy(label, row).breaking, ...weighed.map(({ index }) => index)])].slice(
      0,
      MAX_CANDIDATES,
    );
  };

  return { detectedBy, candidatesOf };
}
