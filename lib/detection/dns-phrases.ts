// detection: what is asked of DNS, and what became of it, in words.

import { flag } from './flow-phrases.ts';
import { count, formatNumber, percent } from './number-words.ts';
import type { Phrases } from './phrase.ts';
import { partsOf } from './sentence-part.ts';

const { flag: part, number: measured } = partsOf('DNS question');
const bits = (value: number): string => `${formatNumber(value)} bits`;

/** In the order in which one sentence tells them. */
export const QUESTION_PHRASES: Phrases = {
  dnsQuestion: flag('DNS question', 'no DNS question'),
  dnsTransfer: part('for a whole zone (AXFR)', 'not for a whole zone'),
  dnsAny: part('for everything under a name (ANY)', 'not for everything under a name'),
  dnsText: part('for text (TXT)', 'not for text'),
  dnsNull: part('for raw data (NULL)', 'not for raw data'),
  dnsAddressLookup: part("for a service that tells a host's public address", 'not for a service that tells addresses'),
  dnsDynamicZone: part('for a name in a zone of dynamic names', 'not for a zone of dynamic names'),
  dnsRareZone: part('for a name in a zone of short-lived names', 'not for a zone of short-lived names'),
  dnsLongestLabel: measured(
    (value) => `for a name with a part of ${count(value, 'character', 'characters')}`,
    formatNumber,
  ),
  dnsNameLength: measured((value) => `for a name of ${count(value, 'character', 'characters')}`, formatNumber),
  dnsLabels: measured((value) => `for a name of ${count(value, 'part', 'parts')}`, formatNumber),
  dnsNameEntropy: measured((value) => `for a name with ${bits(value)} of entropy a character`, bits),
  dnsDigits: measured((value) => `for a name with a part of which ${percent(value)} are digits`, percent),
  dnsConsonantRun: measured(
    (value) => `for a name with ${count(value, 'consonant', 'consonants')} in a row`,
    formatNumber,
  ),
  dnsUnknownName: part('answered with "no such name"', 'not answered with "no such name"'),
  dnsAnswers: measured(
    (value) => (value > 0 ? `answered with ${count(value, 'record', 'records')}` : 'answered with no record'),
    formatNumber,
  ),
};

export const DNS_PHRASES: Phrases = {
  ...QUESTION_PHRASES,
  dnsAnsweredFirst: flag('DNS answer before any question', 'no DNS answer before a question'),
};
