// generate: who is there: echo requests, ARP and small questions over UDP to one address after another; whole zones asked for.
import { dnsFlags, encodeDnsMessage, encodeDnsName, encodeStartOfAuthority, recordTypes } from '../app/dns-message.ts';
import { snmpGet } from '../app/snmp-message.ts';
import { end, pickEnding, say } from '../app/turns.ts';
import { broadcastMac } from '../bytes/address.ts';
import { encodeArpBody } from '../bytes/arp.ts';
import { writeUint16 } from '../bytes/ip.ts';
import { etherTypes } from '../bytes/link.ts';
import { joinBytes, textBytes } from '../bytes/text.ts';
import { udpSeries } from '../datagram.ts';
import type { Host } from '../host.ts';
import type { TimedPacket } from '../packet.ts';
import type { Random } from '../random.ts';
import { echoTypes, icmp } from '../raw-packet.ts';
import { tcpSeries } from '../tcp-series.ts';
import type { Turn } from '../tcp-session.ts';
import { milliseconds, seconds } from '../time.ts';
import {
  attackOn,
  type BehaviourContext,
  drawPace,
  drawSize,
  neighbour,
  type PlanBehaviour,
  sameHost,
} from './behaviour.ts';
import { flood } from './packet-floods.ts';

/** Which of the addresses has a host that answers; the order in which they are asked. */
function pickField(context: BehaviourContext): {
  readonly host: (number: number) => Host;
  readonly alive: (number: number) => boolean;
} {
  const { attacker, random, victim } = context;
  const share = random.pick([0.02, 0.1, 0.4, 0.9]);
  const step = random.pick([1, 1, 1, 7, 101]);
  const first = random.integer(1, 250);
  const salt = random.uint32();
  return {
    host: (number) => {
      const host = neighbour(victim, first + number * step);
      return sameHost(host, attacker) ? neighbour(victim, first + number * step + 1) : host;
    },
    alive: (number) => ((Math.imul(number + 1, 2_654_435_761) ^ salt) >>> 0) / 0x1_0000_0000 < share,
  };
}

export const planEchoSweep: PlanBehaviour = (context) => {
  const { attacker, random, victim } = context;
  const field = pickField(context);
  const [request, reply] = echoTypes(victim);
  const timestamps = random.chance(0.2) && victim.address.length === 4;
  const body = random.bytes(random.pick([0, 0, 8, 28, 32, 56, 120]));
  const identifier = random.integer(1, 0xffff);
  const repeats = random.pick([1, 1, 2, 3]);
  const drop = function* (number: number, atNs: number, chance: Random): Generator<TimedPacket> {
    const host = field.host(number);
    for (let repeat = 0; repeat < repeats; repeat++) {
      const sentNs = atNs + seconds(repeat);
      const rest = identifier * 0x10000 + ((number + repeat) & 0xffff);
      const type = timestamps ? 13 : request;
      yield* icmp(attacker, host, sentNs, { type, code: 0, rest }, timestamps ? new Uint8Array(12) : body, chance);
      if (!field.alive(number)) continue;
      const answeredNs = sentNs + victim.roundTripNs + milliseconds(chance.around(0.1, 0.8));
      yield* icmp(
        host,
        attacker,
        Math.min(answeredNs, sentNs + seconds(0.9)),
        { type: timestamps ? 14 : reply, code: 0, rest },
        timestamps ? new Uint8Array(12) : body,
        chance,
      );
    }
  };
  const sessions = flood(context, drawSize(context, 300, 1500, 15), drawPace(random, 3, 2000), drop);
  return attackOn('Reconnaissance', context, sessions, { victims: [] });
};

