// differential: aggregation trees by chance: any kind over any field that it goes with, up to four levels, over any query.
import type { Random } from '../../local/generate/random.ts';
import { A, AB, type AggregationCase, request } from './aggregation-case.ts';

type Json = Readonly<Record<string, unknown>>;

const TEXTS = ['proto', 'host', 'tags', 'word', 'text.keyword', 'rare', 'never', 'geo.country', 'nothing'] as const;
const NUMBERS = [
  'port',
  'ports',
  'size',
  'small',
  'tiny',
  'ratio',
  'ratios',
  'score',
  'neverNumber',
  'geo.asn',
] as const;
const DATES = ['at', 'times', 'day', 'nano', 'nanos'] as const;
const ADDRESSES = ['ip', 'ips'] as const;
const FLAGS = ['flag', 'flags'] as const;
const ANY = [...TEXTS, ...NUMBERS, ...DATES, ...ADDRESSES, ...FLAGS] as const;
const NUMERIC = [...NUMBERS, ...NUMBERS, ...DATES, ...FLAGS] as const;
const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', '-03:30', 'UTC'] as const;
const METRICS = ['min', 'max', 'avg', 'sum', 'stats', 'extended_stats'] as const;
const MASKS = ['10.0.0.0/8', '10.0.0.0/30', '::/0', '2001:db8::/32', '192.168.0.0/16', '0.0.0.0/1'] as const;
const MOMENTS = [
  '2025-12-25',
  '2026-01-01',
  '2026-03-08',
  '2026-03-29T02:30',
  '2026-06-01||/M',
  '2026-10-25T02:30',
  '2026-11-02',
] as const;
/** What an index gives of its values: all that there are, so that counts over several indexes are exact in both engines. */
const EVERY = 2_000;

export function randomAggregation(random: Random): AggregationCase {
  const index = random.chance(0.25) ? AB : A;
  const query = random.chance(0.5) ? { query: queryBy(random) } : {};
  return request({ ...query, aggs: level(random, 1, true) }, index);
}

/** One to three nodes; deeper ones fewer. */
function level(random: Random, depth: number, canBeMetrics: boolean): Json {
  const nodes: Record<string, Json> = {};
  const count = depth === 1 ? random.integer(1, 3) : random.integer(1, 2);
  for (let at = 0; at < count; at += 1) {
    const isMetric = canBeMetrics && random.chance(depth === 1 ? 0.25 : 0.5);
    nodes[`n${depth}${'abc'[at]}`] = isMetric ? metric(random) : bucket(random, depth);
  }
  return nodes;
}

function bucket(random: Random, depth: number): Json {
  const kind = random.pick([
    ...(['terms', 'terms', 'terms', 'multi_terms', 'histogram', 'date_histogram', 'date_histogram'] as const),
    ...(['range', 'date_range', 'ip_range', 'filter', 'filters', 'missing'] as const),
    ...(depth === 1 ? (['composite'] as const) : (['terms'] as const)),
  ]);
  const nested = depth < 4 && random.chance(depth === 1 ? 0.75 : 0.45) ? level(random, depth + 1, true) : undefined;
  const own = bodyOf(kind, random, nested);
  const sorter =
    nested !== undefined && !['filter', 'missing'].includes(kind) && random.chance(0.12)
      ? { sorted: sorterOf(random, nested) }
      : {};
  return { [kind]: own, ...(nested === undefined ? {} : { aggs: { ...nested, ...sorter } }) };
}

function bodyOf(kind: string, random: Random, nested: Json | undefined): Json {
  switch (kind) {
    case 'terms':
      return terms(random, nested);
    case 'multi_terms':
      return multiTerms(random, nested);
    case 'histogram':
      return histogram(random, nested);
    case 'date_histogram':
      return dateHistogram(random, nested);
    case 'range':
      return range(random);
    case 'date_range':
      return dateRange(random);
    case 'ip_range':
      return ipRange(random);
    case 'filter':
      return queryBy(random);
    case 'filters':
      return filters(random);
    case 'missing':
      return { field: random.pick(ANY) };
    default:
      return composite(random);
  }
}

