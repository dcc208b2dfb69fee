// generate: one host tries many ports of another: half-open, connect, FIN, NULL, XMAS and UDP scans.
import { encodePortUnreachable } from '../bytes/icmp.ts';
import { encodeTcpPacket, tcpFlags } from '../bytes/tcp.ts';
import { encodeUdpPacket } from '../bytes/udp.ts';
import { type Host, ipFields } from '../host.ts';
import { type Session, type TimedPacket, timedIp } from '../packet.ts';
import type { Random } from '../random.ts';
import { encodeSynOptions, stacks } from '../stack.ts';
import { tcpSession } from '../tcp-session.ts';
import { milliseconds, seconds } from '../time.ts';
import type { AttackContext, AttackTrack, PortScanPlan } from './plan.ts';
import { type ProbeStyle, pickPorts, pickProbeStyle, udpProbePayload } from './probe-style.ts';

export function planPortScan(plan: PortScanPlan, context: AttackContext): AttackTrack {
  return {
    label: 'Port Scan',
    attackers: [context.attacker],
    victims: [context.victim],
    sessions: probes(plan, context),
  };
}

/** What the victim does with a probe. */
type Door = 'open' | 'closed' | 'filtered';

function* probes(plan: PortScanPlan, context: AttackContext): Generator<Session> {
  const { random, victim } = context;
  const udp = plan.technique === 'udp';
  const ports = pickPorts(plan.ports ?? Math.floor(random.around(600, 0.6)), udp, random);
  const perSecond = plan.packetsPerSecond ?? Math.min(6000, Math.max(3, random.around(udp ? 40 : 400, 1.2)));
  const style = pickProbeStyle(random);
  const firewalled = random.chance(0.25);
  const open = new Set<number>(udp ? [53, 123, 161] : [22, 80, random.pick([443, 3306, 21, 8080])]);
  let unreachableBudget = random.integer(20, 80);
  let startNs = context.startNs;
  let number = 0;
  for (const port of ports) {
    startNs += Math.round(style.gapNs(number, 1e9 / perSecond));
    const lost = random.chance(0.01);
    const door: Door = open.has(port) ? 'open' : firewalled || lost ? 'filtered' : 'closed';
    // Hosts limit how many ICMP errors they send: after the first few, about one in ten.
    const answers = udp && unreachableBudget-- < 0 && !random.chance(0.1) ? 'filtered' : door;
    const chance = random.fork(`probe ${number}`);
    const probe = { context, style, number: number++, port, startNs, victim };
    yield { startNs, packets: () => openProbe(plan.technique, probe, answers, chance) };
  }
}

interface Probe {
  readonly context: AttackContext;
  readonly style: ProbeStyle;
  readonly number: number;
  readonly port: number;
  readonly startNs: number;
  readonly victim: Host;
}

function openProbe(
  technique: PortScanPlan['technique'],
  probe: Probe,
  door: Door,
  random: Random,
): Iterator<TimedPacket> {
  switch (technique) {
    case 'syn':
      return halfOpenProbe(probe, door, random);
    case 'connect':
      return connectProbe(probe, door, random);
    case 'udp':
      return udpProbe(probe, door, random);
    case 'fin':
      return oddFlagsProbe(probe, tcpFlags.fin, door, random);
    case 'null':
      return oddFlagsProbe(probe, 0, door, random);
    case 'xmas':
      return oddFlagsProbe(probe, tcpFlags.fin | tcpFlags.psh | tcpFlags.urg, door, random);
  }
}

/** SYN; an open port's SYN-ACK is met with a reset, a closed one resets itself, a filtered one is tried again. */
function* halfOpenProbe(probe: Probe, door: Door, random: Random): Generator<TimedPacket> {
  const { context, victim } = probe;
  const sequence = random.uint32();
  yield rawProbe(probe, tcpFlags.syn, sequence, 0, probe.startNs, random);
  const answerNs = probe.startNs + reaction(victim, random);
  if (door === 'filtered') {
    yield rawProbe(probe, tcpFlags.syn, sequence, 2, probe.startNs + milliseconds(random.around(1050, 0.1)), random);
  } else if (door === 'closed') {
    yield answer(probe, tcpFlags.rst | tcpFlags.ack, 0, sequence + 1, answerNs, random);
  } else {
    yield answer(probe, tcpFlags.syn | tcpFlags.ack, random.uint32(), sequence + 1, answerNs, random);
    const kernel: Host = { ...context.attacker, stack: { ...stacks.linux, identification: 'zero' } };
    const fields = {
      ...tcpPorts(probe, 0),
      sequence: sequence + 1,
      acknowledgement: 0,
      flags: tcpFlags.rst,
      window: 0,
    };
    yield timedIp(
      answerNs + context.attacker.roundTripNs,
      kernel,
      victim,
      encodeTcpPacket(ipFields(kernel, victim, 0), fields),
      false,
    );
  }
}

