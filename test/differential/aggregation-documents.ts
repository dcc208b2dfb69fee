// differential: indexes made to be aggregated: few values many times, lists, gaps, clock changes, numbers of every size.
import { createRandom, type Random } from '../../local/generate/random.ts';
import type { CorpusIndex } from './search-corpus.ts';

type Json = Readonly<Record<string, unknown>>;

const SEED = 20_261_130;
const MAPPING: Json = {
  dynamic: false,
  properties: {
    id: { type: 'keyword' },
    proto: { type: 'keyword' },
    host: { type: 'keyword' },
    tags: { type: 'keyword' },
    word: { type: 'keyword' },
    wild: { type: 'wildcard' },
    text: { type: 'text', fields: { keyword: { type: 'keyword', ignore_above: 256 } } },
    port: { type: 'long' },
    ports: { type: 'long' },
    size: { type: 'integer' },
    small: { type: 'short' },
    tiny: { type: 'byte' },
    big: { type: 'long' },
    ratio: { type: 'double' },
    ratios: { type: 'double' },
    score: { type: 'float' },
    flag: { type: 'boolean' },
    flags: { type: 'boolean' },
    ip: { type: 'ip' },
    ips: { type: 'ip' },
    at: { type: 'date' },
    times: { type: 'date' },
    day: { type: 'date', format: 'strict_date_optional_time||epoch_millis' },
    nano: { type: 'date_nanos' },
    nanos: { type: 'date_nanos' },
    rare: { type: 'keyword' },
    never: { type: 'keyword' },
    neverNumber: { type: 'long' },
    flat: { type: 'flat_object' },
    geo: { properties: { country: { type: 'keyword' }, asn: { type: 'long' } } },
  },
};
/** The second index knows fewer fields: the rest is unmapped there. */
const FEWER: Json = {
  dynamic: false,
  properties: Object.fromEntries(
    ['id', 'proto', 'host', 'port', 'ports', 'size', 'ratio', 'flag', 'ip', 'at', 'nano'].map((name) => [
      name,
      (MAPPING['properties'] as Record<string, Json>)[name],
    ]),
  ),
};

const PROTOCOLS = ['tcp', 'tcp', 'tcp', 'udp', 'udp', 'icmp', 'dns', 'http', 'tls'] as const;
const TAGS = ['a', 'b', 'c', 'a b', 'not-scored', 'Zeta', 'é', '10', '9'] as const;
const WORDS = [
  '',
  ' ',
  'alpha',
  'Alpha',
  'alpha.beta',
  'a*b',
  'straße',
  'e\u0301',
  '\u00e9',
  '你好',
  '\u{1f600}',
  '\uffee',
  '"q"',
  'x|y',
  'nul\u0000',
] as const;
const ADDRESSES = [
  ...(['10.0.0.1', '10.0.0.2', '10.0.1.7', '10.255.255.255', '192.168.0.20', '0.0.0.0', '255.255.255.255'] as const),
  ...(['8.8.8.8', '2001:db8::1', '2001:db8:1::5', 'fe80::1', '::1', '::', '::ffff:10.0.0.9'] as const),
] as const;
const PORTS = [0, 22, 53, 80, 123, 443, 443, 443, 445, 3389, 8080, 49_152, 65_535] as const;
/** Around the clock changes of Berlin (29 March, 25 October), New York (8 March, 1 November) and Lord Howe, and a year's end. */
const ANCHORS = [
  ...(['2026-03-29T00:00:00Z', '2026-10-25T00:00:00Z', '2026-03-08T06:00:00Z', '2026-11-01T05:00:00Z'] as const),
  ...(['2026-04-04T15:00:00Z', '2026-10-03T15:30:00Z', '2025-12-31T23:00:00Z', '2026-02-28T22:00:00Z'] as const),
] as const;

export function aggregationCorpus(): readonly CorpusIndex[] {
  const random = createRandom(SEED);
  return [
    { name: 'diff-agg-a', mapping: MAPPING, documents: numbered('a', 420, random.fork('a')) },
    { name: 'diff-agg-b', mapping: FEWER, documents: numbered('b', 130, random.fork('b')) },
    { name: 'diff-agg-empty', mapping: MAPPING, documents: [] },
  ];
}

