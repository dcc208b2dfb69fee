// differential: highlights in texts of many sentences and lines, by every setting there is.
import { createRandom, type Random } from '../../local/generate/random.ts';
import type { DifferentialGroup } from './differential-group.ts';
import { type SearchCase, searchCase } from './search-case.ts';
import type { CorpusIndex } from './search-corpus.ts';
import { searchGroup } from './search-group.ts';

type Json = Readonly<Record<string, unknown>>;

const SEED = 20_261_201;
const DOCUMENTS = 60;
const CASES = 90;
const WORDS = [
  ...(['the', 'quick', 'brown', 'fox', 'GET', '/index.html', 'password', 'admin', 'user=admin', 'Host:', 'x'] as const),
  ...(['www.example.org', 'end', 'Login', 'incorrect', 'a', 'über', '你好', 'HTTP', '<b>', '"quoted"'] as const),
] as const;
const GAPS = [
  ...([' ', ' ', ' ', ' ', ' ', '. ', '.  ', '! ', '? ', '\n', '\r\n', ', ', '; ', ': ', '. \n', ' - '] as const),
  ...(['\t', '...  ', '.) ', '。', '\u2029'] as const),
] as const;

function textBy(random: Random): string {
  let text = '';
  for (let left = random.integer(1, 60); left > 0; left -= 1) text += `${random.pick(WORDS)}${random.pick(GAPS)}`;
  return text;
}

function corpus(): readonly CorpusIndex[] {
  const random = createRandom(SEED);
  const documents = Array.from({ length: DOCUMENTS }, (_, n) => ({
    id: `t${n}`,
    body: { n, text: random.chance(0.2) ? [textBy(random), textBy(random)] : textBy(random), key: random.pick(WORDS) },
  }));
  const properties = { n: { type: 'long' }, text: { type: 'text' }, key: { type: 'keyword' } };
  return [{ name: 'diff-long-texts', mapping: { properties }, documents }];
}

function cases(): readonly SearchCase[] {
  const random = createRandom(SEED + 1);
  return Array.from({ length: CASES }, () =>
    searchCase('long-texts', {
      query: queryBy(random),
      size: DOCUMENTS,
      sort: ['n'],
      highlight: { fields: { text: settingsBy(random), key: {} }, ...(random.chance(0.2) ? { encoder: 'html' } : {}) },
    }),
  );
}

function queryBy(random: Random): Json {
  const word = (): string => random.pick(WORDS);
  const kinds = [
    () => ({ match: { text: word() } }),
    () => ({ match: { text: `${word()} ${word()}` } }),
    () => ({ match_phrase: { text: `${word()} ${word()}` } }),
    () => ({ query_string: { query: `text:${random.pick(['q', 'b', 'f', 'p', 'ad', 'in'] as const)}*` } }),
    () => ({ query_string: { query: `text:(fox AND NOT ${random.pick(['end', 'admin', 'login'] as const)})` } }),
    () => ({ query_string: { query: 'text:/[a-l].+/ OR text:passwrd~' } }),
    () => ({ bool: { should: [{ match: { text: word() } }, { prefix: { text: 'ad' } }, { term: { key: word() } }] } }),
    () => ({ bool: { must: { match: { text: word() } }, must_not: { term: { key: word() } } } }),
  ] as const;
  return random.pick(kinds)();
}

function settingsBy(random: Random): Json {
  if (random.chance(0.3)) return {};
  return {
    fragment_size: random.pick([10, 20, 50, 150, 1_000] as const),
    ...(random.chance(0.5) ? { number_of_fragments: random.pick([0, 1, 2, 3] as const) } : {}),
    ...(random.chance(0.2) ? { no_match_size: 15 } : {}),
    ...(random.chance(0.2) ? { order: 'score' } : {}),
    ...(random.chance(0.2) ? { pre_tags: ['['], post_tags: [']'] } : {}),
  };
}

export const HIGHLIGHT_GROUP: DifferentialGroup<SearchCase> = {
  ...searchGroup('highlights-by-chance', cases()),
  corpus,
};
