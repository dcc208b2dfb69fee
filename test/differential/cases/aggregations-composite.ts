// differential: composite, page by page, and bucket_sort.
import { A, AB, type AggregationCase, EMPTY, tree } from '../aggregation-case.ts';

type Json = Readonly<Record<string, unknown>>;

const composite = (sources: unknown, more: Json = {}, index?: string): AggregationCase =>
  tree({ composite: { sources, ...more } }, index);
const terms = (name: string, field: string, more: Json = {}): Json => ({ [name]: { terms: { field, ...more } } });
const P = terms('p', 'proto');
const F = terms('f', 'flag');
const BERLIN = {
  d: { date_histogram: { field: 'at', fixed_interval: '6h', time_zone: 'Europe/Berlin', format: 'yyyy-MM-dd HH:mm' } },
};

const COMPOSITE = [
  composite([P]),
  composite(P),
  composite([P, F], { size: 3 }),
  composite([P, F], { size: 3, after: { p: 'http', f: true } }),
  composite([P], { size: 3, after: { p: 'zz' } }),
  composite([P], { size: 3, after: { p: 'ht' } }),
  composite([terms('p', 'proto', { missing_bucket: true })], { size: 3 }),
  composite([terms('p', 'proto', { missing_bucket: true, order: 'desc' })], { size: 3 }),
  composite([terms('p', 'proto', { missing_bucket: true, order: 'desc', missing_order: 'first' })], { size: 30 }),
  composite([terms('p', 'proto', { missing_bucket: true, missing_order: 'last' })], { size: 30 }),
  composite([terms('p', 'proto', { missing_bucket: true })], { size: 3, after: { p: null } }),
  composite([terms('p', 'proto', { missing_bucket: true, missing_order: 'last' }), F], {
    size: 9,
    after: { p: 'udp', f: false },
  }),
  composite([terms('p', 'tags', { missing_bucket: true }), terms('f', 'flag', { missing_bucket: true })], { size: 9 }),
  composite([terms('p', 'ip'), terms('a', 'at'), terms('n', 'nano')], { size: 3 }),
  composite([terms('p', 'ip'), terms('a', 'at')], { size: 3, after: { p: '10.0.0.2', a: 1_772_308_800_000 } }),
  composite([terms('p', 'score'), terms('b', 'big')], { size: 9 }),
  composite([terms('t', 'tags'), terms('q', 'ports', { order: 'desc' })], { size: 20 }),
  composite([terms('t', 'ratios'), terms('q', 'flags')], { size: 20 }),
  composite([terms('t', 'nothing')]),
  composite([terms('t', 'nothing', { missing_bucket: true }), P], { size: 3 }),
  composite([P, terms('b', 'port', { order: 'desc' })], { size: 9 }, AB),
  composite([P, terms('b', 'port', { order: 'desc' })], { size: 9, after: { p: 'http', b: 443 } }, AB),
  composite([terms('p', 'rare'), terms('b', 'port')], { size: 3 }, AB),
  composite([terms('p', 'rare', { missing_bucket: true }), terms('b', 'port')], { size: 3 }, AB),
  composite([terms('w', 'word')], { size: 30 }),
  composite([terms('w', 'word')], { size: 3 }, EMPTY),
  composite(
    [
      { h: { histogram: { field: 'size', interval: 100 } } },
      { d: { date_histogram: { field: 'at', calendar_interval: 'day' } } },
    ],
    { size: 5 },
  ),
  composite([{ h: { histogram: { field: 'ratio', interval: 7.5, order: 'desc' } } }, BERLIN], { size: 5 }),
  composite([{ h: { histogram: { field: 'ratio', interval: 7.5, order: 'desc' } } }, BERLIN], {
    size: 5,
    after: { h: 90, d: '2026-10-24 20:00' },
  }),
  composite([{ h: { histogram: { field: 'ratios', interval: 1.5, missing_bucket: true } } }], { size: 20 }),
  composite([{ d: { date_histogram: { field: 'at', interval: '1d', offset: '+2h' } } }], { size: 5 }),
  composite([{ d: { date_histogram: { field: 'nano', calendar_interval: 'month' } } }], { size: 5 }),
  composite([{ d: { date_histogram: { field: 'times', calendar_interval: 'month', order: 'desc' } } }], {
    size: 5,
    after: { d: 1_790_812_800_000 },
  }),
  tree({
    composite: { size: 2, sources: [P] },
    aggs: { s: { sum: { field: 'size' } }, t: { terms: { field: 'tags', size: 1 } } },
  }),
  ...[undefined, { match_all: {} }, { exists: { field: 'times' } }, { bool: { filter: [{ match_all: {} }] } }].map(
    (query) =>
      tree(
        { composite: { sources: [{ d: { date_histogram: { field: 'times', calendar_interval: 'month' } } }, P] } },
        A,
        query,
      ),
  ),
  composite([terms('q', 'ports'), P], { size: 20 }),
];

