// generate: the attacks and the honest twins that are drawn whole from the seed: sound packets, right labels, one seed one file.
import { describe, expect, it } from 'vitest';
import { splitCapture } from '../../../lib/chunk/split-capture.ts';
import { BEHAVIOURS, type BehaviourKind } from '../../../local/generate/attack/plan.ts';
import { TWINS } from '../../../local/generate/benign/twins.ts';
import type { Label } from '../../../local/generate/packet.ts';
import { type GeneratedPacket, generatePackets, type Scenario } from '../../../local/generate/scenario.ts';
import type { Truth } from '../../../local/generate/truth.ts';
import { ATTACK_KINDS, variedScenario } from '../../../local/generate/varied.ts';
import { buildCapture } from '../../../local/generate/write-capture.ts';
import { conversationKey, readEthernetNaively } from '../../support/naive-packet.ts';

const labels: Readonly<Record<BehaviourKind, Label>> = {
  'hulk-flood': 'DoS Hulk',
  'goldeneye-flood': 'DoS GoldenEye',
  'same-url-flood': 'DoS',
  'slow-headers': 'DoS Slowloris',
  'slow-body': 'DoS SlowHTTPTest',
  'slow-read': 'DoS SlowHTTPTest',
  'range-headers': 'DoS SlowHTTPTest',
  'udp-flood': 'DoS',
  'icmp-flood': 'DoS',
  'flag-flood': 'DoS',
  'half-open-flood': 'DoS',
  'one-connection-flood': 'DoS',
  'connection-flood': 'DoS',
  'dhcp-flood': 'DoS',
  'many-source-flood': 'DDoS',
  'crowd-flood': 'DDoS',
  reflection: 'DDoS',
  'sql-injection': 'Web Attack - SQL Injection',
  'cross-site-scripting': 'Web Attack - XSS',
  'web-login': 'Web Attack - Brute Force',
  'http-exploit': 'Exploits',
  'service-exploit': 'Exploits',
  shellcode: 'Shellcode',
  'udp-worm': 'Worms',
  'web-worm': 'Worms',
  'smb-worm': 'Worms',
  'telnet-worm': 'Worms',
  heartbleed: 'Heartbleed',
  'http-fuzz': 'Fuzzers',
  'text-fuzz': 'Fuzzers',
  'binary-fuzz': 'Fuzzers',
  'web-content-scan': 'Analysis',
  'banner-grab': 'Analysis',
  'request-smuggling': 'Analysis',
  'echo-sweep': 'Reconnaissance',
  'arp-sweep': 'Reconnaissance',
  'udp-query-sweep': 'Reconnaissance',
  'zone-transfer': 'Reconnaissance',
  'version-scan': 'Reconnaissance',
  'backdoor-shell': 'Backdoor',
  'web-shell': 'Backdoor',
  'remote-control': 'Backdoor',
  'http-beacon': 'Bot',
  'tls-beacon': 'Bot',
  'irc-bot': 'Bot',
  'dns-tunnel': 'Bot',
  'peer-bot': 'Bot',
  'malware-download': 'Bot',
};

function alone(kind: BehaviourKind, seed: number): Scenario {
  // Neither ARP nor DHCP has a place in IPv6.
  const ipVersion = seed % 3 === 0 && kind !== 'arp-sweep' && kind !== 'dhcp-flood' ? 6 : 4;
  return { seed, durationSeconds: 60, benign: {}, attacks: [{ kind, size: 30, startSeconds: 1 }], ipVersion };
}

function run(scenario: Scenario): { readonly packets: GeneratedPacket[]; readonly truth: Truth } {
  const packets: GeneratedPacket[] = [];
  const source = generatePackets(scenario);
  for (let step = source.next(); ; step = source.next()) {
    if (step.done === true) return { packets, truth: step.value };
    packets.push(step.value);
  }
}

