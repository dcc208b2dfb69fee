// generate: honest traffic that looks like an attack from outside, by name: what a detector must learn to leave alone.
import type { Session } from '../packet.ts';
import { seconds } from '../time.ts';
import {
  addressLookups,
  deviceChatter,
  fileSharing,
  onlineGame,
  quic,
  resolverRecursion,
  videoCall,
} from './datagram-twins.ts';
import { domainLogon, mailServer, massLogin } from './login-twins.ts';
import { backup, relayNetwork, remoteDesktop, streaming, telemetry, webSocket } from './long-twins.ts';
import { adminConsole, chatRoom, database } from './talk-twins.ts';
import type { TwinContext } from './twin.ts';
import { inventory, monitoring, stubbornProgram } from './watch-twins.ts';
import {
  clumsyClients,
  crawler,
  loadTest,
  polling,
  proseSearches,
  reverseProxy,
  rushHour,
  updateDownloads,
} from './web-twins.ts';

export const TWINS = [
  'load-test',
  'crawler',
  'polling',
  'prose-searches',
  'update-downloads',
  'rush-hour',
  'clumsy-clients',
  'mass-login',
  'mail-server',
  'domain-logon',
  'video-call',
  'online-game',
  'file-sharing',
  'quic',
  'resolver-recursion',
  'device-chatter',
  'backup',
  'remote-desktop',
  'web-socket',
  'relay-network',
  'streaming',
  'telemetry',
  'monitoring',
  'inventory',
  'stubborn-program',
  'admin-console',
  'chat-room',
  'database',
  'reverse-proxy',
  'address-lookups',
] as const;
export type TwinKind = (typeof TWINS)[number];

const makers: Readonly<Record<TwinKind, (context: TwinContext) => Iterable<Session>>> = {
  'load-test': loadTest,
  crawler,
  polling,
  'prose-searches': proseSearches,
  'update-downloads': updateDownloads,
  'rush-hour': rushHour,
  'clumsy-clients': clumsyClients,
  'mass-login': massLogin,
  'mail-server': mailServer,
  'domain-logon': domainLogon,
  'video-call': videoCall,
  'online-game': onlineGame,
  'file-sharing': fileSharing,
  quic,
  'resolver-recursion': resolverRecursion,
  'device-chatter': deviceChatter,
  backup,
  'remote-desktop': remoteDesktop,
  'web-socket': webSocket,
  'relay-network': relayNetwork,
  streaming,
  telemetry,
  monitoring,
  inventory,
  'stubborn-program': stubbornProgram,
  'admin-console': adminConsole,
  'chat-room': chatRoom,
  database,
  'reverse-proxy': reverseProxy,
  'address-lookups': addressLookups,
};

/** Begins somewhere in the first half of the stretch, at once in a third of the cases. */
export function twinSessions(kind: TwinKind, context: TwinContext): Iterable<Session> {
  const { durationNs, random } = context;
  const waitNs = random.chance(0.35) ? seconds(0.01) : Math.floor(durationNs * 0.5 * random.uniform());
  return makers[kind]({ ...context, startNs: context.startNs + waitNs, durationNs: durationNs - waitNs });
}
