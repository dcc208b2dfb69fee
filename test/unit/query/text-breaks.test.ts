// query: sentences and words as Java cuts them; the breaks were read off java.text.BreakIterator of JDK 25.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sentenceBreaks, sentenceFinder, type TextBreaks, wordBreaks } from '../../../lib/query/text-breaks.ts';

const cut = (text: string, breaksOf: TextBreaks = sentenceBreaks) => {
  const breaks = breaksOf(text);
  return breaks.slice(1).map((end, at) => text.slice(breaks[at], end));
};

it.each([
  ['a. B', ['a. ', 'B']],
  ['a. b', ['a. b']],
  ['a..  b', ['a..  ', 'b']],
  ['a. 1', ['a. 1']],
  ['a.b', ['a.b']],
  ['a.(B', ['a.', '(B']],
  ['a!b', ['a!', 'b']],
  ['a? ! b', ['a? ', '! ', 'b']],
  ['a!) b', ['a!) ', 'b']],
  ['a\r\nb', ['a\r\nb']],
  ['a\u2028b', ['a\u2028b']],
  ['a\u2029b', ['a\u2029', 'b']],
  ['你好。你好', ['你好。', '你好']],
  ['', []],
  ['b.  (1', ['b', '.', '  (1']],
  ['ab. & b', ['ab. & b']],
  ['a.&', ['a', '.', '&']],
])('cuts the sentences of %j', (text, sentences) => {
  expect(cut(text)).toEqual(sentences);
});

it.each([
  ['GET /a.b?c=1', ['GET', ' ', '/', 'a.b', '?', 'c', '=', '1']],
  ["it's 3.14% of $5", ["it's", ' ', '3.14%', ' ', 'of', ' ', '$5']],
  ['a--b  c\r\nd', ['a', '-', '-', 'b', '  ', 'c', '\r\n', 'd']],
  ['カタカナひらがな漢字', ['カタカナ', 'ひらがな', '漢字']],
  ['e\u0301te\u0301 \u{1f600}!', ['e\u0301te\u0301', ' ', '\u{1f600}', '!']],
  ['a\u200bb soft\u00adhyphen', ['a\u200bb', ' ', 'soft\u00adhyphen']],
])('cuts the words of %j', (text, words) => {
  expect(cut(text, wordBreaks)).toEqual(words);
});

describe('any text', () => {
  it.each([
    ['sentences', sentenceBreaks],
    ['words', wordBreaks],
  ])('is cut into %s without a gap, each break once, in order', (_, breaksOf) => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'aB1 .!?"\'(),\n\u2029\u0301\u200b你カ\0\u0964', '\u{1f600}') }),
        (text) => {
          const breaks = breaksOf(text);
          expect(breaks[0]).toBe(0);
          expect(breaks.at(-1)).toBe(text.length);
          expect(breaks).toEqual([...new Set(breaks)].sort((left, right) => left - right));
        },
      ),
    );
  });

  it('is cut in one go, however long its runs are', () => {
    for (const text of [
      '."'.repeat(50_000),
      `.${'('.repeat(100_000)}`,
      '1,'.repeat(50_000),
      `a${' '.repeat(100_000)}`,
    ]) {
      for (const breaksOf of [sentenceBreaks, wordBreaks]) expect(breaksOf(text).at(-1)).toBe(text.length);
      expect(sentenceFinder(text).before(text.length)).toBeLessThan(text.length);
    }
  });
});

it('gives a full stop as the last break where Java finds no sure one nearer', () => {
  // As OpenSearch 3.8 showed it: the passage began with the full stop.
  expect(sentenceFinder('passwd.\n\u{1f600} quick fox').before(11)).toBe(6);
  expect(sentenceFinder('One fox. Two fox. Three').before(14)).toBe(9);
});
