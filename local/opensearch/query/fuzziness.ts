// local/opensearch/query: `fuzziness` in its forms: 0, 1, 2, AUTO, AUTO:3,6.
import type { JsonObject } from '../request/json-text.ts';
import { booleanOf, integerOf } from '../request/request-value.ts';
import { illegalArgument, parsingError } from '../request/response-error.ts';

/** From a word to the edits allowed in it. */
export type Fuzziness = (word: string) => 0 | 1 | 2;

export interface FuzzyOptions {
  readonly fuzziness: Fuzziness;
  /** So many characters at the start must be the same. */
  readonly prefixLength: number;
  /** Two neighbours exchanged are one edit. */
  readonly transpositions: boolean;
}

const AUTO = /^AUTO(?::(\d{1,3}),(\d{1,3}))?$/i;

export const AUTO_FUZZINESS: Fuzziness = (word) => byLength(word, 3, 6);

/** More than two edits are two, as OpenSearch has it. */
export function readFuzziness(value: unknown): Fuzziness {
  const text = String(value).trim();
  const auto = AUTO.exec(text);
  if (auto !== null) {
    const [low, high] = [Number(auto[1] ?? 3), Number(auto[2] ?? 6)];
    if (low > high) throw parsingError(`[fuzziness] [${text}]: the first length must not be above the second`);
    return (word) => byLength(word, low, high);
  }
  const number = text === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(number) || number < 0) throw parsingError(`[fuzziness] [${text}] is not 0, 1, 2 or AUTO`);
  const edits = Math.min(2, Math.trunc(number)) as 0 | 1 | 2;
  return () => edits;
}

export function readFuzzyOptions(
  clause: JsonObject,
  prefixKey: 'prefix_length' | 'fuzzy_prefix_length',
  transpositionsKey: 'fuzzy_transpositions' | 'transpositions' = 'fuzzy_transpositions',
): FuzzyOptions {
  const prefixLength = clause[prefixKey] === undefined ? 0 : integerOf(clause[prefixKey], prefixKey);
  if (prefixLength < 0) throw illegalArgument(`[${prefixKey}] cannot be negative`);
  return {
    fuzziness: clause['fuzziness'] === undefined ? AUTO_FUZZINESS : readFuzziness(clause['fuzziness']),
    prefixLength,
    transpositions: clause[transpositionsKey] === undefined || booleanOf(clause[transpositionsKey], transpositionsKey),
  };
}

function byLength(word: string, low: number, high: number): 0 | 1 | 2 {
  const length = [...word].length;
  return length < low ? 0 : length < high ? 1 : 2;
}
