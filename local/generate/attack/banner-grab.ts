// generate: what runs there: connections to many ports of few hosts, each with a probe that loosens the tongue, or with silence.
import { encodeMqttConnect } from '../app/mqtt-message.ts';
import { smb1Negotiate } from '../app/smb1-message.ts';
import { cipherSets, encodeClientHello } from '../app/tls-record.ts';
import { end, pickEnding, say } from '../app/turns.ts';
import { textBytes } from '../bytes/text.ts';
import type { Host } from '../host.ts';
import type { Label } from '../packet.ts';
import type { Random } from '../random.ts';
import { pickFrom, shuffle } from '../shuffle.ts';
import { tcpSeries } from '../tcp-series.ts';
import type { Turn } from '../tcp-session.ts';
import {
  attackOn,
  type BehaviourContext,
  drawPace,
  drawSize,
  neighbour,
  type PlanBehaviour,
  sameHost,
} from './behaviour.ts';

const greetings: Readonly<Record<number, string>> = {
  21: '220 ProFTPD 1.3.5 Server ready.\r\n',
  22: 'SSH-2.0-OpenSSH_7.6p1 Ubuntu-4ubuntu0.3\r\n',
  23: '\xff\xfd\x18\xff\xfd\x20login: ',
  25: '220 mail.example ESMTP Exim 4.94.2\r\n',
  110: '+OK Dovecot ready.\r\n',
  143: '* OK [CAPABILITY IMAP4rev1] Dovecot ready.\r\n',
  3306: '\x4a\0\0\0\n5.7.33-0ubuntu0.16.04.1\0',
  5900: 'RFB 003.008\n',
  6667: ':irc.example NOTICE AUTH :*** Looking up your hostname\r\n',
};
const ports = [
  21, 22, 23, 25, 53, 80, 81, 110, 111, 135, 139, 143, 443, 445, 502, 587, 993, 995, 1433, 1521, 1883, 2049, 2222, 3128,
  3306, 3389, 5432, 5900, 6379, 6667, 8000, 8080, 8443, 9090, 9200, 11_211, 27_017,
] as const;

/** What a fingerprinting program sends to learn more; nothing is a probe too. */
function probe(random: Random): Uint8Array {
  const hello = {
    serverName: undefined,
    alpn: [],
    ciphers: cipherSets.program,
    grease: false,
    offersTls13: random.chance(0.5),
    sessionId: random.bytes(32),
  };
  return random.pick([
    () => textBytes('\r\n\r\n'),
    () => textBytes('GET / HTTP/1.0\r\n\r\n'),
    () => textBytes('OPTIONS / HTTP/1.0\r\n\r\n'),
    () => textBytes('OPTIONS / RTSP/1.0\r\n\r\n'),
    () => textBytes('HELP\r\n'),
    () => textBytes('EHLO probe.example\r\n'),
    () => encodeClientHello(hello, random),
    () => smb1Negotiate(['PC NETWORK PROGRAM 1.0', 'MICROSOFT NETWORKS 1.03', 'NT LM 0.12']),
    () => encodeMqttConnect('', 30),
    () =>
      Uint8Array.of(
        0,
        0x1e,
        0,
        6,
        1,
        0,
        0,
        1,
        0,
        0,
        0,
        0,
        0,
        0,
        7,
        0x76,
        0x65,
        0x72,
        0x73,
        0x69,
        0x6f,
        0x6e,
        4,
        0x62,
        0x69,
        0x6e,
        0x64,
        0,
        0,
        0x10,
        0,
        3,
      ),
    () => Uint8Array.of(0x80, 0, 0, 0x28, 0x72, 0xfe, 0x1d, 0x13, 0, 0, 0, 0, 0, 0, 0, 2),
    () => textBytes('stats\r\n'),
    () => textBytes('*1\r\n$4\r\nINFO\r\n'),
    () => textBytes(`GET /nice%20ports%2C/Tri%6Eity.txt%2ebak HTTP/1.0\r\n\r\n`),
  ])();
}

interface Grab {
  readonly label: Label;
  readonly hosts: readonly Host[];
  readonly ports: readonly number[];
  /** Share of ports that are open, and of visits that say something. */
  readonly open: number;
  readonly probes: number;
  readonly count: number;
}

function grab(context: BehaviourContext, plan: Grab): ReturnType<PlanBehaviour> {
  const { attacker, random, victim } = context;
  const doors = new Map(plan.ports.map((port) => [port, random.chance(plan.open)]));
  const closed = random.pick(['refuse', 'refuse', 'ignore'] as const);
  const ending = pickEnding(random);
  const waitMs = random.pick([1, 100, 3000]);
  const byHost = random.chance(0.5);
  const turns = function* (port: number, chance: Random): Generator<Turn> {
    const greeting = greetings[port];
    if (greeting !== undefined && chance.chance(0.9)) yield say('server', Buffer.from(greeting, 'latin1'), 4, chance);
    if (chance.chance(plan.probes)) {
      yield say('client', probe(chance), greeting === undefined ? waitMs : 5, chance);
      if (chance.chance(0.7))
        yield say(
          'server',
          chance.chance(0.5)
            ? textBytes('HTTP/1.0 400 Bad Request\r\nServer: nginx\r\n\r\n')
            : chance.bytes(chance.integer(2, 300)),
          4,
          chance,
        );
    }
    yield* end(ending, waitMs, chance);
  };
  const sessions = tcpSeries(context, plan.count, drawPace(random, 0.5, 80), (number, chance) => {
    const [inner, outer] = byHost ? [plan.ports.length, plan.hosts.length] : [plan.hosts.length, plan.ports.length];
    const [first, second] = [number % inner, Math.floor(number / inner) % outer];
    const port = plan.ports[byHost ? first : second] ?? 80;
    const server = plan.hosts[byHost ? second : first] ?? victim;
    const isOpen = doors.get(port) === true && chance.chance(0.9);
    return {
      client: attacker,
      server,
      serverPort: port,
      answer: isOpen ? 'accept' : closed,
      turns: turns(port, chance),
    };
  });
  return attackOn(plan.label, context, sessions, { victims: [...plan.hosts] });
}

/** Many ports of one host or two, with odd probes. */
export const planBannerGrab: PlanBehaviour = (context) => {
  const { network, random, victim } = context;
  const list = shuffle<number>([...ports], random).slice(0, random.integer(6, ports.length));
  const hosts = random.chance(0.6) ? [victim] : [victim, pickFrom(network.servers, random)];
  return grab(context, {
    ...{ label: 'Analysis', hosts, ports: list },
    ...{ open: random.pick([0.3, 0.6, 1]), probes: random.pick([0.5, 0.9, 1]), count: drawSize(context, 90, 500, 8) },
  });
};

/** A handful of ports on a row of hosts, mostly listening only. */
export const planVersionScan: PlanBehaviour = (context) => {
  const { attacker, random, victim } = context;
  const row = Array.from({ length: random.integer(4, 40) }, (_, number) => neighbour(victim, number + 3));
  const hosts = row.filter((host) => !sameHost(host, attacker));
  const list = shuffle<number>([...ports], random).slice(0, random.integer(2, 8));
  const count = context.size ?? Math.min(hosts.length * list.length, drawSize(context, 150, 500, 8));
  return grab(context, {
    label: 'Reconnaissance',
    hosts,
    ports: list,
    open: random.pick([0.2, 0.5, 0.8]),
    probes: random.pick([0, 0.3]),
    count,
  });
};
