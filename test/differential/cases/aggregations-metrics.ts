// differential: metrics over each type of field, and top_hits.
import { A, AB, type AggregationCase, request, tree } from '../aggregation-case.ts';

const KINDS = ['min', 'max', 'avg', 'sum', 'value_count', 'stats', 'extended_stats', 'cardinality', 'percentiles'];
const FIELDS = ['size', 'ratios', 'flag', 'flags', 'at', 'nano', 'neverNumber', 'nothing', 'big', 'score', 'geo.asn'];
const TCP = { term: { proto: 'tcp' } };

const OVER_FIELDS = KINDS.flatMap((kind) => FIELDS.map((field) => tree({ [kind]: { field } })));

const MEMBERS = [
  ...['tags', 'ip', 'ips', 'word', '_id', '_index', 'flat.kind', 'rare'].flatMap((field) => [
    tree({ value_count: { field } }),
    tree({ cardinality: { field } }),
  ]),
  ...KINDS.map((kind) => tree({ [kind]: { field: 'size' } }, AB)),
  tree({ extended_stats: { field: 'size', sigma: 3 } }),
  tree({ extended_stats: { field: 'size', sigma: 0 } }),
  tree({ extended_stats: { field: 'size', format: '0.0' } }),
  tree({ avg: { field: 'size', missing: 7 } }),
  tree({ avg: { field: 'size', missing: '7' } }),
  tree({ avg: { field: 'size', missing: 7.5 } }),
  tree({ avg: { field: 'nothing', missing: 7 } }),
  tree({ sum: { field: 'ratios', missing: -1 } }),
  tree({ max: { field: 'at', missing: '2027-01-01' } }),
  tree({ min: { field: 'flags', missing: true } }),
  tree({ value_count: { field: 'tags', missing: 'x' } }),
  tree({ cardinality: { field: 'tags', missing: 'x' } }),
  tree({ cardinality: { field: 'tags', precision_threshold: 40_000 } }),
  tree({ cardinality: { field: 'id', precision_threshold: 100 } }),
  tree({ avg: { field: 'size', format: '0.00' } }),
  tree({ avg: { field: 'size', format: '000.00%' } }),
  tree({ avg: { field: 'size', format: 'abc' } }),
  tree({ stats: { field: 'size', format: '#,##0.###;(#)' } }),
  tree({ max: { field: 'at', format: 'yyyy' } }),
  tree({ percentiles: { field: 'size', percents: [50, 99.9] } }),
  tree({ percentiles: { field: 'size', percents: [50, 99.9], keyed: false } }),
  tree({ percentiles: { field: 'size', percents: 50 } }),
  tree({ percentiles: { field: 'size', percents: ['50'] } }),
  tree({ percentiles: { field: 'size', percents: [99, 1, 50, 50] } }),
  tree({ percentiles: { field: 'size', tdigest: { compression: 1_000 } } }),
  tree({ percentiles: { field: 'at', percents: [50], keyed: false } }),
  tree({ percentiles: { field: 'size', missing: 5, percents: [5] } }),
  tree({ percentiles: { field: 'neverNumber', percents: [50], keyed: false } }),
  tree({
    terms: { field: 'rare' },
    aggs: {
      p: { percentiles: { field: 'size' } },
      q: { percentiles: { field: 'ratio', percents: [0, 10, 49, 50, 51, 75, 100] } },
    },
  }),
  tree({ avg: { field: 'size' }, meta: { a: 1 } }),
  tree({ avg: { field: 'size' }, aggs: {} }),
  request({ aggs: { 'a b.c': { avg: { field: 'size' } } } }),
  request({ aggs: {} }),
  request({ aggs: { a: { avg: { field: 'size' } } }, aggregations: { b: { avg: { field: 'size' } } } }),
  request(
    {
      query: TCP,
      aggs: { a: { avg: { field: 'size' } }, b: { max: { field: 'size' } }, c: { terms: { field: 'flag' } } },
    },
    AB,
  ),
  request({ query: TCP, post_filter: { term: { flag: true } }, aggs: { a: { value_count: { field: 'id' } } } }),
];

const SOME_FIELDS = { docvalue_fields: ['size', { field: 'at', format: 'epoch_millis' }, 'tags'], fields: ['proto'] };
/** What of hits a search may ask to see, asked of a bucket's. */
const SHOWN = [
  SOME_FIELDS,
  { docvalue_fields: ['ip*', { field: 'ratio', format: '0.0' }, 'nothing'] },
  { docvalue_fields: ['text'] },
  { docvalue_fields: 'size' },
  { docvalue_fields: Array.from({ length: 101 }, () => 'size') },
  { docvalue_fields: [{ field: 'size', nope: 1 }] },
  { fields: [{ field: 'at', format: 'yyyy' }, 'text', 'geo.*'], _source: false },
  { fields: [{ field: 'size', format: '0.0' }] },
  { stored_fields: ['size'] },
  { stored_fields: '_none_' },
  { stored_fields: '_none_', _source: false },
  { stored_fields: ['_none_', 'size'] },
  { stored_fields: '_source', docvalue_fields: ['flag'] },
];

const TOP_HITS = [
  tree({ top_hits: { size: 1 } }),
  tree({ top_hits: { size: 2, _source: ['size', 'proto'] } }, A, { bool: { filter: [TCP] } }),
  tree({ top_hits: { size: 1, sort: [{ size: 'desc' }], _source: false } }),
  tree(
    { top_hits: { size: 2, from: 1, sort: [{ size: 'desc' }, { id: 'asc' }], _source: { includes: ['size'] } } },
    AB,
  ),
  tree({ top_hits: { size: 1, sort: [{ nano: 'desc' }], _source: false, version: true, seq_no_primary_term: true } }),
  tree({ top_hits: { size: 3, sort: [{ ports: { order: 'asc', mode: 'max' } }, { id: 'asc' }], _source: ['ports'] } }),
  tree({ top_hits: { size: 3, sort: [{ ip: 'desc' }, { id: 'desc' }], _source: ['ip'] } }),
  tree({
    terms: { field: 'proto' },
    aggs: { newest: { top_hits: { size: 2, sort: [{ at: 'desc' }, { id: 'asc' }], _source: ['at', 'host'] } } },
  }),
  tree({
    date_histogram: { field: 'at', calendar_interval: 'quarter' },
    aggs: { largest: { top_hits: { size: 1, sort: [{ size: 'desc' }, { id: 'asc' }], _source: false } } },
  }),
  ...SHOWN.map((shown) => tree({ top_hits: { size: 2, sort: [{ id: 'asc' }], ...shown } })),
  tree({
    terms: { field: 'proto' },
    aggs: { seen: { top_hits: { size: 2, sort: [{ id: 'asc' }], _source: false, ...SOME_FIELDS } } },
  }),
  tree({ top_hits: { size: 3, sort: [{ id: 'asc' }], _source: false, ...SOME_FIELDS } }, AB),
  tree({ top_hits: { size: 1, highlight: 1 } }),
];

export const METRIC_CASES: readonly AggregationCase[] = [...OVER_FIELDS, ...MEMBERS, ...TOP_HITS];
