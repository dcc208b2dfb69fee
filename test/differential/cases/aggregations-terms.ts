// differential: terms and multi_terms over each type of field, with each of their members, and the orders they can have.
import { A, AB, type AggregationCase, B, EMPTY, tree } from '../aggregation-case.ts';

type Json = Readonly<Record<string, unknown>>;

const terms = (body: Json, index?: string, query?: Json): AggregationCase => tree({ terms: body }, index, query);
const multi = (body: Json, index?: string): AggregationCase => tree({ multi_terms: body }, index);
const TCP = { term: { proto: 'tcp' } };
const NOTHING = { term: { proto: 'nope' } };

const FIELDS = [
  ...[
    'proto',
    'tags',
    'word',
    'text.keyword',
    'port',
    'ports',
    'size',
    'small',
    'tiny',
    'big',
    'ratio',
    'ratios',
    'score',
  ],
  ...['flag', 'flags', 'ip', 'ips', 'at', 'times', 'day', 'nano', 'nanos', 'rare', 'never', 'neverNumber', 'nothing'],
  ...['geo', 'geo.asn', 'flat.kind', '_id', '_index', '_type'],
];

const OVER_FIELDS = [
  ...FIELDS.map((field) => terms({ field })),
  ...FIELDS.map((field) => terms({ field, size: 5, order: { _key: 'desc' } })),
  ...['proto', 'tags', 'port', 'ratio', 'flag', 'ip', 'at', 'nano', 'rare', 'nothing', '_index'].map((field) =>
    terms({ field, shard_size: 1_000 }, AB),
  ),
  ...['proto', 'port', 'nothing'].map((field) => terms({ field }, EMPTY)),
  terms({ field: 'wild' }, A, { exists: { field: 'proto' } }),
];