/** What split could not put into a flow, by reason. */
async function undecodable(scenario: Scenario): Promise<Readonly<Record<string, number>>> {
  const { bytes } = buildCapture(scenario, { kind: 'pcap', snaplen: 256 });
  async function* source(): AsyncGenerator<Uint8Array> {
    yield bytes;
  }
  for await (const output of splitCapture(source())) if (output.kind === 'totals') return output.undecodable;
  throw new Error('split ended without totals');
}

function expectSound(packets: readonly GeneratedPacket[]): void {
  expect(packets.filter(({ bytes }, at) => at < 3000 && readEthernetNaively(bytes)?.checksumsHold === false)).toEqual(
    [],
  );
  const toItself = packets.filter(({ bytes }) => {
    const packet = readEthernetNaively(bytes);
    return packet !== undefined && packet.source === packet.destination;
  });
  expect(toItself).toEqual([]);
  const backwards = packets.filter(({ timestampNs }, at) => timestampNs < (packets[at - 1]?.timestampNs ?? 0n));
  expect(backwards).toEqual([]);
}

describe.each(BEHAVIOURS)('the attack %s', (kind) => {
  it('is labelled with its class, packet for packet', () => {
    for (const seed of [1, 2]) {
      const { packets, truth } = run(alone(kind, seed));
      expect(truth.attacks.map(({ label }) => label)).toEqual([labels[kind]]);
      expect(packets.length).toBeGreaterThan(0);
      expect(packets.every(({ label }) => label === labels[kind])).toBe(true);
    }
  });

  it('is made of sound packets in order of time, all of which split can read', async () => {
    for (const seed of [3, 4, 5]) {
      const { packets } = run(alone(kind, seed));
      if (!packets.some(({ bytes }) => isFragment(bytes))) expectSound(packets);
      const { arp = 0, ...others } = await undecodable(alone(kind, seed));
      expect(others).toEqual({});
      expect(arp > 0).toBe(kind === 'arp-sweep');
    }
  });

  it('counts its flows as another counter does', () => {
    for (const seed of [6, 7]) {
      const { packets, truth } = run(alone(kind, seed));
      const flows = new Set<string>();
      for (const { bytes } of packets) {
        const packet = isFragment(bytes) ? undefined : readEthernetNaively(bytes);
        if (packet?.protocol === 6 || packet?.protocol === 17) flows.add(conversationKey(packet));
      }
      // The pieces of a datagram have no ports of their own, and a lease is offered to an address that never asked.
      if (packets.some(({ bytes }) => isFragment(bytes)) || kind === 'dhcp-flood') continue;
      expect(truth.attacks[0]?.flows).toBe(flows.size);
    }
  });

  it('is the same bytes for the same seed, and others for another', () => {
    const capture = (seed: number): Uint8Array => buildCapture(alone(kind, seed), { kind: 'pcap' }).bytes;
    const first = capture(8);
    expect(Buffer.compare(first, capture(8))).toBe(0);
    expect(Buffer.compare(first, capture(10))).not.toBe(0);
  });
});

function isFragment(frame: Uint8Array): boolean {
  return frame[12] === 8 && frame[13] === 0 && ((((frame[20] ?? 0) & 0x3f) << 8) | (frame[21] ?? 0)) !== 0;
}

describe.each(TWINS)('the honest twin %s', (kind) => {
  const scenario = (seed: number): Scenario => ({
    ...{ seed, durationSeconds: 120, attacks: [], benign: { twins: [kind] } },
    ipVersion: seed % 3 === 0 ? 6 : 4,
  });

  it('is Normal, sound and readable', async () => {
    for (const seed of [1, 2, 3]) {
      const { packets } = run(scenario(seed));
      expect(packets.length).toBeGreaterThan(0);
      expect(packets.every(({ label }) => label === 'Normal')).toBe(true);
      if (!packets.some(({ bytes }) => isFragment(bytes))) expectSound(packets);
      expect(await undecodable(scenario(seed))).toEqual({});
    }
  });

  it('is the same bytes for the same seed, and others for another', () => {
    const capture = (seed: number): Uint8Array => buildCapture(scenario(seed), { kind: 'pcap' }).bytes;
    expect(Buffer.compare(capture(4), capture(4))).toBe(0);
    expect(Buffer.compare(capture(4), capture(5))).not.toBe(0);
  });
});

