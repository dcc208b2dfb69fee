// detection: what a feature's value means, in words with numbers, and how it compares with normal traffic.

import { DNS_PHRASES } from './dns-phrases.ts';
import { FLOW_PHRASES } from './flow-phrases.ts';
import { HTTP_ANSWER_PHRASES } from './http-answer-phrases.ts';
import { HTTP_PHRASES } from './http-phrases.ts';
import { LOGIN_PHRASES } from './login-phrases.ts';
import { formatNumber } from './number-words.ts';
import type { FeatureLookup, Phrase, Phrases } from './phrase.ts';
import { PROTOCOL_PHRASES } from './protocol-phrases.ts';
import { SAID_PHRASES } from './said-phrases.ts';
import { TLS_PHRASES } from './tls-phrases.ts';
import { WINDOW_PHRASES } from './window-phrases.ts';

const PHRASES: Phrases = {
  ...FLOW_PHRASES,
  ...HTTP_PHRASES,
  ...HTTP_ANSWER_PHRASES,
  ...TLS_PHRASES,
  ...DNS_PHRASES,
  ...LOGIN_PHRASES,
  ...PROTOCOL_PHRASES,
  ...SAID_PHRASES,
  ...WINDOW_PHRASES,
};

/** "sourceGapMean" → "source gap mean". */
function words(feature: string): string {
  return feature.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
}

/** Undefined where nobody has written one. */
export function writtenPhrase(feature: string): Phrase | undefined {
  return Object.hasOwn(PHRASES, feature) ? PHRASES[feature] : undefined;
}

/** The phrase for a feature, or its name in words with the value. */
export function featurePhrase(feature: string, value: number, look: FeatureLookup): string {
  return writtenPhrase(feature)?.text(value, look) ?? `${words(feature)} ${formatNumber(value)}`;
}

/**
 * "normally at most 3", "rare in normal traffic", or undefined: for a value inside Normal's middle 90 %, a code or a flag,
 * and a feature that nobody has written a phrase for.
 */
export function comparison(feature: string, value: number, quantiles: readonly number[]): string | undefined {
  const unit = writtenPhrase(feature)?.unit;
  const [, , q05, , q95] = quantiles;
  if (unit === undefined || q05 === undefined || q95 === undefined) return undefined;
  if (value > q95) return q95 <= 0 ? 'rare in normal traffic' : `normally at most ${unit(q95)}`;
  return value < q05 && q05 > 0 ? `normally at least ${unit(q05)}` : undefined;
}
