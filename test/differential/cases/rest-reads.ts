// differential: counts, searches at once, points in time, pages, the state of the cluster and of its indexes.
import { dialogue, type RestCase, type RestStep, refusal, step } from '../rest-case.ts';

const MAPPINGS = { dynamic: false, properties: { n: { type: 'long' }, word: { type: 'keyword' } } };
const filled = (name: string, from: number, to: number): readonly RestStep[] => [
  step(`PUT /${name}`, { mappings: MAPPINGS, settings: { number_of_replicas: 0 } }),
  step(
    `POST /${name}/_bulk?refresh=true`,
    Array.from({ length: to - from }, (_, at) => at + from).flatMap((n) => [
      { index: { _id: `d${n}` } },
      { n, word: n % 2 === 0 ? 'even' : 'odd' },
    ]),
  ),
];
const page = (pit: string, more: Readonly<Record<string, unknown>>) =>
  step('POST /_search', {
    size: 3,
    _source: false,
    track_total_hits: true,
    pit: { id: pit, keep_alive: '1m' },
    sort: [{ n: 'asc' }],
    ...more,
  });

const COUNTS: readonly RestCase[] = [
  dialogue(
    'counts',
    ...filled('rest-a', 0, 7),
    ...filled('rest-b', 0, 3),
    step('GET /rest-a/_count'),
    step('POST /rest-a,rest-b/_count', { query: { term: { word: 'odd' } } }),
    step('GET /rest-*/_count?q=word:even'),
    step('GET /rest-z/_count'),
    step('GET /rest-z*/_count'),
    step('GET /rest-a,rest-z/_count'),
    step('GET /rest-a,rest-z/_count?ignore_unavailable=true'),
    step('GET /rest-z*/_count?allow_no_indices=false'),
    step('POST /rest-a/_count', { size: 1 }),
    step('POST /rest-a/_count', { query: { nope: {} } }),
    step('POST /rest-a/_count', '{'),
    step('GET /rest-a/_count?q=n:['),
    step('GET /rest-a/_count?nope=1'),
  ),
];

const SEARCHES: readonly RestCase[] = [
  dialogue(
    'searches at once',
    ...filled('rest-a', 0, 7),
    ...filled('rest-b', 0, 3),
    step('POST /_msearch', [
      { index: 'rest-a' },
      { size: 2, sort: ['n'] },
      { index: ['rest-a', 'rest-b'] },
      { size: 0 },
      { index: 'rest-z' },
      { size: 0 },
      { index: 'rest-a' },
      { query: { nope: {} } },
      { index: 'rest-z', ignore_unavailable: true },
      { size: 0 },
      { index: 'rest-b' },
      { size: 1, sort: [{ n: 'desc' }], query: { term: { word: 'even' } } },
    ]),
    step('POST /rest-b/_msearch', [{}, { size: 0 }, { index: 'rest-a' }, { size: 0 }]),
    step('POST /_msearch', [
      { index: 'rest-*', search_type: 'query_then_fetch' },
      { size: 0, aggs: { w: { terms: { field: 'word' } } } },
    ]),
  ),
  dialogue(
    'searches at once that are none',
    ...filled('rest-a', 0, 2),
    step('POST /_msearch', ''),
    step('POST /_msearch', [{ index: 'rest-a' }]),
    step('POST /_msearch', [{ nope: 1 }, { size: 0 }]),
    step('POST /_msearch', '{"index":"rest-a"}\n{"size":\n'),
    step('POST /_msearch', '{"index":"rest-a"}\n{"size":0}'),
    step('POST /_msearch', [{ index: 'rest-a' }, { size: -1 }]),
  ),
  dialogue(
    'one search by its address',
    ...filled('rest-a', 0, 5),
    step('GET /rest-a/_search?q=word:even&size=1&sort=n:desc'),
    step('GET /rest-a/_search?size=1&from=1&sort=n'),
    step('GET /rest-a/_search?sort=n&_source=n&size=1'),
    step('GET /rest-a/_search?size=x'),
    step('GET /rest-z/_search'),
    step('GET /rest-z*/_search'),
    step('GET /rest-a/_search?nope=1'),
    step('GET /rest-a/_search?track_total_hits=2&size=0'),
    step('GET /rest-a/_search?rest_total_hits_as_int=true&size=0'),
    step('GET /rest-a,rest-z/_search?ignore_unavailable=true&size=0'),
    step('GET /rest-z*/_search?allow_no_indices=false'),
  ),
  dialogue(
    'pages by search_after',
    ...filled('rest-a', 0, 7),
    step('POST /rest-a/_search', { size: 3, sort: [{ word: 'asc' }, { n: 'desc' }], _source: false }),
    step('POST /rest-a/_search', {
      size: 3,
      sort: [{ word: 'asc' }, { n: 'desc' }],
      search_after: ['even', 2],
      _source: false,
    }),
    step('POST /rest-a/_search', { size: 3, sort: [{ n: 'asc' }], search_after: [99], _source: false }),
    step('POST /rest-a/_search', { size: 3, sort: [{ n: 'asc' }], search_after: [1, 2] }),
    step('POST /rest-a/_search', { size: 3, search_after: [1] }),
    step('POST /rest-a/_search', { size: 3, sort: [{ n: 'asc' }], search_after: ['x'] }),
    step('POST /rest-a/_search', { size: 3, sort: [{ n: 'asc' }], search_after: [] }),
    step('POST /rest-a/_search', { from: 9_999, size: 2 }),
    step('POST /rest-a/_search', { from: -1 }),
  ),
];

