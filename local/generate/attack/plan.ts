// generate: what can be planted: one plan a kind; everything left out is drawn from the seed.
import type { TrafficContext } from '../context.ts';
import type { Host } from '../host.ts';
import type { Label, Track } from '../packet.ts';

export interface AttackTiming {
  /** Seconds after the scenario's start; drawn where left out. */
  readonly startSeconds?: number;
}

export interface PortScanPlan extends AttackTiming {
  readonly kind: 'port-scan';
  readonly technique: 'syn' | 'connect' | 'fin' | 'null' | 'xmas' | 'udp';
  /** How many ports are tried. */
  readonly ports?: number;
  readonly packetsPerSecond?: number;
}

export interface HorizontalScanPlan extends AttackTiming {
  readonly kind: 'horizontal-scan';
  readonly port?: number;
  /** How many addresses are tried; at most 65,536. */
  readonly hosts?: number;
  readonly packetsPerSecond?: number;
}

export interface PasswordGuessingPlan extends AttackTiming {
  readonly kind: 'ssh-guessing' | 'ftp-guessing' | 'http-login-guessing';
  readonly attempts?: number;
  readonly workers?: number;
}

export interface SynFloodPlan extends AttackTiming {
  readonly kind: 'syn-flood';
  /** `spoofed`: every packet from an address of its own, so one flow a packet. */
  readonly sources: 'spoofed' | 'single';
  readonly packets?: number;
  readonly packetsPerSecond?: number;
  /** How many of the first SYNs the victim still answers; drawn where left out. */
  readonly answered?: number;
  readonly port?: number;
}

export interface SlowHttpPlan extends AttackTiming {
  readonly kind: 'slow-http';
  /** Headers that never end (Slowloris), or a body that trickles (slow POST). */
  readonly variant: 'headers' | 'body';
  readonly connections?: number;
  readonly seconds?: number;
}

export interface HttpFloodPlan extends AttackTiming {
  readonly kind: 'http-flood';
  /** `unique-urls` as Hulk does it, `keep-alive` as GoldenEye does. */
  readonly variant: 'unique-urls' | 'keep-alive';
  readonly requests?: number;
  readonly requestsPerSecond?: number;
}

/** Attacks that are drawn whole from the seed: one name a group of implementations. */
export const BEHAVIOURS = [
  'hulk-flood',
  'goldeneye-flood',
  'same-url-flood',
  'slow-headers',
  'slow-body',
  'slow-read',
  'range-headers',
  'udp-flood',
  'icmp-flood',
  'flag-flood',
  'half-open-flood',
  'one-connection-flood',
  'connection-flood',
  'dhcp-flood',
  'many-source-flood',
  'crowd-flood',
  'reflection',
  'sql-injection',
  'cross-site-scripting',
  'web-login',
  'http-exploit',
  'service-exploit',
  'shellcode',
  'udp-worm',
  'web-worm',
  'smb-worm',
  'telnet-worm',
  'heartbleed',
  'http-fuzz',
  'text-fuzz',
  'binary-fuzz',
  'web-content-scan',
  'banner-grab',
  'request-smuggling',
  'echo-sweep',
  'arp-sweep',
  'udp-query-sweep',
  'zone-transfer',
  'version-scan',
  'backdoor-shell',
  'web-shell',
  'remote-control',
  'http-beacon',
  'tls-beacon',
  'irc-bot',
  'dns-tunnel',
  'peer-bot',
  'malware-download',
] as const;
export type BehaviourKind = (typeof BEHAVIOURS)[number];

export interface BehaviourPlan extends AttackTiming {
  readonly kind: BehaviourKind;
  /** Roughly how many connections, requests or packets. */
  readonly size?: number;
}

export type AttackPlan =
  | BehaviourPlan
  | PortScanPlan
  | HorizontalScanPlan
  | PasswordGuessingPlan
  | SynFloodPlan
  | SlowHttpPlan
  | HttpFloodPlan;

/** What an attack knows: the traffic context, who attacks, and whom. */
export interface AttackContext extends TrafficContext {
  readonly attacker: Host;
  readonly victim: Host;
}

/** A planned attack: its packets, and what they are. */
export interface AttackTrack extends Track {
  readonly label: Label;
  /** Empty where sources are spoofed. */
  readonly attackers: readonly Host[];
  /** Empty where a whole network is scanned. */
  readonly victims: readonly Host[];
}
