// generate: password guessing against a web login, by form, by query or by basic authentication.
import { browsers, createProse, encodeRequest, encodeResponse, programs, serverNames } from '../app/http-message.ts';
import { textBytes } from '../bytes/text.ts';
import type { Session } from '../packet.ts';
import type { Random } from '../random.ts';
import { type Turn, tcpSession } from '../tcp-session.ts';
import { milliseconds } from '../time.ts';
import { pickPassword, pickUser } from './passwords.ts';
import type { AttackContext, AttackTrack, PasswordGuessingPlan } from './plan.ts';
import { workerSlots } from './workers.ts';

export function planHttpLoginGuessing(plan: PasswordGuessingPlan, context: AttackContext): AttackTrack {
  return {
    label: 'Web Attack - Brute Force',
    attackers: [context.attacker],
    victims: [context.victim],
    sessions: guesses(plan, context),
  };
}

/** How the tool and the page work; one of each an attack. */
interface Login {
  readonly form: 'post' | 'get' | 'basic';
  readonly page: string;
  readonly agent: string;
  readonly host: string;
  readonly serverName: string;
  readonly failure: Uint8Array;
  readonly failureStatus: number;
  readonly perConnection: number;
  readonly fetchesFormFirst: boolean;
}

function* guesses(plan: PasswordGuessingPlan, context: AttackContext): Generator<Session> {
  const { attacker, ports, random, victim } = context;
  const login = pickLogin(random);
  const workers = plan.workers ?? random.pick([1, 4, 8, 16]);
  const serverPort = random.pick([80, 80, 80, 8080]);
  let left = plan.attempts ?? Math.floor(random.around(250, 0.6));
  let number = 0;
  const busyNs = (): number => milliseconds(random.around(90, 0.6) * login.perConnection);
  for (const slot of workerSlots(workers, context.startNs, busyNs, () => left <= 0)) {
    const chance = random.fork(`connection ${number++}`);
    const attempts = Math.min(left, login.perConnection);
    left -= attempts;
    const session = {
      client: attacker,
      server: victim,
      clientPort: ports(attacker),
      serverPort,
      startNs: slot.startNs,
      turns: guessTurns(login, attempts, chance),
    };
    yield { startNs: slot.startNs, packets: () => tcpSession(session, chance) };
  }
}

function pickLogin(random: Random): Login {
  const form = random.pick(['post', 'post', 'get', 'basic']);
  return {
    form,
    page: random.pick([
      '/login.php',
      '/wp-login.php',
      '/vulnerabilities/brute/',
      '/admin/login',
      '/user/signin',
      '/manager/html',
    ]),
    agent: random.pick(['Mozilla/5.0 (Hydra)', random.pick(programs), random.pick(browsers)]),
    host: `shop.${random.text(6)}.example`,
    serverName: random.pick(serverNames),
    failure: createProse(random.fork('page'))(Math.floor(random.around(2200, 0.7))),
    failureStatus: form === 'basic' ? 401 : random.pick([200, 200, 302, 403]),
    perConnection: random.pick([1, 1, 1, 20]),
    fetchesFormFirst: form === 'post' && random.chance(0.5),
  };
}

function* guessTurns(login: Login, attempts: number, random: Random): Generator<Turn> {
  const closes = login.perConnection === 1;
  for (let count = 0; count < attempts; count++) {
    if (login.fetchesFormFirst) {
      const request = encodeRequest('GET', login.page, baseHeaders(login, closes));
      yield { kind: 'data', from: 'client', bytes: request, waitNs: milliseconds(random.around(0.3, 0.6)) };
      yield refusal(login, 200, closes, random);
    }
    yield {
      kind: 'data',
      from: 'client',
      bytes: attempt(login, closes, random),
      waitNs: milliseconds(random.around(1, 0.8)),
    };
    yield refusal(login, login.failureStatus, closes, random);
  }
  yield {
    kind: 'close',
    from: random.chance(0.5) ? 'server' : 'client',
    how: 'fin',
    waitNs: milliseconds(random.around(0.2, 0.6)),
  };
}

function attempt(login: Login, closes: boolean, random: Random): Uint8Array {
  const user = pickUser(random);
  const password = pickPassword(random);
  const headers = baseHeaders(login, closes);
  const query = `username=${user}&password=${encodeURIComponent(password)}&Login=Login`;
  if (login.form === 'get') return encodeRequest('GET', `${login.page}?${query}`, headers);
  if (login.form === 'basic') {
    const token = Buffer.from(`${user}:${password}`).toString('base64');
    return encodeRequest('GET', login.page, [...headers, ['Authorization', `Basic ${token}`]]);
  }
  const length = ['Content-Length', String(query.length)] as const;
  const type = ['Content-Type', 'application/x-www-form-urlencoded'] as const;
  return encodeRequest('POST', login.page, [...headers, type, length], textBytes(query));
}

function baseHeaders(login: Login, closes: boolean): readonly (readonly [string, string])[] {
  return [
    ['Host', login.host],
    ['User-Agent', login.agent],
    ['Cookie', 'PHPSESSID=4f2c8e0b9d7a4f2c8e0b9d7a; security=low'],
    ['Connection', closes ? 'close' : 'keep-alive'],
  ];
}

function refusal(login: Login, status: number, closes: boolean, random: Random): Turn {
  const body = status === 302 ? new Uint8Array(0) : login.failure;
  const bytes = encodeResponse(
    status,
    [
      ['Server', login.serverName],
      ...(status === 302 ? ([['Location', login.page]] as const) : []),
      ...(status === 401 ? ([['WWW-Authenticate', 'Basic realm="Restricted"']] as const) : []),
      ['Content-Type', 'text/html; charset=utf-8'],
      ['Content-Length', String(body.length)],
      ['Connection', closes ? 'close' : 'keep-alive'],
    ],
    body,
  );
  return { kind: 'data', from: 'server', bytes, waitNs: milliseconds(random.around(18, 0.7)) };
}
