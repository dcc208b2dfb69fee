// generate: floods of services that are not the web: requests without end on one connection, connections without end, leases.
import { encodeDhcp } from '../app/dhcp-message.ts';
import { encodeDnp3, modbusRead, modbusReadAnswer } from '../app/industrial-message.ts';
import {
  encodeMqttConnect,
  encodeMqttConnectAnswer,
  encodeMqttPublish,
  encodeMqttPublishAnswer,
} from '../app/mqtt-message.ts';
import { end, line, pickEnding, say } from '../app/turns.ts';
import { broadcastMac, macFor } from '../bytes/address.ts';
import { joinBytes } from '../bytes/text.ts';
import { sendDatagram } from '../datagram.ts';
import type { Host } from '../host.ts';
import type { Random } from '../random.ts';
import { tcpSeries } from '../tcp-series.ts';
import type { Turn } from '../tcp-session.ts';
import { milliseconds } from '../time.ts';
import { attackOn, drawPace, drawRate, drawSize, type PlanBehaviour } from './behaviour.ts';
import { flood } from './packet-floods.ts';

interface Service {
  readonly port: number;
  readonly opening: (random: Random) => Iterable<Turn>;
  readonly request: (number: number, random: Random) => Uint8Array;
  readonly answer: (number: number, random: Random) => Uint8Array;
}

function pickService(random: Random): Service {
  const topic = `plant/${random.text(5)}/state`;
  const payload = random.bytes(random.pick([2, 20, 200, 1000]));
  const confirmed = random.chance(0.5);
  const registers = random.bytes(2 * random.integer(1, 60));
  const [outstation, master] = [random.integer(1, 60), random.integer(1, 60)];
  const functionCode = random.pick([1, 2, 13, 14, 21]);
  return random.pick([
    {
      port: 1883,
      opening: function* (chance: Random) {
        yield say('client', encodeMqttConnect(chance.text(8), 60), 1, chance);
        yield say('server', encodeMqttConnectAnswer(0), 1, chance);
      },
      request: (number: number) => encodeMqttPublish(topic, payload, confirmed ? 1 + (number % 65_000) : undefined),
      answer: (number: number) => (confirmed ? encodeMqttPublishAnswer(1 + (number % 65_000)) : new Uint8Array(0)),
    },
    {
      port: 502,
      opening: () => [],
      request: (number: number) => modbusRead(number, 1, number % 100, registers.length / 2),
      answer: (number: number) => modbusReadAnswer(number, 1, registers),
    },
    {
      port: 20_000,
      opening: () => [],
      request: (number: number) =>
        encodeDnp3(outstation, master, true, Uint8Array.of(0xc0 | (number & 15), functionCode, 60, 2, 6)),
      answer: (number: number) =>
        encodeDnp3(master, outstation, false, Uint8Array.of(0xc0 | (number & 15), 0x81, 0, 0)),
    },
  ]);
}

/** Few connections, thousands of requests on each, with or without their answers. */
export const planOneConnectionFlood: PlanBehaviour = (context) => {
  const { attacker, random, victim } = context;
  const service = pickService(random);
  const connections = random.pick([1, 1, 1, 2, 5, 20]);
  const requests = Math.ceil(drawSize(context, 1200, 3000, 200) / connections);
  const waitMs = 1000 / drawRate(random, 20, 5000);
  const answered = random.pick([0, 0.5, 1, 1]);
  const batch = random.pick([1, 1, 1, 5, 40]);
  const ending = pickEnding(random);
  const turns = function* (chance: Random): Generator<Turn> {
    yield* service.opening(chance);
    for (let number = 0; number < requests; number += batch) {
      const numbers = Array.from({ length: Math.min(batch, requests - number) }, (_, at) => number + at);
      yield say('client', joinBytes(numbers.map((one) => service.request(one, chance))), waitMs * batch, chance);
      if (!chance.chance(answered)) continue;
      const bytes = joinBytes(numbers.map((one) => service.answer(one, chance)));
      if (bytes.length > 0) yield say('server', bytes, 0.5, chance);
    }
    yield* end(ending, 10, chance);
  };
  const sessions = tcpSeries(context, connections, drawPace(random, 1, 100), (_, chance) => ({
    client: attacker,
    server: victim,
    serverPort: service.port,
    turns: turns(chance),
  }));
  return attackOn('DoS', context, sessions);
};

