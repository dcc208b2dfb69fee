// generate: what a scenario promises: one order of time, sound packets, and a truth that can be counted again.
import { describe, expect, it } from 'vitest';
import type { AttackPlan } from '../../../local/generate/attack/plan.ts';
import { officeMix } from '../../../local/generate/benign/tracks.ts';
import { demoScenario } from '../../../local/generate/demo.ts';
import { type GeneratedPacket, generatePackets, type Scenario } from '../../../local/generate/scenario.ts';
import type { Truth } from '../../../local/generate/truth.ts';
import { variedScenario } from '../../../local/generate/varied.ts';
import { buildCapture } from '../../../local/generate/write-capture.ts';
import { conversationKey, readEthernetNaively } from '../../support/naive-packet.ts';

const everyAttack: readonly AttackPlan[] = [
  { kind: 'port-scan', technique: 'syn', ports: 120 },
  { kind: 'port-scan', technique: 'connect', ports: 80 },
  { kind: 'port-scan', technique: 'fin', ports: 60 },
  { kind: 'port-scan', technique: 'null', ports: 60 },
  { kind: 'port-scan', technique: 'xmas', ports: 60 },
  { kind: 'port-scan', technique: 'udp', ports: 60 },
  { kind: 'horizontal-scan', hosts: 60 },
  { kind: 'ssh-guessing', attempts: 20 },
  { kind: 'ftp-guessing', attempts: 20 },
  { kind: 'http-login-guessing', attempts: 30 },
  { kind: 'syn-flood', sources: 'spoofed', packets: 300 },
  { kind: 'syn-flood', sources: 'single', packets: 300 },
  { kind: 'slow-http', variant: 'headers', connections: 20 },
  { kind: 'slow-http', variant: 'body', connections: 20 },
  { kind: 'http-flood', variant: 'unique-urls', requests: 60 },
  { kind: 'http-flood', variant: 'keep-alive', requests: 60 },
];

function everything(seed: number, over: Partial<Scenario> = {}): Scenario {
  return { seed, durationSeconds: 120, benign: officeMix(150), attacks: everyAttack, ipVersion: 'both', ...over };
}

function run(scenario: Scenario): { readonly packets: GeneratedPacket[]; readonly truth: Truth } {
  const packets: GeneratedPacket[] = [];
  const source = generatePackets(scenario);
  for (let step = source.next(); ; step = source.next()) {
    if (step.done === true) return { packets, truth: step.value };
    packets.push(step.value);
  }
}

describe.each([1, 2, 3])('seed %i', (seed) => {
  const { packets, truth } = run(everything(seed));

  it('never goes back in time', () => {
    const backwards = packets.filter((packet, at) => packet.timestampNs < (packets[at - 1]?.timestampNs ?? 0n));
    expect(backwards).toEqual([]);
  });

  it('has no wrong checksum in any packet', () => {
    const wrong = packets.filter((packet) => readEthernetNaively(packet.bytes)?.checksumsHold === false);
    expect(packets.length).toBeGreaterThan(5000);
    expect(wrong).toEqual([]);
  });

  it('counts its packets and flows as another counter does', () => {
    const flows = everyAttack.map(() => new Set<string>());
    const counts = everyAttack.map(() => 0);
    for (const { attack, bytes } of packets) {
      const packet = readEthernetNaively(bytes);
      // An ICMP answer belongs to the probe that caused it.
      if (attack === -1 || packet === undefined) continue;
      counts[attack] = (counts[attack] ?? 0) + 1;
      if (packet.protocol === 6 || packet.protocol === 17) flows[attack]?.add(conversationKey(packet));
    }
    expect(truth.attacks.map((planted) => planted.packets)).toEqual(counts);
    expect(truth.attacks.map((planted) => planted.flows)).toEqual(flows.map((keys) => keys.size));
    expect(truth.records).toBe(packets.length);
  });

  it('never acknowledges what was not sent', () => {
    expect(packets.flatMap(({ bytes }) => [readEthernetNaively(bytes)]).length).toBe(packets.length);
    expect(premature(packets)).toEqual([]);
  });
});

/** Conversations in which an acknowledgement runs ahead of what the other end has sent. */
function premature(packets: readonly GeneratedPacket[]): string[] {
  const sentUpTo = new Map<string, number>();
  const early: string[] = [];
  for (const { bytes } of packets) {
    const packet = readEthernetNaively(bytes);
    if (packet?.protocol !== 6) continue;
    const own = `${packet.source} ${packet.sourcePort} ${packet.destination} ${packet.destinationPort}`;
    const peer = `${packet.destination} ${packet.destinationPort} ${packet.source} ${packet.sourcePort}`;
    const used = packet.payload.length + ((packet.flags & 3) === 0 ? 0 : 1);
    const end = (packet.sequence + used) >>> 0;
    const before = sentUpTo.get(own);
    // A new SYN starts the numbers afresh; otherwise the later of two counts, modulo 2^32.
    if (before === undefined || (packet.flags & 2) !== 0 || ((end - before) | 0) > 0) sentUpTo.set(own, end);
    const peerSent = sentUpTo.get(peer);
    const ahead = peerSent === undefined ? 0 : (packet.acknowledgement - peerSent) | 0;
    if ((packet.flags & 16) !== 0 && ahead > 0) early.push(own);
  }
  return early;
}