/** On one's own link: who has this address? Hosts that answer are asked one more thing. */
export const planArpSweep: PlanBehaviour = (context) => {
  const { network, random } = context;
  const asker = random.pick(network.clients);
  const field = pickField({ ...context, attacker: asker, victim: random.pick(network.servers) });
  const follows = random.chance(0.6);
  const drop = function* (number: number, atNs: number, chance: Random): Generator<TimedPacket> {
    const host = field.host(number);
    const common = { etherType: etherTypes.arp, opensFlow: false } as const;
    const question = encodeArpBody({
      ...{ operation: 'request', senderMac: asker.mac, senderAddress: asker.address },
      ...{ targetMac: new Uint8Array(6), targetAddress: host.address },
    });
    yield { atNs, bytes: question, sourceMac: asker.mac, destinationMac: broadcastMac, ...common };
    if (!field.alive(number)) return;
    const answeredNs = Math.round(atNs + milliseconds(chance.around(0.3, 0.8)));
    const mac = Uint8Array.of(2, 0x42, ...host.address);
    const answer = encodeArpBody({
      ...{ operation: 'reply', senderMac: mac, senderAddress: host.address },
      ...{ targetMac: asker.mac, targetAddress: asker.address },
    });
    yield { atNs: answeredNs, bytes: answer, sourceMac: mac, destinationMac: asker.mac, ...common };
    if (!follows) return;
    const rest = 0x10000 + (number & 0xffff);
    const body = new Uint8Array(32).fill(0x61);
    yield* icmp(asker, { ...host, mac }, answeredNs + milliseconds(1), { type: 8, code: 0, rest }, body, chance);
    yield* icmp({ ...host, mac }, asker, answeredNs + milliseconds(2), { type: 0, code: 0, rest }, body, chance);
  };
  const sessions = flood(context, drawSize(context, 250, 1000, 15), drawPace(random, 5, 1000), drop);
  return attackOn('Reconnaissance', context, sessions, { attackers: [asker], victims: [] });
};

function netbiosStatus(random: Random): Uint8Array {
  const head = new Uint8Array(12);
  writeUint16(head, 0, random.integer(0, 0xffff));
  head[5] = 1;
  return joinBytes([head, Uint8Array.of(32), textBytes(`CK${'A'.repeat(30)}`), Uint8Array.of(0, 0, 0x21, 0, 1)]);
}

/** Small questions that services answer to anybody: SNMP, NetBIOS, SSDP, LDAP, DNS, mDNS, SIP. */
export const planUdpQuerySweep: PlanBehaviour = (context) => {
  const { attacker, ports, random } = context;
  const field = pickField(context);
  const community = random.pick(['public', 'public', 'private', 'cisco', random.text(6)]);
  const questions = {
    161: (chance: Random) => snmpGet(community, chance),
    137: netbiosStatus,
    1900: () =>
      textBytes(
        'M-SEARCH * HTTP/1.1\r\nHost: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: 1\r\nST: ssdp:all\r\n\r\n',
      ),
    389: () =>
      Uint8Array.of(
        0x30,
        0x25,
        2,
        1,
        1,
        0x63,
        0x20,
        4,
        0,
        10,
        1,
        0,
        10,
        1,
        0,
        2,
        1,
        0,
        2,
        1,
        0,
        1,
        1,
        0,
        0x87,
        11,
        0x6f,
        0x62,
        0x6a,
        0x65,
        0x63,
        0x74,
        0x63,
        0x6c,
        0x61,
        0x73,
        0x73,
        0x30,
        0,
      ),
    53: (chance: Random) =>
      encodeDnsMessage({
        id: chance.integer(0, 0xffff),
        flags: dnsFlags.query,
        name: 'version.bind',
        type: recordTypes.txt,
      }),
    5060: (chance: Random) =>
      textBytes(
        `OPTIONS sip:100@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK-${chance.text(8)};rport\r\nFrom: <sip:100@1.1.1.1>;tag=${chance.text(12)}\r\nTo: <sip:100@1.1.1.1>\r\nCall-ID: ${chance.text(20)}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n`,
      ),
    123: () => joinBytes([Uint8Array.of(0x17, 0, 3, 0x2a), new Uint8Array(4)]),
    623: () =>
      Uint8Array.of(6, 0, 0xff, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0x20, 0x18, 0xc8, 0x81, 0, 0x38, 0x8e, 4, 0xb5),
  } as const;
  const serverPort = random.pick([161, 161, 137, 1900, 389, 53, 5060, 123, 623]);
  const fixed = random.chance(0.4) ? random.integer(1024, 65_000) : undefined;
  const answerBytes = random.integer(40, 400);
  const tries = random.pick([1, 1, 2]);
  const sessions = udpSeries(context, drawSize(context, 300, 1500, 15), drawPace(random, 3, 1000), (number, chance) => {
    const bytes = questions[serverPort](chance);
    const asks = Array.from({ length: field.alive(number) ? 1 : tries }, (_, at) => ({
      from: 'client' as const,
      bytes,
      waitNs: seconds(at),
    }));
    const answer = {
      from: 'server' as const,
      bytes: chance.bytes(answerBytes),
      waitNs: milliseconds(chance.around(1, 0.8)),
    };
    return {
      client: attacker,
      server: field.host(number),
      clientPort: fixed ?? ports(attacker),
      serverPort,
      datagrams: field.alive(number) ? [...asks, answer] : asks,
    };
  });
  return attackOn('Reconnaissance', context, sessions, { victims: [] });
};

