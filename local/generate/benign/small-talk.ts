// generate: what networks mutter all day: echo requests, clocks, multicast names, ARP, connections nobody answers.
import { dnsFlags, encodeDnsMessage, encodeDnsName, recordTypes } from '../app/dns-message.ts';
import { broadcastMac, multicastMac, parseAddress } from '../bytes/address.ts';
import { encodeArpBody } from '../bytes/arp.ts';
import { encodeIcmpPacket } from '../bytes/icmp.ts';
import { writeUint32 } from '../bytes/ip.ts';
import { etherTypes } from '../bytes/link.ts';
import { arrivals, isVersion6, type TrafficContext } from '../context.ts';
import { type Host, ipFields } from '../host.ts';
import { type Session, type TimedPacket, timedIp } from '../packet.ts';
import type { Random } from '../random.ts';
import { tcpSession } from '../tcp-session.ts';
import { milliseconds, seconds } from '../time.ts';
import { type UdpEnds, udpFromClient, udpFromServer } from '../udp-exchange.ts';

export function* pingSessions(context: TrafficContext, count: number): Generator<Session> {
  const { network, random } = context;
  let number = 0;
  for (const startNs of arrivals(context, count)) {
    const chance = random.fork(`ping ${number}`);
    const client = chance.pick(network.clients);
    const target = chance.chance(0.5) ? network.gateway : chance.pick(network.sites).host;
    // The identifier counts up, so that no two runs look like one.
    const identifier = (1 + number++) & 0xffff;
    yield { startNs, packets: () => echoes(client, target, identifier, startNs, chance) };
  }
}

function* echoes(
  client: Host,
  target: Host,
  identifier: number,
  startNs: number,
  random: Random,
): Generator<TimedPacket> {
  const [request, reply] = isVersion6(client) ? [128, 129] : [8, 0];
  const body = random.bytes(client.stack.name.endsWith('windows') ? 32 : 56);
  const rounds = random.integer(1, 8);
  let atNs = startNs;
  for (let round = 1; round <= rounds; round++) {
    const rest = identifier * 0x10000 + round;
    const question = encodeIcmpPacket(
      ipFields(client, target, random.integer(0, 0xffff)),
      { type: request, code: 0, rest },
      body,
    );
    yield timedIp(atNs, client, target, question, round === 1);
    const answeredNs = atNs + target.roundTripNs + milliseconds(random.around(0.05, 1));
    if (random.chance(0.97) && answeredNs < atNs + seconds(1)) {
      const answer = encodeIcmpPacket(
        ipFields(target, client, random.integer(0, 0xffff)),
        { type: reply, code: 0, rest },
        body,
      );
      yield timedIp(answeredNs, target, client, answer, false);
    }
    atNs += seconds(1) + milliseconds(random.around(1, 1));
  }
}

export function* ntpSessions(context: TrafficContext, count: number): Generator<Session> {
  const { network, ports, random } = context;
  let number = 0;
  for (const startNs of arrivals(context, count)) {
    const chance = random.fork(`clock ${number++}`);
    const client = chance.pick(network.clients);
    const server = chance.pick(network.sites).host;
    const ends = { client, server, clientPort: ports(client), serverPort: 123 };
    yield { startNs, packets: () => askTime(ends, startNs, chance) };
  }
}

function* askTime(ends: UdpEnds, startNs: number, random: Random): Generator<TimedPacket> {
  const request = new Uint8Array(48);
  request[0] = 0x23;
  request.set(random.bytes(8), 40);
  yield udpFromClient(ends, startNs, request, random, true);
  const reply = new Uint8Array(48);
  reply.set([0x24, 2, 6, 0xe9]);
  writeUint32(reply, 12, 0xc0000201);
  reply.set(random.bytes(4), 20);
  reply.set(request.subarray(40), 24);
  reply.set(random.bytes(16), 32);
  yield udpFromServer(ends, startNs + ends.server.roundTripNs + milliseconds(random.around(0.05, 0.5)), reply, random);
}

