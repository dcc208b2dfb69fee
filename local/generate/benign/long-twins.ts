// generate: honest connections that are long, big, or quiet: backups, remote desktops, channels that stay open, relays, streams.
import { encodeWebAnswer, encodeWebRequest, pickClientHabits, pickServerHabits } from '../app/http-habits.ts';
import { modbusRead, modbusReadAnswer } from '../app/industrial-message.ts';
import {
  encodeMqttConnect,
  encodeMqttConnectAnswer,
  encodeMqttPublish,
  mqttPing,
  mqttPingAnswer,
} from '../app/mqtt-message.ts';
import { encrypted, pickTlsHabits, tlsOpening } from '../app/tls-turns.ts';
import { end, say } from '../app/turns.ts';
import { joinBytes, textBytes } from '../bytes/text.ts';
import { type Pace, pickPace } from '../pace.ts';
import type { Session } from '../packet.ts';
import type { Random } from '../random.ts';
import { pickFrom } from '../shuffle.ts';
import { tcpSeries } from '../tcp-series.ts';
import type { Turn } from '../tcp-session.ts';
import { milliseconds, seconds } from '../time.ts';
import { peers, type TwinContext } from './twin.ts';

/** Some seconds to some minutes apart. */
function rarely(random: Random): Pace {
  return pickPace(random, 1e9 / random.around(0.1, 0.8));
}

/** Much data in one direction, by host after host. */
export function backup(context: TwinContext): Iterable<Session> {
  const { network, random } = context;
  const store = random.pick(network.servers);
  const serverPort = random.pick([22, 873, 445, 9392, 10_000, 443, 2049, 5432]);
  const blocks = random.integer(5, 40);
  const uploads = random.chance(0.7);
  return tcpSeries(context, random.integer(1, 4), rarely(random), (_, chance) => {
    const noise = chance.bytes(32_000);
    const turns = function* (): Generator<Turn> {
      yield say('client', chance.bytes(chance.integer(20, 400)), 1, chance);
      yield say('server', chance.bytes(chance.integer(20, 400)), 3, chance);
      for (let block = 0; block < blocks; block++) {
        yield say(uploads ? 'client' : 'server', noise.subarray(0, chance.integer(8000, 32_000)), 3, chance);
        if (chance.chance(0.3))
          yield say(uploads ? 'server' : 'client', chance.bytes(chance.integer(4, 60)), 1, chance);
      }
      yield* end('client-fin', 50, chance);
    };
    return {
      client: chance.pick(network.clients),
      server: store,
      serverPort,
      turns: turns(),
      bytesPerSecond: chance.around(20e6, 0.7),
    };
  });
}

/** Pictures one way, keys and mouse the other. */
export function remoteDesktop(context: TwinContext): Iterable<Session> {
  const { network, random } = context;
  const serverPort = random.pick([3389, 3389, 5900, 5938, 4172]);
  const client = random.pick(network.clients);
  const turns = function* (chance: Random): Generator<Turn> {
    if (serverPort === 5900) {
      yield say('server', 'RFB 003.008\n', 2, chance);
      yield say('client', 'RFB 003.008\n', 2, chance);
    } else {
      const cookie = textBytes(`Cookie: mstshash=${chance.text(6)}\r\n`);
      yield say(
        'client',
        joinBytes([
          Uint8Array.of(3, 0, 0, 19 + cookie.length, 14 + cookie.length, 0xe0, 0, 0, 0, 0, 0),
          cookie,
          Uint8Array.of(1, 0, 8, 0, 3, 0, 0, 0),
        ]),
        1,
        chance,
      );
      yield say(
        'server',
        Uint8Array.of(3, 0, 0, 19, 14, 0xd0, 0, 0, 0x12, 0x34, 0, 2, 0x1f, 8, 0, 2, 0, 0, 0),
        3,
        chance,
      );
      yield* tlsOpening({ ...pickTlsHabits(undefined, chance), version13: false }, chance);
    }
    for (let round = chance.integer(30, 250); round > 0; round--) {
      yield encrypted('client', chance.integer(20, 90), chance.pick([20, 60, 800]), chance);
      yield encrypted('server', Math.min(15_000, chance.around(300, 1.4)), 15, chance);
    }
    yield* end(chance.pick(['client-fin', 'client-rst', 'none']), 500, chance);
  };
  return tcpSeries(context, random.integer(1, 3), rarely(random), (_, chance) => ({
    client,
    server: chance.pick(network.servers),
    serverPort,
    turns: turns(chance),
  }));
}

/** Connections upgraded to a channel on which both ends say a little now and then (RFC 6455). */
export function webSocket(context: TwinContext): Iterable<Session> {
  const { network, random } = context;
  const everyMs = random.pick([200, 2000, 15_000, 30_000]);
  const turns = function* (chance: Random): Generator<Turn> {
    const headers = [
      ['Upgrade', 'websocket'],
      ['Connection', 'Upgrade'],
      ['Sec-WebSocket-Key', `${chance.text(22)}==`],
      ['Sec-WebSocket-Version', '13'],
    ] as const;
    const request = {
      method: 'GET',
      target: chance.pick(['/ws', '/socket.io/?transport=websocket', '/live', '/chat']),
      headers,
    };
    yield say(
      'client',
      joinBytes(encodeWebRequest(pickClientHabits(chance, 'browser'), chance.pick(network.sites).name, request)),
      1,
      chance,
    );
    const accepted = [
      ['Upgrade', 'websocket'],
      ['Connection', 'Upgrade'],
      ['Sec-WebSocket-Accept', `${chance.text(27)}=`],
    ] as const;
    yield say(
      'server',
      encodeWebAnswer(pickServerHabits(chance), { status: 101, headers: accepted }, false, true),
      5,
      chance,
    );
    for (let round = chance.integer(3, 80); round > 0; round--) {
      const fromClient = chance.chance(0.4);
      const length = chance.integer(2, 120);
      const frame = joinBytes([
        Uint8Array.of(0x81, length | (fromClient ? 0x80 : 0)),
        chance.bytes(length + (fromClient ? 4 : 0)),
      ]);
      yield say(fromClient ? 'client' : 'server', frame, everyMs, chance);
    }
    yield* end(chance.pick(['client-fin', 'server-fin', 'none']), 1000, chance);
  };
  return tcpSeries(context, random.integer(1, 8), rarely(random), (_, chance) => ({
    client: chance.pick(network.clients),
    server: chance.pick(network.sites).host,
    serverPort: chance.pick([80, 80, 8080, 3000]),
    turns: turns(chance),
  }));
}

