// generate: infected hosts that report: beacons over HTTP and bare TLS, chat channels, names as a tunnel, peers that are gone, a program fetched.

import { dnsFlags, encodeDnsMessage, encodeDnsName, recordTypes } from '../app/dns-message.ts';
import { pickClientHabits, pickServerHabits } from '../app/http-habits.ts';
import { encrypted, pickTlsHabits, tlsOpening } from '../app/tls-turns.ts';
import { end, line, pickEnding } from '../app/turns.ts';
import { joinBytes, textBytes } from '../bytes/text.ts';
import { type Datagram, udpSeries } from '../datagram.ts';
import type { Host } from '../host.ts';
import type { Pace } from '../pace.ts';
import type { Session } from '../packet.ts';
import type { Random } from '../random.ts';
import { pickFrom } from '../shuffle.ts';
import { inOrder, tcpSeries } from '../tcp-series.ts';
import type { Turn } from '../tcp-session.ts';
import { milliseconds, seconds } from '../time.ts';
import { hostText, type MakeExchange, pickCampaign, webSeries } from '../web-series.ts';
import {
  attackOn,
  type BehaviourContext,
  drawPace,
  drawRate,
  drawSize,
  outsiders,
  type PlanBehaviour,
} from './behaviour.ts';

/** The infected hosts and whom they report to. */
function pickBots(context: BehaviourContext): { readonly bots: readonly Host[]; readonly master: Host } {
  const { network, random } = context;
  const count = random.pick([1, 1, 1, 2, 4]);
  const bots = Array.from({ length: count }, () => pickFrom(network.clients, random));
  const master = random.chance(0.5) ? pickFrom(outsiders(context, 1), random) : random.pick(network.sites).host;
  return { bots: [...new Set(bots)], master };
}

/** A fixed interval with the jitter that its author chose. */
function beaconPace(random: Random): Pace {
  const interval = seconds(drawRate(random, 1, 60));
  const jitter = random.pick([0, 0.02, 0.1, 0.3, 0.5]);
  return () => interval * (1 - jitter + 2 * jitter * random.uniform());
}

/** Each infected host's own sessions, side by side. */
function eachBot(
  context: BehaviourContext,
  bots: readonly Host[],
  make: (bot: Host, own: BehaviourContext) => Iterable<Session>,
): Session[] {
  return inOrder(
    ...bots.map((bot, number) => {
      const random = context.random.fork(`bot ${number}`);
      return make(bot, {
        ...context,
        random,
        startNs: context.startNs + seconds(number === 0 ? 0 : random.around(5, 1)),
      });
    }),
  );
}

export const planHttpBeacon: PlanBehaviour = (context) => {
  const { random } = context;
  const { bots, master } = pickBots(context);
  const gapNs = beaconPace(random);
  const drawn = pickCampaign(
    master,
    master,
    { perSecond: 1, perConnection: random.pick([1, 1, 1, 4]), thinkMs: 2000 },
    random,
  );
  const bare = random.chance(0.6);
  const habits = pickClientHabits(random, bare ? 'bare' : undefined);
  const site = random.chance(0.5) ? { ...drawn.site, pageBytes: random.integer(0, 120), errorBytes: 20 } : drawn.site;
  const hostName = random.chance(0.4) ? hostText(master) : drawn.hostName;
  const serverPort = random.pick([80, 80, 80, 8080, 443, 4433, 8888, 1433, random.integer(1024, 65_000)]);
  const path = random.pick([
    '/gate.php',
    '/panel/in.php',
    '/api/check',
    '/',
    '/submit.php',
    '/jquery-3.3.1.min.js',
    '/pixel.gif',
    `/${random.text(8)}`,
  ]);
  const posts = random.pick([0, 0.2, 1]);
  const identity = random.text(16, '0123456789abcdef');
  const idle = random.integer(0, 60);
  const make: MakeExchange = (_, chance) => {
    const status = chance.pick([200, 200, 200, 200, 404, 204]);
    const tasked = chance.chance(0.05);
    const answer = {
      status,
      bodyBytes: tasked ? chance.integer(300, 4000) : idle,
      delayMs: 5,
      mediaType: 'text/plain',
    };
    const cookie = chance.chance(0.3) ? { headers: [['Cookie', chance.text(172)]] as const } : {};
    if (!chance.chance(posts))
      return {
        method: 'GET',
        target: `${path}?id=${identity}${chance.chance(0.5) ? `&t=${chance.uint32()}` : ''}`,
        ...cookie,
        answer,
      };
    const length = tasked ? chance.integer(300, 6000) : chance.integer(20, 200);
    return {
      method: 'POST',
      target: path,
      mediaType: 'application/x-www-form-urlencoded',
      body: textBytes(`d=${chance.text(length)}`),
      answer,
    };
  };
  const sessions = eachBot(context, bots, (bot, own) => {
    const campaign = { ...drawn, client: () => bot, habits, site, hostName, serverPort, gapNs };
    return webSeries(own, campaign, drawSize(own, 30, 150, 3), make);
  });
  return attackOn('Bot', context, sessions, { attackers: bots, victims: [master] });
};

