// differential: what an analyst asks of flows, packets and alerts, and every kind over the hostile and the guessed index.
import { type AggregationCase, request, tree } from '../aggregation-case.ts';

type Json = Readonly<Record<string, unknown>>;

const FLOWS = 'diff-flows';
const PACKETS = 'diff-packets';
const ALERTS = 'diff-alerts';
const HOSTILE = 'diff-hostile';
const GUESSED = 'diff-guessed';
/** All that an index has to give, so that several indexes' counts are exact. */
const EVERY = 2_000;

const terms = (field: string, more: Json = {}): Json => ({ terms: { field, ...more } });
const sum = (field: string): Json => ({ sum: { field } });
const BYTES = { bytes: sum('network.bytes'), packets: sum('network.packets') };

const HUNTING: readonly AggregationCase[] = [
  tree(
    { ...terms('smartids.label', { size: 24 }), aggs: { ...BYTES, worst: { max: { field: 'smartids.score' } } } },
    FLOWS,
  ),
  tree({ ...terms('source.ip', { order: { bytes: 'desc' }, size: 5 }), aggs: BYTES }, FLOWS),
  tree(
    { ...terms('destination.port', { size: 7 }), aggs: { sources: { cardinality: { field: 'source.ip' } } } },
    FLOWS,
  ),
  tree(
    {
      ...terms('destination.port', { order: { sources: 'desc' } }),
      aggs: { sources: { cardinality: { field: 'source.ip' } } },
    },
    FLOWS,
  ),
  tree({ multi_terms: { terms: [{ field: 'source.ip' }, { field: 'destination.ip' }], size: 6 }, aggs: BYTES }, FLOWS),
  tree(
    { multi_terms: { terms: [{ field: 'network.transport' }, { field: 'network.protocol', missing: 'unknown' }] } },
    FLOWS,
  ),
  tree(
    {
      date_histogram: { field: '@timestamp', calendar_interval: 'day', time_zone: 'Europe/Berlin' },
      aggs: { t: terms('network.transport') },
    },
    FLOWS,
  ),
  tree({ date_histogram: { field: 'event.start', fixed_interval: '12h', min_doc_count: 2 }, aggs: BYTES }, FLOWS),
  tree(
    {
      date_histogram: { field: 'event.end', calendar_interval: 'week' },
      aggs: { d: { avg: { field: 'event.duration' } } },
    },
    FLOWS,
  ),
  tree({ histogram: { field: 'event.duration', interval: 500 } }, FLOWS),
  tree(
    {
      range: { field: 'network.bytes', keyed: true, ranges: [{ to: 100 }, { from: 100, to: 1_000 }, { from: 1_000 }] },
    },
    FLOWS,
  ),
  tree(
    {
      ip_range: {
        field: 'source.ip',
        ranges: [{ mask: '10.0.0.0/8' }, { mask: '192.168.0.0/16' }, { mask: '2001:db8::/32' }],
      },
      aggs: { to: terms('destination.ip', { size: 3 }) },
    },
    FLOWS,
  ),
  tree({ percentiles: { field: 'event.duration', percents: [50, 95, 99] } }, FLOWS),
  tree({ extended_stats: { field: 'source.bytes' } }, FLOWS),
  tree(terms('dns.question.name', { size: 5, include: '.*a.*' }), FLOWS),
  tree(terms('tls.client.server_name', { missing: 'none' }), FLOWS),
  tree(terms('http.response.status_code', { order: { _key: 'asc' } }), FLOWS),
  tree(terms('related.ip', { size: 20 }), FLOWS),
  tree(terms('tags'), FLOWS, { query_string: { query: 'network.transport:tcp OR destination.port:[1 TO 1024]' } }),
  tree(
    {
      filters: {
        filters: { tcp: { term: { 'network.transport': 'tcp' } }, dns: { exists: { field: 'dns.question.name' } } },
        other_bucket: true,
      },
      aggs: BYTES,
    },
    FLOWS,
  ),
  tree({ missing: { field: 'smartids.label' }, aggs: BYTES }, FLOWS),
  tree(
    {
      composite: { size: 9, sources: [{ from: terms('source.ip') }, { port: terms('destination.port') }] },
      aggs: BYTES,
    },
    FLOWS,
  ),
  tree(
    {
      ...terms('source.ip', { size: 3 }),
      aggs: {
        last: {
          top_hits: {
            size: 1,
            sort: [{ '@timestamp': 'desc' }, { 'source.bytes': 'desc' }],
            _source: ['destination.ip', 'network'],
          },
        },
      },
    },
    FLOWS,
  ),
  ...[
    { fields: { 'smartids.payload.source': {}, 'smartids.payload.destination': {} } },
    { fields: { 'smartids.*': { number_of_fragments: 1, fragment_size: 40 } }, pre_tags: ['<'], post_tags: ['>'] },
    { fields: { nothing: {} } },
  ].map((highlight) =>
    tree(
      {
        ...terms('network.transport'),
        aggs: { seen: { top_hits: { size: 3, sort: [{ 'event.id': 'asc' }], _source: false, highlight } } },
      },
      FLOWS,
      { query_string: { query: 'password OR quick' } },
    ),
  ),
  tree(
    {
      ...terms('source.ip', { size: 9 }),
      aggs: { ...BYTES, best: { bucket_sort: { sort: [{ bytes: 'desc' }], size: 3 } } },
    },
    FLOWS,
  ),
  tree(
    {
      ...terms('network.transport'),
      aggs: {
        d: {
          date_histogram: { field: '@timestamp', calendar_interval: 'week' },
          aggs: { p: terms('destination.port', { size: 2 }) },
        },
      },
    },
    FLOWS,
  ),
  tree(terms('user_agent.name'), FLOWS),
  tree({ cardinality: { field: 'network.state' } }, FLOWS),
  tree(terms('smartids.packet.tcp_flags'), PACKETS),
  tree({ ...terms('smartids.packet.direction'), aggs: { ttl: { stats: { field: 'smartids.packet.ttl' } } } }, PACKETS),
  tree({ histogram: { field: 'smartids.packet.payload_length', interval: 250, min_doc_count: 1 } }, PACKETS),
  tree({ date_histogram: { field: 'timestamp', calendar_interval: 'day' } }, PACKETS),
  tree(terms('smartids.packet.truncated'), PACKETS),
  tree(
    { ...terms('rule.name', { order: { risk: 'desc' } }), aggs: { risk: { max: { field: 'event.risk_score' } } } },
    ALERTS,
  ),
  tree(
    { ...terms('threat.technique.id'), aggs: { t: terms('threat.tactic.name'), flows: sum('smartids.alert.flows') } },
    ALERTS,
  ),
  tree({ histogram: { field: 'event.risk_score', interval: 100 } }, ALERTS),
  tree({ date_histogram: { field: 'event.ingested', calendar_interval: 'day', min_doc_count: 1 } }, ALERTS),
  request(
    { aggs: { labels: terms('smartids.label', { shard_size: EVERY }), ips: { cardinality: { field: 'source.ip' } } } },
    `${FLOWS},${PACKETS},${ALERTS}`,
  ),
  tree(
    { ...terms('_index'), aggs: { first: { min: { field: '@timestamp' } }, last: { max: { field: '@timestamp' } } } },
    `${FLOWS},${PACKETS},${ALERTS}`,
  ),
  tree(
    { date_histogram: { field: '@timestamp', calendar_interval: 'week' }, aggs: { i: terms('_index') } },
    `${FLOWS},${ALERTS}`,
  ),
];

