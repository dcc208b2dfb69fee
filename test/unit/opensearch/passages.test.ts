// The pieces of a text that a highlight shows; as OpenSearch 3.8 answered.
import { expect, it } from 'vitest';
import { beginningOf, passagesOf, VALUE_BREAK } from '../../../local/opensearch/passages.ts';

const TEXT = 'the lazy dog sleeps; the quick fox jumps';
const wordsIn = (text: string, word: string) =>
  [...text.matchAll(new RegExp(word, 'g'))].map(({ index }) => ({
    start: index,
    end: index + word.length,
    term: word,
  }));
const shown = (
  text: string,
  word: string,
  options: { fragmentSize?: number; fragments?: number; isByScore?: boolean },
) =>
  passagesOf(text, wordsIn(text, word), { fragmentSize: 100, fragments: 5, isByScore: false, ...options }).map(
    ({ start, end }) => text.slice(start, end),
  );

it('shows a whole sentence where it is short enough', () => {
  expect(shown(TEXT, 'quick', {})).toEqual([TEXT]);
});

it('cuts what is too long at words, with most of it before the word', () => {
  expect(shown(TEXT, 'quick', { fragmentSize: 20 })).toEqual(['lazy dog sleeps; the quick']);
});

it('begins the next piece where the one before ended', () => {
  expect(shown(TEXT, 'the', { fragmentSize: 18 })).toEqual(['the lazy dog sleeps', '; the quick fox jumps']);
});

it('never reaches from one value into the next', () => {
  expect(shown(`one fox${VALUE_BREAK}fox two`, 'fox', {})).toEqual(['one fox', 'fox two']);
});

it('gives a value whole where no pieces are wanted', () => {
  expect(shown(`A fox. Next one.${VALUE_BREAK}none`, 'fox', { fragments: 0 })).toEqual(['A fox. Next one.']);
});

it('keeps the pieces with most of what was looked for', () => {
  const text = 'One fox here! Nothing more than words here! A fox and a fox!';
  expect(shown(text, 'fox', { fragmentSize: 20, fragments: 1 })).toEqual(['A fox and a fox!']);
});

it('shows a beginning up to the end of a word', () => {
  const passage = beginningOf('it’s a "quoted" word', 10);
  expect('it’s a "quoted" word'.slice(passage?.start, passage?.end)).toBe('it’s a "quoted');
});
