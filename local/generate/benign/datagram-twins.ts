// generate: honest programs that send many datagrams: calls, games, file sharing, QUIC, name servers, devices that announce themselves.
import { dnsFlags, encodeDnsMessage, encodeDnsName, recordTypes } from '../app/dns-message.ts';
import { end, say } from '../app/turns.ts';
import { multicastMac, parseAddress } from '../bytes/address.ts';
import { joinBytes, textBytes } from '../bytes/text.ts';
import { isVersion6 } from '../context.ts';
import { type Datagram, udpSeries } from '../datagram.ts';
import type { Host } from '../host.ts';
import { pickPace } from '../pace.ts';
import type { Session } from '../packet.ts';
import type { Random } from '../random.ts';
import { pickFrom } from '../shuffle.ts';
import { inOrder, tcpSeries } from '../tcp-series.ts';
import { milliseconds } from '../time.ts';
import { peers, type TwinContext } from './twin.ts';

/** Two streams at a steady rate, one each way, with checks of the way between (RFC 3550, RFC 8489). */
export function videoCall(context: TwinContext): Iterable<Session> {
  const { network, ports, random } = context;
  const relay = random.chance(0.5) ? pickFrom(peers(context, 1), random) : random.pick(network.sites).host;
  const client = random.pick(network.clients);
  const perSecond = random.pick([10, 25, 50]);
  const video = random.chance(0.6);
  const packets = random.integer(80, 700);
  const oneWay = random.chance(0.2);
  const serverPort = random.pick([3478, 3479, 8801, 19_305, random.integer(16_384, 32_767)]);
  return udpSeries(
    context,
    random.integer(1, 3),
    () => 4e8,
    (_, chance) => ({
      client,
      server: relay,
      clientPort: ports(client),
      serverPort,
      datagrams: streams(chance),
    }),
  );

  function* streams(chance: Random): Generator<Datagram> {
    const transaction = chance.bytes(12);
    const check = (type: number): Uint8Array =>
      joinBytes([Uint8Array.of(type, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42), transaction]);
    yield { from: 'client', bytes: check(0), waitNs: 0 };
    yield { from: 'server', bytes: check(1), waitNs: milliseconds(1) };
    const sources = { client: chance.bytes(8), server: chance.bytes(8) };
    for (let number = 0; number < packets; number++) {
      const from = oneWay || number % 2 === 0 ? 'client' : 'server';
      const head = joinBytes([Uint8Array.of(0x80, video ? 96 : 111, number >>> 8, number & 0xff), sources[from]]);
      const length = video && chance.chance(0.6) ? chance.integer(700, 1150) : chance.integer(60, 180);
      yield {
        from,
        bytes: joinBytes([head, chance.bytes(length)]),
        waitNs: milliseconds((500 / perSecond) * (0.7 + 0.6 * chance.uniform())),
      };
    }
  }
}

export function onlineGame(context: TwinContext): Iterable<Session> {
  const { network, ports, random } = context;
  const client = random.pick(network.clients);
  const server = pickFrom(peers(context, 1), random);
  const serverPort = random.pick([27_015, 3074, 7777, 5055, 9987, 19_132, random.integer(20_000, 60_000)]);
  const tickMs = random.pick([16, 33, 50, 100]);
  const [up, down] = [random.integer(20, 90), random.integer(60, 500)];
  const packets = random.integer(100, 900);
  return udpSeries(
    context,
    random.integer(1, 2),
    () => 2e9,
    (_, chance) => ({
      client,
      server,
      clientPort: ports(client),
      serverPort,
      datagrams: Array.from({ length: packets }, (_unused, number) => {
        const from = number % 2 === 0 ? ('client' as const) : ('server' as const);
        const length = Math.max(8, Math.floor(chance.around(from === 'client' ? up : down, 0.3)));
        return {
          from,
          bytes: chance.bytes(Math.min(1300, length)),
          waitNs: milliseconds((tickMs / 2) * (0.8 + 0.4 * chance.uniform())),
        };
      }),
    }),
  );
}

