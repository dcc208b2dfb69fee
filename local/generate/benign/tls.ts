// generate: TLS 1.2 and 1.3 connections: a real-looking handshake, then encrypted requests and answers.
import { encodeCertificate } from '../app/certificate.ts';
import {
  applicationData,
  changeCipherSpec,
  cipherSets,
  encodeClientFlight12,
  encodeClientHello,
  encodeFinished,
  encodeServerFlight12,
  encodeServerFlight13,
  encryptedAlert,
} from '../app/tls-record.ts';
import { joinBytes } from '../bytes/text.ts';
import { arrivals, type TrafficContext } from '../context.ts';
import type { Session } from '../packet.ts';
import type { Random } from '../random.ts';
import { type Turn, tcpSession } from '../tcp-session.ts';
import { milliseconds, seconds } from '../time.ts';

const largestAnswerBytes = 6_000_000;

export function* tlsSessions(context: TrafficContext, count: number): Generator<Session> {
  const { network, ports, random } = context;
  let number = 0;
  for (const startNs of arrivals(context, count)) {
    const chance = random.fork(`session ${number++}`);
    const client = chance.pick(network.clients);
    const site = chance.pick(network.sites);
    const plan = {
      client,
      server: site.host,
      clientPort: ports(client),
      serverPort: chance.pick([443, 443, 443, 443, 443, 443, 8443, 993]),
      startNs,
      lossRate: chance.pick([0, 0, 0.005, 0.02]),
      bytesPerSecond: chance.around(8e6, 1),
      turns: tlsTurns(site.name, chance),
    };
    yield { startNs, packets: () => tcpSession(plan, chance) };
  }
}

function* tlsTurns(serverName: string, random: Random): Generator<Turn> {
  const version13 = random.chance(0.7);
  yield* version13 ? handshake13(serverName, random) : handshake12(serverName, random);
  const rounds = 1 + Math.floor(random.exponential(3));
  for (let round = 0; round < rounds; round++) {
    const request = applicationData(Math.floor(random.around(380, 0.7)) + 24, random);
    yield {
      kind: 'data',
      from: 'client',
      bytes: request,
      waitNs: round === 0 ? milliseconds(random.around(0.8, 1)) : thinking(random),
    };
    const length = Math.min(largestAnswerBytes, Math.floor(random.around(4500, 1.6)) + 24);
    yield {
      kind: 'data',
      from: 'server',
      bytes: applicationData(length, random),
      waitNs: milliseconds(random.around(15, 1)),
    };
  }
  yield* tlsEnding(version13, random);
}

function thinking(random: Random): number {
  return random.chance(0.7) ? milliseconds(random.around(60, 1.2)) : seconds(random.around(6, 1));
}

function* handshake13(serverName: string, random: Random): Generator<Turn> {
  const style = random.pick(['chrome', 'chrome', 'firefox', 'program']);
  const sessionId = random.bytes(32);
  const hello = encodeClientHello(
    {
      serverName,
      alpn: alpnOf(style, random),
      ciphers: cipherSets[style],
      grease: style === 'chrome',
      offersTls13: true,
      sessionId,
    },
    random,
  );
  yield { kind: 'data', from: 'client', bytes: hello, waitNs: milliseconds(random.around(0.5, 1)) };
  const resumed = random.chance(0.35);
  const hidden = resumed ? random.integer(90, 140) : Math.floor(random.around(3000, 0.35));
  const flight = encodeServerFlight13(sessionId, random.pick([0x1301, 0x1302, 0x1303]), hidden, random);
  yield { kind: 'data', from: 'server', bytes: flight, waitNs: milliseconds(random.around(2, 0.8)) };
  const finished = joinBytes([changeCipherSpec(), applicationData(53, random)]);
  yield { kind: 'data', from: 'client', bytes: finished, waitNs: milliseconds(random.around(1, 0.8)) };
}

function* handshake12(serverName: string, random: Random): Generator<Turn> {
  const style = random.pick(['older', 'older', 'firefox', 'program']);
  const hello = encodeClientHello(
    {
      serverName,
      alpn: alpnOf(style, random),
      ciphers: cipherSets[style],
      grease: false,
      offersTls13: false,
      sessionId: new Uint8Array(0),
    },
    random,
  );
  yield { kind: 'data', from: 'client', bytes: hello, waitNs: milliseconds(random.around(0.5, 1)) };
  const certificates = [
    encodeCertificate(serverName, 'Example Issuing CA 1', random),
    encodeCertificate('Example Issuing CA 1', 'Example Root CA', random),
  ];
  const flight = encodeServerFlight12(random.pick([0xc02f, 0xc030, 0xcca8]), 'http/1.1', certificates, random);
  yield { kind: 'data', from: 'server', bytes: flight, waitNs: milliseconds(random.around(3, 0.8)) };
  yield {
    kind: 'data',
    from: 'client',
    bytes: encodeClientFlight12(random),
    waitNs: milliseconds(random.around(1.5, 0.8)),
  };
  yield { kind: 'data', from: 'server', bytes: encodeFinished(random), waitNs: milliseconds(random.around(1, 0.8)) };
}

function alpnOf(style: string, random: Random): readonly string[] {
  return style === 'older' || random.chance(0.1) ? ['http/1.1'] : ['h2', 'http/1.1'];
}

function* tlsEnding(version13: boolean, random: Random): Generator<Turn> {
  const kind = random.uniform();
  const waitNs = kind < 0.5 ? milliseconds(random.around(200, 2)) : seconds(random.around(20, 1));
  if (kind > 0.9) return;
  const from = kind < 0.6 ? 'client' : 'server';
  yield { kind: 'data', from, bytes: encryptedAlert(random, version13), waitNs };
  yield { kind: 'close', from, how: kind < 0.75 ? 'fin' : 'fin-rst', waitNs: milliseconds(random.around(0.1, 0.5)) };
}
