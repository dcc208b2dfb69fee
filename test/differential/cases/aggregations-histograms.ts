// differential: histograms of numbers and of time: intervals, offsets, bounds, clock changes.
import { A, AB, type AggregationCase, EMPTY, tree } from '../aggregation-case.ts';

type Json = Readonly<Record<string, unknown>>;

const numbers = (body: Json, index?: string, query?: Json): AggregationCase => tree({ histogram: body }, index, query);
const dates = (body: Json, index?: string, query?: Json): AggregationCase =>
  tree({ date_histogram: body }, index, query);
const between = (gte: string, lt: string): Json => ({ range: { at: { gte, lt } } });

const NUMBERS = [
  numbers({ field: 'ratio', interval: 25 }),
  numbers({ field: 'ratio', interval: 25 }, AB),
  numbers({ field: 'ratio', interval: 25, keyed: true }),
  numbers({ field: 'ratio', interval: 25, offset: 5, min_doc_count: 60 }),
  numbers({ field: 'ratio', interval: 25, offset: -60, order: { _count: 'desc' } }),
  numbers({ field: 'ratio', interval: 25, hard_bounds: { min: 0, max: 60 } }),
  numbers({ field: 'ratio', interval: 25, hard_bounds: { min: 10, max: 50 } }),
  numbers({ field: 'ratio', interval: 25, hard_bounds: { min: 10 } }),
  numbers({ field: 'ratio', interval: 25, extended_bounds: { min: -100, max: 160 } }),
  numbers({ field: 'ratio', interval: 25, extended_bounds: { min: -100, max: 160 }, min_doc_count: 1 }),
  numbers({ field: 'ratio', interval: 25, extended_bounds: { min: 10, max: 20 } }),
  numbers({ field: 'ratio', interval: 50, missing: 1000 }),
  numbers({ field: 'ratio', interval: 25, format: '0.0' }),
  numbers({ field: 'ratio', interval: 25, format: '0.0', keyed: true }),
  numbers({ field: 'ratios', interval: 2 }),
  numbers({ field: 'ratios', interval: 0.75, offset: 0.1 }),
  numbers({ field: 'score', interval: 0.1 }),
  numbers({ field: 'big', interval: 1e18, min_doc_count: 1 }),
  numbers({ field: 'small', interval: 37.5, offset: 11 }),
  numbers({ field: 'flag', interval: 1 }),
  numbers({ field: 'at', interval: 86_400_000 * 60, min_doc_count: 1 }),
  numbers({ field: 'nano', interval: 86_400_000 * 60, min_doc_count: 1 }),
  numbers({ field: 'nothing', interval: 5 }),
  numbers({ field: 'nothing', interval: 5, missing: 7 }),
  numbers({ field: 'neverNumber', interval: 5, extended_bounds: { min: 0, max: 12 } }),
  numbers({ field: 'nothing', interval: 5, extended_bounds: { min: 0, max: 12 } }),
  numbers({ field: 'ratio', interval: 5, extended_bounds: { min: 0, max: 12 } }, EMPTY),
  numbers({ field: 'size', interval: 1_000, order: { _key: 'desc' } }),
  numbers({ field: 'size', interval: 1_000, order: [{ _count: 'asc' }, { _key: 'desc' }] }),
  tree({
    histogram: { field: 'size', interval: 1_000, order: { s: 'desc' } },
    aggs: { s: { sum: { field: 'ratio' } } },
  }),
  tree({ histogram: { field: 'size', interval: 500, order: { m: 'asc' } }, aggs: { m: { min: { field: 'tiny' } } } }),
  tree({ histogram: { field: 'size', interval: 500, order: { m: 'asc' } }, aggs: { m: { avg: { field: 'tiny' } } } }),
];

const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', '+05:30', 'UTC', '-03:00'];
const CALENDAR = ['hour', 'day', 'week', 'month', 'quarter', 'year', '1d', '1M', '1q'];