/** A list of peers asked for pieces: most are gone, some answer, a few send (BEP 5, BEP 29, BEP 3). */
export function fileSharing(context: TwinContext): Iterable<Session> {
  const { network, random } = context;
  const client = random.pick(network.clients);
  const others = peers(context, random.integer(30, 250));
  const ownPort = random.pick([6881, 51_413, random.integer(10_000, 60_000)]);
  const alive = random.pick([0.2, 0.4, 0.7]);
  const identity = random.bytes(20);
  const node = (): Host => pickFrom(others, random);
  const questions = udpSeries(
    { ...context, random: random.fork('questions') },
    random.integer(40, 300),
    pickPace(random, 1e9 / random.around(6, 0.8)),
    (_, chance) => {
      const ask = joinBytes([
        textBytes('d1:ad2:id20:'),
        identity,
        textBytes('6:target20:'),
        chance.bytes(20),
        textBytes('e1:q9:find_node1:t2:aa1:y1:qe'),
      ]);
      const tell = joinBytes([
        textBytes('d1:rd2:id20:'),
        chance.bytes(20),
        textBytes('5:nodes208:'),
        chance.bytes(208),
        textBytes('e1:t2:aa1:y1:re'),
      ]);
      return {
        client,
        server: node(),
        clientPort: ownPort,
        serverPort: chance.integer(1024, 65_000),
        datagrams: [
          { from: 'client' as const, bytes: ask, waitNs: 0 },
          ...(chance.chance(alive) ? [{ from: 'server' as const, bytes: tell, waitNs: milliseconds(2) }] : []),
        ],
      };
    },
  );
  const pieces = tcpSeries(
    { ...context, random: random.fork('pieces') },
    random.integer(10, 80),
    pickPace(random, 1e9 / random.around(2, 0.8)),
    (_, chance) => ({
      client,
      server: node(),
      serverPort: chance.integer(1024, 65_000),
      answer: chance.chance(alive) ? 'accept' : chance.pick(['ignore', 'ignore', 'refuse'] as const),
      turns: [
        say('client', joinBytes([Uint8Array.of(19), textBytes('BitTorrent protocol'), chance.bytes(48)]), 1, chance),
        say(
          'server',
          joinBytes([Uint8Array.of(19), textBytes('BitTorrent protocol'), chance.bytes(48 + chance.integer(5, 200))]),
          10,
          chance,
        ),
        ...Array.from({ length: chance.integer(0, 4) }, () =>
          say('server', chance.bytes(chance.integer(300, 16_397)), 60, chance),
        ),
        ...end(chance.pick(['client-fin', 'server-fin', 'client-rst', 'none']), 3000, chance),
      ],
    }),
  );
  return inOrder(questions, pieces);
}

/** QUIC as an eavesdropper sees it: long headers of 1200 bytes first, short ones after (RFC 9000 §17). */
export function quic(context: TwinContext): Iterable<Session> {
  const { network, ports, random } = context;
  return udpSeries(context, random.integer(3, 30), pickPace(random, 1e9 / random.around(0.7, 1)), (_, chance) => {
    const client = chance.pick(network.clients);
    const rounds = chance.integer(2, 40);
    const blocked = chance.chance(0.08);
    return {
      client,
      server: chance.pick(network.sites).host,
      clientPort: ports(client),
      serverPort: 443,
      datagrams: quicTalk(blocked, rounds, chance),
    };
  });
}

function* quicTalk(blocked: boolean, rounds: number, random: Random): Generator<Datagram> {
  const id = random.bytes(8);
  const long = (type: number, length: number): Uint8Array =>
    joinBytes([
      Uint8Array.of(0xc0 | (type << 4) | random.integer(0, 3), 0, 0, 0, 1, 8),
      id,
      Uint8Array.of(0, 0, 0x44, 0x9e),
      random.bytes(length - 18),
    ]);
  const short = (length: number): Uint8Array =>
    joinBytes([Uint8Array.of(0x40 | random.integer(0, 63)), id, random.bytes(length)]);
  yield { from: 'client', bytes: long(0, 1200), waitNs: 0 };
  if (blocked) {
    yield { from: 'client', bytes: long(0, 1200), waitNs: milliseconds(300) };
    yield { from: 'client', bytes: long(0, 1200), waitNs: milliseconds(600) };
    return;
  }
  yield { from: 'server', bytes: long(0, 1200), waitNs: milliseconds(2) };
  yield { from: 'server', bytes: long(2, 1200), waitNs: milliseconds(0.05) };
  yield { from: 'client', bytes: long(2, 80 + random.integer(18, 60)), waitNs: milliseconds(1) };
  for (let round = 0; round < rounds; round++) {
    const asks = random.chance(0.3);
    yield {
      from: asks ? 'client' : 'server',
      bytes: short(asks ? random.integer(25, 400) : random.integer(200, 1240)),
      waitNs: milliseconds(random.around(asks ? 60 : 1, 1)),
    };
  }
}

/** A resolver that walks from the root down for each name it does not know. */
export function resolverRecursion(context: TwinContext): Iterable<Session> {
  const { network, ports, random } = context;
  const resolver = random.pick(network.servers);
  const servers = peers(context, random.integer(20, 120));
  const silent = random.pick([0.02, 0.1]);
  return udpSeries(context, random.integer(60, 450), pickPace(random, 1e9 / random.around(12, 0.9)), (_, chance) => {
    const reverse = chance.chance(0.15);
    const site = chance.pick(network.sites).name;
    const name = reverse
      ? `${chance.integer(1, 254)}.${chance.integer(0, 255)}.51.198.in-addr.arpa`
      : chance.chance(0.2)
        ? `${chance.text(chance.integer(8, 40))}.${site}`
        : site;
    const type = reverse
      ? recordTypes.ptr
      : chance.pick([recordTypes.a, recordTypes.aaaa, recordTypes.ns, recordTypes.txt, recordTypes.mx, 43, 48]);
    const id = chance.integer(0, 0xffff);
    const flags = chance.pick([0x8400, 0x8000, 0x8403]);
    const answers =
      flags === 0x8403
        ? []
        : Array.from({ length: chance.integer(1, 12) }, () => ({
            type,
            ttlSeconds: 300,
            data:
              type === recordTypes.a
                ? Uint8Array.of(192, 0, 2, chance.integer(1, 254))
                : encodeDnsName(`ns${chance.integer(1, 9)}.${site}`),
          }));
    return {
      client: resolver,
      server: pickFrom(servers, chance),
      clientPort: ports(resolver),
      serverPort: 53,
      datagrams: [
        { from: 'client' as const, bytes: encodeDnsMessage({ id, flags: 0x10, name, type }), waitNs: 0 },
        ...(chance.chance(silent)
          ? []
          : [
              {
                from: 'server' as const,
                bytes: encodeDnsMessage({ id, flags, name, type, answers }),
                waitNs: milliseconds(chance.around(2, 1)),
              },
            ]),
      ],
    };
  });
}

