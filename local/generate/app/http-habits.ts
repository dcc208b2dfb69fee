// generate: how implementations of HTTP differ on both ends: headers, their order and case, names, bodies, keep-alive.
import { joinBytes, textBytes } from '../bytes/text.ts';
import type { Random } from '../random.ts';
import { browsers, createProse, type Headers, programs, reasons, serverNames } from './http-message.ts';

const olderBrowsers = [
  'Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1)',
  'Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)',
  'Mozilla/5.0 (Windows NT 6.1; WOW64; rv:33.0) Gecko/20100101 Firefox/33.0',
  'Mozilla/5.0 (Windows; U; Windows NT 5.1; en-US; rv:1.8.1.14) Gecko/20080404 Firefox/2.0.0.14',
  'Opera/9.80 (Windows NT 6.1; U; en) Presto/2.10.229 Version/11.62',
  'Mozilla/5.0 (X11; Linux i686) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/41.0.2272.101 Safari/537.36',
  'Mozilla/5.0 (Macintosh; U; Intel Mac OS X 10_6_8; en-us) AppleWebKit/533.21.1 (KHTML, like Gecko) Version/5.0.5 Safari/533.21.1',
] as const;

const otherPrograms = [
  'Java/1.8.0_292',
  'Apache-HttpClient/4.5.13 (Java/11.0.19)',
  'Python-urllib/3.11',
  'python-httpx/0.27.0',
  'axios/1.7.2',
  'libwww-perl/6.67',
  'PostmanRuntime/7.39.0',
  'Ruby',
  'curl/7.29.0',
  'Wget/1.12 (linux-gnu)',
  'node',
  'Dart/3.4 (dart:io)',
] as const;

export type Nature = 'browser' | 'program' | 'bare';

/** One implementation of a client; everything it always does the same way. */
export interface ClientHabits {
  readonly nature: Nature;
  readonly version: '1.1' | '1.0';
  readonly agent: string | undefined;
  readonly keepsAlive: boolean;
  /** Sends the body in a segment of its own. */
  readonly splitsBody: boolean;
  readonly headers: Headers;
  readonly spelling: 'title' | 'lower' | 'upper';
  /** Headers sorted by a hash with this salt, or as they come. */
  readonly orderSalt: number | undefined;
}

export function pickAgent(nature: Nature, random: Random): string | undefined {
  if (nature === 'bare') return random.chance(0.6) ? undefined : random.text(random.integer(1, 12));
  if (nature === 'program') return random.chance(0.5) ? random.pick(programs) : random.pick(otherPrograms);
  return random.chance(0.6) ? random.pick(browsers) : random.pick(olderBrowsers);
}

export function pickNature(random: Random): Nature {
  return random.pick(['browser', 'browser', 'program', 'program', 'bare']);
}

export function pickClientHabits(random: Random, nature: Nature = pickNature(random)): ClientHabits {
  const keepsAlive = random.chance(nature === 'browser' ? 0.8 : 0.5);
  return {
    nature,
    version: random.chance(nature === 'bare' ? 0.3 : 0.06) ? '1.0' : '1.1',
    agent: pickAgent(nature, random),
    keepsAlive,
    splitsBody: random.chance(0.3),
    headers: [...standingHeaders(nature, random), ...connectionHeader(keepsAlive, random)],
    spelling: random.pick(['title', 'title', 'title', 'title', 'lower', 'upper']),
    orderSalt: random.chance(0.3) ? random.uint32() : undefined,
  };
}

function connectionHeader(keepsAlive: boolean, random: Random): Headers {
  if (!keepsAlive) return random.chance(0.8) ? [['Connection', 'close']] : [];
  return random.chance(0.7) ? [['Connection', random.pick(['keep-alive', 'Keep-Alive'])]] : [];
}

function standingHeaders(nature: Nature, random: Random): Headers {
  const some = (share: number, name: string, ...values: readonly [string, ...string[]]): Headers =>
    random.chance(share) ? [[name, random.pick(values)]] : [];
  switch (nature) {
    case 'browser':
      return [
        ...some(
          0.95,
          'Accept',
          'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
          'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
          'image/gif, image/jpeg, image/pjpeg, application/x-ms-application, */*',
          '*/*',
        ),
        ...some(0.9, 'Accept-Language', 'en-US,en;q=0.5', 'de-DE,de;q=0.9,en;q=0.6', 'ru', 'fr-FR,fr;q=0.8', 'en-us'),
        ...some(0.9, 'Accept-Encoding', 'gzip, deflate', 'gzip, deflate, br', 'gzip,deflate,sdch'),
        ...some(0.1, 'Accept-Charset', 'ISO-8859-1,utf-8;q=0.7,*;q=0.7'),
        ...some(0.4, 'Upgrade-Insecure-Requests', '1'),
        ...some(0.15, 'DNT', '1'),
        ...some(0.15, 'Cache-Control', 'max-age=0', 'no-cache'),
        ...some(0.1, 'Pragma', 'no-cache'),
      ];
    case 'program':
      return [
        ...some(0.8, 'Accept', '*/*', 'application/json', 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2'),
        ...some(0.5, 'Accept-Encoding', 'gzip, deflate', 'gzip', 'identity', 'gzip, deflate, br, zstd'),
        ...some(0.1, 'Accept-Language', '*'),
        ...some(0.1, 'X-Requested-With', 'XMLHttpRequest'),
      ];
    case 'bare':
      return some(0.3, 'Accept', '*/*');
  }
}

export interface WebRequest {
  readonly method: string;
  readonly target: string;
  readonly headers?: Headers;
  readonly body?: Uint8Array;
  readonly mediaType?: string;
}

/** Head and body apart: some clients send them so. */
export function encodeWebRequest(
  habits: ClientHabits,
  host: string,
  request: WebRequest,
): readonly [head: Uint8Array, body: Uint8Array] {
  const body = request.body ?? new Uint8Array(0);
  const own: Headers = [
    ['Host', host],
    ...(habits.agent === undefined ? [] : ([['User-Agent', habits.agent]] as const)),
    ...habits.headers,
    ...(request.mediaType === undefined ? [] : ([['Content-Type', request.mediaType]] as const)),
    ...(request.body === undefined ? [] : ([['Content-Length', String(body.length)]] as const)),
  ];
  const given = request.headers ?? [];
  // A header that the request brings replaces the habit's own.
  const names = new Set(given.map(([name]) => name.toLowerCase()));
  const headers = [...own.filter(([name]) => !names.has(name.toLowerCase())), ...given];
  const { orderSalt } = habits;
  const ordered =
    orderSalt === undefined ? headers : headers.toSorted((a, b) => mix(a[0], orderSalt) - mix(b[0], orderSalt));
  const lines = ordered.map(([name, value]) => `${spell(name, habits.spelling)}: ${value}\r\n`).join('');
  return [textBytes(`${request.method} ${request.target} HTTP/${habits.version}\r\n${lines}\r\n`), body];
}

function spell(name: string, spelling: ClientHabits['spelling']): string {
  if (spelling === 'title') return name;
  return spelling === 'lower' ? name.toLowerCase() : name.toUpperCase();
}

function mix(name: string, salt: number): number {
  let hash = salt;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193) >>> 0;
  return hash;
}

