// detection: what the two sides said to each other, where a protocol could be read, in words.

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
  tlsClientHello: 'TLS greeting of the source',
  tlsHeartbeatRequest: 'TLS heartbeat request in the clear',
  smb1: 'SMB1 spoken',
  smb2: 'SMB2 spoken',
  smb1Exploit: 'SMB1 request in the shape of an exploit',
  smbAdminShare: 'administrative share opened over SMB',
  smbPipeShare: 'named pipes opened over SMB',
  smbExecutable: 'program file written or opened over SMB',
  dceRpc: 'RPC spoken',
  executableDownload: 'program file downloaded',
  dnsZoneTransfer: 'DNS zone transfer asked for',
  remoteShell: 'shell on the other side of the connection',
  noOperationSled: 'long run of no-operation instructions in the payload',
  ircCommand: 'IRC command',
  winRemoteManagement: 'Windows remote management called',
  ftpLogin: 'FTP login commands',
  loginRefused: 'login refused',
  httpGet: 'HTTP GET request',
  httpPost: 'HTTP POST request',
  httpOtherMethod: 'HTTP request with a rare method',
  httpLoginWords: 'request that speaks of a login',
  httpBasicAuthorization: 'request with a name and password (basic authorization)',
  httpRefused: 'answer with HTTP status 401 or 403',
};

export const SAID_PHRASES: Phrases = {
  ...Object.fromEntries(Object.entries(SIGNS).map(([name, words]) => [name, flag(words, `no ${words}`)])),
  httpTargetLength: counter('character of request target', 'characters of request target'),
  httpQueryLength: counter('character of query string', 'characters of query string'),
  httpQueryKeys: counter('sign between parts of the query string', 'signs between parts of the query string'),
  httpEscapes: counter('escaped character in the request', 'escaped characters in the request'),
  httpSqlWords: counter('piece of SQL in the request', 'pieces of SQL in the request'),
  httpScriptWords: counter('piece of script in the request', 'pieces of script in the request'),
  httpCommandWords: counter('shell or path pattern in the request', 'shell or path patterns in the request'),
  httpUnfinishedRequest: flag('HTTP request whose headers never end', 'HTTP request complete'),
  httpRequests: counter('HTTP request in one connection', 'HTTP requests in one connection'),
  httpPosts: partOf('httpRequests', 'HTTP request', 'HTTP requests', 'by POST'),
  httpErrors: partOf('httpRequests', 'HTTP request', 'HTTP requests', 'answered with an error'),
  httpRefusals: partOf('httpRequests', 'HTTP request', 'HTTP requests', 'refused (status 401 or 403)'),
  loginAttempts: counter('login attempt in one connection', 'login attempts in one connection'),
  loginRefusals: partOf('loginAttempts', 'answer', 'answers', 'refused the login'),
  rpcRequests: counter('RPC request in one connection', 'RPC requests in one connection'),
  sshBanners: {
    text: (value) =>
      value > 1 ? 'SSH greetings both ways' : value > 0 ? 'SSH greeting of one side' : 'no SSH greeting',
  },
  mailGreeting: flag('server greets with code 220', 'server does not greet with code 220'),
  tlsHeartbeatExcess: flag(
    'TLS heartbeat that claims more than it carries (Heartbleed)',
    'no TLS heartbeat that claims too much',
  ),
};
