// detection: which features are told in one sentence, and in which order.

import { QUESTION_PHRASES } from './dns-phrases.ts';
import { REQUEST_PHRASES } from './http-phrases.ts';
import { HELLO_PHRASES } from './tls-phrases.ts';
import { WINDOW_PHRASES } from './window-phrases.ts';

const STORIES: readonly (readonly [name: string, features: RegExp])[] = [
  ['source window', /^sourceWindow/],
  ['destination window', /^destinationWindow/],
  ['state', /^tcpState/],
  ['service', /^service[A-Z]/],
  ['requests', /^http(?:Requests|Posts|Errors|Refusals)$/],
  ['logins', /^login(?:Attempts|Refusals)$/],
];

const SENTENCES = [WINDOW_PHRASES, REQUEST_PHRASES, HELLO_PHRASES, QUESTION_PHRASES].map(Object.keys);
const ORDER = new Map(SENTENCES.flat().map((name, rank) => [name, rank]));
const SENTENCE = new Map(SENTENCES.flatMap((names) => names.map((name) => [name, names[0] ?? name])));

/** Asked for every detection: as many as models have features. */
const KNOWN = new Map<string, string>();

/** Features of the same story are told in one sentence, however many of them count. */
export function storyOf(feature: string): string {
  const known = KNOWN.get(feature);
  if (known !== undefined) return known;
  const story = STORIES.find(([, features]) => features.test(feature))?.[0] ?? SENTENCE.get(feature) ?? feature;
  KNOWN.set(feature, story);
  return story;
}

/** Where in its sentence a feature stands; figures that nobody has words for come last. */
export function sentenceRank(feature: string): number {
  return ORDER.get(feature) ?? Number.MAX_SAFE_INTEGER;
}