const MEMBERS = [
  terms({ field: 'proto', min_doc_count: 0 }, A, TCP),
  terms({ field: 'port', min_doc_count: 0, size: 20 }, A, TCP),
  terms({ field: 'ratios', min_doc_count: 0, size: 50 }, A, TCP),
  terms({ field: 'flag', min_doc_count: 0 }, A, NOTHING),
  terms({ field: 'ips', min_doc_count: 0, size: 20 }, A, NOTHING),
  terms({ field: 'tags', min_doc_count: 0, order: { _key: 'desc' }, size: 4 }, A, NOTHING),
  terms({ field: 'proto', min_doc_count: 0 }, AB, TCP),
  terms({ field: 'proto', min_doc_count: 55 }),
  terms({ field: 'size', min_doc_count: 3 }),
  terms({ field: 'size', min_doc_count: 2, order: { _count: 'asc' } }),
  terms({ field: 'size', min_doc_count: 3, order: { _key: 'asc' } }),
  terms({ field: 'size', min_doc_count: 3, order: { _key: 'asc' }, shard_size: 500, shard_min_doc_count: 2 }),
  terms({ field: 'size', min_doc_count: 2, order: { _count: 'asc' }, shard_min_doc_count: 2, size: 5 }),
  terms({ field: 'host', min_doc_count: 6, order: { _count: 'asc' }, shard_min_doc_count: 6, size: 2, shard_size: 3 }),
  terms({ field: 'host', min_doc_count: 9, order: { _key: 'asc' }, shard_min_doc_count: 9, size: 4, shard_size: 6 }),
  terms({ field: 'host', min_doc_count: 9, shard_min_doc_count: 9, size: 4, shard_size: 6 }),
  terms({ field: 'host', min_doc_count: 12, size: 3, shard_size: 100 }, AB),
  terms({ field: 'host', min_doc_count: 0, size: 30 }, A, { term: { proto: 'dns' } }),
  terms({ field: 'proto', shard_size: 1, size: 3 }),
  terms({ field: 'proto', size: 2, show_term_doc_count_error: true }),
  terms({ field: 'proto', size: 2, show_term_doc_count_error: true }, AB),
  terms({ field: 'proto', size: '3' }),
  terms({ field: 'proto', size: 2.5 }),
  terms({ field: 'proto', execution_hint: 'map', collect_mode: 'breadth_first', size: 2 }),
  terms({ field: 'proto', include: 't.*' }),
  terms({ field: 'proto', include: 't.*', exclude: 'tcp' }),
  terms({ field: 'proto', include: 'a~b' }),
  terms({ field: 'proto', include: '~(t.*)' }),
  terms({ field: 'proto', include: [] }),
  terms({ field: 'proto', exclude: [] }),
  terms({ field: 'word', include: '.*' }),
  terms({ field: 'word', include: '[a-zé].*' }),
  terms({ field: '_index', include: '.*a' }),
  terms({ field: 'tags', include: ['a', 'b'], exclude: ['b'] }),
  terms({ field: 'tags', exclude: 'a.*|[0-9]+' }),
  terms({ field: 'port', include: [80, '443'] }),
  terms({ field: 'port', exclude: [443, 0] }),
  terms({ field: 'port', include: [443.7] }),
  terms({ field: 'port', include: ['443.0'] }),
  terms({ field: 'ratio', include: ['13.875', 5.3125] }),
  terms({ field: 'score', include: [0.5, 0.7] }),
  terms({ field: 'big', include: ['9007199254740993', 1] }),
  terms({ field: 'flag', include: [true] }),
  terms({ field: 'flag', exclude: ['false'] }),
  terms({ field: 'ip', include: ['10.0.0.1', '::1'] }),
  terms({ field: 'ips', exclude: ['::ffff:10.0.0.9'], size: 20 }),
  terms({ field: 'at', include: ['2026-02-28T22:00:00.000Z'] }),
  terms({ field: 'nano', include: ['2026-11-01T05:00:00Z'] }),
  terms({ field: 'proto', missing: 'NONE' }),
  terms({ field: 'tags', missing: 'N', size: 20 }),
  terms({ field: 'never', missing: 'N' }),
  terms({ field: 'port', missing: '7' }),
  terms({ field: 'port', missing: 7.5 }),
  terms({ field: 'ratio', missing: 7.5 }),
  terms({ field: 'flag', missing: true }),
  terms({ field: 'flag', missing: 'true' }),
  terms({ field: 'ip', missing: '9.9.9.9' }),
  terms({ field: 'at', missing: '2026-01-01' }),
  terms({ field: 'rare', missing: '9.9.9.9' }, AB),
  terms({ field: 'rare', missing: '9.9.9.9' }, B),
  terms({ field: 'nothing', missing: 5 }),
  terms({ field: 'size', format: '000.0', size: 3 }),
  terms({ field: 'ratio', format: '#,##0.##%', size: 3 }),
  terms({ field: 'at', format: 'yyyy-MM', size: 3 }),
];

const SUM = { s: { sum: { field: 'size' } } };
const ordered = (order: unknown, aggs: Json, field = 'proto', size = 10): AggregationCase =>
  tree({ terms: { field, order, size }, aggs });

