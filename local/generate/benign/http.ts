// generate: people and programs that fetch pages over HTTP/1.1, with keep-alive, errors, uploads and downloads.
import {
  browsers,
  createProse,
  encodeRequest,
  encodeResponse,
  type Headers,
  programs,
  serverNames,
} from '../app/http-message.ts';
import { textBytes } from '../bytes/text.ts';
import { arrivals, type TrafficContext } from '../context.ts';
import type { Session } from '../packet.ts';
import type { Random } from '../random.ts';
import { type Turn, tcpSession } from '../tcp-session.ts';
import { milliseconds, seconds } from '../time.ts';

type Prose = (length: number) => Uint8Array;

const largestBodyBytes = 4_000_000;

export function* httpSessions(context: TrafficContext, count: number): Generator<Session> {
  const { network, ports, random } = context;
  const prose = createProse(random.fork('prose'));
  let number = 0;
  for (const startNs of arrivals(context, count)) {
    const chance = random.fork(`session ${number++}`);
    const client = chance.pick(network.clients);
    const inside = chance.chance(0.2);
    const site = chance.pick(network.sites);
    const server = inside ? chance.pick(network.servers) : site.host;
    const plan = {
      client,
      server,
      clientPort: ports(client),
      serverPort: chance.pick([80, 80, 80, 80, 80, 8080, 8000]),
      startNs,
      lossRate: chance.pick([0, 0, 0.01, 0.03]),
      bytesPerSecond: chance.around(6e6, 1),
      turns: httpTurns(inside ? 'intranet.example' : site.name, chance, prose),
    };
    yield { startNs, packets: () => tcpSession(plan, chance) };
  }
}

function* httpTurns(host: string, random: Random, prose: Prose): Generator<Turn> {
  const isBrowser = random.chance(0.8);
  const agent = isBrowser ? random.pick(browsers) : random.pick(programs);
  const serverName = random.pick(serverNames);
  const requests = isBrowser ? 1 + Math.floor(random.exponential(3)) : random.integer(1, 2);
  let target = random.chance(0.4) ? '/' : pickTarget(random);
  for (let count = 0; count < requests; count++) {
    const exchange = pickExchange(random);
    const request = encodeRequest(
      exchange.method,
      target,
      requestHeaders(host, agent, exchange, random),
      exchange.upload,
    );
    yield {
      kind: 'data',
      from: 'client',
      bytes: request,
      waitNs: count === 0 ? milliseconds(random.around(0.3, 1)) : pause(random),
    };
    const body = exchange.mediaType === 'application/json' ? jsonBody(exchange.bodyBytes) : prose(exchange.bodyBytes);
    const headers = responseHeaders(serverName, exchange, random);
    const bytes = encodeResponse(exchange.status, headers, exchange.method === 'HEAD' ? new Uint8Array(0) : body);
    yield { kind: 'data', from: 'server', bytes, waitNs: milliseconds(random.around(12, 1.2)) };
    target = pickTarget(random);
  }
  yield* httpEnding(random);
}

/** Between requests of one page little time passes, between pages a reader's. */
function pause(random: Random): number {
  return random.chance(0.75) ? milliseconds(random.around(30, 1)) : seconds(random.around(4, 0.8));
}

function* httpEnding(random: Random): Generator<Turn> {
  const kind = random.uniform();
  if (kind < 0.55) yield { kind: 'close', from: 'client', how: 'fin', waitNs: milliseconds(random.around(80, 2)) };
  else if (kind < 0.85)
    yield { kind: 'close', from: 'server', how: 'fin', waitNs: seconds(random.pick([0, 5, 15, 60, 65])) };
  else if (kind < 0.95) yield { kind: 'close', from: 'client', how: 'rst', waitNs: seconds(random.around(1, 1)) };
}

interface Exchange {
  readonly method: string;
  readonly status: number;
  readonly bodyBytes: number;
  readonly mediaType: string;
  readonly upload: Uint8Array | undefined;
}