const DATES = [
  ...CALENDAR.filter((unit) => unit !== 'hour').map((unit) =>
    dates({ field: 'at', calendar_interval: unit, min_doc_count: 1 }),
  ),
  ...ZONES.flatMap((zone) =>
    (['day', 'week', 'month', 'year'] as const).map((unit) =>
      dates({ field: 'at', calendar_interval: unit, time_zone: zone, min_doc_count: 1 }),
    ),
  ),
  ...['Europe/Berlin', 'America/New_York', '+05:30'].flatMap((zone) =>
    (['45m', '3h', '12h', '100d'] as const).map((length) =>
      dates({ field: 'at', fixed_interval: length, time_zone: zone, min_doc_count: 1 }),
    ),
  ),
  ...(
    [
      ['Europe/Berlin', '2026-10-24T20:00:00Z', '2026-10-25T05:00:00Z'],
      ['Europe/Berlin', '2026-03-28T21:00:00Z', '2026-03-29T05:00:00Z'],
      ['America/New_York', '2026-11-01T02:00:00Z', '2026-11-01T09:00:00Z'],
    ] as const
  ).flatMap(([zone, from, to]) => [
    dates({ field: 'at', calendar_interval: 'hour', time_zone: zone }, A, between(from, to)),
    dates({ field: 'at', fixed_interval: '1h', time_zone: zone, min_doc_count: 1 }, A, between(from, to)),
    dates({ field: 'at', fixed_interval: '2h', time_zone: zone, offset: '30m' }, A, between(from, to)),
  ]),
  dates({ field: 'at', calendar_interval: 'quarter', order: { _count: 'desc' } }),
  dates({ field: 'at', calendar_interval: 'month' }, AB),
  dates({ field: 'at', interval: '90d', min_doc_count: 1 }),
  dates({ field: 'at', interval: 'month', min_doc_count: 1 }),
  dates({ field: 'at', fixed_interval: '100d', keyed: true, format: 'yyyy-MM-dd' }),
  dates({ field: 'at', fixed_interval: '100d', hard_bounds: { min: '2026-01-01', max: '2026-06-01' } }),
  dates({ field: 'at', fixed_interval: '100d', hard_bounds: { min: '2026-03-01', max: '2026-10-01||/d' } }),
  dates({ field: 'at', fixed_interval: '100d', extended_bounds: { min: '2025-01-01', max: '2026-06-01||+1y/y' } }),
  dates({ field: 'at', fixed_interval: '100d', extended_bounds: { min: 1_767_225_600_000 } }),
  dates({ field: 'at', calendar_interval: 'month', extended_bounds: { min: '2025-06', max: '2026-12' } }),
  dates({
    field: 'at',
    calendar_interval: 'month',
    time_zone: 'Europe/Berlin',
    extended_bounds: { min: '2025-09', max: '2027-02' },
  }),
  dates({ field: 'at', fixed_interval: '400d', missing: '2020-01-01' }),
  dates({ field: 'at', fixed_interval: '100d', time_zone: 'Europe/Berlin', format: "yyyy-MM-dd'T'HH:mm:ssXXX" }),
  dates({ field: 'at', calendar_interval: 'month', time_zone: '+05:30', offset: '3h', min_doc_count: 1 }),
  dates({ field: 'at', calendar_interval: 'month', offset: '-1d', min_doc_count: 1 }),
  dates({ field: 'at', calendar_interval: 'month', offset: 86_400_000, min_doc_count: 1 }),
  dates({ field: 'at', calendar_interval: 'week', offset: '+6h', min_doc_count: 20 }),
  dates({ field: 'at', fixed_interval: '5000m', min_doc_count: 20 }),
  dates({
    field: 'at',
    calendar_interval: 'month',
    format: "yyyy-MM-dd'T'HH:mm:ss.SSSZ uuuu D E MMM a h",
    min_doc_count: 50,
  }),
  dates({ field: 'at', calendar_interval: 'year', format: 'strict_year_month||epoch_millis' }),
  dates({ field: 'nano', calendar_interval: 'year', format: 'epoch_second' }),
  dates({ field: 'nano', calendar_interval: 'month', time_zone: 'Europe/Berlin' }),
  dates({ field: 'nanos', calendar_interval: 'month' }),
  dates({ field: 'times', calendar_interval: 'month', min_doc_count: 10 }),
  dates({ field: 'day', calendar_interval: 'month' }),
  dates({ field: 'port', calendar_interval: 'day' }),
  dates({ field: 'ratio', calendar_interval: 'day' }),
  dates({ field: 'flag', calendar_interval: 'day' }),
  dates({ field: 'nothing', calendar_interval: 'day' }),
  dates({ field: 'nothing', calendar_interval: 'day', extended_bounds: { min: '2026-01-01', max: '2026-01-03' } }),
  dates({ field: 'at', calendar_interval: 'day', extended_bounds: { min: '2026-01-01', max: '2026-01-03' } }, EMPTY),
];

export const HISTOGRAM_CASES: readonly AggregationCase[] = [...NUMBERS, ...DATES];
