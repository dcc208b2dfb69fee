// generate: a flood of SYNs, from one address or from as many as there are packets.
import { parseAddress } from '../bytes/address.ts';
import { writeUint32 } from '../bytes/ip.ts';
import { encodeTcpPacket, tcpFlags } from '../bytes/tcp.ts';
import { type Host, ipFields } from '../host.ts';
import { type Session, type TimedPacket, timedIp } from '../packet.ts';
import type { Random } from '../random.ts';
import { encodeSynOptions, stacks } from '../stack.ts';
import { milliseconds } from '../time.ts';
import type { AttackContext, AttackTrack, SynFloodPlan } from './plan.ts';

/** Source ports of a single source count through this range before they repeat. */
const portRange = 64_512;

export function planSynFlood(plan: SynFloodPlan, context: AttackContext): AttackTrack {
  const single = plan.sources === 'single';
  const session: Session = { startNs: context.startNs, packets: () => flood(plan, context) };
  return {
    label: single ? 'DoS' : 'DDoS',
    attackers: single ? [context.attacker] : [],
    victims: [context.victim],
    sessions: [session],
  };
}

function* flood(plan: SynFloodPlan, context: AttackContext): Generator<TimedPacket> {
  const { random, victim } = context;
  const packets = plan.packets ?? Math.floor(random.around(4000, 0.6));
  const meanGapNs = 1e9 / (plan.packetsPerSecond ?? random.around(1500, 0.8));
  const answered = plan.answered ?? random.pick([0, 128, 256, packets]);
  const shape = pickShape(plan, context);
  const waiting: TimedPacket[] = [];
  let atNs = context.startNs;
  for (let number = 0; number < packets; number++) {
    // Never closer than a reset follows its SYN-ACK, so that the answers stay in order.
    atNs += Math.max(2000, random.exponential(meanGapNs));
    while (waiting[0] !== undefined && waiting[0].atNs <= atNs) yield* waiting.splice(0, 1);
    const source = shape.source(number);
    const sourcePort = shape.sourcePort(number);
    const sequence = random.uint32();
    const fields = { sourcePort, destinationPort: shape.port, sequence, acknowledgement: 0, flags: tcpFlags.syn };
    const ip = { ...ipFields(source, victim, random.integer(0, 0xffff)), ttl: shape.ttl() };
    const syn = encodeTcpPacket(ip, { ...fields, window: shape.window(), options: shape.options });
    yield timedIp(atNs, source, victim, syn, plan.sources === 'spoofed' || number < portRange);
    if (number < answered) waiting.push(...reactions(plan, context, source, sourcePort, shape.port, sequence, atNs));
  }
  yield* waiting;
}

interface FloodShape {
  readonly source: (number: number) => Host;
  readonly sourcePort: (number: number) => number;
  readonly port: number;
  readonly ttl: () => number;
  readonly window: () => number;
  readonly options: Uint8Array;
}

function pickShape(plan: SynFloodPlan, context: AttackContext): FloodShape {
  const { attacker, network, random } = context;
  const firstPort = random.integer(1024, 60_000);
  const spoof = spoofedSources(network.gateway, random);
  const crafted = random.chance(0.7);
  const ttl = random.pick([64, 64, 255, 128]) - (plan.sources === 'spoofed' ? random.integer(3, 14) : attacker.hops);
  const window = random.pick([512, 512, 64, 5840, 8192, 65_535]);
  return {
    source: plan.sources === 'single' ? () => attacker : spoof,
    sourcePort: (number) =>
      plan.sources === 'single' ? 1024 + ((firstPort + number) % portRange) : random.integer(1024, 65_535),
    port: plan.port ?? random.pick([80, 80, 80, 443, 22, 8080]),
    ttl: random.chance(0.3) ? () => random.integer(30, 250) : () => ttl,
    window: random.chance(0.2) ? () => random.integer(1, 65_535) : () => window,
    options: crafted
      ? new Uint8Array(0)
      : encodeSynOptions(stacks.linux, 1460, { value: random.uint32(), echo: 0 }, undefined),
  };
}

/** Addresses that differ for every number: a step with no common divisor walks the whole range once. */
function spoofedSources(gateway: Host, random: Random): (number: number) => Host {
  const offset = random.uint32();
  return (number) => {
    const address = gateway.address.length === 4 ? parseAddress('100.64.0.0') : parseAddress('2001:db8:bad::');
    const walked = (Math.imul(number, 2_654_435_761) + offset) >>> 0;
    // 100.64.0.0/10 has 22 bits of its own; an IPv6 prefix leaves room for all 32.
    writeUint32(address, address.length - 4, address.length === 4 ? (0x64400000 | (walked & 0x3fffff)) >>> 0 : walked);
    return { address, mac: gateway.mac, stack: stacks.linux, hops: 0, roundTripNs: milliseconds(30) };
  };
}

/** The victim's SYN-ACK; a real source that never asked for it resets, a spoofed one is silent. */
function reactions(
  plan: SynFloodPlan,
  context: AttackContext,
  source: Host,
  sourcePort: number,
  port: number,
  sequence: number,
  atNs: number,
): TimedPacket[] {
  const { attacker, victim } = context;
  const answeredNs = atNs + victim.roundTripNs;
  const answer = encodeTcpPacket(ipFields(victim, source, 0), {
    sourcePort: port,
    destinationPort: sourcePort,
    sequence: (sequence ^ 0x5bd1e995) >>> 0,
    acknowledgement: sequence + 1,
    flags: tcpFlags.syn | tcpFlags.ack,
    window: victim.stack.answerWindow,
    options: encodeSynOptions(victim.stack, 1460, { value: 0, echo: 0 }, stacks.appliance),
  });
  const synAck = timedIp(answeredNs, victim, source, answer, false);
  if (plan.sources === 'spoofed') return [synAck];
  const fields = {
    sourcePort,
    destinationPort: port,
    sequence: sequence + 1,
    acknowledgement: 0,
    flags: tcpFlags.rst,
    window: 0,
  };
  const reset = encodeTcpPacket(ipFields(attacker, victim, 0), fields);
  return [synAck, timedIp(answeredNs + 1000, attacker, victim, reset, false)];
}
