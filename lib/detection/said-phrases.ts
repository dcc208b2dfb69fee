// detection: what was heard past a flow's first payload packets (lib/flow/signs.ts), and how often, in words.

import { counter, flag } from './flow-phrases.ts';
import { count, formatNumber } from './number-words.ts';
import type { Phrase, Phrases } from './phrase.ts';

/** "12 of 14 answers refused the login"; without a whole to compare with, "12 answers refused the login". */
function partOf(whole: string, one: string, many: string, rest: string): Phrase {
  return {
    text: (value, look) => {
      const all = look(whole);
      const part =
        all >= value && all > 1 ? `${formatNumber(value)} of ${count(all, one, many)}` : count(value, one, many);
      return `${part} ${rest}`;
    },
    unit: formatNumber,
  };
}

/** Calls of Windows services over RPC ([MS-RPCE]), each by the interface that was bound. */
const RPC_SERVICES: Readonly<Record<string, string>> = {
  rpcServiceControl: 'service control manager',
  rpcTaskScheduler: 'task scheduler',
  rpcAccounts: 'account database',
  rpcReplication: 'directory replication',
  rpcNetlogon: 'domain logon service',
  rpcPrintSpooler: 'print spooler',
  rpcRemoteActivation: 'remote activation of objects',
  rpcManagement: 'Windows management (WMI)',
  rpcSessions: 'server and session service',
  rpcRegistry: 'remote registry',
  rpcFileEncryption: 'file encryption service',
  rpcEndpointMapper: 'endpoint mapper',
};

const SIGNS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(RPC_SERVICES).map(([name, words]) => [name, `${words} called over RPC`])),
  rpcBind: 'interface bound over RPC',
  smb1Transaction: 'SMB1 transaction',
  smb1Exploit: 'SMB1 request in the shape of an exploit',
  smbAdminShare: 'administrative share opened over SMB',
  smbPipeShare: 'named pipes opened over SMB',
  smbExecutable: 'program file written or opened over SMB',
  executableDownload: 'program file downloaded',
  dnsZoneTransfer: 'DNS zone transfer asked for',
  remoteShell: 'shell on the other side of the connection',
  noOperationSled: 'long run of no-operation instructions in the payload',
  ircCommand: 'IRC command',
  winRemoteManagement: 'Windows remote management called',
};

export const SAID_PHRASES: Phrases = {
  ...Object.fromEntries(Object.entries(SIGNS).map(([name, words]) => [name, flag(words, `no ${words}`)])),
  httpRequests: counter('HTTP request in one connection', 'HTTP requests in one connection'),
  httpPosts: partOf('httpRequests', 'HTTP request', 'HTTP requests', 'by POST'),
  httpErrors: partOf('httpRequests', 'HTTP request', 'HTTP requests', 'answered with an error'),
  httpRefusals: partOf('httpRequests', 'HTTP request', 'HTTP requests', 'refused (status 401 or 403)'),
  loginAttempts: counter('login attempt in one connection', 'login attempts in one connection'),
  loginRefusals: partOf('loginAttempts', 'answer', 'answers', 'refused the login'),
  rpcRequests: counter('RPC request in one connection', 'RPC requests in one connection'),
};
