// generate: all benign traffic of a scenario, one track a kind and network.
import type { PortAllocator, TrafficContext } from '../context.ts';
import type { Network } from '../host.ts';
import type { Session, Track } from '../packet.ts';
import type { Random } from '../random.ts';
import { healthCheckSessions, idleSessions, remoteCommandSessions } from './automation.ts';
import { dnsSessions } from './dns.ts';
import { ftpSessions } from './ftp.ts';
import { httpSessions } from './http.ts';
import { arpSessions, failedSessions, multicastNameSessions, ntpSessions, pingSessions } from './small-talk.ts';
import { sshSessions } from './ssh.ts';
import { tlsSessions } from './tls.ts';
import { type TwinKind, twinSessions } from './twins.ts';

/** Sessions of each kind over the whole scenario; none where left out. */
export interface BenignPlan {
  readonly http?: number;
  readonly tls?: number;
  readonly dns?: number;
  readonly ssh?: number;
  readonly ftp?: number;
  readonly ping?: number;
  readonly ntp?: number;
  readonly multicastNames?: number;
  readonly arp?: number;
  /** Connections that are refused or never answered. */
  readonly failed?: number;
  /** A monitor's checks, one after another at a steady beat. */
  readonly healthChecks?: number;
  /** Logins by key from one machine to every server. */
  readonly remoteCommands?: number;
  /** Connections that stay open and say little. */
  readonly idle?: number;
  /** Honest programs that look like attacks; one that is named twice runs twice. */
  readonly twins?: readonly TwinKind[];
}

type Kind = Exclude<keyof BenignPlan, 'twins'>;

const makers: Readonly<Record<Kind, (context: TrafficContext, count: number) => Iterable<Session>>> = {
  http: httpSessions,
  tls: tlsSessions,
  dns: dnsSessions,
  ssh: sshSessions,
  ftp: ftpSessions,
  ping: pingSessions,
  ntp: ntpSessions,
  multicastNames: multicastNameSessions,
  arp: arpSessions,
  failed: failedSessions,
  healthChecks: healthCheckSessions,
  remoteCommands: remoteCommandSessions,
  idle: idleSessions,
};

const kinds = [
  'http',
  'tls',
  'dns',
  'ssh',
  'ftp',
  'ping',
  'ntp',
  'multicastNames',
  'arp',
  'failed',
  'healthChecks',
  'remoteCommands',
  'idle',
] as const;

/** A mix as an office has it, `sessions` of them in all, rounded. */
export function officeMix(sessions: number): BenignPlan {
  const share = (percent: number): number => Math.round((sessions * percent) / 100);
  return {
    http: share(9),
    tls: share(27),
    dns: share(46),
    ssh: share(0.6),
    ftp: share(0.3),
    ping: share(1),
    ntp: share(2.5),
    multicastNames: share(2.5),
    arp: share(3),
    failed: share(2),
    healthChecks: share(4),
    remoteCommands: share(1),
    idle: share(1),
  };
}

export function benignTracks(
  plan: BenignPlan,
  networks: readonly [Network, ...Network[]],
  random: Random,
  ports: PortAllocator,
  durationNs: number,
): Track[] {
  const common = networks.flatMap((network, number) =>
    kinds.map((kind): Track => {
      const count = share(plan[kind] ?? 0, number, networks.length);
      const context = { network, random: random.fork(`${kind} ${number}`), startNs: 0, durationNs, ports };
      return { label: 'Normal', sessions: makers[kind](context, count) };
    }),
  );
  const twins = (plan.twins ?? []).map((kind, number): Track => {
    const network = networks[number % networks.length] ?? networks[0];
    const context = { network, random: random.fork(`twin ${kind} ${number}`), startNs: 0, durationNs, ports };
    return { label: 'Normal', sessions: twinSessions(kind, context) };
  });
  return [...common, ...twins];
}

/** A count dealt out over networks; the first ones get what is left over. */
function share(count: number, number: number, networks: number): number {
  return Math.floor(count / networks) + (number < count % networks ? 1 : 0);
}
