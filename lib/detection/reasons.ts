// detection: the features that drove a verdict as reasons: what belongs together in one sentence.

import type { FlowNetMetadata } from '../model/flow-net-metadata.ts';
import type { Explanation } from './explain-detections.ts';
import type { FeatureLookup } from './phrase.ts';
import { comparison, featurePhrase, writtenPhrase } from './phrases.ts';
import { unusualness } from './reason-candidates.ts';
import { sentenceRank, storyOf } from './stories.ts';
import type { FeatureValue, Reason } from './verdict.ts';

/** Figures of one sentence; of a whole family of features, the most unusual ones are told. */
const MAX_TOLD = 4;

/** One column of several of which one is 1. */
function isCode(feature: string): boolean {
  return /^(?:tcpState|service[A-Z])/.test(feature);
}

/** Whether a window's figure goes without saying: "99 attempts at one service" are the 99 flows, "all unanswered" none established. */
function isSaidBy(name: string, names: readonly string[], look: FeatureLookup): boolean {
  const first = names[0] ?? name;
  if (/Window(?:Flows|Services)$/.test(name)) return name !== first && look(name) === look(first);
  const isWhole = (other: string): boolean => /Window(?:Unanswered|Refused|HalfOpen)$/.test(other) && look(other) === 1;
  return name.endsWith('WindowEstablished') && look(name) === 0 && names.some(isWhole);
}

/** What is said of a feature behind the first of its sentence; undefined for what was said by then. */
function further(name: string, first: string, look: FeatureLookup): string | undefined {
  const short = storyOf(name) === storyOf(first) ? writtenPhrase(name)?.short : undefined;
  return short === undefined ? featurePhrase(name, look(name), look) : short(look(name));
}

/** "HTTP POST request" asks for "to a script" right behind it; "142 ports tried" for a comma. */
function isHead(first: string, second: string | undefined): boolean {
  const isPart = (name: string): boolean => writtenPhrase(name)?.short !== undefined;
  return second !== undefined && storyOf(first) === storyOf(second) && !isPart(first) && isPart(second);
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
      const news = names.filter((name) => !isSaidBy(name, names, look));
      const told = news.length <= MAX_TOLD ? news : [...news].sort((a, b) => far(b) - far(a)).slice(0, MAX_TOLD);
      const [first = '', ...others] = news.filter((name) => told.includes(name));
      const clause = featurePhrase(first, look(first), look);
      const normal = comparison(first, look(first), quantiles(first));
      const behind = others
        // Which of a code's values it is not, its value says.
        .filter((name) => !isCode(name) || look(name) > 0)
        .map((name) => ({ name, text: further(name, first, look) }))
        .filter(({ text }) => text !== undefined && text !== clause);
      const clauses = [...new Set(behind.map(({ text }) => text))].join(', ');
      const start = normal === undefined ? clause : `${clause} (${normal})`;
      return clauses === '' ? start : `${start}${isHead(first, behind[0]?.name) ? ' ' : ', '}${clauses}`;
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

/** What makes a sentence, in its order; of a code's columns the one that is set before those that are not. */
function inOrder(names: readonly string[], look: FeatureLookup): readonly string[] {
  const isSet = (name: string): number => (look(name) > 0 ? 0 : 1);
  return [...names].sort((a, b) => {
    const byRank = sentenceRank(a) - sentenceRank(b);
    return byRank !== 0 ? byRank : isCode(a) && isCode(b) ? isSet(a) - isSet(b) : 0;
  });
}
