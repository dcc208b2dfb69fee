// generate: requests that are wrong on purpose, thousands of ways: bits flipped, fields over-long, lengths that lie, control bytes.

import { dnsFlags, encodeDnsMessage } from '../app/dns-message.ts';
import { encodeWebAnswer, encodeWebRequest, pickClientHabits, pickServerHabits } from '../app/http-habits.ts';
import { encodeDnp3, modbusRead } from '../app/industrial-message.ts';
import { encodeMqttConnect, encodeMqttPublish } from '../app/mqtt-message.ts';
import { smb1Negotiate } from '../app/smb1-message.ts';
import { end, line, pickEnding, say } from '../app/turns.ts';
import { pickPage } from '../app/web-pages.ts';
import { joinBytes, textBytes } from '../bytes/text.ts';
import { udpSeries } from '../datagram.ts';
import type { Random } from '../random.ts';
import { tcpSeries } from '../tcp-series.ts';
import type { Turn } from '../tcp-session.ts';
import { milliseconds } from '../time.ts';
import { attackOn, type BehaviourContext, drawPace, drawRate, drawSize, type PlanBehaviour } from './behaviour.ts';

/** One of the ways in which a fuzzer spoils a sound message. */
export function spoil(sound: Uint8Array, random: Random): Uint8Array {
  const bytes = sound.slice();
  const at = random.integer(0, Math.max(0, bytes.length - 1));
  const far = Math.min(6000, Math.floor(random.around(500, 1.2)));
  switch (
    random.pick(['flip', 'flip', 'noise', 'long', 'cut', 'repeat', 'zeros', 'control', 'format', 'length', 'swap'])
  ) {
    case 'flip':
      for (let count = random.integer(1, 12); count > 0; count--) {
        const place = random.integer(0, Math.max(0, bytes.length - 1));
        bytes[place] = (bytes[place] ?? 0) ^ (1 << random.integer(0, 7));
      }
      return bytes;
    case 'noise':
      return random.bytes(Math.max(1, far));
    case 'long':
      return joinBytes([
        bytes.subarray(0, at),
        new Uint8Array(far).fill(random.pick([0x41, 0x61, 0x25, 0x2e, 0x2f, 0])),
        bytes.subarray(at),
      ]);
    case 'cut':
      return bytes.subarray(0, Math.max(1, at));
    case 'repeat':
      return joinBytes(Array.from({ length: random.integer(2, 20) }, () => bytes));
    case 'zeros':
      return joinBytes([bytes.subarray(0, at), new Uint8Array(random.integer(1, 64)), bytes.subarray(at)]);
    case 'control':
      return joinBytes([
        bytes.subarray(0, at),
        random.bytes(random.integer(1, 40)).map((byte) => byte & 31),
        bytes.subarray(at),
      ]);
    case 'format':
      return joinBytes([
        bytes.subarray(0, at),
        textBytes(random.pick(['%n%n%n%s', '%s%s%s%s%s', '%x%x%x', '{}{}', '\r\n\r\n', '..././'])),
        bytes.subarray(at),
      ]);
    case 'length':
      bytes.set([0xff, random.pick([0xff, 0x7f, 0x80, 0])], Math.min(at, Math.max(0, bytes.length - 2)));
      return bytes;
    case 'swap':
      return bytes.reverse();
  }
}

/** A protocol to be spoiled: what is said before, the sound message, what a patient server says to a wrong one. */
interface Target {
  readonly port: number;
  readonly greeting?: string;
  readonly first?: (random: Random) => Uint8Array;
  readonly sound: (number: number, random: Random) => Uint8Array;
  readonly complaint: (random: Random) => Uint8Array | undefined;
}

