// generate: what traffic is made of: timed packets, the sessions they belong to, and the tracks that own sessions.
import { etherTypes, type LinkPayload } from './bytes/link.ts';
import type { Host } from './host.ts';

/** The 24 classes of the models, and so of the truth. */
export type Label =
  | 'Analysis'
  | 'Backdoor'
  | 'Bot'
  | 'DDoS'
  | 'DoS'
  | 'DoS GoldenEye'
  | 'DoS Hulk'
  | 'DoS SlowHTTPTest'
  | 'DoS Slowloris'
  | 'Exploits'
  | 'FTP Patator'
  | 'Fuzzers'
  | 'Generic'
  | 'Heartbleed'
  | 'Infiltration'
  | 'Normal'
  | 'Port Scan'
  | 'Reconnaissance'
  | 'SSH Patator'
  | 'Shellcode'
  | 'Web Attack - Brute Force'
  | 'Web Attack - SQL Injection'
  | 'Web Attack - XSS'
  | 'Worms';

/** A packet at the tap, from its network layer on. */
export interface TimedPacket extends LinkPayload {
  /** Nanoseconds since the scenario's start. */
  readonly atNs: number;
  /** True on the first packet of each five-tuple. */
  readonly opensFlow: boolean;
}

/** Packets of one exchange, in order of time; nothing is made before the first one is asked for. */
export interface Session {
  readonly startNs: number;
  readonly packets: () => Iterator<TimedPacket>;
}

/** A kind of traffic: sessions in order of their start. */
export interface Track {
  readonly label: Label;
  readonly sessions: Iterable<Session>;
}

/** An IP packet from one host to another, as it passes the tap. */
export function timedIp(atNs: number, from: Host, to: Host, bytes: Uint8Array, opensFlow: boolean): TimedPacket {
  const etherType = (bytes[0] ?? 0) >>> 4 === 6 ? etherTypes.ipv6 : etherTypes.ipv4;
  return { atNs: Math.round(atNs), bytes, etherType, sourceMac: from.mac, destinationMac: to.mac, opensFlow };
}