/** TLS to a bare address at a steady beat, often on a port of its own. */
export const planTlsBeacon: PlanBehaviour = (context) => {
  const { random } = context;
  const { bots, master } = pickBots(context);
  const serverPort = random.pick([443, 443, 4443, 8443, 447, 449, 995, 2222, 7080, 9001, random.integer(1024, 65_000)]);
  const habits = pickTlsHabits(random.chance(0.75) ? undefined : `${random.text(12)}.example`, random);
  const gapNs = beaconPace(random);
  const rounds = random.pick([1, 1, 2, 5]);
  const ending = pickEnding(random);
  const dead = random.pick([0, 0, 0.3]);
  const size = random.integer(60, 500);
  const turns = function* (chance: Random): Generator<Turn> {
    yield* tlsOpening(habits, chance);
    for (let round = 0; round < rounds; round++) {
      yield encrypted('client', size + chance.integer(0, 40), round === 0 ? 2 : 900, chance);
      yield encrypted(
        'server',
        chance.chance(0.1) ? chance.integer(1000, 20_000) : chance.integer(40, 300),
        30,
        chance,
      );
    }
    yield* end(ending, 100, chance);
  };
  const sessions = eachBot(context, bots, (bot, own) =>
    tcpSeries(own, drawSize(own, 25, 120, 3), gapNs, (_, chance) => ({
      client: bot,
      server: master,
      serverPort,
      answer: chance.chance(dead) ? chance.pick(['ignore', 'refuse'] as const) : 'accept',
      turns: turns(chance),
    })),
  );
  return attackOn('Bot', context, sessions, { attackers: bots, victims: [master] });
};

/** A chat channel where orders are given (RFC 2812). */
export const planIrcBot: PlanBehaviour = (context) => {
  const { random } = context;
  const { bots, master } = pickBots(context);
  const serverPort = random.pick([6667, 6667, 6666, 6697, 7000, 8080, 443, 2407]);
  const channel = `#${random.text(random.integer(3, 8))}`;
  const pingSeconds = random.pick([30, 60, 90, 120]);
  const minutes = drawRate(random, 0.5, 15);
  const ending = pickEnding(random);
  const turns = function* (chance: Random): Generator<Turn> {
    const nick = `${chance.pick(['[XP|DEU|', 'bot-', 'n', '{USA}'])}${chance.text(7)}`;
    if (chance.chance(0.5)) yield line('client', `PASS ${chance.text(6)}`, 2, chance);
    yield line('client', `NICK ${nick}`, 2, chance);
    yield line('client', `USER ${chance.text(6)} 0 * :${chance.text(6)}`, 1, chance);
    for (const number of ['001', '002', '005', '376'])
      yield line('server', `:irc.example ${number} ${nick} :${chance.text(chance.integer(10, 60))}`, 20, chance);
    yield line('client', `JOIN ${channel} ${chance.text(5)}`, 40, chance);
    yield line(
      'server',
      `:${nick}!x@y JOIN ${channel}\r\n:irc.example 332 ${nick} ${channel} :.${chance.pick(['advscan', 'download', 'ddos', 'sleep'])} ${chance.text(12)}`,
      20,
      chance,
    );
    for (let pings = Math.ceil((minutes * 60) / pingSeconds); pings > 0; pings--) {
      yield {
        kind: 'data',
        from: 'server',
        bytes: textBytes('PING :irc.example\r\n'),
        waitNs: seconds(pingSeconds * (0.95 + 0.1 * chance.uniform())),
      };
      yield line('client', 'PONG :irc.example', 2, chance);
      if (!chance.chance(0.3)) continue;
      yield line(
        'server',
        `:m!m@master PRIVMSG ${channel} :.${chance.pick(['status', 'udp 192.0.2.7 60', 'update', 'spread'])}`,
        3000,
        chance,
      );
      yield line(
        'client',
        `PRIVMSG ${channel} :[${chance.text(4)}] ${chance.text(chance.integer(8, 80))}`,
        200,
        chance,
      );
    }
    yield* end(ending, 1000, chance);
  };
  const sessions = eachBot(context, bots, (bot, own) =>
    tcpSeries(own, context.size ?? random.integer(1, 5), drawPace(random, 0.01, 0.2), (_, chance) => ({
      client: bot,
      server: master,
      serverPort,
      answer: chance.chance(0.1) ? 'refuse' : 'accept',
      turns: turns(chance),
    })),
  );
  return attackOn('Bot', context, sessions, { attackers: bots, victims: [master] });
};