function fuzzOverTcp(context: BehaviourContext, target: Target, median: number) {
  const { attacker, random, victim } = context;
  const soundShare = random.pick([0, 0.1, 0.4]);
  const perConnection = random.pick([1, 1, 1, 2, 10]);
  const patience = random.pick([0.1, 0.6, 0.95]);
  const resets = random.pick([0, 0.2, 0.6]);
  const ending = pickEnding(random);
  const waitMs = drawRate(random, 0.2, 200);
  const refused = random.pick([0, 0, 0.05]);
  const turns = function* (number: number, chance: Random): Generator<Turn> {
    if (target.greeting !== undefined) yield line('server', target.greeting, 3, chance);
    if (target.first !== undefined) yield say('client', target.first(chance), 1, chance);
    for (let at = 0; at < perConnection; at++) {
      const sound = target.sound(number * perConnection + at, chance);
      const wrong = at > 0 && chance.chance(soundShare) ? sound : spoil(sound, chance);
      yield say('client', wrong.length === 0 ? Uint8Array.of(0) : wrong, at === 0 ? 1 : waitMs, chance);
      const complaint = chance.chance(patience) ? target.complaint(chance) : undefined;
      if (complaint !== undefined) yield say('server', complaint, 2, chance);
      if (chance.chance(resets)) return yield* end(chance.pick(['server-rst', 'server-fin']), 2, chance);
    }
    yield* end(ending, 20, chance);
  };
  return tcpSeries(
    context,
    Math.ceil(drawSize(context, median, 700, 3) / Math.sqrt(perConnection)),
    drawPace(random, 1, 150),
    (number, chance) => ({
      client: attacker,
      server: victim,
      serverPort: target.port,
      answer: chance.chance(refused) ? 'refuse' : 'accept',
      turns: turns(number, chance),
    }),
  );
}

export const planHttpFuzz: PlanBehaviour = (context) => {
  const { random } = context;
  const habits = pickClientHabits(random);
  const site = pickServerHabits(random);
  const host = `www.${random.text(6)}.example`;
  const methods = ['GET', 'POST', 'PUT', 'OPTIONS', 'TRACE', 'PROPFIND', random.text(6).toUpperCase()] as const;
  const statuses = random.pick([[400], [400, 404, 500], [400, 414, 501, 405], [200, 404]] as const);
  const target: Target = {
    port: random.pick([80, 80, 8080, 8000]),
    sound: (_, chance) => {
      const body = chance.chance(0.3) ? { body: textBytes(chance.text(chance.integer(0, 200))) } : {};
      const name = chance.text(chance.integer(1, 30));
      const headers = [[name, chance.text(chance.integer(0, 300))]] as const;
      return joinBytes(
        encodeWebRequest(habits, host, { method: chance.pick(methods), target: pickPage(chance), headers, ...body }),
      );
    },
    complaint: (chance) => encodeWebAnswer(site, { status: chance.pick(statuses) }, true, false),
  };
  return attackOn('Fuzzers', context, fuzzOverTcp(context, target, 180));
};

export const planTextFuzz: PlanBehaviour = (context) => {
  const { random } = context;
  const word = (chance: Random): string => chance.text(chance.integer(1, 24));
  const target: Target = random.pick([
    {
      ...{ port: 21, greeting: '220 (vsFTPd 3.0.3)' },
      sound: (_: number, chance: Random) =>
        textBytes(
          `${chance.pick(['USER', 'PASS', 'CWD', 'MKD', 'STOR', 'SITE', 'PORT', 'LIST', 'REST'])} ${word(chance)}\r\n`,
        ),
      complaint: (chance: Random) =>
        textBytes(
          chance.pick(['500 Unknown command.\r\n', '530 Please login with USER and PASS.\r\n', '501 Syntax error\r\n']),
        ),
    },
    {
      ...{ port: 25, greeting: '220 mail.example ESMTP Postfix' },
      sound: (_: number, chance: Random) =>
        textBytes(
          `${chance.pick(['HELO', 'EHLO', 'MAIL FROM:', 'RCPT TO:', 'VRFY', 'EXPN', 'DATA', 'AUTH'])} ${word(chance)}\r\n`,
        ),
      complaint: (chance: Random) =>
        textBytes(
          chance.pick([
            '500 5.5.2 Error: bad syntax\r\n',
            '502 5.5.2 Error: command not recognized\r\n',
            '503 5.5.1 Error\r\n',
          ]),
        ),
    },
    {
      ...{ port: 5060 },
      sound: (_: number, chance: Random) =>
        textBytes(
          `${chance.pick(['INVITE', 'OPTIONS', 'REGISTER'])} sip:${word(chance)}@192.0.2.4 SIP/2.0\r\nVia: SIP/2.0/TCP ${word(chance)}\r\nCall-ID: ${word(chance)}\r\nContent-Length: 0\r\n\r\n`,
        ),
      complaint: () => textBytes('SIP/2.0 400 Bad Request\r\nContent-Length: 0\r\n\r\n'),
    },
    {
      ...{ port: 110, greeting: '+OK Dovecot ready.' },
      sound: (_: number, chance: Random) =>
        textBytes(`${chance.pick(['USER', 'PASS', 'RETR', 'LIST', 'TOP', 'APOP'])} ${word(chance)}\r\n`),
      complaint: () => textBytes('-ERR Unknown command.\r\n'),
    },
  ]);
  return attackOn('Fuzzers', context, fuzzOverTcp(context, target, 180));
};

