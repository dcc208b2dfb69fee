// differential: an index of every type of field, filled with what an attacker, a bug or another alphabet would write.
import type { Random } from '../../local/generate/random.ts';

type Json = Readonly<Record<string, unknown>>;

export const HOSTILE_MAPPING: Json = {
  dynamic: false,
  properties: {
    n: { type: 'long' },
    word: { type: 'keyword' },
    short: { type: 'keyword', ignore_above: 8 },
    text: { type: 'text', fields: { keyword: { type: 'keyword', ignore_above: 256 } } },
    note: { type: 'match_only_text' },
    wild: { type: 'wildcard', ignore_above: 1024 },
    ip: { type: 'ip' },
    long: { type: 'long' },
    integer: { type: 'integer' },
    small: { type: 'short' },
    byte: { type: 'byte' },
    double: { type: 'double' },
    float: { type: 'float' },
    flag: { type: 'boolean' },
    date: { type: 'date' },
    nanos: { type: 'date_nanos' },
    epoch: { type: 'date', format: 'epoch_second' },
    flat: { type: 'flat_object' },
    object: {
      properties: {
        name: { type: 'keyword' },
        text: { type: 'text' },
        inner: { properties: { count: { type: 'long' } } },
      },
    },
    kept: { type: 'object', enabled: false },
  },
};

/** Texts that break what quotes, escapes, counts or folds carelessly. */
export const HOSTILE_TEXTS = [
  ...([
    '',
    ' ',
    '  two  spaces  ',
    '\t',
    'line\nbreak',
    'carriage\r\nreturn',
    'tab\there',
    'nul\u0000byte',
    '\u0001\u0002',
  ] as const),
  ...[
    "' OR 1=1 --",
    '"quoted"',
    'back\\slash',
    'a\\"b',
    '%',
    '_',
    '100%_sure',
    '$1',
    '\u0024{jndi:ldap://x}',
    '; DROP TABLE t;',
  ],
  ...[
    '*',
    '?',
    'a*b',
    'a?b',
    'star*',
    '.*',
    '[a-z]+',
    '(a|b)',
    '^start$',
    'a{2}',
    'x+y',
    'x-y',
    'x!y',
    'a&&b',
    'a||b',
    'a/b',
    '/a/',
  ],
  ...[
    'AND',
    'OR',
    'NOT',
    'TO',
    'and',
    'not',
    'true',
    'false',
    'null',
    'NaN',
    'Infinity',
    '1',
    '01',
    '1.0',
    '-1',
    '1e3',
    '0x1F',
  ],
  ...[
    '10.0.0.1',
    '10.0.0.0/8',
    '2001:db8::1',
    'now',
    '2026-11-01',
    '2026-11-01T06:00:00Z',
    '_id',
    '_exists_',
    'word:value',
  ],
  ...[
    'Grüße',
    'GRÜSSE',
    'grüße',
    'straße',
    'STRASSE',
    'İstanbul',
    'istanbul',
    'ISTANBUL',
    'ΣΊΣΥΦΟΣ',
    'σίσυφος',
    'ﬁne',
    'fine',
  ],
  ...[
    'e\u0301te\u0301',
    '\u00e9t\u00e9',
    'caf\u00e9',
    'cafe\u0301',
    '你好 世界',
    '你好',
    'カタカナ ひらがな',
    '한국어 검색',
    'ภาษาไทย',
    'שלום',
    'مرحبا بك',
  ],
  ...[
    '\u{1f600}',
    '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}',
    'a\u{1f600}b',
    '\u{1f1e9}\u{1f1ea}',
    '\u{1d4d0}',
    '\u2028sep\u2029',
    'soft\u00adhyphen',
    'zero\u200bwidth',
    '\ufeffbom',
    'non\u00a0break',
  ],
  ...[
    'the quick brown fox',
    'quick the fox brown',
    'brown fox',
    'fox brown quick the',
    'quick fox',
    'the the the',
    'one two three four five six seven eight',
  ],
  ...[
    "it's",
    'it’s',
    "don't",
    "O'Neill",
    'e-mail',
    'user@example.org',
    'www.example.org',
    'http://example.org/a?b=c#d',
    'C:\\Windows\\System32',
    'a.b.c',
    '1.2.3',
    '1,000.5',
    'v1.2',
    'x_y',
    '__',
    '#tag',
    '@name',
    'a:b',
    'a;b',
    '3:4',
    '5;6',
  ],
  ...['kitten', 'sitting', 'mitten', 'kiten', 'ktiten', 'kittens', 'ab', 'ba', 'abc', 'acb', 'abcd', 'abdc', 'Kitten'],
  ...['a'.repeat(255), 'a'.repeat(256), 'b'.repeat(600), `${'word '.repeat(120)}end`, 'x'.repeat(1_025)],
] as const;

