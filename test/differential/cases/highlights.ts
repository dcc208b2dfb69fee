// differential: what of the hits' texts is marked and how it is cut, over long, odd and several texts.
import { type SearchCase, searchCase } from '../search-case.ts';

type Json = Readonly<Record<string, unknown>>;

const BODY = { fields: { body: {} } };
const shown = (query: Json, highlight: unknown, more: Json = {}): SearchCase =>
  searchCase('passages', { query, highlight, size: 200, sort: [{ n: 'asc' }], ...more });
const text = (query: string, more: Json = {}): Json => ({ query_string: { query, ...more } });
const bodies = (...queries: readonly Json[]): readonly SearchCase[] => queries.map((query) => shown(query, BODY));
const cut = (...settings: readonly Json[]): readonly SearchCase[] =>
  settings.map((own) => shown({ match: { body: 'fox quick password the' } }, { ...BODY, ...own }));

const LEAVES = bodies(
  { term: { body: 'fox' } },
  { term: { body: { value: 'FOX', case_insensitive: true } } },
  { terms: { body: ['fox', 'quick', '10.0.0.1', '世'] } },
  { match: { body: 'quick fox' } },
  { match: { body: { query: 'quick fox', operator: 'and' } } },
  { match: { body: { query: 'pasword foks', fuzziness: 'AUTO' } } },
  { match: { body: 'User-Agent 你好 İstanbul \u{1f600}' } },
  { match: { body: "fox's e-mail x@y.example" } },
  { match_bool_prefix: { body: 'fox pass' } },
  { match_phrase: { body: 'the fox' } },
  { match_phrase: { body: 'fox fox' } },
  { match_phrase: { body: '你好' } },
  { match_phrase: { body: { query: 'the fox', slop: 2 } } },
  { match_phrase: { body: { query: 'fox the quick', slop: 5 } } },
  { match_phrase: { body: { query: 'fox fox', slop: 3 } } },
  { match_phrase: { body: { query: 'a the', slop: 200 } } },
  { match_phrase_prefix: { body: 'the pass' } },
  { match_phrase_prefix: { body: { query: 'fox pass', slop: 6 } } },
  { match_phrase_prefix: { body: 'pass' } },
  { prefix: { body: 'pass' } },
  { prefix: { body: { value: 'PASS', case_insensitive: true } } },
  { wildcard: { body: 'pass*d' } },
  { wildcard: { body: '*' } },
  { regexp: { body: 'pass(word|w0rd)s?' } },
  { regexp: { body: '[0-9]+(\\.[0-9]+)*' } },
  { fuzzy: { body: 'passwort' } },
  { range: { body: { gte: 'fa', lt: 'g' } } },
  { exists: { field: 'body' } },
  { match_all: {} },
  { ids: { values: ['s0', 's1'] } },
);

const COMBINED = bodies(
  { bool: { must: { match: { body: 'quick' } }, must_not: { match: { body: 'exfil' } } } },
  { bool: { filter: [{ match: { body: 'quick' } }, { match_phrase: { body: 'the fox' } }] } },
  { bool: { should: [{ term: { tags: 'fox' } }, { term: { body: 'beacon' } }] } },
  { constant_score: { filter: { match: { body: 'gateway' } } } },
  { dis_max: { queries: [{ match: { body: 'login' } }, { match_phrase: { body: 'quick brown' } }] } },
  { boosting: { positive: { match: { body: 'fox' } }, negative: { match: { body: 'quick' } }, negative_boost: 0.5 } },
  { multi_match: { query: 'fox alarm', fields: ['body', 'title'] } },
  { multi_match: { query: 'fox alarm', fields: ['body', 'title'], type: 'cross_fields' } },
  { multi_match: { query: 'the fo', fields: ['body', 'title'], type: 'phrase_prefix' } },
  text('fox quick'),
  text('body:(fox -quick)'),
  text('body:"the fox"~3 OR body:pass*'),
  text('body:fo?'),
  text('body:/[fq].*/'),
  text('body:pasword~2'),
  text('body:[alarm TO cookie}'),
  text('other:fox'),
  text('*:* AND NOT body:fox'),
  { simple_query_string: { query: 'fox | "quick brown" | pass*', fields: ['body'] } },
  { simple_query_string: { query: 'fox + -alarm', fields: ['body', 'title'] } },
);

const CUTS = [
  ...cut(
    ...[0, 1, 10, 18, 40, 100, 150, 1_000, 2_147_483_647].map((size) => ({ fragment_size: size })),
    ...[0, 1, 2, 3, 50].map((number) => ({ number_of_fragments: number })),
    ...[1, 3].map((number) => ({ number_of_fragments: number, fragment_size: 30 })),
    { order: 'score' },
    { order: 'score', number_of_fragments: 3, fragment_size: 25 },
    { order: 'none', fragment_size: -1, number_of_fragments: -1 },
    { encoder: 'html', fragment_size: 30 },
    { pre_tags: ['[', '<<'], post_tags: [']', '>>'] },
    { pre_tags: '', post_tags: '' },
    { post_tags: ['</b>'] },
    { tags_schema: 'styled' },
    { boundary_scanner: 'word' },
    { boundary_scanner: 'sentence', boundary_max_scan: 3, phrase_limit: 2, force_source: true },
    { type: 'unified', require_field_match: true },
  ),
  shown({ match: { title: 'alarm' } }, { fields: { body: { no_match_size: 20 }, title: { no_match_size: 5 } } }),
  shown({ match_all: {} }, { fields: { '*': { no_match_size: 7 } } }),
  shown({ match_all: {} }, { fields: { body: { no_match_size: 1 } }, encoder: 'html' }),
  shown({ match_all: {} }, { fields: { body: { no_match_size: 400, number_of_fragments: 0 } } }),
];