export function* multicastNameSessions(context: TrafficContext, count: number): Generator<Session> {
  const { network, random } = context;
  let number = 0;
  const seen = new Set<Host>();
  for (const startNs of arrivals(context, count)) {
    const chance = random.fork(`name ${number++}`);
    const client = chance.pick(network.clients);
    const first = !seen.has(client);
    seen.add(client);
    yield { startNs, packets: () => announce(client, startNs, first, chance) };
  }
}

function* announce(client: Host, startNs: number, first: boolean, random: Random): Generator<TimedPacket> {
  const address = parseAddress(isVersion6(client) ? 'ff02::fb' : '224.0.0.251');
  const group: Host = { ...client, address, mac: multicastMac(address) };
  const service = random.pick(['_ipp._tcp.local', '_googlecast._tcp.local', '_airplay._tcp.local', '_smb._tcp.local']);
  const asks = random.chance(0.7);
  const answer = {
    type: recordTypes.ptr,
    ttlSeconds: 4500,
    data: encodeDnsName(`station-${random.text(4)}.${service}`),
  };
  const message = encodeDnsMessage({
    id: 0,
    flags: asks ? dnsFlags.multicastQuery : dnsFlags.multicastAnswer,
    name: service,
    type: recordTypes.ptr,
    answers: asks ? [] : [answer],
  });
  // Multicast names travel with a TTL of 255 (RFC 6762 §11).
  const sender: Host = { ...client, stack: { ...client.stack, ttl: 255 } };
  const ends = { client: sender, server: group, clientPort: 5353, serverPort: 5353 };
  yield udpFromClient(ends, startNs, message, random, first);
}

export function* arpSessions(context: TrafficContext, count: number): Generator<Session> {
  const { network, random } = context;
  let number = 0;
  for (const startNs of arrivals(context, count)) {
    const chance = random.fork(`arp ${number++}`);
    const asker = chance.pick(network.clients);
    const asked = chance.chance(0.6) ? network.gateway : chance.pick(network.servers);
    if (isVersion6(asker)) continue;
    yield { startNs, packets: () => resolve(asker, asked, startNs, chance) };
  }
}

function* resolve(asker: Host, asked: Host, startNs: number, random: Random): Generator<TimedPacket> {
  const etherType = etherTypes.arp;
  const question = encodeArpBody({
    operation: 'request',
    senderMac: asker.mac,
    senderAddress: asker.address,
    targetMac: new Uint8Array(6),
    targetAddress: asked.address,
  });
  yield {
    atNs: startNs,
    bytes: question,
    etherType,
    sourceMac: asker.mac,
    destinationMac: broadcastMac,
    opensFlow: false,
  };
  if (random.chance(0.1)) return;
  const answer = encodeArpBody({
    operation: 'reply',
    senderMac: asked.mac,
    senderAddress: asked.address,
    targetMac: asker.mac,
    targetAddress: asker.address,
  });
  const atNs = Math.round(startNs + asked.roundTripNs);
  yield { atNs, bytes: answer, etherType, sourceMac: asked.mac, destinationMac: asker.mac, opensFlow: false };
}

/** Benign failure: services that are down, hosts that are gone, programs that try again. */
export function* failedSessions(context: TrafficContext, count: number): Generator<Session> {
  const { network, ports, random } = context;
  let number = 0;
  for (const startNs of arrivals(context, count)) {
    const chance = random.fork(`attempt ${number++}`);
    const client = chance.pick(network.clients);
    const plan = {
      client,
      server: chance.chance(0.5) ? chance.pick(network.servers) : chance.pick(network.sites).host,
      clientPort: ports(client),
      serverPort: chance.pick([80, 443, 445, 3389, 8009, 9100, 631]),
      startNs,
      answer: chance.pick(['refuse', 'ignore']),
      turns: [],
    } as const;
    yield { startNs, packets: () => tcpSession(plan, chance) };
  }
}