const WORDS = [
  'alpha',
  'beta',
  'gamma',
  'delta',
  'Alpha',
  'ALPHA',
  'alpha beta',
  'beta-gamma',
  'élan',
  'zeta',
] as const;
const ADDRESSES = [
  '10.0.0.1',
  '10.0.0.255',
  '10.1.0.0',
  '192.168.1.1',
  '2001:db8::1',
  '::ffff:10.0.0.1',
  '::1',
  'fe80::abcd',
  '0.0.0.0',
  'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
] as const;
const WHOLE = [0, 1, -1, 2, 5, 42, 80, 443, 1000, -1000, 65535, '7', '3.7', 3.7, -3.7, '1e2'] as const;
const LONGS = [2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n, 1_234_567_890_123_456_789n] as const;
const REALS = [
  0,
  -0,
  0.1,
  0.5,
  1,
  1.5,
  -2.25,
  3.125,
  1e-10,
  1e10,
  1.7976931348623157e308,
  5e-324,
  '2.5',
  16_777_217,
  100,
] as const;
const DATES = [
  '2026-11-01',
  '2026-11-01T06:00:00Z',
  '2026-11-01T06:00:00.123Z',
  '2026-11-01T06:00:00.123456789Z',
  '2026-10-31T23:59:59.999999999Z',
  '2026-12-31T23:30:00-02:00',
  '1970-01-01',
  '2024-02-29T12:00',
  '2026-11',
  '2026',
  1_762_000_000_123,
  '1762000000123',
  0,
] as const;
const OLD_DATES = ['1969-12-31T23:59:59.999Z', '0001-01-01', '9999-12-31T23:59:59.999Z', -1] as const;

export function hostileDocuments(count: number, random: Random): readonly Json[] {
  return Array.from({ length: count }, (_, n) => {
    const text = () => (n < HOSTILE_TEXTS.length ? HOSTILE_TEXTS[n] : random.pick(HOSTILE_TEXTS));
    const document: Record<string, unknown> = { n };
    const put = (name: string, share: number, value: () => unknown): void => {
      if (random.chance(share)) document[name] = several(value, random);
    };
    put('word', 0.8, () => (random.chance(0.5) ? random.pick(WORDS) : text()));
    put('short', 0.5, () => (random.chance(0.5) ? random.pick(WORDS) : text()));
    put('text', 0.8, text);
    put('note', 0.5, () => random.pick(HOSTILE_TEXTS));
    put('wild', 0.5, () => random.pick(HOSTILE_TEXTS));
    put('ip', 0.6, () => random.pick(ADDRESSES));
    put('long', 0.6, () => (random.chance(0.2) ? random.pick(LONGS) : random.pick(WHOLE)));
    put('integer', 0.5, () => random.pick(WHOLE));
    put('small', 0.4, () => random.integer(-32_768, 32_767));
    put('byte', 0.4, () => random.integer(-128, 127));
    put('double', 0.6, () => random.pick(REALS));
    put('float', 0.5, () =>
      random.chance(0.5) ? random.integer(-1_000, 1_000) / 7 : random.pick([0.1, 0.5, 1, 1.5, 16_777_217, 100]),
    );
    put('flag', 0.6, () => random.pick([true, false, 'true', 'false', '']));
    put('date', 0.6, () => (random.chance(0.15) ? random.pick(OLD_DATES) : random.pick(DATES)));
    put('nanos', 0.6, () => random.pick(DATES));
    put('epoch', 0.4, () => random.pick([0, 1, 1_762_000_000, '1762000000', -1]));
    if (random.chance(0.6)) document['flat'] = flatObject(random);
    if (random.chance(0.6)) document['object'] = several(() => objectOf(random), random);
    if (random.chance(0.3)) document['kept'] = { any: 'thing', n };
    if (random.chance(0.3)) document['unmapped'] = random.pick(WORDS);
    if (random.chance(0.1)) document['word'] = null;
    return document;
  });
}

/** One value mostly, now and then a list, an empty one too. */
function several(value: () => unknown, random: Random): unknown {
  if (random.chance(0.8)) return value();
  return Array.from({ length: random.integer(0, 3) }, () => (random.chance(0.1) ? null : value()));
}

function flatObject(random: Random): Json {
  return {
    kind: random.pick(WORDS),
    'with space': random.pick(WORDS),
    ...(random.chance(0.5) ? { inner: { code: random.integer(0, 9), name: random.pick(HOSTILE_TEXTS) } } : {}),
    ...(random.chance(0.3) ? { list: [random.pick(WORDS), random.pick(WORDS)] } : {}),
    ...(random.chance(0.3) ? { ok: random.chance(0.5) } : {}),
  };
}

function objectOf(random: Random): Json {
  return {
    ...(random.chance(0.8) ? { name: random.pick(WORDS) } : {}),
    ...(random.chance(0.8) ? { text: random.pick(HOSTILE_TEXTS) } : {}),
    ...(random.chance(0.5) ? { inner: { count: random.integer(0, 9) } } : {}),
  };
}
