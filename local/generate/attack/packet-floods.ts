// generate: floods below the application: UDP datagrams, ICMP messages, TCP segments with odd flags, half-open connections.
import { encodePortUnreachable } from '../bytes/icmp.ts';
import { tcpFlags } from '../bytes/tcp.ts';
import { encodeUdpPacket } from '../bytes/udp.ts';
import { sendDatagram } from '../datagram.ts';
import { type Host, ipFields } from '../host.ts';
import { type Pace, pickPace } from '../pace.ts';
import { type Session, type TimedPacket, timedIp } from '../packet.ts';
import type { Random } from '../random.ts';
import { echoTypes, icmp, segment } from '../raw-packet.ts';
import { encodeSynOptions, stacks } from '../stack.ts';
import { milliseconds } from '../time.ts';
import {
  attackOn,
  type BehaviourContext,
  drawPace,
  drawRate,
  drawSize,
  outsiders,
  type PlanBehaviour,
} from './behaviour.ts';

/** What one packet of the flood is, with what the victim answers behind it. */
type Drop = (number: number, atNs: number, random: Random) => Iterable<TimedPacket>;

/** One session a packet: their answers overlap. */
export function* flood(context: BehaviourContext, count: number, gapNs: Pace, drop: Drop): Generator<Session> {
  let startNs = context.startNs;
  for (let number = 0; number < count; number++) {
    const chance = context.random.fork(`drop ${number}`);
    const atNs = startNs;
    yield { startNs: atNs, packets: () => drop(number, atNs, chance)[Symbol.iterator]() };
    startNs += Math.max(1000, Math.round(gapNs(number)));
  }
}

/** Where the n-th packet comes from: one host, some, or a new address each time. */
function pickSources(context: BehaviourContext, many: boolean): (number: number) => Host {
  if (!many) return () => context.attacker;
  const hosts = outsiders(context, context.random.pick([4, 20, 100, 1000]));
  return (number) => hosts[number % hosts.length] ?? context.attacker;
}

function pickPayload(random: Random): (chance: Random) => Uint8Array {
  const length = random.pick([0, 0, 1, 18, 32, 64, 120, 512, 1024, 1400, 1472]);
  const noise = random.bytes(1472);
  const letter = random.integer(0, 255);
  return random.pick([
    () => noise.subarray(0, length),
    (chance: Random) => chance.bytes(length),
    (chance: Random) => chance.bytes(chance.integer(0, Math.max(length, 8))),
    () => new Uint8Array(length).fill(letter),
    () => new Uint8Array(length),
  ]);
}

/** A sequence of ports: one, a walk, or any. */
function pickPorts(random: Random, fixed: number): (number: number, chance: Random) => number {
  const first = random.integer(1024, 60_000);
  return random.pick([
    () => fixed,
    () => first,
    (number: number) => 1 + ((first + number) % 65_000),
    (_: number, chance: Random) => chance.integer(1, 65_535),
  ]);
}

function udpDrop(context: BehaviourContext, many: boolean): Drop {
  const { random, victim } = context;
  const source = pickSources(context, many);
  const payload = pickPayload(random);
  const serverPorts = pickPorts(random, random.pick([53, 80, 123, 443, 161, 5060, 27_015]));
  const clientPorts = pickPorts(random, random.integer(1024, 65_535));
  const opens = new Set<string>();
  const errors = { left: random.pick([0, 0, 30, 1000]) };
  return function* (number, atNs, chance) {
    const client = source(number);
    const [clientPort, serverPort] = [clientPorts(number, chance), serverPorts(number, chance)];
    const bytes = payload(chance);
    const key = `${client.address.join()} ${clientPort} ${serverPort}`;
    const first = !opens.has(key);
    opens.add(key);
    yield* sendDatagram({ client, server: victim, clientPort, serverPort }, 'client', atNs, bytes, chance, first);
    if (errors.left-- <= 0 || chance.chance(0.2)) return;
    const ports = { sourcePort: clientPort, destinationPort: serverPort };
    const offending = encodeUdpPacket(ipFields(client, victim, 0), ports, bytes.subarray(0, 500));
    const refusal = encodePortUnreachable(ipFields(victim, client, chance.integer(0, 0xffff)), offending);
    yield timedIp(atNs + victim.roundTripNs + milliseconds(0.05), victim, client, refusal, false);
  };
}