const sorted = (sort: Json, more: Json = {}): AggregationCase =>
  tree({
    terms: { field: 'proto' },
    aggs: {
      s: { sum: { field: 'size' } },
      st: { stats: { field: 'ratio' } },
      f: { filter: { term: { flag: true } }, aggs: { m: { max: { field: 'size' } } } },
      b: { bucket_sort: sort },
      ...more,
    },
  });

const BUCKET_SORT = [
  sorted({ size: 2 }),
  sorted({ from: 1, size: 2 }),
  sorted({ from: 10 }),
  sorted({ sort: [{ s: { order: 'desc' } }] }),
  sorted({ sort: ['s'] }),
  sorted({ sort: [{ s: 'asc' }] }),
  sorted({ sort: [{ 'st.avg': { order: 'desc' } }], size: 2 }),
  sorted({ sort: [{ 'f>m': { order: 'desc' } }], size: 2 }),
  sorted({ sort: [{ 'f>_count': { order: 'desc' } }], size: 2 }),
  sorted({ sort: [{ _count: { order: 'asc' } }], size: 2 }),
  sorted({ sort: [{ _key: { order: 'desc' } }], size: 2 }),
  sorted({ sort: ['s'], gap_policy: 'insert_zeros' }),
  sorted({ sort: ['n'], size: 3 }, { n: { avg: { field: 'neverNumber' } } }),
  sorted({ sort: ['n', { s: 'desc' }], size: 3 }, { n: { avg: { field: 'neverNumber' } } }),
  sorted({ sort: ['n'], size: 3 }, { n: { avg: { field: 'tiny' } } }),
  tree({
    histogram: { field: 'ratio', interval: 25 },
    aggs: { s: { avg: { field: 'score' } }, b: { bucket_sort: { sort: ['s'], size: 2 } } },
  }),
  tree({
    histogram: { field: 'ratio', interval: 25, keyed: true },
    aggs: { s: { avg: { field: 'score' } }, b: { bucket_sort: { sort: ['s'], size: 2 } } },
  }),
  tree({
    range: { field: 'ratio', ranges: [{ from: 1 }, { to: 5 }] },
    aggs: { b: { bucket_sort: { sort: ['_count'], size: 1 } } },
  }),
  tree({
    filters: { filters: { a: { match_all: {} }, b: { term: { proto: 'tcp' } } } },
    aggs: { b: { bucket_sort: { sort: ['_count'], size: 1 } } },
  }),
  ...['skip', 'insert_zeros'].map((policy) =>
    tree({
      histogram: { field: 'size', interval: 500, extended_bounds: { min: 0, max: 9_000 } },
      aggs: { s: { avg: { field: 'score' } }, b: { bucket_sort: { sort: [{ s: 'desc' }], gap_policy: policy } } },
    }),
  ),
  tree({ composite: { size: 3, sources: [P] }, aggs: { b: { bucket_sort: { sort: [{ _count: 'desc' }], size: 2 } } } }),
];

export const COMPOSITE_CASES: readonly AggregationCase[] = [...COMPOSITE, ...BUCKET_SORT];
export const PAGED: AggregationCase = composite([terms('t', 'tags', { missing_bucket: true }), P, F], { size: 7 }, A);
