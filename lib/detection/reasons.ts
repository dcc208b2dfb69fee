// detection: the features that drove a verdict as reasons: what belongs together in one sentence.

import type { FlowNetMetadata } from '../model/flow-net-metadata.ts';
import type { Explanation } from './explain-detections.ts';
import type { FeatureLookup } from './phrase.ts';
import { comparison, featurePhrase } from './phrases.ts';
import { unusualness } from './reason-candidates.ts';
import type { FeatureValue, Reason } from './verdict.ts';
import { windowRank, windowShort } from './window-phrases.ts';

/** Figures of one sentence; of a whole family of features, the most unusual ones are told. */
const MAX_TOLD = 4;

/** Features that are told in one sentence, however many of them count. */
const STORIES: readonly (readonly [name: string, features: RegExp])[] = [
  ['source window', /^sourceWindow/],
  ['destination window', /^destinationWindow/],
  ['state', /^tcpState/],
  ['service', /^service[A-Z]/],
  ['requests', /^http(?:Requests|Posts|Errors|Refusals)$/],
  ['logins', /^login(?:Attempts|Refusals)$/],
];

function isWindow(feature: string): boolean {
  return windowRank(feature) < Number.MAX_SAFE_INTEGER;
}

/** One column of several of which one is 1. */
function isCode(feature: string): boolean {
  return /^(?:tcpState|service[A-Z])/.test(feature);
}

function storyOf(feature: string): string {
  return STORIES.find(([, features]) => features.test(feature))?.[0] ?? feature;
}

/** Words for an explanation of a flow with these features. */
export type TellReasons = (row: Float32Array, explanation: Explanation) => readonly Reason[];

export function createTellReasons({ features, normalQuantiles }: FlowNetMetadata): TellReasons {
  const columnOf = new Map(features.map((name, index) => [name, index]));

  return (row, { groups }) => {
    const look: FeatureLookup = (name) => row[columnOf.get(name) ?? -1] ?? 0;
    const quantiles = (name: string): readonly number[] => normalQuantiles[columnOf.get(name) ?? -1] ?? [];
    const far = (name: string): number => unusualness(look(name), quantiles(name));

    /** The whole clause of the first, with what is normal, and the others behind it. */
    const tell = (names: readonly string[]): string => {
      const told = [...names].sort((a, b) => far(b) - far(a)).slice(0, MAX_TOLD);
      const [first = '', ...others] = names.filter((name) => told.includes(name));
      const clause = featurePhrase(first, look(first), look);
      const normal = comparison(first, look(first), quantiles(first));
      const further = others
        // Which of a code's values it is not, its value says.
        .filter((name) => !isCode(name) || look(name) > 0)
        // "99 attempts at one service" are the 99 flows.
        .filter((name) => !name.endsWith('WindowFlows') || look(name) !== look(first))
        .map((name) => (isWindow(name) ? windowShort(name, look(name)) : featurePhrase(name, look(name), look)));
      const clauses = new Set(further.filter((text) => text !== undefined && text !== clause));
      return [normal === undefined ? clause : `${clause} (${normal})`, ...clauses].join(', ');
    };

    const stories = new Map<string, string[]>();
    for (const group of groups) {
      const names = group.map((column) => features[column] ?? '');
      const story = storyOf(names[0] ?? '');
      stories.set(story, [...(stories.get(story) ?? []), ...names]);
    }
    const reasons = new Map<string, Reason>();
    for (const names of stories.values()) {
      const ordered = inOrder(names, look);
      const text = tell(ordered);
      const values = ordered.map((feature): FeatureValue => ({ feature, value: look(feature) }));
      const same = reasons.get(text);
      const [leading, ...also] = values;
      if (leading === undefined) continue;
      if (same !== undefined) reasons.set(text, { ...same, also: [...(same.also ?? []), ...values] });
      else reasons.set(text, { ...leading, text, ...(also.length > 0 && { also }) });
    }
    return [...reasons.values()];
  };
}

/** A window's figures in the order of its sentence; of a code's columns the one that is set before those that are not. */
function inOrder(names: readonly string[], look: FeatureLookup): readonly string[] {
  const isSet = (name: string): number => (look(name) > 0 ? 0 : 1);
  return [...names].sort((a, b) => {
    const byRank = windowRank(a) - windowRank(b);
    return byRank !== 0 ? byRank : isCode(a) && isCode(b) ? isSet(a) - isSet(b) : 0;
  });
}
