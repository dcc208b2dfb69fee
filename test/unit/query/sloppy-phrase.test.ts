// Phrases with slop: as many moves as Lucene counts, and no place taken twice.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasPhraseWithin } from '../../../lib/query/sloppy-phrase.ts';

function holds(text: string, phrase: string, slop: number): boolean {
  const tokens = text.split(' ');
  const words = phrase.split(' ');
  const places = words.map((word) => tokens.flatMap((token, place) => (token === word ? [place] : [])));
  return hasPhraseWithin(words, places, slop);
}

/** Every way to seat different words: the least of the largest distance between two displacements. */
function leastSlop(text: string, phrase: string): number {
  const tokens = text.split(' ');
  let least = Number.POSITIVE_INFINITY;
  const seat = (words: readonly string[], shifts: readonly number[]): void => {
    const [word, ...rest] = words;
    if (word === undefined) {
      least = Math.min(least, Math.max(...shifts) - Math.min(...shifts));
      return;
    }
    for (const [place, token] of tokens.entries()) if (token === word) seat(rest, [...shifts, place - shifts.length]);
  };
  seat(phrase.split(' '), []);
  return least;
}

describe('hasPhraseWithin', () => {
  it.each([
    ['quick brown fox', 'quick fox', 1, true],
    ['quick brown fox', 'quick fox', 0, false],
    ['quick brown fox', 'fox quick', 2, false],
    ['quick brown fox', 'fox quick', 3, true],
    ['brown quick', 'quick brown', 2, true],
    ['password', 'password password', 9, false],
    ['password x password', 'password password', 1, true],
    ['password password', 'password password', 0, true],
    ['the cat the', 'the the', 1, true],
    ['the cat the', 'the the', 0, false],
  ])('%s holds "%s"~%i: %s', (text, phrase, slop, expected) => {
    expect(holds(text, phrase, slop)).toBe(expected);
  });

  it('finds the least slop of words that differ, for any text', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', 'x'), { minLength: 3, maxLength: 9 })
      .map((list) => list.join(' '));
    const phrase = fc.constantFrom('a b', 'b a', 'a b c', 'c a b', 'b c');
    fc.assert(
      fc.property(text, phrase, fc.nat({ max: 9 }), (words, wanted, slop) => {
        expect(holds(words, wanted, slop)).toBe(leastSlop(words, wanted) <= slop);
      }),
    );
  });
});