/** Members of a search as nobody should write them. */
const ODD_BODIES: readonly string[] = [
  ...['"x"', 'null', 'true', '"0.5"', '" 1"', '""', '1e400', '-1', '[1]', '{}', '"1f"', '"0x10"', '"NaN"', '"1e2"'].map(
    (value) => `{"query":{"match_all":{}},"min_score":${value}}`,
  ),
  ...['"x"', '"2"', 'null', 'true', '{}'].map((value) => `{"size":${value}}`),
  ...['"x"', '"1"', 'null', '[1]'].map((value) => `{"from":${value}}`),
  ...['"x"', '"true"', 'null', '5', '"5"', '[]'].map((value) => `{"track_total_hits":${value}}`),
  ...['"x"', '"5s"', '5', 'null', '"-1"', '-1', '"0"', '"1.5s"', '[]', 'true'].map((value) => `{"timeout":${value}}`),
  ...['version', 'track_scores', 'seq_no_primary_term', 'explain'].flatMap((name) =>
    ['1', '"x"', 'null', '[]', '"false"'].map((value) => `{"${name}":${value}}`),
  ),
  ...['null', '{}', '[]', '5', 'true', '[5]', '[null]', '[[]]', '["n",null]', '"n:desc"', '[{"n":{}}]'].map(
    (value) => `{"sort":${value}}`,
  ),
  ...[
    'null',
    '{}',
    '[]',
    '5',
    '{"bool":null}',
    '{"match_all":null}',
    '{"match_all":[]}',
    '{"constant_score":{"filter":{}}}',
  ].map((value) => `{"query":${value}}`),
  ...['null', '{}', '5', '[5]', '["x"]', '"x"', '[[]]', '[null]', '[{}]', '{"term":{"n":1},"range":{"n":{}}}'].map(
    (value) => `{"query":{"bool":{"must":${value}}}}`,
  ),
  ...[
    'post_filter',
    'search_after',
    'pit',
    'aggs',
    'highlight',
    'stored_fields',
    'docvalue_fields',
    'fields',
    '_source',
  ].map((name) => `{"${name}":null}`),
  '{"post_filter":{}}',
  '{"terminate_after":"x"}',
  ...['{"a":null}', '{"a":{"filter":{}}}', '{"a":{"filters":{"filters":{"x":{}}}}}', '{"a":{"filter":null}}'].map(
    (value) => `{"aggs":${value}}`,
  ),
  ...['"version":"x"', '"version":1', '"version":null', '"sort":null', '"size":true'].map(
    (member) => `{"aggs":{"a":{"top_hits":{${member}}}}}`,
  ),
];

const FORMS: readonly RestCase[] = [
  dialogue(
    'searches of odd forms',
    ...filled('rest-a', 0, 3),
    ...ODD_BODIES.map((body) => step('POST /rest-a/_search', body)),
  ),
];

