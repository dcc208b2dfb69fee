// property: two patterns of names meet where some name matches both.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namePattern, patternsMeet } from '../../local/opensearch/request/name-pattern.ts';

const LETTERS = ['a', 'b'] as const;
const pattern = fc.array(fc.constantFrom(...LETTERS, '*'), { maxLength: 5 }).map((parts) => parts.join(''));

/** Two patterns of five letters each that meet have a name of ten at most in common. */
function namesUpTo(length: number): string[] {
  let names = [''];
  const all = [''];
  for (let at = 0; at < length; at += 1) {
    names = names.flatMap((name) => LETTERS.map((letter) => `${name}${letter}`));
    all.push(...names);
  }
  return all;
}

describe('patterns of names', () => {
  const names = namesUpTo(10);

  it('match as the expression that they stand for does', () => {
    fc.assert(
      fc.property(pattern, (text) => {
        const matches = namePattern(text);
        const expression = new RegExp(`^${text.replaceAll('*', '.*')}$`);
        for (const name of names) expect([name, matches(name)]).toEqual([name, expression.test(name)]);
      }),
      { numRuns: 50 },
    );
  });

  it('cost no more than they are long, however many stars they have', () => {
    expect(namePattern(`${'*a'.repeat(100)}*b`)('a'.repeat(255))).toBe(false);
  });

  it('meet exactly where a name matches both, whichever comes first', () => {
    fc.assert(
      fc.property(pattern, pattern, (left, right) => {
        const [isLeft, isRight] = [namePattern(left), namePattern(right)];
        const meet = names.some((name) => isLeft(name) && isRight(name));
        expect(patternsMeet(left, right)).toBe(meet);
        expect(patternsMeet(right, left)).toBe(meet);
      }),
      { numRuns: 300 },
    );
  });
});
