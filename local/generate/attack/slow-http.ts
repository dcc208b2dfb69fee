// generate: many HTTP requests that are kept open on purpose: headers without an end, bodies in drips.
import { browsers, encodeRequest, encodeResponse, serverNames } from '../app/http-message.ts';
import { textBytes } from '../bytes/text.ts';
import type { Session } from '../packet.ts';
import type { Random } from '../random.ts';
import { type Turn, tcpSession } from '../tcp-session.ts';
import { milliseconds, seconds } from '../time.ts';
import type { AttackContext, AttackTrack, SlowHttpPlan } from './plan.ts';

export function planSlowHttp(plan: SlowHttpPlan, context: AttackContext): AttackTrack {
  return {
    label: plan.variant === 'headers' ? 'DoS Slowloris' : 'DoS SlowHTTPTest',
    attackers: [context.attacker],
    victims: [context.victim],
    sessions: connections(plan, context),
  };
}

/** Habits of one tool against one server. */
interface SlowStyle {
  readonly variant: SlowHttpPlan['variant'];
  readonly lastsSeconds: number;
  readonly dripSeconds: number;
  /** After this long the server gives up with a 408, if ever. */
  readonly patienceSeconds: number | undefined;
  readonly agent: string;
  readonly host: string;
  readonly serverName: string;
  readonly splitsOpening: boolean;
  readonly drip: (random: Random) => string;
}

function* connections(plan: SlowHttpPlan, context: AttackContext): Generator<Session> {
  const { attacker, ports, random, victim } = context;
  const style = pickStyle(plan, random);
  const count = plan.connections ?? Math.floor(random.around(200, 0.4));
  const perSecond = random.pick([50, 200, 200, 800]);
  const client = attacker;
  let startNs = context.startNs;
  for (let number = 0; number < count; number++) {
    startNs += Math.round(random.exponential(1e9 / perSecond));
    const chance = random.fork(`connection ${number}`);
    const turns = slowTurns(style, chance);
    const session = { client, server: victim, clientPort: ports(client), serverPort: 80, startNs, turns };
    const openedNs = startNs;
    yield { startNs: openedNs, packets: () => tcpSession(session, chance) };
  }
}

function pickStyle(plan: SlowHttpPlan, random: Random): SlowStyle {
  const lastsSeconds = plan.seconds ?? random.integer(60, 180);
  return {
    variant: plan.variant,
    lastsSeconds,
    dripSeconds: random.pick([5, 10, 10, 15, 15]),
    patienceSeconds: random.pick([undefined, 20, 40, 60]),
    agent: random.pick(browsers),
    host: `www.${random.text(7)}.example`,
    serverName: random.pick(serverNames),
    splitsOpening: random.chance(0.5),
    drip: random.pick([
      (chance: Random) => `X-a: ${chance.integer(1, 5000)}\r\n`,
      () => 'X-a: b\r\n',
      (chance: Random) => `X-${chance.text(chance.integer(8, 24))}: ${chance.text(chance.integer(4, 26))}\r\n`,
    ]),
  };
}

function* slowTurns(style: SlowStyle, random: Random): Generator<Turn> {
  const opening = openingBytes(style, random);
  if (style.splitsOpening) {
    const first = opening.indexOf(10) + 1;
    yield client(opening.subarray(0, first), 0.1, random);
    yield client(opening.subarray(first), 0.1, random);
  } else {
    yield client(opening, 0.3, random);
  }
  let age = 0;
  for (;;) {
    const wait = style.dripSeconds * (0.85 + 0.3 * random.uniform());
    if (style.patienceSeconds !== undefined && age + wait > style.patienceSeconds) {
      return yield* givenUp(style, style.patienceSeconds - age, random);
    }
    if (age + wait > style.lastsSeconds) break;
    age += wait;
    yield { kind: 'data', from: 'client', bytes: dripBytes(style, random), waitNs: seconds(wait) };
  }
  const how = random.pick(['fin', 'fin', 'rst']);
  yield { kind: 'close', from: 'client', how, waitNs: seconds(Math.max(0.1, style.lastsSeconds - age)) };
}

/** The server answers 408 and closes; the tool notices at once, or only when it sends the next drip. */
function* givenUp(style: SlowStyle, waitSeconds: number, random: Random): Generator<Turn> {
  const body = textBytes('<html><body><h1>Request Timeout</h1></body></html>');
  const headers = [
    ['Server', style.serverName],
    ['Content-Length', String(body.length)],
    ['Connection', 'close'],
  ] as const;
  const bytes = encodeResponse(408, headers, body);
  yield { kind: 'data', from: 'server', bytes, waitNs: seconds(Math.max(0.1, waitSeconds)) };
  if (random.chance(0.5)) {
    yield { kind: 'close', from: 'server', how: 'fin', waitNs: milliseconds(0.1) };
    return;
  }
  yield { kind: 'close', from: 'server', how: 'half', waitNs: milliseconds(0.1) };
  yield {
    kind: 'data',
    from: 'client',
    bytes: dripBytes(style, random),
    waitNs: seconds(random.uniform() * style.dripSeconds),
  };
  yield { kind: 'close', from: 'server', how: 'rst', waitNs: 0 };
}

function openingBytes(style: SlowStyle, random: Random): Uint8Array {
  const headers = [
    ['Host', style.host],
    ['User-Agent', style.agent],
    ['Accept-Language', 'en-US,en,q=0.5'],
  ] as const;
  if (style.variant === 'body') {
    const length = random.pick([4096, 8192, 100_000, 1_000_000]);
    const type = ['Content-Type', 'application/x-www-form-urlencoded'] as const;
    return encodeRequest('POST', '/', [...headers, type, ['Content-Length', String(length)]]);
  }
  const whole = encodeRequest('GET', `/?${random.integer(1, 9999)}`, headers);
  // The blank line that would end the headers never comes.
  return whole.subarray(0, whole.length - 2);
}

function dripBytes(style: SlowStyle, random: Random): Uint8Array {
  if (style.variant === 'headers') return textBytes(style.drip(random));
  return textBytes(`${random.text(random.integer(1, 6))}=${random.text(random.integer(1, 24))}&`);
}

function client(bytes: Uint8Array, medianMs: number, random: Random): Turn {
  return { kind: 'data', from: 'client', bytes, waitNs: milliseconds(random.around(medianMs, 0.5)) };
}