function pickExchange(random: Random): Exchange {
  const method = random.pick([
    'GET',
    'GET',
    'GET',
    'GET',
    'GET',
    'GET',
    'GET',
    'POST',
    'HEAD',
    'PUT',
    'OPTIONS',
    'DELETE',
  ]);
  const status = random.pick([
    200, 200, 200, 200, 200, 200, 200, 304, 301, 302, 404, 404, 403, 500, 204, 206, 401, 503,
  ]);
  const mediaType = random.pick([
    'text/html; charset=utf-8',
    'application/json',
    'text/css',
    'application/javascript',
    'application/octet-stream',
  ]);
  const empty = status === 304 || status === 204;
  const bodyBytes = empty ? 0 : Math.min(largestBodyBytes, Math.floor(random.around(status >= 300 ? 400 : 6000, 1.4)));
  const upload = method === 'POST' || method === 'PUT' ? formBody(random) : undefined;
  return { method, status, bodyBytes, mediaType, upload };
}

/** An array of small numbers, exactly as long as asked (JSON allows blanks at its end). */
function jsonBody(length: number): Uint8Array {
  if (length < 4) return textBytes('{}'.slice(0, length));
  const items = '7,'.repeat(Math.floor((length - 3) / 2));
  return textBytes(`[${items}1]`.padEnd(length));
}

function formBody(random: Random): Uint8Array {
  const fields = Array.from(
    { length: random.integer(1, 12) },
    () => `${random.text(5)}=${random.text(random.integer(2, 60))}`,
  );
  return textBytes(fields.join('&'));
}

function requestHeaders(host: string, agent: string, exchange: Exchange, random: Random): Headers {
  const upload = exchange.upload;
  return [
    ['Host', host],
    ['User-Agent', agent],
    ['Accept', random.pick(['*/*', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'])],
    ...(random.chance(0.8) ? ([['Accept-Encoding', 'gzip, deflate']] as const) : []),
    ...(random.chance(0.7)
      ? ([['Accept-Language', random.pick(['en-US,en;q=0.5', 'de-DE,de;q=0.9', 'fr,en;q=0.7'])]] as const)
      : []),
    ...(random.chance(0.4) ? ([['Cookie', `session=${random.text(32)}; theme=dark`]] as const) : []),
    ...(random.chance(0.3) ? ([['Referer', `http://${host}${pickTarget(random)}`]] as const) : []),
    ...(upload === undefined
      ? []
      : ([
          ['Content-Type', 'application/x-www-form-urlencoded'],
          ['Content-Length', String(upload.length)],
        ] as const)),
    ['Connection', 'keep-alive'],
  ];
}

function responseHeaders(serverName: string, exchange: Exchange, random: Random): Headers {
  return [
    ['Server', serverName],
    ['Content-Type', exchange.mediaType],
    ...(exchange.status === 304 || exchange.status === 204
      ? []
      : ([['Content-Length', String(exchange.bodyBytes)]] as const)),
    ...(exchange.status === 301 || exchange.status === 302 ? ([['Location', pickTarget(random)]] as const) : []),
    ...(random.chance(0.5)
      ? ([['Cache-Control', random.pick(['no-cache', 'max-age=3600', 'public, max-age=31536000'])]] as const)
      : []),
    ...(random.chance(0.4) ? ([['ETag', `"${random.text(16)}"`]] as const) : []),
    ...(random.chance(0.2) ? ([['Set-Cookie', `id=${random.text(24)}; HttpOnly`]] as const) : []),
    ['Connection', 'keep-alive'],
  ];
}

function pickTarget(random: Random): string {
  const path = Array.from({ length: random.integer(1, 4) }, () =>
    random.pick(['assets', 'news', 'api', 'v1', 'items', 'img', 'users', 'search', random.text(6)]),
  ).join('/');
  const ending = random.pick(['', '.html', '.js', '.css', '.png', '.json', '/']);
  const query = random.chance(0.25) ? `?q=${random.text(random.integer(3, 20))}&page=${random.integer(1, 40)}` : '';
  return `/${path}${ending}${query}`;
}
