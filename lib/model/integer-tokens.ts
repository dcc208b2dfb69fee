// model: the token ids of a decimal integer, by look-up where it is small, as the tokenizer gives them for its text.

import type { Vocabulary } from './vocabulary.ts';
import { wordPieces } from './word-piece.ts';

/** Every 16-bit field of a header, and every byte. */
export const TABLE_SIZE = 65_536;
/** Most ids that a number in the table can have: a piece a digit. */
export const MAX_TABLE_IDS = 5;

const MINUS = '-';

/** Token ids of integers: those of `n` are `ids[n * MAX_TABLE_IDS …]`, `counts[n]` of them. */
export interface IntegerTokens {
  readonly ids: Int32Array;
  readonly counts: Uint8Array;
  /** `-` alone, which the tokenizer splits off as punctuation. */
  readonly minus: readonly number[];
  /** Ids of any integer; what is no number or not finite reads as 0, a fraction is cut off. */
  of(value: number): readonly number[];
}

export function createIntegerTokens(vocabulary: Vocabulary): IntegerTokens {
  const ids = new Int32Array(TABLE_SIZE * MAX_TABLE_IDS);
  const counts = new Uint8Array(TABLE_SIZE);
  for (let n = 0; n < TABLE_SIZE; n += 1) {
    const pieces = wordPieces(vocabulary, String(n));
    ids.set(pieces, n * MAX_TABLE_IDS);
    counts[n] = pieces.length;
  }
  const minus = wordPieces(vocabulary, MINUS);
  return {
    ids,
    counts,
    minus,
    of: (value) => {
      const whole = Number.isFinite(value) ? Math.trunc(value) : 0;
      // BigInt, because a number's own text turns to exponents at 1e21.
      const digits = wordPieces(vocabulary, String(BigInt(Math.abs(whole))));
      return whole < 0 ? [...minus, ...digits] : digits;
    },
  };
}