function terms(random: Random, nested: Json | undefined): Json {
  const field = random.pick(ANY);
  return {
    field,
    ...sizes(random),
    ...(random.chance(0.4) ? { order: order(random, nested) } : {}),
    ...(random.chance(0.15) ? { min_doc_count: random.pick([0, 2, 5, 20]) } : {}),
    ...(random.chance(0.15) ? missingOf(field, random) : {}),
    ...(random.chance(0.1) && TEXTS.some((text) => text === field)
      ? { [random.pick(['include', 'exclude'])]: random.pick(['t.*', '[a-h].*', ['tcp', 'a', 'b', 'host-02']]) }
      : {}),
  };
}

function sizes(random: Random): Json {
  return { ...(random.chance(0.6) ? { size: random.integer(1, 12) } : {}), shard_size: EVERY };
}

function multiTerms(random: Random, nested: Json | undefined): Json {
  const fields = Array.from({ length: random.integer(2, 3) }, () => {
    const field = random.pick(ANY);
    return { field, ...(random.chance(0.15) ? missingOf(field, random) : {}) };
  });
  return { terms: fields, ...sizes(random), ...(random.chance(0.3) ? { order: order(random, nested) } : {}) };
}

/** By count or key, or by a metric that is below, perhaps in a filter. */
function order(random: Random, nested: Json | undefined): Json | readonly Json[] {
  const direction = random.pick(['asc', 'desc']);
  const paths = nested === undefined ? [] : pathsIn(nested);
  const [first, ...more] = paths;
  const path =
    first === undefined || random.chance(0.5) ? random.pick(['_count', '_key']) : random.pick([first, ...more]);
  return random.chance(0.2) ? [{ [path]: direction }, { _key: random.pick(['asc', 'desc']) }] : { [path]: direction };
}

function pathsIn(nested: Json): readonly string[] {
  return Object.entries(nested).flatMap(([name, node]) => {
    const [kind] = Object.keys(node as Json);
    if (kind === 'stats' || kind === 'extended_stats') return [`${name}.max`, `${name}.avg`, `${name}.count`];
    if (kind === 'filter' || kind === 'missing') {
      const below = (node as { aggs?: Json }).aggs;
      return [name, ...(below === undefined ? [] : pathsIn(below).map((path) => `${name}>${path}`))];
    }
    return ['min', 'max', 'avg', 'sum', 'value_count', 'cardinality'].includes(kind ?? '') ? [name] : [];
  });
}

function sorterOf(random: Random, nested: Json): Json {
  // a bucket_sort has no names for what single buckets hold but their count
  const paths = pathsIn(nested).map((path) =>
    path.includes('>') || path.includes('.') || isMetricName(nested, path) ? path : `${path}>_count`,
  );
  const sort = [...paths, '_count', '_key'];
  const [first = '_count', ...more] = sort;
  return {
    bucket_sort: {
      ...(random.chance(0.8)
        ? { sort: [{ [random.pick([first, ...more])]: { order: random.pick(['asc', 'desc']) } }] }
        : {}),
      ...(random.chance(0.3) ? { gap_policy: random.pick(['skip', 'insert_zeros']) } : {}),
      size: random.integer(1, 5),
      ...(random.chance(0.2) ? { from: random.integer(0, 2) } : {}),
    },
  };
}

function isMetricName(nested: Json, name: string): boolean {
  const node = nested[name] as Json | undefined;
  return node !== undefined && !('filter' in node) && !('missing' in node);
}