/** TLS that names no server, to relays on ports of their own, for people with reasons. */
export function relayNetwork(context: TwinContext): Iterable<Session> {
  const { network, random } = context;
  const relays = peers(context, random.integer(1, 6));
  const client = random.pick(network.clients);
  const serverPort = random.pick([9001, 9001, 443, 9030, 8443, 853]);
  const habits = pickTlsHabits(random.chance(0.8) ? undefined : `www.${random.text(14)}.example`, random);
  const turns = function* (chance: Random): Generator<Turn> {
    yield* tlsOpening(habits, chance);
    for (let round = chance.integer(4, 60); round > 0; round--) {
      yield encrypted(
        chance.chance(0.35) ? 'client' : 'server',
        514 * chance.integer(1, 6),
        chance.pick([5, 60, 1500]),
        chance,
      );
    }
    yield* end(chance.pick(['client-fin', 'server-fin', 'none']), 5000, chance);
  };
  return tcpSeries(context, random.integer(2, 12), rarely(random), (_, chance) => ({
    client,
    server: pickFrom(relays, chance),
    serverPort,
    answer: chance.chance(0.08) ? chance.pick(['ignore', 'refuse'] as const) : 'accept',
    turns: turns(chance),
  }));
}

/** Sound or pictures in pieces of some seconds each. */
export function streaming(context: TwinContext): Iterable<Session> {
  const { network, random } = context;
  const everyMs = random.pick([2000, 4000, 10_000]);
  const pieceBytes = random.around(40_000, 0.6);
  const plain = random.chance(0.3);
  const turns = function* (name: string, chance: Random): Generator<Turn> {
    const habits = pickClientHabits(chance, 'browser');
    const site = pickServerHabits(chance);
    if (!plain) yield* tlsOpening(pickTlsHabits(name, chance), chance);
    for (let piece = chance.integer(3, 15); piece > 0; piece--) {
      const length = Math.min(150_000, Math.floor(chance.around(pieceBytes, 0.4)));
      if (plain) {
        const request = { method: 'GET', target: `/seg-${piece}.ts` };
        yield say('client', joinBytes(encodeWebRequest(habits, name, request)), everyMs, chance);
        yield say(
          'server',
          encodeWebAnswer(site, { status: 200, bodyBytes: length, mediaType: 'video/mp2t' }, false, false),
          10,
          chance,
        );
      } else {
        yield encrypted('client', 300, everyMs, chance);
        yield encrypted('server', length, 10, chance);
      }
    }
    yield* end(chance.pick(['client-fin', 'client-rst', 'none']), 2000, chance);
  };
  return tcpSeries(context, random.integer(1, 3), rarely(random), (_, chance) => {
    const site = chance.pick(network.sites);
    return {
      client: chance.pick(network.clients),
      server: site.host,
      serverPort: plain ? 80 : 443,
      turns: turns(site.name, chance),
      bytesPerSecond: 4e6,
    };
  });
}

/** Readings of devices: a broker fed by sensors, or a master that asks its stations in turn. */
export function telemetry(context: TwinContext): Iterable<Session> {
  const { network, random } = context;
  const server = random.pick(network.servers);
  const everyNs = seconds(random.pick([0.1, 1, 5, 30]));
  const modbus = random.chance(0.5);
  const rounds = random.integer(10, 150);
  const registers = random.integer(1, 40);
  const turns = function* (chance: Random): Generator<Turn> {
    const topic = `plant/${chance.text(5)}/state`;
    if (!modbus) {
      yield say('client', encodeMqttConnect(chance.text(10), 60), 1, chance);
      yield say('server', encodeMqttConnectAnswer(0), 1, chance);
    }
    for (let round = 0; round < rounds; round++) {
      const waitNs = Math.round(everyNs * (0.95 + 0.1 * chance.uniform()));
      const pings = !modbus && round % 10 === 9;
      const bytes = modbus
        ? modbusRead(round, 1, 0, registers)
        : pings
          ? mqttPing
          : encodeMqttPublish(topic, textBytes(`{"t":${chance.integer(10, 30)}}`));
      yield { kind: 'data', from: 'client', bytes, waitNs };
      if (modbus)
        yield {
          kind: 'data',
          from: 'server',
          bytes: modbusReadAnswer(round, 1, chance.bytes(2 * registers)),
          waitNs: milliseconds(1),
        };
      if (pings) yield { kind: 'data', from: 'server', bytes: mqttPingAnswer, waitNs: milliseconds(1) };
    }
  };
  return tcpSeries(context, random.integer(1, 6), pickPace(random, 5e8), (_, chance) => ({
    client: chance.pick(network.clients),
    server,
    serverPort: modbus ? 502 : 1883,
    turns: turns(chance),
  }));
}