function connectProbe(probe: Probe, door: Door, random: Random): Iterator<TimedPacket> {
  const { context, victim, startNs } = probe;
  const how = random.pick(['rst', 'rst', 'fin']);
  const plan = {
    client: context.attacker,
    server: victim,
    clientPort: context.ports(context.attacker),
    serverPort: probe.port,
    startNs,
    answer: door === 'open' ? 'accept' : door === 'closed' ? 'refuse' : 'ignore',
    turns: [{ kind: 'close', from: 'client', how, waitNs: milliseconds(random.around(0.3, 1)) }],
  } as const;
  return tcpSession(plan, random);
}

/** FIN, NULL and XMAS: a closed port resets, an open one says nothing and is asked once more. */
function* oddFlagsProbe(probe: Probe, flags: number, door: Door, random: Random): Generator<TimedPacket> {
  const sequence = random.uint32();
  yield rawProbe(probe, flags, sequence, 0, probe.startNs, random);
  if (door === 'closed') {
    const used = (flags & tcpFlags.fin) === 0 ? 0 : 1;
    const answerNs = probe.startNs + reaction(probe.victim, random);
    yield answer(probe, tcpFlags.rst | tcpFlags.ack, 0, sequence + used, answerNs, random);
  } else {
    yield rawProbe(probe, flags, sequence, 1, probe.startNs + seconds(1.1), random);
  }
}

function* udpProbe(probe: Probe, door: Door, random: Random): Generator<TimedPacket> {
  const { context, victim, style, port, startNs } = probe;
  const payload = random.chance(0.6) ? udpProbePayload(port) : new Uint8Array(0);
  const send = (atNs: number, shift: number): readonly [TimedPacket, Uint8Array] => {
    const ip = { ...ipFields(context.attacker, victim, random.integer(0, 0xffff)), ttl: style.ttl() };
    const sourcePort = style.sourcePort(probe.number) + shift;
    const bytes = encodeUdpPacket(ip, { sourcePort, destinationPort: port }, payload);
    return [timedIp(atNs, context.attacker, victim, bytes, true), bytes];
  };
  const [first, bytes] = send(startNs, 0);
  yield first;
  if (door === 'closed') {
    const ip = { ...ipFields(victim, context.attacker, random.integer(0, 0xffff)), trafficClass: 0xc0 };
    const refusal = encodePortUnreachable(ip, bytes);
    yield timedIp(startNs + reaction(victim, random), victim, context.attacker, refusal, false);
  } else {
    yield send(startNs + seconds(1) + milliseconds(random.around(5, 1)), 1)[0];
  }
}

function rawProbe(
  probe: Probe,
  flags: number,
  sequence: number,
  shift: number,
  atNs: number,
  random: Random,
): TimedPacket {
  const { context, style, victim } = probe;
  const ip = {
    ...ipFields(context.attacker, victim, 0),
    identification: random.integer(0, 0xffff),
    ttl: style.ttl(),
    dontFragment: false,
  };
  const options = (flags & tcpFlags.syn) === 0 ? new Uint8Array(0) : style.options;
  const fields = { ...tcpPorts(probe, shift), sequence, acknowledgement: 0, flags, window: style.window, options };
  return timedIp(atNs, context.attacker, victim, encodeTcpPacket(ip, fields), true);
}

function answer(
  probe: Probe,
  flags: number,
  sequence: number,
  acknowledgement: number,
  atNs: number,
  random: Random,
): TimedPacket {
  const { context, victim } = probe;
  const isSyn = (flags & tcpFlags.syn) !== 0;
  const { sourcePort, destinationPort } = tcpPorts(probe, 0);
  const options = isSyn
    ? encodeSynOptions(victim.stack, 1460, { value: 0, echo: 0 }, stacks.appliance)
    : new Uint8Array(0);
  const fields = {
    sourcePort: destinationPort,
    destinationPort: sourcePort,
    sequence,
    acknowledgement,
    flags,
    window: isSyn ? victim.stack.answerWindow : 0,
    options,
  };
  const ip = ipFields(victim, context.attacker, isSyn ? 0 : random.integer(0, 0xffff));
  return timedIp(atNs, victim, context.attacker, encodeTcpPacket(ip, fields), false);
}

function tcpPorts(probe: Probe, shift: number): { readonly sourcePort: number; readonly destinationPort: number } {
  return { sourcePort: probe.style.sourcePort(probe.number) + shift, destinationPort: probe.port };
}

function reaction(victim: Host, random: Random): number {
  return victim.roundTripNs + milliseconds(random.around(0.02, 0.6));
}
