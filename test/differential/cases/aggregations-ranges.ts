// differential: range, date_range, ip_range, filter, filters and missing.
import { A, AB, type AggregationCase, tree } from '../aggregation-case.ts';

type Json = Readonly<Record<string, unknown>>;

const range = (field: string, ranges: readonly Json[], more: Json = {}, index?: string): AggregationCase =>
  tree({ range: { field, ranges, ...more } }, index);
const dateRange = (field: string, ranges: readonly Json[], more: Json = {}, query?: Json): AggregationCase =>
  tree({ date_range: { field, ranges, ...more } }, A, query);
const ipRange = (field: string, ranges: readonly Json[], more: Json = {}): AggregationCase =>
  tree({ ip_range: { field, ranges, ...more } });
const filters = (body: Json): AggregationCase => tree({ filters: body });

const NUMBERS = [
  range('size', [{ to: 100 }, { from: 100, to: 500 }, { from: 500 }]),
  range('size', [{ to: 100 }, { from: 100, to: 500 }, { from: 500 }], {}, AB),
  range(
    'size',
    [
      { to: 100, key: 'low' },
      { from: 100, to: 500 },
      { from: 500, key: 'high' },
    ],
    { keyed: true },
  ),
  range('size', [{ from: 500 }, { to: 100 }, { from: 50, to: 600 }, {}]),
  range('size', [
    { from: '500', to: '1000' },
    { from: null, to: 5 },
  ]),
  range('size', [{ from: 500, to: 100 }]),
  range('size', [{ from: 1 }], { missing: 7 }),
  range('size', [{ from: 1 }], { format: '0.00' }),
  range('size', [
    { from: 1e8, to: 1e12 },
    { from: 0.0001, to: 0.01 },
  ]),
  range('ratios', [{ from: -1, to: 1 }, { from: 0 }]),
  range('at', [{ from: 1_767_225_600_000 }, { to: '2026-06-01' }]),
  range('nano', [{ from: 1_767_225_600_000 }, { to: '2026-06-01' }]),
  range('flag', [{ from: 0, to: 1 }, { from: 1 }]),
  range('nothing', [{ from: 0, to: 1 }, { from: 1 }]),
  range('nothing', [{ from: 0, to: 1 }, { from: 1 }], { keyed: true }),
  range('score', [{ from: 0.1, to: 0.7 }, { from: 0.7 }]),
  range('tiny', [{ from: -2, to: 2 }]),
];

const DATES = [
  dateRange('at', [{ from: '2026-01-01', to: '2026-03-01' }, { from: '2026-03-01||/M' }, { to: '2026-11-02||-1d/d' }]),
  dateRange('at', [{ from: '2026-01-01', to: '2026-03-01', key: 'k' }, { from: '2026-03-01||/M' }], { keyed: true }),
  dateRange('at', [{ from: '2026-01', to: '2026-03' }], { format: 'yyyy-MM' }),
  dateRange(
    'at',
    [
      { from: '2026-01-01', to: '2026-03-01' },
      { from: '2026-10-25T02:30', to: '2026-10-25T03:00' },
    ],
    { time_zone: 'Europe/Berlin' },
  ),
  dateRange('at', [{ from: '2026-03-29T02:30', to: '2026-03-29||+1d/d' }], { time_zone: 'Europe/Berlin' }),
  dateRange('at', [{ from: 1_767_225_600_000, to: 1_772_316_000_000 }]),
  dateRange('at', [{ from: '2026', to: '2026-04' }]),
  dateRange('at', [{ from: '2026-01-01', to: '2026-02-01' }], { missing: '2026-01-05' }),
  dateRange('nano', [{ from: '2026-01-01', to: '2026-02-01' }], {}, { exists: { field: 'proto' } }),
  dateRange('times', [{ from: '2026-01-01', to: '2026-02-01' }, { to: '2026-03-01' }]),
  dateRange('day', [{ from: '2026-03-29', to: '2026-03-30' }]),
  dateRange('nothing', [{ from: '2026-01-01' }, {}]),
];

const ADDRESSES = [
  ipRange('ip', [{ to: '10.0.0.5' }, { from: '10.0.0.5' }, { mask: '10.0.0.0/8' }, { mask: '2001:db8::/32' }]),
  ipRange(
    'ip',
    [
      { to: '10.0.0.5', key: 'a' },
      { from: '::1', to: '10.0.0.1' },
      { mask: '10.0.0.77/24', key: 'm' },
    ],
    { keyed: true },
  ),
  ipRange('ips', [{ mask: '0.0.0.0/0' }, { mask: '::/0' }, {}]),
  ipRange('ip', [
    { mask: '255.255.255.255/32' },
    { mask: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128' },
    { mask: '::/128' },
  ]),
  ipRange('ip', [{ from: '10.0.0.0', mask: '10.0.0.0/8' }]),
  ipRange('ip', [{ from: '10.0.0.5', to: '10.0.0.1' }]),
  ipRange('ip', [{ to: '10.0.0.5' }], { missing: '10.0.0.1' }),
  ipRange('nothing', [{ to: '10.0.0.5' }, { mask: '10.0.0.0/8' }]),
];

const TCP = { term: { proto: 'tcp' } };
const UDP = { term: { proto: 'udp' } };
const FILTERS = [
  tree({ filter: TCP }),
  tree({ filter: { bool: { must_not: [{ exists: { field: 'tags' } }], filter: [UDP] } } }, AB),
  tree({ filter: { query_string: { query: 'proto:t* AND NOT flag:true' } } }),
  filters({ filters: { b: TCP, a: UDP }, other_bucket: true }),
  filters({ filters: { b: TCP, a: UDP }, other_bucket_key: 'rest' }),
  filters({ filters: [TCP, UDP], other_bucket_key: 'rest' }),
  filters({ filters: [TCP], other_bucket: false, other_bucket_key: 'rest' }),
  filters({ filters: { all: { match_all: {} }, some: { range: { size: { gte: 100 } } }, none: { match_none: {} } } }),
  ...['proto', 'nothing', 'tags', 'never', 'flag', 'ip', 'at', 'nano', 'geo', '_id'].map((field) =>
    tree({ missing: { field } }),
  ),
  tree({ missing: { field: 'tags', missing: 'x' } }),
  tree({ missing: { field: 'rare' } }, AB),
];

export const RANGE_CASES: readonly AggregationCase[] = [...NUMBERS, ...DATES, ...ADDRESSES, ...FILTERS];