const FIELDS = [
  shown(text('fox password'), { fields: { '*': {} } }),
  shown(text('fox password'), {
    ...{ fields: { '*': {} }, pre_tags: ['@hl@'], post_tags: ['@/hl@'], fragment_size: 2_147_483_647 },
  }),
  shown(text('pass*'), { fields: { '*': {} }, require_field_match: false }),
  shown({ match_phrase: { title: 'the fox' } }, { fields: { '*': {} }, require_field_match: false }),
  shown({ match: { title: 'fox' } }, { fields: { body: { require_field_match: false }, note: {} } }),
  shown({ match: { 'inner.body': 'fox' } }, { fields: { 'inner.*': {} } }),
  shown({ match: { note: 'fox' } }, { fields: { note: {} } }),
  shown({ match_phrase: { note: 'the fox' } }, { fields: { note: {} } }),
  shown({ match: { body: 'fox' } }, { fields: { other: {} } }),
  shown({ match: { other: 'fox' } }, { fields: { o: {}, 'oth*': {}, body: {} } }),
  shown({ term: { tags: 'fox' } }, { fields: { tags: {} } }),
  shown({ terms: { tags: ['fox', 'the', 'café'] } }, { fields: { tags: { number_of_fragments: 2 } } }),
  shown({ prefix: { tags: 'pass' } }, { fields: { tags: {} } }),
  shown({ wildcard: { tags: '*o*' } }, { fields: { tags: { fragment_size: 1 } } }),
  shown({ wildcard: { tags: '*o*' } }, { fields: { tags: { number_of_fragments: 0 } } }),
  shown({ regexp: { tags: '[a-f].*' } }, { fields: { tags: { order: 'score', number_of_fragments: 3 } } }),
  shown({ fuzzy: { tags: 'fix' } }, { fields: { tags: {} } }),
  shown({ range: { tags: { gte: 'p' } } }, { fields: { tags: {} } }),
  shown({ term: { tags: { value: 'straße', case_insensitive: true } } }, { fields: { tags: {} } }),
  shown({ prefix: { 'body.keyword': 'The' } }, { fields: { 'body.keyword': {}, body: {} } }),
  shown({ wildcard: { 'body.keyword': '*fox*' } }, { fields: { 'body*': {} } }),
  shown({ wildcard: { wild: '*o*' } }, { fields: { wild: {} } }),
  shown({ term: { ip: '10.0.0.1' } }, { fields: { ip: {}, at: {} } }),
  shown({ term: { ip: '10.0.0.1' } }, { fields: { ip: { no_match_size: 4 } } }),
  shown({ match: { body: 'fox' } }, { fields: [{ body: {} }, { title: { no_match_size: 3 } }] }),
  shown({ match: { body: 'fox' } }, { fields: { body: {} } }, { size: 0 }),
  shown({ match: { body: 'fox' } }, { ...BODY, highlight_query: { match: { body: 'quick' } } }),
  shown(
    { match: { body: 'fox' } },
    { fields: { body: { highlight_query: text('title:fox body:the') }, title: {} }, highlight_query: text('title:a') },
  ),
  searchCase('passages', { query: text('fox'), highlight: BODY, size: 5, from: 3, sort: [{ n: 'desc' }] }),
  searchCase('passages,hostile', {
    query: text('fox'),
    highlight: { fields: { 'b*': {}, text: {} } },
    size: 60,
    sort: [{ n: 'desc' }],
  }),
];

const ODD = [
  {},
  { fields: {} },
  { fields: [] },
  { fields: { 'no.such': {} } },
  { fields: ['body'] },
  { fields: 'body' },
  { fields: [{ body: {}, title: {} }] },
  { fields: { body: 1 } },
  [],
  'body',
  { ...BODY, pre_tags: ['<b>'] },
  { ...BODY, pre_tags: 7, post_tags: 8 },
  { ...BODY, tags_schema: 'no_such' },
  { ...BODY, encoder: 'no_such' },
  { ...BODY, order: 'no_such' },
  { ...BODY, type: 'no_such' },
  { ...BODY, type: 'fvh' },
  { ...BODY, type: 'plain' },
  { ...BODY, boundary_scanner: 'chars' },
  { ...BODY, boundary_scanner: 'no_such' },
  { ...BODY, fragment_size: 'many' },
  { ...BODY, fragment_size: '30' },
  { ...BODY, number_of_fragments: 1.5 },
  { ...BODY, require_field_match: 'maybe' },
  { ...BODY, highlight_query: { no_such: {} } },
  { ...BODY, highlight_query: 1 },
  { ...BODY, highlight_query: text('body:[') },
  { ...BODY, no_such: 1 },
  { ...BODY, fragment_size: null },
].map((highlight) => shown({ match: { body: 'fox' } }, highlight, { size: 4 }));

export const HIGHLIGHT_CASES: readonly SearchCase[] = [...LEAVES, ...COMBINED, ...CUTS, ...FIELDS, ...ODD];
