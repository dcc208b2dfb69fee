// differential: trees three and four levels deep, as dashboards and reports ask for them, and buckets of no documents.
import { A, AB, type AggregationCase, tree } from '../aggregation-case.ts';

const TCP = { term: { proto: 'tcp' } };

/** One bucket, and below it several: rows that had one parent get others. */
const ONE_ABOVE = [
  tree({
    missing: { field: 'rare' },
    aggs: {
      words: { terms: { field: 'proto' }, aggs: { tcp: { filter: TCP, aggs: { s: { terms: { field: 'host' } } } } } },
    },
  }),
  tree({
    filter: TCP,
    aggs: {
      months: {
        date_histogram: { field: 'nano', calendar_interval: 'month', offset: '1d' },
        aggs: {
          sizes: {
            range: { field: 'size', ranges: [{ to: 100 }, { from: 50 }] },
            aggs: { t: { terms: { field: 'tags' } } },
          },
        },
      },
    },
  }),
  tree(
    {
      filter: TCP,
      aggs: {
        weeks: {
          date_histogram: { field: 'at', fixed_interval: '7d', offset: '-3h', time_zone: '+05:30' },
          aggs: {
            all: {
              filters: { filters: { tcp: TCP } },
              aggs: { d: { date_histogram: { field: 'nano', fixed_interval: '1d' } } },
            },
          },
        },
      },
    },
    AB,
  ),
];

const REPORTS = [
  tree({
    terms: { field: 'proto' },
    aggs: {
      hosts: { cardinality: { field: 'host' } },
      days: {
        date_histogram: { field: 'at', calendar_interval: 'month', time_zone: 'Europe/Berlin' },
        aggs: { bytes: { sum: { field: 'size' } }, ports: { terms: { field: 'ports', size: 2 } } },
      },
    },
  }),
  tree({
    date_histogram: { field: 'nano', calendar_interval: 'quarter' },
    aggs: {
      sizes: {
        range: { field: 'size', ranges: [{ to: 100 }, { from: 100 }] },
        aggs: {
          nets: {
            ip_range: { field: 'ip', ranges: [{ mask: '10.0.0.0/8' }, { mask: '::/0' }] },
            aggs: { top: { terms: { field: 'tags', size: 2 } } },
          },
        },
      },
    },
  }),
  tree({
    filters: { filters: { tcp: TCP, flagged: { term: { flag: true } } }, other_bucket_key: 'rest' },
    aggs: {
      ratio: {
        histogram: { field: 'ratio', interval: 50 },
        aggs: {
          score: { extended_stats: { field: 'score' } },
          hits: { top_hits: { size: 1, sort: [{ id: 'asc' }], _source: false } },
        },
      },
    },
  }),
  tree(
    {
      terms: { field: 'tags', order: { 'tcp>max': 'desc' }, size: 4 },
      aggs: {
        tcp: {
          filter: TCP,
          aggs: {
            max: { max: { field: 'size' } },
            hosts: {
              terms: { field: 'host', size: 2, order: { n: 'desc' } },
              aggs: { n: { avg: { field: 'ratio' } } },
            },
          },
        },
        none: { missing: { field: 'flag' }, aggs: { p: { terms: { field: 'proto' } } } },
      },
    },
    AB,
  ),
  tree({
    multi_terms: { terms: [{ field: 'proto' }, { field: 'flag' }], size: 4 },
    aggs: {
      days: {
        date_range: { field: 'at', ranges: [{ to: '2026-06-01' }, { from: '2026-06-01' }] },
        aggs: { ips: { terms: { field: 'ips', size: 3 } } },
      },
    },
  }),
  tree({
    composite: {
      sources: [{ p: { terms: { field: 'proto' } } }, { t: { terms: { field: 'tags', missing_bucket: true } } }],
      size: 6,
    },
    aggs: { flags: { terms: { field: 'flag' }, aggs: { size: { percentiles: { field: 'size', percents: [50] } } } } },
  }),
  tree(
    {
      terms: { field: 'flag' },
      aggs: {
        zone: {
          date_histogram: {
            field: 'times',
            fixed_interval: '60d',
            time_zone: 'America/New_York',
            order: { _count: 'desc' },
          },
          aggs: {
            b: { bucket_sort: { size: 2 } },
            ips: { cardinality: { field: 'ips' } },
            when: { stats: { field: 'at' } },
          },
        },
      },
    },
    AB,
  ),
];

/** In buckets that hold nothing some aggregations still have buckets of their own. */
const EMPTIES = [
  tree({
    terms: { field: 'rare' },
    aggs: {
      h: {
        histogram: { field: 'ratio', interval: 50, extended_bounds: { min: 0, max: 160 } },
        aggs: {
          m: { avg: { field: 'size' } },
          t: { terms: { field: 'proto' } },
          f: { filter: { term: { flag: true } } },
          fs: { filters: { filters: { z: { match_all: {} } } } },
          r: { range: { field: 'size', ranges: [{ to: 5 }] } },
          h2: { histogram: { field: 'size', interval: 50, extended_bounds: { min: 0, max: 60 } } },
        },
      },
    },
  }),
  tree({
    range: { field: 'ratio', ranges: [{ from: 1_000 }] },
    aggs: { t: { terms: { field: 'proto', min_doc_count: 0, size: 2 } } },
  }),
  tree({
    filters: { filters: { a: { term: { proto: 'none' } } } },
    aggs: {
      t: { terms: { field: 'port', min_doc_count: 0, size: 2 } },
      h: { histogram: { field: 'size', interval: 10, extended_bounds: { min: 0, max: 10 } } },
      d: {
        date_histogram: {
          field: 'at',
          calendar_interval: 'day',
          extended_bounds: { min: '2026-01-01', max: '2026-01-02' },
        },
      },
      th: { top_hits: {} },
      e: { extended_stats: { field: 'size' } },
      p: { percentiles: { field: 'size', percents: [50] } },
    },
  }),
  tree({
    histogram: { field: 'size', interval: 3_500, extended_bounds: { min: 0, max: 9_000 } },
    aggs: { t: { terms: { field: 'proto', min_doc_count: 0, size: 2 } }, c: { cardinality: { field: 'proto' } } },
  }),
  tree(
    { terms: { field: 'rare', min_doc_count: 0 }, aggs: { p: { terms: { field: 'proto', min_doc_count: 0 } } } },
    AB,
    TCP,
  ),
  tree(
    {
      terms: { field: 'proto', min_doc_count: 0 },
      aggs: { s: { stats: { field: 'size' } }, t: { terms: { field: 'flag' } } },
    },
    A,
    TCP,
  ),
  tree({
    terms: { field: 'proto', size: 1 },
    meta: { a: { b: [1] } },
    aggs: {
      s: { stats: { field: 'nothing' } },
      e: { extended_stats: { field: 'nothing' } },
      p: { percentiles: { field: 'nothing', percents: [50] } },
    },
  }),
  tree({ missing: { field: 'nothing' }, aggs: { m: { max: { field: 'nothing', missing: 7 } } } }),
  tree({
    range: { field: 'nothing', ranges: [{ from: 1 }, { to: 5 }] },
    aggs: {
      i: { ip_range: { field: 'ip', ranges: [{ mask: '10.0.0.0/8' }] } },
      r: { range: { field: 'size', ranges: [{ to: 5 }] } },
    },
  }),
];

export const NESTED_CASES: readonly AggregationCase[] = [...REPORTS, ...ONE_ABOVE, ...EMPTIES];