export const planUdpFlood: PlanBehaviour = (context) => {
  const count = drawSize(context, 1500, 5000, 150);
  return attackOn(
    'DoS',
    context,
    flood(context, count, drawPace(context.random, 100, 20_000), udpDrop(context, false)),
  );
};

/** Echo requests, long or short, or errors about packets that were never sent. */
export const planIcmpFlood: PlanBehaviour = (context) => {
  const { random, victim, attacker } = context;
  const errors = random.chance(0.3) && victim.address.length === 4;
  const source = pickSources(context, random.chance(0.25));
  const length = random.pick([8, 32, 56, 56, 120, 1000, 1400, 1472, 4000, 20_000]);
  const identifier = random.integer(1, 0xffff);
  const ownIdentifiers = random.chance(0.2);
  const body = random.bytes(length);
  const answered = random.pick([0, 0.5, 1, 1]);
  const [request, reply] = echoTypes(victim);
  const drop: Drop = function* (number, atNs, chance) {
    const client = source(number);
    if (errors) {
      const ports = { sourcePort: chance.integer(1, 65_535), destinationPort: chance.integer(1, 65_535) };
      const quoted = encodeUdpPacket(ipFields(victim, client, 0), ports, chance.bytes(8));
      const message = { type: 3, code: chance.pick([1, 3, 3, 13]), rest: 0 };
      return yield* icmp(client, victim, atNs, message, quoted, chance);
    }
    const rest = (ownIdentifiers ? chance.integer(1, 0xffff) : identifier) * 0x10000 + (number & 0xffff);
    yield* icmp(client, victim, atNs, { type: request, code: 0, rest }, body, chance);
    if (!chance.chance(answered)) return;
    const answeredNs = atNs + victim.roundTripNs + milliseconds(chance.around(0.05, 0.5));
    yield* icmp(victim, client, answeredNs, { type: reply, code: 0, rest }, body, chance);
  };
  const longest = length > 1500 ? 250 : 4000;
  const count = Math.min(longest, drawSize(context, 1000, longest, 60));
  const sessions = flood(context, count, drawPace(random, 50, 10_000), drop);
  return attackOn('DoS', context, sessions, { attackers: [attacker] });
};

/** Segments that belong to no connection: RST, ACK, FIN, nothing, everything. */
export const planFlagFlood: PlanBehaviour = (context) => {
  const { random, victim } = context;
  const { ack, fin, psh, rst, syn, urg } = tcpFlags;
  const flags = random.pick([rst, ack, fin, 0, psh | ack, rst | ack, fin | psh | urg, syn | ack, fin | ack]);
  const source = pickSources(context, random.chance(0.25));
  const payload = random.chance(0.3) ? random.bytes(random.pick([1, 10, 120, 1024])) : undefined;
  const destinationPorts = pickPorts(random, random.pick([80, 443, 22, 25, 8080]));
  const sourcePorts = pickPorts(random, random.integer(1024, 65_535));
  const windows = random.chance(0.4) ? undefined : random.pick([0, 64, 512, 1024, 8192]);
  const answers = (flags & rst) === 0 && random.chance(0.5);
  const opens = new Set<string>();
  const drop: Drop = function* (number, atNs, chance) {
    const client = source(number);
    const [sourcePort, destinationPort] = [sourcePorts(number, chance), destinationPorts(number, chance)];
    const key = `${client.address.join()} ${sourcePort} ${destinationPort}`;
    const sequence = chance.uint32();
    const acknowledgement = (flags & ack) === 0 ? 0 : chance.uint32();
    const window = windows ?? chance.integer(0, 0xffff);
    const given = payload === undefined ? {} : { payload };
    const fields = { sourcePort, destinationPort, flags, sequence, acknowledgement, window, ...given };
    yield segment(client, victim, atNs, fields, chance, !opens.has(key));
    opens.add(key);
    if (!answers) return;
    const back = {
      sourcePort: destinationPort,
      destinationPort: sourcePort,
      flags: (flags & ack) === 0 ? rst | ack : rst,
    };
    const numbers = (flags & ack) === 0 ? { acknowledgement: sequence } : { sequence: acknowledgement };
    yield segment(
      victim,
      client,
      atNs + victim.roundTripNs + milliseconds(0.03),
      { ...back, ...numbers },
      chance,
      false,
    );
  };
  const count = drawSize(context, 1500, 5000, 150);
  return attackOn('DoS', context, flood(context, count, drawPace(random, 100, 20_000), drop));
};