function histogram(random: Random, nested: Json | undefined): Json {
  const interval = random.pick([10, 25, 33.3, 100, 7.5]);
  const field = random.pick(NUMBERS);
  const wide = field === 'size' || field === 'port' || field === 'ports' ? 500 : 1;
  return {
    field,
    interval: interval * wide,
    ...(random.chance(0.2) ? { offset: random.integer(-30, 30) } : {}),
    ...(random.chance(0.3) ? { min_doc_count: random.integer(0, 5) } : {}),
    ...(random.chance(0.15) ? { keyed: true } : {}),
    ...(random.chance(0.15) ? { order: order(random, nested) } : {}),
    ...(random.chance(0.15) ? { missing: random.pick([0, 12.5, '7']) } : {}),
    ...(random.chance(0.15) ? { extended_bounds: { min: -50, max: 120 * wide } } : {}),
    ...(random.chance(0.1) ? { hard_bounds: { min: -60, max: 200 * wide } } : {}),
  };
}

function dateHistogram(random: Random, nested: Json | undefined): Json {
  const isCalendar = random.chance(0.6);
  return {
    field: random.pick(DATES),
    ...(isCalendar
      ? { calendar_interval: random.pick(['week', 'month', 'quarter', 'year', '1M']) }
      : { fixed_interval: random.pick(['20d', '100d', '1000h']) }),
    ...(random.chance(0.5) ? { time_zone: random.pick(ZONES) } : {}),
    ...(random.chance(0.15) ? { offset: random.pick(['+6h', '-90m', '1d']) } : {}),
    ...(random.chance(0.3) ? { min_doc_count: random.integer(0, 5) } : {}),
    ...(random.chance(0.15) ? { keyed: true } : {}),
    ...(random.chance(0.15) ? { order: order(random, nested) } : {}),
    ...(random.chance(0.15) ? { missing: '2026-05-05' } : {}),
    ...(random.chance(0.2) ? { format: random.pick(['yyyy-MM-dd', "yyyy-MM-dd'T'HH:mmXXX", 'epoch_millis']) } : {}),
    ...(random.chance(0.15) ? { extended_bounds: { min: '2025-11-01', max: '2026-12-01' } } : {}),
    ...(random.chance(0.1) ? { hard_bounds: { min: '2025-10-01', max: '2027-01-01' } } : {}),
  };
}

function range(random: Random): Json {
  const field = random.pick(NUMBERS);
  const bounds = [-20, 0, 1, 5, 80, 100, 443, 1_000] as const;
  const ranges = Array.from({ length: random.integer(1, 4) }, () => ({
    ...(random.chance(0.8) ? { from: random.pick(bounds) } : {}),
    ...(random.chance(0.8) ? { to: random.pick(bounds) } : {}),
  }));
  return { field, ranges, ...keyedOrMissing(random, field) };
}

function dateRange(random: Random): Json {
  const field = random.pick(['at', 'times', 'day'] as const);
  const ranges = Array.from({ length: random.integer(1, 4) }, () => ({
    ...(random.chance(0.8) ? { from: random.pick(MOMENTS) } : {}),
    ...(random.chance(0.8) ? { to: random.pick(MOMENTS) } : {}),
  }));
  const zone = random.chance(0.4) ? { time_zone: random.pick(ZONES) } : {};
  return { field, ranges, ...zone, ...keyedOrMissing(random, field) };
}

function ipRange(random: Random): Json {
  const ranges = Array.from({ length: random.integer(1, 4) }, () =>
    random.chance(0.6)
      ? { mask: random.pick(MASKS) }
      : { [random.pick(['from', 'to'])]: random.pick(['10.0.0.2', '::1', '192.168.0.20']) },
  );
  const field = random.pick(ADDRESSES);
  return { field, ranges, ...keyedOrMissing(random, field) };
}

function keyedOrMissing(random: Random, field: string): Json {
  return { ...(random.chance(0.2) ? { keyed: true } : {}), ...(random.chance(0.15) ? missingOf(field, random) : {}) };
}