export const planBinaryFuzz: PlanBehaviour = (context) => {
  const { attacker, ports, random, victim } = context;
  const kind = random.pick(['mqtt', 'modbus', 'dnp3', 'smb', 'rpc', 'dns', 'snmp', 'ntp'] as const);
  if (kind === 'dns' || kind === 'snmp' || kind === 'ntp') {
    const serverPort = { dns: 53, snmp: 161, ntp: 123 }[kind];
    const samePort = random.chance(0.4) ? random.integer(1024, 65_000) : undefined;
    const answers = random.pick([0, 0.2, 0.8]);
    const sound = (chance: Random): Uint8Array => {
      if (kind === 'dns')
        return encodeDnsMessage({
          id: chance.integer(0, 0xffff),
          flags: dnsFlags.query,
          name: `${chance.text(chance.integer(1, 40))}.example`,
          type: chance.integer(1, 260),
        });
      if (kind === 'snmp')
        return joinBytes([
          Uint8Array.of(0x30, 0x26, 2, 1, 1, 4, 6),
          textBytes('public'),
          Uint8Array.of(0xa0, 0x19, 2, 1, 1, 2, 1, 0, 2, 1, 0, 0x30, 0x0e),
          chance.bytes(14),
        ]);
      return joinBytes([Uint8Array.of(chance.integer(0, 255), 0, 6, 0xec), new Uint8Array(44)]);
    };
    const sessions = udpSeries(context, drawSize(context, 300, 1500, 4), drawPace(random, 2, 400), (_, chance) => ({
      client: attacker,
      server: victim,
      clientPort: samePort ?? ports(attacker),
      serverPort,
      datagrams: [
        { from: 'client' as const, bytes: spoil(sound(chance), chance).subarray(0, 1400), waitNs: 0 },
        ...(chance.chance(answers)
          ? [{ from: 'server' as const, bytes: chance.bytes(chance.integer(12, 60)), waitNs: milliseconds(1) }]
          : []),
      ],
    }));
    return attackOn('Fuzzers', context, sessions);
  }
  const targets: Readonly<Record<typeof kind, Target>> = {
    mqtt: {
      port: 1883,
      ...(random.chance(0.5) ? { first: (chance: Random) => encodeMqttConnect(chance.text(8), 30) } : {}),
      sound: (_, chance) =>
        chance.chance(0.5)
          ? encodeMqttConnect(chance.text(chance.integer(0, 30)), chance.integer(0, 600))
          : encodeMqttPublish(chance.text(12), chance.bytes(chance.integer(0, 100))),
      complaint: (chance) => Uint8Array.of(0x20, 2, 0, chance.integer(0, 5)),
    },
    modbus: {
      port: 502,
      sound: (number, chance) =>
        modbusRead(number, chance.integer(0, 255), chance.integer(0, 0xffff), chance.integer(0, 0xffff)),
      complaint: (chance) => Uint8Array.of(0, chance.integer(0, 255), 0, 0, 0, 3, 1, 0x83, chance.integer(1, 4)),
    },
    dnp3: {
      port: 20_000,
      sound: (number, chance) =>
        encodeDnp3(
          chance.integer(0, 0xffff),
          1,
          true,
          Uint8Array.of(0xc0 | (number & 15), chance.integer(0, 130), ...chance.bytes(chance.integer(0, 30))),
        ),
      complaint: (chance) =>
        chance.chance(0.5) ? encodeDnp3(1, 10, false, Uint8Array.of(0xc0, 0x81, 0, 2)) : undefined,
    },
    smb: {
      port: random.pick([445, 139]),
      sound: (_, chance) => smb1Negotiate(['NT LM 0.12', chance.text(chance.integer(1, 30))]),
      complaint: () => undefined,
    },
    rpc: {
      port: random.pick([135, 111, 2049]),
      sound: (_, chance) =>
        joinBytes([Uint8Array.of(5, 0, 11, 3, 0x10, 0, 0, 0, 72, 0, 0, 0), chance.bytes(chance.integer(20, 120))]),
      complaint: (chance) => joinBytes([Uint8Array.of(5, 0, 13, 3, 0x10, 0, 0, 0, 24, 0, 0, 0), chance.bytes(12)]),
    },
  };
  return attackOn('Fuzzers', context, fuzzOverTcp(context, targets[kind], 180));
};
