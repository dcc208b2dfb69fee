// generate: how scanning tools differ on the wire: source ports, TTL, window, options, pace.
import { dnsFlags, encodeDnsMessage, recordTypes } from '../app/dns-message.ts';
import type { Random } from '../random.ts';
import { shuffle } from '../shuffle.ts';

export interface ProbeStyle {
  readonly ttl: () => number;
  readonly window: number;
  readonly options: Uint8Array;
  /** Source port of the n-th probe. */
  readonly sourcePort: (number: number) => number;
  /** Gap before the n-th probe at a mean of `meanNs`. */
  readonly gapNs: (number: number, meanNs: number) => number;
}

const onlyMss = Uint8Array.of(2, 4, 5, 0xb4);
const none = new Uint8Array(0);

/** One of five habits: an nmap-like, a masscan-like, a zmap-like, a scapy-like and an hping-like prober. */
export function pickProbeStyle(random: Random): ProbeStyle {
  const fixedPort = random.integer(33_000, 64_000);
  const fixed = (): number => fixedPort;
  const steady = (_: number, meanNs: number): number => meanNs * (0.6 + 0.8 * random.uniform());
  const grouped = groupedGaps(random, random.pick([10, 10, 20, 50]));
  return random.pick([
    { ttl: () => random.integer(37, 59), window: 1024, options: onlyMss, sourcePort: fixed, gapNs: grouped },
    { ttl: () => random.integer(37, 59), window: 1024, options: onlyMss, sourcePort: fixed, gapNs: grouped },
    { ttl: () => 255, window: 1024, options: none, sourcePort: fixed, gapNs: steady },
    {
      ttl: () => 255,
      window: 65_535,
      options: none,
      sourcePort: (n: number) => 32_768 + ((n * 7919) % 28_232),
      gapNs: steady,
    },
    { ttl: () => 64, window: 8192, options: none, sourcePort: random.chance(0.5) ? () => 20 : fixed, gapNs: steady },
    {
      ttl: () => 64,
      window: 512,
      options: none,
      sourcePort: (n: number) => 1024 + ((fixedPort + n) % 64_000),
      gapNs: steady,
    },
  ]);
}

/** Bursts of `size` back to back, then a wait that keeps the mean. */
function groupedGaps(random: Random, size: number): (number: number, meanNs: number) => number {
  return (number, meanNs) => {
    const short = Math.min(meanNs * 0.1, 40_000) * (0.3 + random.uniform());
    return number % size === 0 ? meanNs * size * (0.7 + 0.6 * random.uniform()) : short;
  };
}

const wellKnownPorts = [
  80, 23, 443, 21, 22, 25, 3389, 110, 445, 139, 143, 53, 135, 3306, 8080, 1723, 111, 995, 993, 5900, 1025, 587, 8888,
  199, 1720, 465, 548, 113, 81, 6001, 10000, 514, 5060, 179, 1026, 2000, 8443, 8000, 32768, 554, 26, 1433, 49152, 2001,
  515, 8008, 49154, 1027, 5666, 646, 5000, 5631, 631, 49153, 8081, 2049, 88, 79, 5800, 106, 2121, 1110, 49155, 6000,
  513, 990, 5357, 427, 49156,
] as const;

const wellKnownUdpPorts = [
  53, 67, 68, 69, 123, 135, 137, 138, 139, 161, 162, 445, 500, 514, 520, 631, 1434, 1900, 4500, 49152,
] as const;

/** `count` different ports in the order of a tool: the known ones first, in sequence, or shuffled over the whole range. */
export function pickPorts(count: number, udp: boolean, random: Random): readonly number[] {
  const habit = random.pick(['known', 'known', 'sequence', 'shuffled']);
  if (habit === 'sequence') {
    const first = random.pick([1, 1, 1, 20, 1000]);
    return Array.from({ length: Math.min(count, 65_536 - first) }, (_, at) => first + at);
  }
  const picked = new Set<number>(
    habit === 'shuffled'
      ? []
      : shuffle<number>([...(udp ? wellKnownUdpPorts : wellKnownPorts)], random).slice(0, count),
  );
  while (picked.size < Math.min(count, 65_000)) picked.add(random.integer(1, habit === 'shuffled' ? 65_535 : 50_000));
  return [...picked];
}

/** What a careful tool asks a well-known UDP port, so that a service has something to answer; nothing for the rest. */
export function udpProbePayload(port: number): Uint8Array {
  if (port === 53)
    return encodeDnsMessage({ id: 0x1234, flags: dnsFlags.query, name: 'version.bind', type: recordTypes.txt });
  if (port !== 123) return none;
  const clock = new Uint8Array(48);
  clock[0] = 0xe3;
  return clock;
}