/** A mail server or a log program that looks up address after address, most of them unknown. */
export function addressLookups(context: TwinContext): Iterable<Session> {
  const { network, ports, random } = context;
  const client = random.pick(network.servers);
  const zone = random.pick([
    'in-addr.arpa',
    'in-addr.arpa',
    `zen.${random.text(6)}.example`,
    `bl.${random.text(5)}.example`,
  ]);
  const known = random.pick([0.05, 0.4, 0.8]);
  const lists = zone !== 'in-addr.arpa';
  return udpSeries(context, random.integer(50, 400), pickPace(random, 1e9 / random.around(20, 1)), (_, chance) => {
    const name = `${chance.integer(1, 254)}.${chance.integer(0, 255)}.${chance.pick(['51.198', '113.0', '2.0'])}.${zone}`;
    const type = lists ? recordTypes.a : recordTypes.ptr;
    const id = chance.integer(0, 0xffff);
    const data = lists
      ? Uint8Array.of(127, 0, 0, chance.integer(2, 11))
      : encodeDnsName(`host-${chance.text(5)}.example`);
    const hit = chance.chance(known);
    const answer = hit
      ? { flags: dnsFlags.answer, answers: [{ type, ttlSeconds: 300, data }] }
      : { flags: dnsFlags.noSuchName };
    return {
      client,
      server: network.resolver,
      clientPort: ports(client),
      serverPort: 53,
      datagrams: [
        { from: 'client' as const, bytes: encodeDnsMessage({ id, flags: dnsFlags.query, name, type }), waitNs: 0 },
        {
          from: 'server' as const,
          bytes: encodeDnsMessage({ id, name, type, ...answer }),
          waitNs: milliseconds(chance.around(8, 1)),
        },
      ],
    };
  });
}

/** Printers, lamps and loudspeakers that tell everybody what they are, and ask who else is there. */
export function deviceChatter(context: TwinContext): Iterable<Session> {
  const { network, random } = context;
  const devices = Array.from({ length: random.integer(2, 8) }, () => pickFrom(network.clients, random));
  const six = isVersion6(network.gateway);
  const groupOf = (text: string, client: Host): Host => {
    const address = parseAddress(text);
    return { ...client, address, mac: multicastMac(address) };
  };
  return udpSeries(context, random.integer(20, 200), pickPace(random, 1e9 / random.around(1.5, 0.8)), (_, chance) => {
    const client = pickFrom(devices, chance);
    if (chance.chance(0.5)) {
      const name = chance.pick([
        '_ipp._tcp.local',
        '_googlecast._tcp.local',
        '_hap._tcp.local',
        '_spotify-connect._tcp.local',
      ]);
      const message = encodeDnsMessage({
        id: 0,
        flags: chance.chance(0.6) ? dnsFlags.multicastQuery : dnsFlags.multicastAnswer,
        name,
        type: recordTypes.ptr,
      });
      return {
        client,
        server: groupOf(six ? 'ff02::fb' : '224.0.0.251', client),
        clientPort: 5353,
        serverPort: 5353,
        datagrams: [{ from: 'client', bytes: message, waitNs: 0 }],
      };
    }
    const asks = chance.chance(0.5);
    const text = asks
      ? `M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: ${chance.integer(1, 5)}\r\nST: ${chance.pick(['ssdp:all', 'upnp:rootdevice', 'urn:dial-multiscreen-org:service:dial:1'])}\r\n\r\n`
      : `NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nCACHE-CONTROL: max-age=1800\r\nNT: upnp:rootdevice\r\nNTS: ssdp:alive\r\nUSN: uuid:${chance.text(32)}\r\n\r\n`;
    const copies = chance.integer(1, 4);
    return {
      client,
      server: groupOf(six ? 'ff02::c' : '239.255.255.250', client),
      clientPort: asks ? chance.integer(49_152, 65_535) : 1900,
      serverPort: 1900,
      datagrams: Array.from({ length: copies }, () => ({
        from: 'client' as const,
        bytes: textBytes(text),
        waitNs: milliseconds(chance.around(90, 0.5)),
      })),
    };
  });
}