const NOWHERE = new Set(['never', 'neverNumber', 'nothing']);

/** Whether an index maps a field; of other indexes than this corpus' only fields that they have are asked about. */
export function hasField(index: string, field: string): boolean {
  if (!index.startsWith('diff-agg-')) return !NOWHERE.has(field);
  const { properties } = (index === 'diff-agg-b' ? FEWER : MAPPING) as { properties: Readonly<Record<string, Json>> };
  const [head = '', ...rest] = field.split('.');
  const found = properties[head];
  return (
    found !== undefined && (rest.length === 0 || found['properties'] !== undefined || found['fields'] !== undefined)
  );
}

function numbered(prefix: string, count: number, random: Random): CorpusIndex['documents'] {
  return Array.from({ length: count }, (_, n) => ({
    id: `${prefix}${n}`,
    body: aggregated(`${prefix}${String(n).padStart(3, '0')}`, random),
  }));
}

function aggregated(id: string, random: Random): Json {
  const document: Record<string, unknown> = { id };
  const put = (name: string, share: number, value: () => unknown): void => {
    if (random.chance(share)) document[name] = value();
  };
  const list = (most: number, value: () => unknown): unknown => Array.from({ length: random.integer(0, most) }, value);
  put('proto', 0.95, () => random.pick(PROTOCOLS));
  put('host', 0.9, () => `host-${String(Math.floor(random.exponential(12))).padStart(2, '0')}`);
  put('tags', 0.7, () => list(4, () => random.pick(TAGS)));
  put('word', 0.6, () => (random.chance(0.1) ? [random.pick(WORDS), random.pick(WORDS)] : random.pick(WORDS)));
  put('wild', 0.5, () => random.pick(TAGS));
  put('text', 0.6, () => random.pick(['the quick fox', 'lazy dog', 'GET /index.html', 'password']));
  put('port', 0.9, () => random.pick(PORTS));
  put('ports', 0.7, () => list(3, () => random.pick(PORTS)));
  put('size', 0.95, () => Math.floor(random.around(300, 1.2)));
  put('small', 0.6, () => random.integer(-300, 300));
  put('tiny', 0.6, () => random.integer(-5, 5));
  put('big', 0.5, () => random.pick([2n ** 53n + 1n, 2n ** 53n - 1n, -(2n ** 62n), 2n ** 62n + 3n, 1n, 0n, -1n]));
  put('ratio', 0.85, () => random.integer(-400, 1_600) / 16);
  put('ratios', 0.6, () => list(3, () => random.integer(-20, 20) / 4));
  put('score', 0.6, () => random.pick([0, 0.1, 0.25, 0.5, 0.7, 0.75, 0.98, 1]));
  put('flag', 0.8, () => random.chance(0.3));
  put('flags', 0.5, () => list(3, () => random.chance(0.5)));
  put('ip', 0.9, () => random.pick(ADDRESSES));
  put('ips', 0.6, () => list(3, () => random.pick(ADDRESSES)));
  put('at', 0.95, () => timeNear(random));
  put('times', 0.5, () => list(3, () => timeNear(random)));
  put('day', 0.5, () => (random.chance(0.5) ? timeNear(random).slice(0, 10) : Date.parse(timeNear(random))));
  put('nano', 0.9, () => timeNear(random).replace('Z', `${String(random.integer(0, 999_999)).padStart(6, '0')}Z`));
  put('nanos', 0.3, () => list(2, () => timeNear(random).replace('Z', `${random.integer(100_000, 999_999)}Z`)));
  put('rare', 0.01, () => 'rare');
  put('flat', 0.3, () => ({ kind: random.pick(TAGS) }));
  put('geo', 0.6, () => ({
    country: random.pick(['DE', 'FR', 'US']),
    ...(random.chance(0.7) ? { asn: random.integer(1, 4) } : {}),
  }));
  return document;
}

function timeNear(random: Random): string {
  const anchor = Date.parse(random.pick(ANCHORS));
  const step = random.pick([60_000, 1_800_000, 3_600_000, 86_400_000]);
  return new Date(
    anchor + random.integer(-6, 6) * step + (random.chance(0.3) ? random.integer(0, 59_999) : 0),
  ).toISOString();
}