/** Connections to a service, opened as fast as it can greet and dropped, or held without a word. */
export const planConnectionFlood: PlanBehaviour = (context) => {
  const { attacker, random, victim } = context;
  const kind = random.pick(['mqtt', 'smtp', 'telnet', 'ssh', 'ftp', 'tls', 'silent'] as const);
  const port = {
    mqtt: 1883,
    smtp: 25,
    telnet: 23,
    ssh: 22,
    ftp: 21,
    tls: 443,
    silent: random.pick([80, 3306, 5060, 8080]),
  }[kind];
  const heldMs = random.pick([0.5, 20, 2000, 20_000]);
  const ending = pickEnding(random);
  const full = random.pick([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 100, 300]);
  const speaks = random.chance(0.6);
  const turns = function* (chance: Random): Generator<Turn> {
    if (kind === 'smtp') yield line('server', '220 mail.example ESMTP Postfix', 3, chance);
    if (kind === 'ssh') yield line('server', 'SSH-2.0-OpenSSH_8.9p1', 5, chance);
    if (kind === 'ftp') yield line('server', '220 (vsFTPd 3.0.5)', 2, chance);
    if (kind === 'telnet') yield say('server', Uint8Array.of(255, 253, 24, 255, 253, 32, 255, 251, 1), 2, chance);
    if (speaks && kind === 'mqtt') {
      yield say('client', encodeMqttConnect(chance.text(chance.integer(4, 20)), 60), 0.5, chance);
      yield say('server', encodeMqttConnectAnswer(chance.pick([0, 0, 5])), 1, chance);
    }
    if (speaks && kind === 'smtp') {
      yield line('client', `EHLO ${chance.text(6)}.example`, 1, chance);
      yield line('server', '250 mail.example', 1, chance);
    }
    yield* end(ending, heldMs, chance);
  };
  const sessions = tcpSeries(
    context,
    drawSize(context, 350, 1000, 40),
    drawPace(random, 20, 1000),
    (number, chance) => ({
      client: attacker,
      server: victim,
      serverPort: port,
      answer: number > full ? chance.pick(['ignore', 'refuse', 'accept'] as const) : 'accept',
      turns: turns(chance),
    }),
  );
  return attackOn('DoS', context, sessions);
};

/** Requests for leases from card after card, until none is left (RFC 2131). */
export const planDhcpFlood: PlanBehaviour = (context) => {
  const { network, random } = context;
  const everyone: Host = { ...network.gateway, address: Uint8Array.of(255, 255, 255, 255), mac: broadcastMac };
  const nobody = Uint8Array.of(0, 0, 0, 0);
  const offersUntil = random.pick([0, 50, 200, 5000]);
  const newCards = random.chance(0.8);
  const ownCard = random.bytes(6);
  const drop = function* (number: number, atNs: number, chance: Random) {
    const card = newCards ? macFor(chance.bytes(4)) : ownCard;
    const client: Host = { ...context.attacker, address: nobody, mac: card, hops: 0 };
    const transaction = chance.uint32();
    const path = { client, server: everyone, clientPort: 68, serverPort: 67 };
    const discover = encodeDhcp(1, transaction, card, nobody, [[55, 1, 3, 6, 15]]);
    yield* sendDatagram(path, 'client', atNs, discover, chance, number === 0);
    if (number >= offersUntil) return;
    const address = Uint8Array.of(...network.gateway.address.subarray(0, 3), 10 + (number % 240));
    const offer = encodeDhcp(2, transaction, card, address, [
      [51, 0, 0, 14, 16],
      [54, ...network.gateway.address],
    ]);
    const back = { client: { ...client, address }, server: network.gateway, clientPort: 68, serverPort: 67 };
    yield* sendDatagram(back, 'server', atNs + milliseconds(chance.around(2, 0.8)), offer, chance, false);
  };
  const sessions = flood(context, drawSize(context, 700, 3000, 60), drawPace(random, 20, 3000), drop);
  return attackOn('DoS', context, sessions, { victims: [network.gateway] });
};