const KEYWORDS = ['word', 'short', 'text.keyword', 'wild', 'object.name', 'flat.a'];
const NUMBERS = ['long', 'integer', 'small', 'byte', 'double', 'float', 'object.inner.count'];
const DATES = ['date', 'nanos', 'epoch'];
const HOSTILE_FIELDS = [...KEYWORDS, ...NUMBERS, ...DATES, 'ip', 'flag'];

const HOSTILE_CASES: readonly AggregationCase[] = [
  ...HOSTILE_FIELDS.flatMap((field) => [
    tree(terms(field, { size: 40 }), HOSTILE),
    tree({ missing: { field } }, HOSTILE),
    tree({ value_count: { field } }, HOSTILE),
    tree({ cardinality: { field } }, HOSTILE),
  ]),
  ...[...NUMBERS, ...DATES, 'flag'].flatMap((field) => [
    tree({ stats: { field } }, HOSTILE),
    tree({ composite: { size: 12, sources: [{ k: terms(field, { missing_bucket: true }) }] } }, HOSTILE),
  ]),
  ...KEYWORDS.slice(0, 3).map((field) =>
    tree({ composite: { size: 12, sources: [{ k: terms(field, { order: 'desc' }) }] } }, HOSTILE),
  ),
  ...['note', 'text', 'object', 'flat', 'kept', 'kept.a'].map((field) => tree(terms(field), HOSTILE)),
];

const GUESSED_CASES: readonly AggregationCase[] = [
  ...[
    'name',
    'name.keyword',
    'at',
    'day',
    'ratio',
    'flag',
    'nested.deep.word',
    'nested.deep.word.keyword',
    'list',
    'rare.keyword',
  ].map((field) => tree(terms(field), GUESSED)),
  tree(
    { date_histogram: { field: 'at', calendar_interval: 'week' }, aggs: { r: { avg: { field: 'ratio' } } } },
    GUESSED,
  ),
  tree({ histogram: { field: 'list', interval: 10 }, aggs: { w: terms('nested.deep.word.keyword') } }, GUESSED),
];

export const DOCUMENT_CASES: readonly AggregationCase[] = [...HUNTING, ...HOSTILE_CASES, ...GUESSED_CASES];