/** One implementation of a server with one site on it. */
export interface ServerHabits {
  readonly version: '1.1' | '1.0';
  readonly headers: Headers;
  readonly keepsAlive: boolean;
  /** Compressed bodies look random. */
  readonly compresses: boolean;
  readonly chunks: boolean;
  /** How long the page of an error is. */
  readonly errorBytes: number;
  readonly pageBytes: number;
  readonly block: (length: number) => Uint8Array;
  readonly answerMs: number;
}

const otherServers = [
  'lighttpd/1.4.55',
  'Microsoft-IIS/6.0',
  'Apache/2.2.8 (Ubuntu) DAV/2',
  'gunicorn/20.0.4',
  'Werkzeug/2.0.3 Python/3.8.10',
  'Jetty(9.4.31.v20200723)',
  'Apache-Coyote/1.1',
  'cloudflare',
  'GoAhead-Webs',
  'SimpleHTTP/0.6 Python/3.10.12',
] as const;

export function pickServerHabits(random: Random): ServerHabits {
  const some = (share: number, name: string, value: string): Headers => (random.chance(share) ? [[name, value]] : []);
  const compresses = random.chance(0.35);
  const prose = createProse(random.fork('page'));
  const noise = random.fork('compressed').bytes(8192);
  return {
    version: random.chance(0.06) ? '1.0' : '1.1',
    headers: [
      ...some(0.8, 'Date', 'Mon, 02 Mar 2026 08:00:00 GMT'),
      ...some(0.9, 'Server', random.chance(0.5) ? random.pick(serverNames) : random.pick(otherServers)),
      ...some(0.3, 'X-Powered-By', random.pick(['PHP/5.4.16', 'PHP/8.1.2', 'ASP.NET', 'Express'])),
      ...some(0.2, 'X-Frame-Options', 'SAMEORIGIN'),
      ...some(0.2, 'Cache-Control', random.pick(['no-store', 'no-cache, private', 'max-age=600'])),
      ...some(0.2, 'Vary', 'Accept-Encoding'),
      ...(compresses ? ([['Content-Encoding', 'gzip']] as const) : []),
    ],
    keepsAlive: random.chance(0.75),
    compresses,
    chunks: random.chance(0.2),
    errorBytes: Math.floor(random.around(320, 0.8)),
    pageBytes: Math.min(12_000, Math.floor(random.around(1800, 1))),
    block: compresses ? (length) => repeated(noise, length) : prose,
    answerMs: random.around(6, 1.1),
  };
}

function repeated(block: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  for (let at = 0; at < length; at += block.length) out.set(block.subarray(0, length - at), at);
  return out;
}

export interface WebAnswer {
  readonly status: number;
  readonly headers?: Headers;
  /** The page's usual length, or the error's, where left out. */
  readonly bodyBytes?: number;
  readonly body?: Uint8Array;
  readonly mediaType?: string;
}

export function encodeWebAnswer(server: ServerHabits, answer: WebAnswer, closes: boolean, noBody: boolean): Uint8Array {
  const { status } = answer;
  const empty = status === 304 || status === 204 || status === 101;
  const usual = status >= 300 ? server.errorBytes : server.pageBytes;
  const body = empty ? new Uint8Array(0) : (answer.body ?? server.block(answer.bodyBytes ?? usual));
  const length: Headers = empty
    ? []
    : server.chunks
      ? [['Transfer-Encoding', 'chunked']]
      : [['Content-Length', String(body.length)]];
  const headers: Headers = [
    ...server.headers,
    ...(answer.headers ?? []),
    ...(empty ? [] : ([['Content-Type', answer.mediaType ?? 'text/html; charset=UTF-8']] as const)),
    ...length,
    ...(closes ? ([['Connection', 'close']] as const) : []),
  ];
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const head = textBytes(`HTTP/${server.version} ${status} ${reasons[status] ?? 'Other'}\r\n${lines}\r\n`);
  if (empty || noBody) return head;
  if (!server.chunks) return joinBytes([head, body]);
  const chunk = body.length === 0 ? [] : [textBytes(`${body.length.toString(16)}\r\n`), body, textBytes('\r\n')];
  return joinBytes([head, ...chunk, textBytes('0\r\n\r\n')]);
}