/** A name server asked for everything it knows (RFC 5936), for names it may know, and for who is behind addresses. */
export const planZoneTransfer: PlanBehaviour = (context) => {
  const { attacker, ports, random, victim } = context;
  const zone = `${random.text(random.integer(4, 9))}.${random.pick(['example', 'local', 'lan.example'])}`;
  const ending = pickEnding(random);
  if (random.chance(0.5)) {
    const allowed = random.chance(0.4);
    const names = random.integer(10, 300);
    const sessions = tcpSeries(context, drawSize(context, 5, 40), drawPace(random, 0.1, 5), (_, chance) => ({
      client: attacker,
      server: victim,
      serverPort: 53,
      turns: transfer(zone, allowed ? names : 0, chance),
    }));
    return attackOn('Reconnaissance', context, sessions);
  }
  const reverse = random.chance(0.3);
  const words = [
    'www',
    'mail',
    'ftp',
    'vpn',
    'dev',
    'test',
    'ns1',
    'ns2',
    'intranet',
    'db',
    'git',
    'admin',
    'api',
    'backup',
  ] as const;
  const known = random.pick([0.02, 0.2]);
  const sessions = udpSeries(context, drawSize(context, 300, 1200, 15), drawPace(random, 3, 300), (number, chance) => {
    const word = words[number % (words.length * 3)] ?? chance.text(chance.integer(2, 9));
    const name = reverse ? `${number % 254}.${Math.floor(number / 254)}.168.192.in-addr.arpa` : `${word}.${zone}`;
    const type = reverse
      ? recordTypes.ptr
      : chance.pick([recordTypes.a, recordTypes.a, recordTypes.mx, recordTypes.ns, recordTypes.txt]);
    const id = chance.integer(0, 0xffff);
    const hit = chance.chance(known);
    const data = reverse ? encodeDnsName(`host-${number}.${zone}`) : Uint8Array.of(192, 0, 2, number & 255);
    const answer = hit
      ? {
          flags: dnsFlags.answer,
          answers: [{ type: reverse ? recordTypes.ptr : recordTypes.a, ttlSeconds: 300, data }],
        }
      : {
          flags: dnsFlags.noSuchName,
          authorities: [{ type: recordTypes.soa, ttlSeconds: 300, data: encodeStartOfAuthority(zone, 1) }],
        };
    return {
      client: attacker,
      server: victim,
      clientPort: ports(attacker),
      serverPort: 53,
      datagrams: [
        { from: 'client' as const, bytes: encodeDnsMessage({ id, flags: dnsFlags.query, name, type }), waitNs: 0 },
        {
          from: 'server' as const,
          bytes: encodeDnsMessage({ id, name, type, ...answer }),
          waitNs: milliseconds(chance.around(3, 0.9)),
        },
      ],
    };
  });
  return attackOn('Reconnaissance', context, sessions);

  function* transfer(name: string, count: number, chance: Random): Generator<Turn> {
    const id = chance.integer(0, 0xffff);
    yield say('client', lengthFirst(encodeDnsMessage({ id, flags: 0, name, type: 252 })), 1, chance);
    const answers = Array.from({ length: count }, (_, at) => ({
      type: recordTypes.a,
      ttlSeconds: 3600,
      data: Uint8Array.of(192, 0, 2, at & 255),
    }));
    const flags = count === 0 ? 0x8085 : 0x8480;
    yield say('server', lengthFirst(encodeDnsMessage({ id, flags, name, type: 252, answers })), 4, chance);
    yield* end(ending, 5, chance);
  }
};

function lengthFirst(message: Uint8Array): Uint8Array {
  return joinBytes([Uint8Array.of(message.length >>> 8, message.length & 0xff), message]);
}
