// Sentences as Java cuts them; the breaks were read off java.text.BreakIterator of JDK 25.
import { expect, it } from 'vitest';
import { sentenceBreaks } from '../../../local/opensearch/sentence-breaks.ts';

const cut = (text: string) => {
  const breaks = sentenceBreaks(text);
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
])('cuts %j', (text, sentences) => {
  expect(cut(text)).toEqual(sentences);
});