const POINTS: readonly RestCase[] = [
  dialogue(
    'pages at a point in time',
    ...filled('rest-a', 0, 7),
    step('POST /rest-a/_search/point_in_time?keep_alive=1m', undefined, { pit: 'pit_id' }),
    page('$pit', {}),
    page('$pit', { search_after: [2] }),
    page('$pit', { search_after: [5] }),
    page('$pit', { search_after: [6] }),
    page('$pit', { query: { term: { word: 'odd' } }, sort: [{ n: 'desc' }] }),
    step('DELETE /_search/point_in_time', { pit_id: ['$pit'] }),
    page('$pit', {}),
  ),
  dialogue(
    'two indexes at a point in time',
    ...filled('rest-a', 0, 4),
    ...filled('rest-b', 2, 5),
    step('POST /rest-a,rest-b/_search/point_in_time?keep_alive=1m', undefined, { pit: 'pit_id' }),
    page('$pit', { sort: [{ n: 'asc' }, { word: 'asc' }] }),
    step('DELETE /_search/point_in_time/_all'),
    page('$pit', {}),
  ),
  dialogue(
    'what is written after a point in time',
    ...filled('rest-a', 0, 4),
    step('POST /rest-a/_search/point_in_time?keep_alive=1m', undefined, { pit: 'pit_id' }),
    step('PUT /rest-a/_doc/d9?refresh=true', { n: 9, word: 'odd' }),
    step('PUT /rest-a/_doc/d0?refresh=true', { n: 10, word: 'written over' }),
    step('POST /rest-a/_update/d1?refresh=true', { doc: { word: 'updated' } }),
    step('DELETE /rest-a/_doc/d2?refresh=true'),
    page('$pit', { size: 9, _source: true }),
    page('$pit', { size: 9, query: { term: { word: 'odd' } }, version: true, seq_no_primary_term: true }),
    page('$pit', { size: 9, query: { query_string: { query: 'word:updated OR n:9' } } }),
    page('$pit', { size: 0, aggs: { words: { terms: { field: 'word' } }, most: { max: { field: 'n' } } } }),
    step('POST /rest-a/_search', { _source: false, sort: [{ n: 'asc' }] }),
    step('POST /rest-a/_search/point_in_time?keep_alive=1m', undefined, { later: 'pit_id' }),
    page('$later', { size: 9, _source: true }),
    step('POST /rest-a/_delete_by_query?refresh=true', { query: { match_all: {} } }),
    page('$pit', { size: 9, _source: true }),
    page('$later', { size: 9, _source: true }),
    step('GET /rest-a/_count'),
    step('DELETE /_search/point_in_time', { pit_id: ['$pit'] }),
    page('$pit', {}),
    page('$later', { search_after: [1] }),
  ),
  dialogue(
    'a field that comes after a point in time',
    ...filled('rest-a', 0, 2),
    step('POST /rest-a/_search/point_in_time?keep_alive=1m', undefined, { pit: 'pit_id' }),
    step('PUT /rest-a/_mapping', { properties: { late: { type: 'long' } } }),
    step('PUT /rest-a/_doc/d2?refresh=true', { n: 2, late: 7 }),
    page('$pit', { sort: [{ n: 'desc' }] }),
    page('$pit', { query: { exists: { field: 'late' } } }),
    page('$pit', { size: 0, aggs: { late: { max: { field: 'late' } } } }),
    step('POST /rest-a/_search', { query: { term: { late: 7 } }, _source: false }),
  ),
  dialogue(
    'an index that is deleted after its point in time',
    ...filled('rest-a', 0, 2),
    ...filled('rest-b', 2, 5),
    step('POST /rest-a/_search/point_in_time?keep_alive=1m', undefined, { one: 'pit_id' }),
    step('POST /rest-a,rest-b/_search/point_in_time?keep_alive=1m', undefined, { two: 'pit_id' }),
    step('DELETE /rest-a'),
    page('$one', {}),
    page('$two', {}),
  ),
  dialogue(
    'how long a point in time lives',
    ...filled('rest-a', 0, 2),
    step('POST /rest-a/_search/point_in_time?keep_alive=2d'),
    step('POST /rest-a/_search/point_in_time?keep_alive=0s'),
    step('POST /rest-a/_search/point_in_time?keep_alive=24h', undefined, { pit: 'pit_id' }),
    page('$pit', { pit: { id: '$pit', keep_alive: '2d' } }),
    page('$pit', { pit: { id: '$pit', keep_alive: 'x' } }),
    page('$pit', { pit: { id: '$pit', keep_alive: 7 } }),
    page('$pit', { pit: { id: '$pit' } }),
  ),
  dialogue(
    'points in time that are none',
    ...filled('rest-a', 0, 2),
    step('POST /rest-a/_search/point_in_time'),
    step('POST /rest-a/_search/point_in_time?keep_alive=x'),
    step('POST /rest-z/_search/point_in_time?keep_alive=1m'),
    step('POST /_search', { pit: {} }),
    step('POST /_search', { pit: { nope: 1 } }),
    step('POST /rest-a/_search/point_in_time?keep_alive=1m', undefined, { pit: 'pit_id' }),
    step('POST /rest-a/_search', { pit: { id: '$pit' } }),
    step('POST /_search', { pit: { id: '$pit', nope: 1 } }),
    step('DELETE /_search/point_in_time', {}),
    step('DELETE /_search/point_in_time', { pit_id: [] }),
  ),
];

const STATE: readonly RestCase[] = [
  dialogue(
    'health',
    step('GET /_cluster/health'),
    ...filled('rest-a', 0, 2),
    step('GET /_cluster/health?timeout=5s'),
    step('GET /_cluster/health?wait_for_status=yellow'),
    step('GET /_cluster/health/rest-a'),
  ),
  dialogue(
    'a list of indexes',
    ...filled('rest-a', 0, 3),
    ...filled('rest-b', 0, 2),
    step('GET /_cat/indices/rest-*?format=json&s=index'),
    step('GET /_cat/indices/rest-a?format=json&h=index,docs.count'),
    step('GET /_cat/indices/rest-*?h=index,docs.count&s=index'),
    step('GET /_cat/indices/rest-*?h=index,docs.count,status&s=index:desc&v'),
    step('GET /_cat/indices/rest-*?format=json&s=docs.count&h=i,dc'),
    step('GET /_cat/indices/rest-z?format=json'),
    step('GET /_cat/indices/rest-z*?format=json'),
    step('DELETE /rest-a/_doc/d1?refresh=true'),
    step('GET /_cat/indices/rest-a?format=json&h=index,docs.count'),
  ),
  refusal('scripts', '_scripts', step('PUT /_scripts/rest-s', { script: { lang: 'painless', source: '1' } })),
];

export const REST_READ_CASES: readonly RestCase[] = [...COUNTS, ...SEARCHES, ...FORMS, ...POINTS, ...STATE];
