// generate: more requests than a web server can answer, each made to miss every cache.
import {
  browsers,
  createProse,
  encodeRequest,
  encodeResponse,
  type Headers,
  serverNames,
} from '../app/http-message.ts';
import type { Session } from '../packet.ts';
import type { Random } from '../random.ts';
import { type Turn, tcpSession } from '../tcp-session.ts';
import { milliseconds, seconds } from '../time.ts';
import type { AttackContext, AttackTrack, HttpFloodPlan } from './plan.ts';

const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

export function planHttpFlood(plan: HttpFloodPlan, context: AttackContext): AttackTrack {
  return {
    label: plan.variant === 'unique-urls' ? 'DoS Hulk' : 'DoS GoldenEye',
    attackers: [context.attacker],
    victims: [context.victim],
    sessions: connections(plan, context),
  };
}

interface FloodedServer {
  readonly host: string;
  readonly serverName: string;
  readonly page: Uint8Array;
  /** Answers slow down over this many connections. */
  readonly exhaustedAfter: number;
}

function* connections(plan: HttpFloodPlan, context: AttackContext): Generator<Session> {
  const { attacker, ports, random, victim } = context;
  const perConnection = plan.variant === 'unique-urls' ? 1 : random.integer(3, 12);
  const perSecond = (plan.requestsPerSecond ?? random.around(120, 0.7)) / perConnection;
  const server: FloodedServer = {
    host: `www.${random.text(6)}.example`,
    serverName: random.pick(serverNames),
    page: createProse(random.fork('page'))(Math.floor(random.around(2000, 0.8))),
    exhaustedAfter: random.integer(100, 1500),
  };
  let left = plan.requests ?? Math.floor(random.around(900, 0.5));
  let startNs = context.startNs;
  for (let number = 0; left > 0; number++) {
    startNs += Math.round(random.exponential(1e9 / perSecond));
    const chance = random.fork(`connection ${number}`);
    const requests = Math.min(left, perConnection);
    left -= requests;
    const load = Math.min(1, number / server.exhaustedAfter);
    const session = {
      client: attacker,
      server: victim,
      clientPort: ports(attacker),
      serverPort: 80,
      startNs,
      answer: chance.chance(load * 0.15) ? 'ignore' : 'accept',
      lossRate: load * 0.1,
      turns: floodTurns(plan.variant, server, requests, load, chance),
    } as const;
    const openedNs = startNs;
    yield { startNs: openedNs, packets: () => tcpSession(session, chance) };
  }
}

function* floodTurns(
  variant: HttpFloodPlan['variant'],
  server: FloodedServer,
  requests: number,
  load: number,
  random: Random,
): Generator<Turn> {
  for (let count = 0; count < requests; count++) {
    const bytes = floodRequest(variant, server.host, random);
    yield { kind: 'data', from: 'client', bytes, waitNs: milliseconds(random.around(0.6, 1)) };
    if (random.chance(load * 0.3)) {
      // No answer came: the tool's timeout ends the connection.
      yield { kind: 'close', from: 'client', how: random.pick(['fin', 'rst']), waitNs: seconds(random.integer(3, 15)) };
      return;
    }
    const headers = [
      ['Server', server.serverName],
      ['Content-Type', 'text/html'],
      ['Content-Length', String(server.page.length)],
    ] as const;
    const status = random.chance(load * 0.5) ? 503 : 200;
    const answer = encodeResponse(status, headers, server.page);
    yield { kind: 'data', from: 'server', bytes: answer, waitNs: milliseconds(random.around(3 + 600 * load, 0.8)) };
  }
  yield {
    kind: 'close',
    from: random.chance(0.6) ? 'client' : 'server',
    how: 'fin',
    waitNs: milliseconds(random.around(0.4, 1)),
  };
}

function floodRequest(variant: HttpFloodPlan['variant'], host: string, random: Random): Uint8Array {
  const word = (): string => random.text(random.integer(3, 10), capitals);
  const agent = ['User-Agent', random.pick(browsers)] as const;
  if (variant === 'unique-urls') {
    const headers: Headers = [
      ['Accept-Encoding', 'identity'],
      ['Host', host],
      ['Keep-Alive', String(random.integer(110, 120))],
      agent,
      ['Accept-Charset', 'ISO-8859-1,utf-8;q=0.7,*;q=0.7'],
      ['Referer', `http://${host}/search?q=${word()}`],
      ['Connection', 'close'],
      ['Cache-Control', 'no-cache'],
    ];
    return encodeRequest('GET', `/?${word()}=${word()}`, headers);
  }
  const headers: Headers = [
    ['Host', host],
    agent,
    ['Cache-Control', random.pick(['no-cache', 'max-age=0'])],
    ['Accept-Encoding', random.pick(['*', 'identity', 'gzip', 'deflate, gzip'])],
    ['Connection', 'keep-alive'],
    ['Keep-Alive', String(random.integer(1, 1000))],
    ...(random.chance(0.5) ? ([['Referer', `http://${random.text(8)}.example/${word()}`]] as const) : []),
  ];
  const query = Array.from({ length: random.integer(1, 4) }, () => `${word()}=${word()}`).join('&');
  return encodeRequest(random.chance(0.9) ? 'GET' : 'POST', `/${random.chance(0.3) ? word() : ''}?${query}`, headers);
}
