// generate: name lookups over UDP: addresses, aliases, mail hosts, text, and names that do not exist.
import {
  type DnsAnswer,
  dnsFlags,
  encodeDnsMessage,
  encodeDnsName,
  encodeStartOfAuthority,
  recordTypes,
} from '../app/dns-message.ts';
import { joinBytes, textBytes } from '../bytes/text.ts';
import { arrivals, type TrafficContext } from '../context.ts';
import type { Site } from '../host.ts';
import type { Session, TimedPacket } from '../packet.ts';
import type { Random } from '../random.ts';
import { milliseconds, seconds } from '../time.ts';
import { type UdpEnds, udpFromClient, udpFromServer } from '../udp-exchange.ts';

export function* dnsSessions(context: TrafficContext, count: number): Generator<Session> {
  const { network, ports, random } = context;
  let number = 0;
  for (const startNs of arrivals(context, count)) {
    const chance = random.fork(`lookup ${number++}`);
    const client = chance.pick(network.clients);
    const ends = { client, server: network.resolver, clientPort: ports(client), serverPort: 53 };
    yield { startNs, packets: () => lookup(ends, chance.pick(network.sites), startNs, chance) };
  }
}

function* lookup(ends: UdpEnds, site: Site, startNs: number, random: Random): Generator<TimedPacket> {
  const missing = random.chance(0.08);
  const name = missing ? `${random.text(random.integer(4, 14))}.${site.name}` : site.name;
  const id = random.integer(0, 0xffff);
  const kind = random.pick(['a', 'a', 'a', 'a', 'aaaa', 'aaaa', 'https', 'mx', 'txt', 'cname']);
  const type = kind === 'cname' ? recordTypes.a : recordTypes[kind];
  const query = encodeDnsMessage({ id, flags: dnsFlags.query, name, type });
  let atNs = startNs;
  yield udpFromClient(ends, atNs, query, random, true);
  if (random.chance(0.01)) {
    atNs += seconds(random.pick([1, 2, 5]));
    yield udpFromClient(ends, atNs, query, random, false);
    if (random.chance(0.3)) return;
  }
  const cached = random.chance(0.5);
  atNs += ends.server.roundTripNs + (cached ? 0 : milliseconds(random.around(18, 0.9)));
  const answer = missing
    ? { flags: dnsFlags.noSuchName, authorities: [authority(site.name, random)] }
    : { flags: dnsFlags.answer, answers: answersFor(kind, site, random) };
  yield udpFromServer(ends, atNs, encodeDnsMessage({ id, name, type, ...answer }), random);
}

function authority(zone: string, random: Random): DnsAnswer {
  return {
    type: recordTypes.soa,
    ttlSeconds: 300,
    data: encodeStartOfAuthority(zone, random.integer(2_026_010_100, 2_026_123_100)),
  };
}

function answersFor(kind: string, site: Site, random: Random): readonly DnsAnswer[] {
  const ttlSeconds = random.pick([30, 60, 300, 3600]);
  const address = site.host.address;
  const own: DnsAnswer = { type: address.length === 4 ? recordTypes.a : recordTypes.aaaa, ttlSeconds, data: address };
  switch (kind) {
    case 'a':
    case 'aaaa':
      // The wrong family gets an empty answer, as it does from a real resolver.
      return (own.type === recordTypes.a) === (kind === 'a') ? [own] : [];
    case 'cname':
      return [{ type: recordTypes.cname, ttlSeconds, data: encodeDnsName(`edge-${random.text(4)}.cdn.example`) }];
    case 'mx':
      return [
        {
          type: recordTypes.mx,
          ttlSeconds,
          data: joinBytes([Uint8Array.of(0, 10), encodeDnsName(`mx1.${site.name}`)]),
        },
      ];
    case 'txt': {
      const text = textBytes(`v=spf1 include:${site.name} -all`);
      return [{ type: recordTypes.txt, ttlSeconds, data: joinBytes([Uint8Array.of(text.length), text]) }];
    }
    default:
      return [];
  }
}
