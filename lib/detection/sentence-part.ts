// detection: phrases that make one sentence together: "HTTP POST request" "to a script", "without a page it came from".

import type { Phrase } from './phrase.ts';

/** What a sentence's parts are said of, where none of its heads is told: "HTTP request". */
export interface SentenceParts {
  flag(isSet: string, isNot: string): Phrase;
  /** @param unit in what it is compared with Normal. */
  number(text: (value: number) => string, unit: (value: number) => string): Phrase;
}

export function partsOf(head: string): SentenceParts {
  const part = (short: (value: number) => string): Phrase => ({ short, text: (value) => `${head} ${short(value)}` });
  return {
    flag: (isSet, isNot) => part((value) => (value > 0 ? isSet : isNot)),
    number: (text, unit) => ({ ...part(text), unit }),
  };
}
