// differential: trees by chance told of another index: each field's name replaced by one of its type there.
import { A, type AggregationCase, request } from './aggregation-case.ts';

type Json = Readonly<Record<string, unknown>>;

interface World {
  readonly index: string;
  /** From the names of the index made to be aggregated. */
  readonly names: ReadonlyMap<string, string>;
}

const world = (index: string, names: Readonly<Record<string, string>>): World => ({
  index,
  names: new Map(Object.entries(names)),
});

export const WORLDS: readonly World[] = [
  world('diff-flows', {
    ...{ id: 'event.id', proto: 'network.transport', host: 'smartids.label', tags: 'tags', word: 'dns.question.name' },
    ...{
      'text.keyword': 'url.path',
      rare: 'tls.client.ja4',
      'geo.country': 'network.type',
      'geo.asn': 'dns.answers_count',
    },
    ...{ port: 'destination.port', ports: 'source.port', size: 'network.bytes', small: 'source.packets' },
    ...{
      tiny: 'http.response.status_code',
      ratio: 'smartids.score',
      ratios: 'event.duration',
      score: 'smartids.anomaly',
    },
    ...{ at: 'event.ingested', times: 'tls.client.not_before', day: 'tls.server.not_after', nano: '@timestamp' },
    ...{ nanos: 'event.start', ip: 'source.ip', ips: 'related.ip', flag: 'tls.established', flags: 'tls.resumed' },
  }),
  world('diff-packets', {
    ...{
      id: 'event.id',
      proto: 'network.transport',
      host: 'smartids.label',
      tags: 'tags',
      word: 'smartids.packet.tcp_flags',
    },
    ...{ 'text.keyword': 'smartids.flow.id', rare: 'source.mac', 'geo.country': 'smartids.packet.direction' },
    ...{
      'geo.asn': 'smartids.packet.interface',
      port: 'destination.port',
      ports: 'source.port',
      size: 'network.bytes',
    },
    ...{ small: 'smartids.packet.ip_length', tiny: 'smartids.packet.ttl', ratio: 'smartids.packet.seconds' },
    ...{ ratios: 'smartids.packet.seconds', score: 'smartids.score', at: 'event.ingested', times: 'event.ingested' },
    ...{ day: 'event.ingested', nano: '@timestamp', nanos: 'timestamp', ip: 'source.ip', ips: 'related.ip' },
    ...{ flag: 'smartids.packet.truncated', flags: 'smartids.packet.truncated' },
  }),
];

/** Both a query and an aggregation: of the query the members are fields, and objects or lists. */
const QUERIES = new Set(['terms', 'range']);

/** The same tree over the world's index; only of trees over the one index that all fields are in. */
export function translated({ body }: AggregationCase, { index, names }: World): AggregationCase {
  return request(rename(body, names) as Json, index);
}

export function isTranslatable({ index }: AggregationCase): boolean {
  return index === A;
}

/** `parent`: the name of the member that the value is of; names of fields stand in a few places only. */
function rename(value: unknown, names: World['names'], parent = ''): unknown {
  if (typeof value === 'string') {
    if (parent === 'field' || parent === '_source') return names.get(value) ?? value;
    return parent === 'query' ? renameInText(value, names) : value;
  }
  if (Array.isArray(value)) return value.map((item) => rename(item, names, parent));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const isField = parent === 'term' || parent === 'sort' || (QUERIES.has(parent) && typeof member === 'object');
      return [isField ? (names.get(key) ?? key) : key, rename(member, names, key)];
    }),
  );
}

function renameInText(text: string, names: World['names']): string {
  return text.replaceAll(/([a-z.]+):/g, (all, name: string) => (names.has(name) ? `${names.get(name)}:` : all));
}
