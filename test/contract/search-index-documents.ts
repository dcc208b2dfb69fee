// Generated flow-like documents for the search index's contract: every field type, arrays, missing values, odd text.

export interface FlowLike {
  readonly id: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export const MAPPING = {
  dynamic: 'false',
  properties: {
    '@timestamp': { type: 'date_nanos' },
    event: {
      properties: {
        id: { type: 'keyword' },
        start: { type: 'date' },
        category: { type: 'keyword' },
        duration: { type: 'long' },
      },
    },
    source: { properties: { ip: { type: 'ip' }, port: { type: 'integer' }, bytes: { type: 'long' } } },
    destination: { properties: { ip: { type: 'ip' }, port: { type: 'long' } } },
    network: { properties: { protocol: { type: 'keyword' } } },
    url: { properties: { full: { type: 'keyword', ignore_above: 64, fields: { text: { type: 'text' } } } } },
    payload: { type: 'text', fields: { keyword: { type: 'keyword', ignore_above: 256 } } },
    tags: { type: 'keyword' },
    score: { type: 'double' },
    scored: { type: 'boolean' },
    features: { type: 'object', enabled: false },
  },
} as const;

/** A small linear congruential generator: the same documents on every run. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return Math.floor((state / 0x8000_0000) * below);
  };
}

const PROTOCOLS = ['http', 'dns', 'tls', 'ssh'] as const;
const PORTS = [80, 53, 443, 22] as const;
const TEXTS = [
  'GET /index.html HTTP/1.1',
  'POST /login.php user=admin',
  'it\'s a "quoted" line',
  'Grüße 你好',
  "' OR 1=1 --",
  '',
] as const;

export function generateFlows(count: number): readonly FlowLike[] {
  const random = createRandom(20_261_123);
  return Array.from({ length: count }, (_, number) => {
    const kind = random(4);
    const startMs = Date.UTC(2026, 10, 1) + number * 60_000;
    const id = `dump.abcdef01.f${String(number).padStart(5, '0')}`;
    const nanos = String(random(1_000_000)).padStart(6, '0');
    const body: Record<string, unknown> = {
      '@timestamp': new Date(startMs + random(1_000)).toISOString().replace('Z', `${nanos}Z`),
      event: {
        id,
        start: startMs,
        category: number % 3 === 0 ? ['network', 'intrusion_detection'] : ['network'],
        duration: random(60) * 1_000_000_000,
      },
      source: {
        ip: number % 5 === 0 ? `2001:db8::${random(16).toString(16)}` : `10.${random(2)}.0.${random(20)}`,
        port: 1_024 + random(1_000),
        bytes: random(100_000),
      },
      destination: { ip: `192.168.0.${random(4)}`, port: PORTS[kind] },
      network: { protocol: PROTOCOLS[kind] },
      url: { full: kind === 0 ? `http://example.org/${random(5)}` : `http://example.org/${'long/'.repeat(20)}` },
      payload: TEXTS[random(TEXTS.length)],
      features: { values: [1, 2, 3], payload: 'never searched' },
      unmapped: 'never searched',
    };
    if (number % 4 !== 0) body['tags'] = number % 2 === 0 ? ['a', 'b'] : 'b';
    if (number % 7 !== 0) body['score'] = random(1_000) / 1_000;
    if (number % 2 === 0) body['scored'] = number % 3 === 0;
    return { id, body };
  });
}