function missingOf(field: string, random: Random): Json {
  if (TEXTS.some((text) => text === field)) return { missing: random.pick(['', 'N', 'tcp']) };
  if (ADDRESSES.some((address) => address === field)) return { missing: random.pick(['10.0.0.2', '9.9.9.9']) };
  if (DATES.some((date) => date === field)) return { missing: '2026-05-05' };
  return { missing: FLAGS.some((flag) => flag === field) ? random.chance(0.5) : random.pick([0, 7, '443']) };
}

function filters(random: Random): Json {
  const list = Array.from({ length: random.integer(1, 3) }, () => queryBy(random));
  const isNamed = random.chance(0.5);
  return {
    filters: isNamed ? Object.fromEntries(list.map((query, at) => [`f${at}`, query])) : list,
    ...(random.chance(0.3) ? { other_bucket: true } : {}),
    ...(random.chance(0.2) ? { other_bucket_key: 'rest' } : {}),
  };
}

function composite(random: Random): Json {
  const sources = Array.from({ length: random.integer(1, 3) }, (_, at) => ({ [`s${at}`]: source(random) }));
  return { sources, size: random.integer(1, 30) };
}

function source(random: Random): Json {
  const common = {
    ...(random.chance(0.3) ? { order: random.pick(['asc', 'desc']) } : {}),
    ...(random.chance(0.3) ? { missing_bucket: true } : {}),
  };
  const kind = random.pick(['terms', 'terms', 'histogram', 'date_histogram']);
  if (kind === 'terms') return { terms: { field: random.pick(ANY), ...common } };
  if (kind === 'histogram')
    return { histogram: { field: random.pick(NUMBERS), interval: random.pick([5, 12.5, 100]), ...common } };
  const zone = random.chance(0.4) ? { time_zone: random.pick(ZONES) } : {};
  return {
    date_histogram: { field: random.pick(DATES), calendar_interval: random.pick(['day', 'month']), ...zone, ...common },
  };
}

function metric(random: Random): Json {
  const draw = random.uniform();
  if (draw < 0.15) return { cardinality: { field: random.pick(ANY) } };
  if (draw < 0.3) return { value_count: { field: random.pick(ANY) } };
  if (draw < 0.4)
    return {
      percentiles: {
        field: random.pick(NUMERIC),
        ...(random.chance(0.5) ? { percents: [random.integer(1, 99)] } : {}),
      },
    };
  if (draw < 0.5)
    return {
      top_hits: {
        size: random.integer(1, 3),
        sort: [{ [random.pick(['size', 'at', 'nano', 'ip', 'proto'])]: random.pick(['asc', 'desc']) }, { id: 'asc' }],
        _source: ['size'],
      },
    };
  const field = random.pick(NUMERIC);
  return { [random.pick(METRICS)]: { field, ...(random.chance(0.15) ? missingOf(field, random) : {}) } };
}

function queryBy(random: Random): Json {
  const leaf = (): Json =>
    random.pick([
      { match_all: {} },
      { term: { proto: random.pick(['tcp', 'udp', 'dns', 'nope']) } },
      { terms: { port: [443, 80] } },
      { exists: { field: random.pick(['tags', 'ips', 'flag', 'rare', 'geo.asn']) } },
      { range: { size: { gte: random.integer(0, 500), lt: random.integer(300, 3_000) } } },
      { range: { at: { gte: '2026-03-01', lt: random.pick(['2026-04-01', '2026-11-01||/M']) } } },
      {
        query_string: {
          query: random.pick([
            'proto:t* AND NOT flag:true',
            'tags:(a OR b)',
            'ip:"10.0.0.0/8"',
            'ratio:[0 TO 50}',
            'host:host-0?',
          ]),
        },
      },
      { term: { flags: random.chance(0.5) } },
    ]);
  if (random.chance(0.7)) return leaf();
  return {
    bool: {
      [random.pick(['must', 'filter', 'should'])]: [leaf(), leaf()],
      ...(random.chance(0.4) ? { must_not: [leaf()] } : {}),
    },
  };
}