describe('a scenario', () => {
  const base = { seed: 5, durationSeconds: 60, attacks: [] } as const;

  it('has the same other traffic with twins and without', () => {
    const sizes = (benign: Scenario['benign']): number[] =>
      run({ ...base, benign }).packets.map(({ bytes }) => bytes.length);
    const plain = sizes({ ping: 5, ntp: 5 });
    const both = sizes({ ping: 5, ntp: 5, twins: ['monitoring'] });
    expect(both.length).toBeGreaterThan(plain.length);
    for (const size of new Set(plain)) {
      expect(both.filter((one) => one === size).length).toBeGreaterThanOrEqual(
        plain.filter((one) => one === size).length,
      );
    }
  });

  it('that began before its capture lacks the first packets, and only those', () => {
    const benign = { http: 5, dns: 5 };
    const whole = run({ ...base, benign }).packets;
    const late = run({ ...base, benign, missedPackets: 7 });
    expect(late.packets.map(({ bytes }) => Buffer.from(bytes))).toEqual(
      whole.slice(7).map(({ bytes }) => Buffer.from(bytes)),
    );
    expect(late.truth.records).toBe(whole.length - 7);
  });

  it('may end in the middle of an attack', () => {
    const attacks = [{ kind: 'slow-headers', size: 30, startSeconds: 5 }] as const;
    const seconds = (over: Partial<Scenario>): number => {
      const { packets } = run({ seed: 5, durationSeconds: 10, benign: {}, attacks, ...over });
      return Number((packets.at(-1)?.timestampNs ?? 0n) - (packets[0]?.timestampNs ?? 0n)) / 1e9;
    };
    expect(seconds({})).toBeGreaterThan(5);
    expect(seconds({ cutsAttacks: true })).toBeLessThanOrEqual(5);
  });

  it('may lose its honest traffic before it ends', () => {
    const { packets } = run({ ...base, benign: { dns: 40 }, benignSeconds: 10 });
    expect(Number((packets.at(-1)?.timestampNs ?? 0n) - (packets[0]?.timestampNs ?? 0n)) / 1e9).toBeLessThan(20);
  });
});

describe('varied scenarios', () => {
  it('name every kind once', () => {
    expect(new Set(ATTACK_KINDS).size).toBe(ATTACK_KINDS.length);
    expect(ATTACK_KINDS).toEqual(expect.arrayContaining([...BEHAVIOURS, 'none', 'twins', 'port-scan', 'syn-flood']));
  });

  it('of one kind are busy, quiet and bare, short and long, with twins and without, whole and cut', () => {
    const drawn = Array.from({ length: 80 }, (_, seed) => variedScenario(seed, 'http-beacon'));
    const has = (what: (scenario: Scenario) => boolean): boolean => drawn.some(what) && !drawn.every(what);
    expect(has(({ benign }) => benign.http === undefined)).toBe(true);
    expect(has(({ benign }) => (benign.tls ?? 0) > 10)).toBe(true);
    expect(has(({ benign }) => (benign.twins ?? []).length > 0)).toBe(true);
    expect(has(({ durationSeconds }) => durationSeconds < 60)).toBe(true);
    expect(has(({ missedPackets }) => missedPackets !== undefined)).toBe(true);
    expect(has(({ cutsAttacks }) => cutsAttacks === true)).toBe(true);
    expect(has(({ benignSeconds }) => benignSeconds !== undefined)).toBe(true);
    expect(has(({ ipVersion }) => ipVersion === 6)).toBe(true);
  });

  it('of twins are Normal from end to end', () => {
    const { packets, truth } = run(variedScenario(3, 'twins'));
    expect(truth.attacks).toEqual([]);
    expect(packets.every(({ label }) => label === 'Normal')).toBe(true);
  });
});
