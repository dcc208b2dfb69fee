// opensearch: the passages of a text that a highlight shows; as OpenSearch 3.8 answered.
import { expect, it } from 'vitest';
import { readHighlight } from '../../../local/opensearch/highlight/highlight-request.ts';
import { VALUE_END } from '../../../local/opensearch/highlight/marked-words.ts';
import { passagesOf } from '../../../local/opensearch/highlight/passage.ts';

const TEXT = 'the lazy dog sleeps; the quick fox jumps';
const marked = (text: string, word: string) => {
  const found = [...text.matchAll(new RegExp(word, 'g'))];
  return found.map(({ index }) => ({ start: index, end: index + word.length, term: word, frequency: found.length }));
};
const shown = (text: string, word: string, settings: Readonly<Record<string, unknown>> = {}) => {
  const [field] = readHighlight({ fields: { text: settings }, pre_tags: ['<'], post_tags: ['>'] });
  if (field === undefined) throw new Error('no field was read');
  return passagesOf(text, marked(text, word), field.options, true);
};

it('shows a whole sentence where it is short enough', () => {
  expect(shown(TEXT, 'quick')).toEqual(['the lazy dog sleeps; the <quick> fox jumps']);
});

it('cuts what is too long at words, with most of it before the word', () => {
  expect(shown(TEXT, 'quick', { fragment_size: 20 })).toEqual(['lazy dog sleeps; the <quick>']);
});

it('begins the next piece where the one before ended', () => {
  expect(shown(TEXT, 'the', { fragment_size: 18 })).toEqual(['<the> lazy dog sleeps', '; <the> quick fox jumps']);
});

it('never reaches from one value into the next', () => {
  expect(shown(`one fox${VALUE_END}fox two`, 'fox')).toEqual(['one <fox>', '<fox> two']);
});

it('gives a value whole where no pieces are wanted', () => {
  expect(shown(`A fox. Next one.${VALUE_END}none`, 'fox', { number_of_fragments: 0 })).toEqual(['A <fox>. Next one.']);
});

it('keeps the pieces with most of what was looked for, in the order of the text or of their scores', () => {
  const text = 'One fox here! Nothing more than words here! A fox and a fox!';
  const least = { fragment_size: 20, number_of_fragments: 1 };
  expect(shown(text, 'fox', least)).toEqual(['A <fox> and a <fox>!']);
  expect(shown(text, 'fox', { fragment_size: 20 })).toEqual(['One <fox> here!', 'A <fox> and a <fox>!']);
  expect(shown(text, 'fox', { fragment_size: 20, order: 'score' })).toEqual([
    'A <fox> and a <fox>!',
    'One <fox> here!',
  ]);
});

it('shows a beginning up to the end of a word where nothing is marked and it was asked for', () => {
  expect(shown('it’s a "quoted" word', 'none', { no_match_size: 10 })).toEqual(['it’s a "quoted']);
  expect(shown('it’s a "quoted" word', 'none')).toEqual([]);
});

it('takes marks that overlap for one, and lets none reach out of its passage', () => {
  const [field] = readHighlight({ fields: { text: {} } });
  const two = [
    { start: 0, end: 5, term: 'a', frequency: 1 },
    { start: 3, end: 9, term: 'b', frequency: 1 },
  ];
  expect(field && passagesOf('quickfoxes run', two, field.options, true)).toEqual(['<em>quickfoxe</em>s run']);
});