/** SYNs to a service that answers, is never answered in turn, and asks again. */
export const planHalfOpen: PlanBehaviour = (context) => {
  const { random } = context;
  const count = drawSize(context, 300, 1500, 40);
  return attackOn('DoS', context, flood(context, count, drawPace(random, 10, 1500), synDrop(context, false)));
};

function synDrop(context: BehaviourContext, many: boolean): Drop {
  const { random, victim } = context;
  const { ack, syn } = tcpFlags;
  const source = pickSources(context, many);
  const destinationPort = random.pick([21, 22, 23, 25, 53, 80, 443, 502, 1883, 3306, 3389, 5060, 8080]);
  const sourcePorts = pickPorts(random, random.integer(1024, 65_535));
  const stack = random.pick([stacks.linux, stacks.windows, stacks.oldLinux]);
  const options = random.chance(0.5)
    ? encodeSynOptions(stack, 1460, { value: random.uint32(), echo: 0 }, undefined)
    : undefined;
  const answerUntil = random.pick([0, 128, 512, Number.POSITIVE_INFINITY]);
  const repeats = random.pick([0, 1, 2, 5]);
  const opens = new Set<string>();
  return function* (number, atNs, chance) {
    const client = source(number);
    const sourcePort = sourcePorts(number, chance);
    const key = `${client.address.join()} ${sourcePort}`;
    const sequence = chance.uint32();
    const window = options === undefined ? random.integer(0, 0xffff) : stack.window;
    const given = options === undefined ? {} : { options };
    yield segment(
      client,
      victim,
      atNs,
      { sourcePort, destinationPort, flags: syn, sequence, window, ...given },
      chance,
      !opens.has(key),
    );
    opens.add(key);
    if (number >= answerUntil) return;
    const fields = {
      sourcePort: destinationPort,
      destinationPort: sourcePort,
      flags: syn | ack,
      sequence: chance.uint32(),
      acknowledgement: (sequence + 1) >>> 0,
      window: victim.stack.answerWindow,
      options: encodeSynOptions(victim.stack, 1460, { value: 0, echo: 0 }, stacks.appliance),
    };
    let answeredNs = atNs + victim.roundTripNs;
    yield segment(victim, client, answeredNs, fields, chance, false);
    for (let repeat = 0; repeat < repeats; repeat++) {
      answeredNs += milliseconds(1000 * 2 ** repeat);
      yield segment(victim, client, answeredNs, fields, chance, false);
    }
  };
}

/** The same packets from many hosts at once, each with a pace of its own. */
export const planManySources: PlanBehaviour = (context) => {
  const { random } = context;
  const drop = random.pick([synDrop, synDrop, udpDrop])(context, true);
  const pace = pickPace(random, 1e9 / drawRate(random, 200, 20_000));
  return attackOn('DDoS', context, flood(context, drawSize(context, 1500, 5000, 150), pace, drop), { attackers: [] });
};