describe('a scenario', () => {
  it('is the same bytes for the same seed, and others for another', () => {
    const one = buildCapture(demoScenario(4), { kind: 'pcap' });
    const again = buildCapture(demoScenario(4), { kind: 'pcap' });
    const other = buildCapture(demoScenario(5), { kind: 'pcap' });
    expect(Buffer.compare(one.bytes, again.bytes)).toBe(0);
    expect(Buffer.compare(one.bytes, other.bytes)).not.toBe(0);
    expect(one.truth).toEqual(again.truth);
  });

  it('leaves the benign traffic as it was when an attack is added', () => {
    const sizes = (scenario: Scenario): number[] =>
      run(scenario)
        .packets.filter((packet) => packet.attack === -1)
        .map((packet) => packet.bytes.length);
    const quiet = everything(9, { attacks: [] });
    const attacked = everything(9, { attacks: [{ kind: 'port-scan', technique: 'connect', ports: 40 }] });
    expect(sizes(attacked)).toEqual(sizes(quiet));
  });

  it('labels the packets of an attack with its class and everything else Normal', () => {
    const { packets, truth } = run(everything(6));
    const labels = new Set(packets.map((packet) => packet.label));
    expect([...labels].sort()).toEqual(
      [...new Set(['Normal', ...truth.attacks.map((planted) => planted.label)])].sort(),
    );
    expect(packets.every((packet) => (packet.attack === -1) === (packet.label === 'Normal'))).toBe(true);
  });

  it('ends on time for benign traffic', () => {
    const { packets } = run(everything(6, { durationSeconds: 30, attacks: [] }));
    const last = packets.at(-1)?.timestampNs ?? 0n;
    const first = packets[0]?.timestampNs ?? 0n;
    expect(last - first).toBeLessThanOrEqual(30_000_000_000n);
  });

  it('spreads sessions over its links and keeps each session on one', () => {
    const { packets } = run(
      everything(7, { attacks: [], ipVersion: 4, links: [{ link: 'ethernet' }, { link: 'ethernet', vlanId: 7 }] }),
    );
    const byConversation = new Map<string, Set<number>>();
    for (const { bytes, interfaceId } of packets) {
      const packet = readEthernetNaively(bytes);
      if (packet?.protocol !== 6) continue;
      const key = conversationKey(packet);
      byConversation.set(key, (byConversation.get(key) ?? new Set()).add(interfaceId));
    }
    expect([...byConversation.values()].every((seen) => seen.size === 1)).toBe(true);
    expect(new Set(packets.map((packet) => packet.interfaceId))).toEqual(new Set([0, 1]));
  });
});

describe('a varied scenario', () => {
  const labels = {
    'port-scan': ['Port Scan'],
    'horizontal-scan': ['Port Scan'],
    'ssh-guessing': ['SSH Patator'],
    'ftp-guessing': ['FTP Patator'],
    'http-login-guessing': ['Web Attack - Brute Force'],
    'syn-flood': ['DoS', 'DDoS'],
    'slow-http': ['DoS Slowloris', 'DoS SlowHTTPTest'],
    'http-flood': ['DoS Hulk', 'DoS GoldenEye'],
  } as const;

  it.each(Object.entries(labels))('of %s plants that and nothing else, in order of time', (kind, allowed) => {
    for (const seed of [11, 12]) {
      // The table's keys are attack kinds; Object.entries only knows strings.
      const { packets, truth } = run(variedScenario(seed, kind as keyof typeof labels));
      expect(truth.attacks.map((planted) => planted.kind)).toEqual([kind]);
      expect(allowed).toContain(truth.attacks[0]?.label);
      expect(truth.attacks[0]?.flows).toBeGreaterThan(5);
      expect(packets.some((packet, at) => packet.timestampNs < (packets[at - 1]?.timestampNs ?? 0n))).toBe(false);
    }
  });

  it('of none is benign from end to end', () => {
    const { packets, truth } = run(variedScenario(11, 'none'));
    expect(truth.attacks).toEqual([]);
    expect(packets.every((packet) => packet.label === 'Normal')).toBe(true);
    expect(packets.length).toBeGreaterThan(500);
  });
});

describe('a spoofed SYN flood', () => {
  it('has a source of its own for every one of 50,000 packets', () => {
    const attacks = [
      { kind: 'syn-flood', sources: 'spoofed', packets: 50_000, packetsPerSecond: 50_000, answered: 0 },
    ] as const;
    const sources = new Set<string>();
    for (const { bytes } of generatePackets({ seed: 1, durationSeconds: 60, benign: {}, attacks })) {
      sources.add(Buffer.from(bytes).toString('hex', 26, 30));
    }
    expect(sources.size).toBe(50_000);
  });
});