const ORDERS = [
  ordered({ _term: 'asc' }, {}),
  ordered({ _count: 'asc' }, {}),
  ordered({ _count: 'asc', _key: 'desc' }, {}),
  ordered([{ _count: 'asc' }, { _key: 'desc' }], {}),
  ordered({ _count: 'asc' }, {}, 'size', 3),
  ordered({ s: 'desc' }, SUM),
  ordered({ s: 'asc' }, SUM, 'host', 3),
  ordered({ 's.value': 'desc' }, { s: { avg: { field: 'size' } } }),
  ordered({ 's.avg': 'desc' }, { s: { stats: { field: 'size' } } }),
  ordered({ 'e.std_deviation': 'desc' }, { e: { extended_stats: { field: 'size' } } }),
  ordered({ 'e.variance_sampling': 'asc' }, { e: { extended_stats: { field: 'ratios' } } }),
  ordered({ 'e.std_upper': 'asc' }, { e: { extended_stats: { field: 'ratios', sigma: 3 } } }),
  ordered({ 'p.50': 'desc' }, { p: { percentiles: { field: 'tiny' } } }, 'rare'),
  ordered({ c: 'desc' }, { c: { cardinality: { field: 'ip' } } }, 'host', 3),
  ordered({ 'c.value': 'desc' }, { c: { value_count: { field: 'tags' } } }, 'host', 3),
  ordered({ s: 'desc' }, { s: { avg: { field: 'neverNumber' } } }),
  ordered({ m: 'desc' }, { m: { min: { field: 'neverNumber' } } }),
  ordered({ m: 'asc' }, { m: { max: { field: 'tiny' } } }, 'size', 5),
  ordered({ m: 'desc' }, { m: { min: { field: 'tiny', missing: 3 } } }, 'size', 5),
  ordered([{ m: 'desc' }, { _count: 'asc' }], { m: { max: { field: 'tiny' } } }, 'host', 7),
  ordered({ 'f>s': 'desc' }, { f: { filter: { term: { flag: true } }, aggs: SUM } }),
  ordered({ f: 'desc' }, { f: { filter: { term: { flag: true } } } }),
  ordered({ 'f.doc_count': 'desc' }, { f: { filter: { term: { flag: true } } } }),
  ordered(
    { 'f>g>m': 'asc' },
    {
      f: {
        filter: { term: { flag: true } },
        aggs: { g: { missing: { field: 'tags' }, aggs: { m: { max: { field: 'size' } } } } },
      },
    },
    'host',
    5,
  ),
  ordered(
    { 'f>m': 'desc' },
    { f: { filter: { term: { proto: 'tls' } }, aggs: { m: { min: { field: 'size' } } } } },
    'proto',
    2,
  ),
  ordered(
    { 'f>m': 'asc' },
    { f: { filter: { term: { proto: 'tls' } }, aggs: { m: { max: { field: 'size' } } } } },
    'proto',
    2,
  ),
  ordered({ m: 'asc' }, { m: { missing: { field: 'flag' } } }, 'port', 4),
  ordered({ 'c.value': 'desc' }, { c: { value_count: { field: 'tags' } } }, 'nothing'),
];

const MULTI = [
  multi({ terms: [{ field: 'proto' }, { field: 'flag' }], size: 3 }),
  multi({ terms: [{ field: 'port' }, { field: 'ip' }], size: 3 }),
  multi({ terms: [{ field: 'at' }, { field: 'ratio' }], size: 4 }),
  multi({ terms: [{ field: 'nano' }, { field: 'big' }], size: 4 }),
  multi({ terms: [{ field: 'tags' }, { field: 'ports' }], size: 5 }),
  multi({ terms: [{ field: 'tags' }, { field: 'proto' }, { field: 'flags' }], size: 5 }),
  multi({
    terms: [
      { field: 'proto', missing: 'N' },
      { field: 'flag', missing: true },
    ],
    size: 30,
  }),
  multi({ terms: [{ field: 'proto' }, { field: 'nothing' }], size: 3 }),
  multi({ terms: [{ field: 'proto' }, { field: 'nothing', missing: 'x' }], size: 3 }),
  multi({ terms: [{ field: 'proto' }, { field: 'flag' }], order: { _key: 'desc' }, size: 3 }),
  multi({
    terms: [{ field: 'proto' }, { field: 'flag' }],
    order: [{ _count: 'asc' }, { _key: 'desc' }],
    min_doc_count: 20,
    size: 3,
  }),
  multi({ terms: [{ field: 'at', format: 'yyyy-MM' }, { field: 'flag' }], size: 2 }),
  multi({ terms: [{ field: 'score' }, { field: 'port' }], size: 2 }),
  multi({ terms: [{ field: 'word' }, { field: 'word' }], size: 4 }),
  multi({ terms: [{ field: 'proto' }, { field: 'port' }], shard_size: 1_000, show_term_doc_count_error: true }, AB),
  tree({ multi_terms: { terms: [{ field: 'proto' }, { field: 'flag' }], order: { s: 'desc' }, size: 3 }, aggs: SUM }),
  tree({ multi_terms: { terms: [{ field: 'proto' }, { field: 'flag' }], min_doc_count: 0, size: 20 } }, A, TCP),
];

export const TERMS_CASES: readonly AggregationCase[] = [...OVER_FIELDS, ...MEMBERS, ...ORDERS, ...MULTI];