/** Long names that carry what should leave, answers that carry what should come in. */
export const planDnsTunnel: PlanBehaviour = (context) => {
  const { network, random } = context;
  const bots = [random.pick(network.clients)];
  const direct = random.chance(0.3);
  const server = direct ? pickFrom(outsiders(context, 1), random) : network.resolver;
  const zone = `${random.text(random.integer(2, 6))}.${random.text(random.integer(3, 8))}.example`;
  const type = random.pick([
    recordTypes.txt,
    recordTypes.txt,
    recordTypes.cname,
    recordTypes.a,
    recordTypes.mx,
    10,
    recordTypes.aaaa,
  ]);
  const labels = random.integer(1, 3);
  const longest = random.pick([16, 30, 45, 60]);
  const alphabet = random.pick([
    'abcdefghijklmnopqrstuvwxyz234567',
    '0123456789abcdef',
    'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-',
  ]);
  const samePort = random.chance(0.4) ? random.integer(1024, 65_000) : undefined;
  const answerBytes = random.pick([4, 60, 180, 250]);
  const perFlow = samePort === undefined ? 1 : random.pick([1, 20]);
  const gapNs = random.chance(0.4) ? beaconPace(random) : drawPace(random, 0.5, 60);
  const sessions = eachBot(context, bots, (bot, own) =>
    udpSeries(own, Math.ceil(drawSize(own, 250, 1000, 12) / perFlow), gapNs, (_, chance) => ({
      client: bot,
      server,
      clientPort: samePort ?? context.ports(bot),
      serverPort: 53,
      datagrams: exchanges(chance),
    })),
  );
  return attackOn('Bot', context, sessions, { attackers: bots, victims: [server] });

  function* exchanges(chance: Random): Generator<Datagram> {
    for (let number = 0; number < perFlow; number++) {
      const name = [
        ...Array.from({ length: labels }, () => chance.text(chance.integer(Math.ceil(longest / 2), longest), alphabet)),
        zone,
      ].join('.');
      const id = chance.integer(0, 0xffff);
      yield {
        from: 'client',
        bytes: encodeDnsMessage({ id, flags: dnsFlags.query, name, type }),
        waitNs: number === 0 ? 0 : milliseconds(chance.around(200, 1)),
      };
      const noise = chance.bytes(answerBytes);
      const data =
        type === recordTypes.cname || type === recordTypes.mx
          ? encodeDnsName(`${chance.text(Math.min(60, answerBytes), alphabet)}.${zone}`)
          : joinBytes([Uint8Array.of(answerBytes), noise]);
      const whole =
        type === recordTypes.mx
          ? joinBytes([Uint8Array.of(0, 10), data])
          : type === recordTypes.a
            ? noise.subarray(0, 4)
            : data;
      const failed = chance.chance(0.1);
      const answer = failed
        ? { flags: dnsFlags.noSuchName }
        : { flags: dnsFlags.answer, answers: [{ type, ttlSeconds: 0, data: whole }] };
      yield {
        from: 'server',
        bytes: encodeDnsMessage({ id, name, type, ...answer }),
        waitNs: milliseconds(chance.around(25, 0.8)),
      };
    }
  }
};

