// generate: honest hosts that try others in turn: a monitoring system, an inventory, a program that cannot reach its server.
import { encodeWebAnswer, encodeWebRequest, pickClientHabits, pickServerHabits } from '../app/http-habits.ts';
import { snmpGet } from '../app/snmp-message.ts';
import { end, line, say } from '../app/turns.ts';
import { joinBytes } from '../bytes/text.ts';
import { udpTalk } from '../datagram.ts';
import type { Host } from '../host.ts';
import { pickPace } from '../pace.ts';
import type { Session, TimedPacket } from '../packet.ts';
import type { Random } from '../random.ts';
import { echoTypes, icmp } from '../raw-packet.ts';
import { inOrder, tcpConnection, tcpSeries } from '../tcp-series.ts';
import type { Turn } from '../tcp-session.ts';
import { milliseconds, seconds } from '../time.ts';
import { hostText } from '../web-series.ts';
import { localHost, type TwinContext } from './twin.ts';

/** Rounds over many hosts and their services at a fixed interval; some are down. */
export function monitoring(context: TwinContext): Iterable<Session> {
  const { network, ports, random } = context;
  const monitor = random.pick(network.servers);
  const hosts = Array.from({ length: random.integer(3, 30) }, (_, number) =>
    localHost(random.pick(network.servers), 3 + number * 2),
  ).filter((host) => host.address.join() !== monitor.address.join());
  const everyNs = seconds(random.pick([10, 15, 30, 60]));
  const rounds = Math.max(
    1,
    Math.min(Math.floor(350 / Math.max(1, hosts.length)), Math.floor(context.durationNs / everyNs)),
  );
  const down = random.pick([0, 0.05, 0.2]);
  const habits = pickClientHabits(random, 'program');
  const site = pickServerHabits(random);
  const spreadNs = everyNs / Math.max(1, hosts.length);
  const duties = hosts.map((host) => ({
    host,
    duty: random.pick(['echo', 'snmp', 'head', 'connect', 'connect'] as const),
    isDown: random.chance(down),
    port: random.pick([22, 25, 80, 443, 3306, 5432, 8080, 53]),
  }));
  const sessions: Session[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const [number, { host, duty, isDown, port }] of duties.entries()) {
      const startNs = Math.round(
        context.startNs + round * everyNs + number * spreadNs + milliseconds(random.around(3, 1)),
      );
      const chance = random.fork(`round ${round} of ${number}`);
      const own = { ...context, random: chance };
      if (duty === 'echo')
        sessions.push({ startNs, packets: () => oneEcho(monitor, host, round, isDown, startNs, chance) });
      else if (duty === 'snmp') {
        const question = { from: 'client', bytes: snmpGet('monitoring', chance), waitNs: 0 } as const;
        const answer = {
          from: 'server',
          bytes: chance.bytes(chance.integer(60, 200)),
          waitNs: milliseconds(2),
        } as const;
        const talk = {
          client: monitor,
          server: host,
          clientPort: ports(monitor),
          serverPort: 161,
          datagrams: isDown ? [question] : [question, answer],
        };
        sessions.push({ startNs, packets: () => udpTalk(talk, startNs, chance) });
      } else {
        const turns = function* (again: Random): Generator<Turn> {
          if (duty === 'head') {
            yield say(
              'client',
              joinBytes(encodeWebRequest(habits, hostText(host), { method: 'HEAD', target: '/' })),
              1,
              again,
            );
            yield say(
              'server',
              encodeWebAnswer(site, { status: again.pick([200, 200, 302, 503]) }, true, true),
              4,
              again,
            );
          } else if (again.chance(0.4))
            yield line('server', again.pick(['220 mail.example ESMTP', 'SSH-2.0-OpenSSH_9.2p1']), 3, again);
          yield* end('client-fin', 1, again);
        };
        const serverPort = duty === 'head' ? 80 : port;
        sessions.push(
          tcpConnection(
            own,
            startNs,
            (_, again) => ({
              client: monitor,
              server: host,
              serverPort,
              answer: isDown ? 'refuse' : 'accept',
              turns: turns(again),
            }),
            number,
          ),
        );
      }
    }
  }
  return inOrder(sessions);
}

function* oneEcho(
  from: Host,
  to: Host,
  round: number,
  isDown: boolean,
  atNs: number,
  random: Random,
): Generator<TimedPacket> {
  const [request, reply] = echoTypes(from);
  const rest = 0x1234_0000 + round;
  const body = new Uint8Array(56).fill(0x20);
  yield* icmp(from, to, atNs, { type: request, code: 0, rest }, body, random);
  if (!isDown)
    yield* icmp(to, from, atNs + to.roundTripNs + milliseconds(0.1), { type: reply, code: 0, rest }, body, random);
}

/** An inventory program: a few ports on the hosts it knows, and a word with those that are open. */
export function inventory(context: TwinContext): Iterable<Session> {
  const { network, random } = context;
  const asker = random.pick(network.servers);
  const doors = [22, 135, 443, 445, 3389, 161, 9100].slice(0, random.integer(2, 5));
  const hosts = network.clients.slice(0, random.integer(3, 12));
  const open = random.pick([0.3, 0.7]);
  return tcpSeries(
    context,
    hosts.length * doors.length,
    pickPace(random, 1e9 / random.around(2, 0.8)),
    (number, chance) => {
      const server = hosts[Math.floor(number / doors.length)] ?? network.clients[0];
      const serverPort = doors[number % doors.length] ?? 22;
      const turns = [
        ...(serverPort === 22
          ? [line('server', 'SSH-2.0-OpenSSH_9.6', 4, chance)]
          : [
              say('client', chance.bytes(chance.integer(60, 200)), 1, chance),
              say('server', chance.bytes(chance.integer(60, 600)), 3, chance),
            ]),
        ...end('client-fin', 20, chance),
      ];
      return {
        client: asker,
        server,
        serverPort,
        answer: chance.chance(open) ? 'accept' : chance.pick(['refuse', 'ignore'] as const),
        turns,
      };
    },
  );
}

/** A program whose server is gone, and that does not give up. */
export function stubbornProgram(context: TwinContext): Iterable<Session> {
  const { network, random } = context;
  const client = random.pick(network.clients);
  const server = random.chance(0.5) ? random.pick(network.servers) : random.pick(network.sites).host;
  const serverPort = random.pick([443, 80, 1433, 5432, 8883, 3306, 9092]);
  const answer = random.pick(['refuse', 'ignore', 'refuse']);
  return tcpSeries(context, random.integer(5, 120), pickPace(random, 1e9 / random.around(0.6, 0.9)), () => ({
    client,
    server,
    serverPort,
    answer,
    turns: [],
  }));
}
