// differential: an index of long and odd texts, to be cut into passages: sentences, logs, headers, several values, other alphabets.
import { createRandom, type Random } from '../../local/generate/random.ts';
import type { CorpusIndex } from './search-corpus.ts';

type Json = Readonly<Record<string, unknown>>;
type Choice = readonly [string, ...string[]];

const PASSAGE_MAPPING: Json = {
  dynamic: false,
  properties: {
    n: { type: 'long' },
    body: { type: 'text', fields: { keyword: { type: 'keyword', ignore_above: 120 } } },
    title: { type: 'text' },
    note: { type: 'match_only_text' },
    tags: { type: 'keyword' },
    wild: { type: 'wildcard' },
    ip: { type: 'ip' },
    at: { type: 'date' },
    other: { type: 'alias', path: 'body' },
    inner: { properties: { body: { type: 'text' } } },
  },
};

const WORDS: Choice = [
  'alarm',
  ...['beacon', 'cookie', 'domain', 'exfil', 'fox', 'gateway', 'host', 'login', 'quick', 'brown', 'the', 'a'],
  ...['password', 'passwords', 'passw0rd', 'User-Agent', '10.0.0.1', 'x@y.example', 'e-mail', 'café', 'Straße', '你好'],
  ...['世界', '\u{1f600}', '3.14', 'v1.2', 'C:\\Users', '/etc/passwd', '<b>', '&amp;', 'İstanbul', 'שלום', 'مرحبا'],
];
const ENDS: Choice = [
  '. ',
  '.  ',
  '! ',
  '? ',
  '... ',
  '; ',
  ', ',
  '.\n',
  '\r\n',
  ': ',
  '." ',
  '.) ',
  '。',
  '\u2029',
  ' - ',
  '\t',
];
const FIXED = [
  'The quick brown fox. The lazy dog! Is the fox quick? Yes, the fox is. "Quick," said the fox. (The fox.) end',
  'GET /login.php?user=fox HTTP/1.1\r\nHost: quick.example.org\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) fox/1.0\r\n\r\n',
  '<script>alert("fox & quick")</script> the <b>fox</b> said: it\'s a/b',
  `${'lorem '.repeat(60)}fox ${'ipsum '.repeat(60)}fox quick.`,
  `fox${' '.repeat(150)}quick fox`,
  'fox fox fox. fox! quick? Fox FOX fOx',
  'x'.repeat(300),
  `${'y'.repeat(254)}fox quick`,
  'quick\u0000fox\u0000brown',
  'ｑｕｉｃｋ fox，quick。狐狸 fox！你好世界。quick fox',
  'f\u0301ox fox\u0301 qu\u00adick e\u0301 fox\u200bquick',
  'a.b.c fox.quick fox_quick fox-quick fox\'s "fox" (fox)',
];

function passageDocuments(count: number, random: Random): readonly Json[] {
  const sentence = (): string =>
    `${Array.from({ length: random.integer(1, 12) }, () => random.pick(WORDS)).join(' ')}${random.pick(ENDS)}`;
  const text = (sentences: number): string => {
    const written = Array.from({ length: random.integer(1, sentences) }, sentence).join('');
    return random.chance(0.5) ? written.charAt(0).toUpperCase() + written.slice(1) : written;
  };
  const several = (value: () => string, most: number): unknown =>
    random.chance(0.6) ? value() : Array.from({ length: random.integer(0, most) }, value);
  return Array.from({ length: count }, (_, n) => ({
    n,
    body: FIXED[n] ?? several(() => text(14), 9),
    ...(random.chance(0.7) ? { title: several(() => text(2), 3) } : {}),
    ...(random.chance(0.5) ? { note: several(() => text(5), 3) } : {}),
    ...(random.chance(0.7) ? { tags: several(() => random.pick(WORDS), 9) } : {}),
    ...(random.chance(0.4) ? { wild: several(() => random.pick(WORDS), 3) } : {}),
    ...(random.chance(0.4) ? { ip: '10.0.0.1', at: '2026-11-01T06:00:00Z' } : {}),
    ...(random.chance(0.4) ? { inner: [{ body: text(3) }, { body: [text(2), null] }] } : { 'inner.body': text(2) }),
  }));
}

const SEED = 20_261_130;
const COUNT = 120;

export function passageCorpus(): CorpusIndex {
  const documents = passageDocuments(COUNT, createRandom(SEED)).map((body, n) => ({ id: `s${n}`, body }));
  return { name: 'diff-passages', mapping: PASSAGE_MAPPING, documents };
}