/** Datagrams to a list of peers, most of them long gone. */
export const planPeerBot: PlanBehaviour = (context) => {
  const { network, random } = context;
  const bots = [random.pick(network.clients)];
  const peers = outsiders(context, random.integer(20, 400));
  const ownPort = random.integer(1024, 65_000);
  const fixedPort = random.chance(0.4) ? random.integer(1024, 65_000) : undefined;
  const length = random.integer(12, 300);
  const varying = random.pick([0, 20, 200]);
  const alive = random.pick([0.02, 0.1, 0.3]);
  const sessions = eachBot(context, bots, (bot, own) =>
    udpSeries(own, drawSize(own, 250, 1000, 12), drawPace(random, 0.5, 60), (number, chance) => ({
      client: bot,
      server: peers[number % peers.length] ?? context.attacker,
      clientPort: ownPort,
      serverPort: fixedPort ?? 1024 + ((Math.imul((number % peers.length) + 1, 40_503) & 0xffff) % 60_000),
      datagrams: [
        { from: 'client' as const, bytes: chance.bytes(length + chance.integer(0, varying)), waitNs: 0 },
        ...(chance.chance(alive)
          ? [
              {
                from: 'server' as const,
                bytes: chance.bytes(chance.integer(16, 1200)),
                waitNs: milliseconds(chance.around(10, 1)),
              },
            ]
          : []),
      ],
    })),
  );
  return attackOn('Bot', context, sessions, { attackers: bots, victims: [] });
};

/** A program fetched over plain HTTP by something that hardly says who it is. */
export const planMalwareDownload: PlanBehaviour = (context) => {
  const { random } = context;
  const { bots, master } = pickBots(context);
  const drawn = pickCampaign(
    master,
    master,
    { perSecond: drawRate(random, 0.03, 2), perConnection: random.pick([1, 1, 3]), thinkMs: 500 },
    random,
  );
  const habits = pickClientHabits(random, random.pick(['bare', 'bare', 'program', 'browser']));
  const hostName = random.chance(0.6) ? hostText(master) : drawn.hostName;
  const serverPort = random.pick([80, 80, 80, 8080, 88, 8000, random.integer(1024, 65_000)]);
  const site = { ...pickServerHabits(random), chunks: false };
  const names = ['exe', 'dll', 'bin', 'jpg', 'dat', 'sh', 'mips', 'arm7', 'x86', 'ps1', 'png', 'zip'] as const;
  const make: MakeExchange = (_, chance) => {
    const ending = chance.pick(names);
    const magic =
      ending === 'sh' || ending === 'ps1'
        ? textBytes('#!/bin/sh\n')
        : ending === 'mips' || ending === 'arm7' || ending === 'x86'
          ? Uint8Array.of(0x7f, 0x45, 0x4c, 0x46)
          : textBytes('MZ');
    const length = Math.min(500_000, Math.floor(chance.around(90_000, 0.9)));
    const stub = 'This program cannot be run in DOS mode.';
    const noise = chance.bytes(Math.min(length, 60_000));
    const body = joinBytes([
      magic,
      textBytes(stub),
      ...Array.from({ length: Math.ceil(length / noise.length) }, () => noise),
    ]);
    const missing = chance.chance(0.15);
    const mediaType = chance.pick(['application/octet-stream', 'application/x-msdownload', 'text/plain', 'image/jpeg']);
    return {
      method: 'GET',
      target: `/${chance.chance(0.5) ? `${chance.text(4)}/` : ''}${chance.text(chance.integer(1, 8))}.${ending}`,
      answer: missing ? { status: 404 } : { status: 200, body, mediaType },
    };
  };
  const sessions = eachBot(context, bots, (bot, own) =>
    webSeries(
      own,
      { ...drawn, client: () => bot, habits, hostName, serverPort, site },
      context.size ?? random.integer(1, 6),
      make,
    ),
  );
  return attackOn('Bot', context, sessions, { attackers: [master], victims: bots });
};
