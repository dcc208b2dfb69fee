// detection: which other protocol a flow's first bytes are, and what about them is odd, in words.

import { counter, flag } from './flow-phrases.ts';
import { count, formatNumber } from './number-words.ts';
import type { Phrases } from './phrase.ts';

const FLAGS: Readonly<Record<string, string>> = {
  smb1: 'SMB1 spoken',
  smb2: 'SMB2 spoken',
  smbNegotiateOld: 'offer of nothing newer than SMB1',
  dceRpc: 'RPC spoken',
  kerberos: 'Kerberos ticket asked for',
  ldap: 'LDAP spoken',
  netbiosSession: 'NetBIOS session asked for',
  rdpConnect: 'remote desktop (RDP) asked for',
  sunRpc: 'Sun RPC call',
  sunRpcPortmap: "port mapper asked for a host's programs",
  modbus: 'Modbus request',
  modbusUnknown: 'Modbus request with a function code that is not public',
  mqtt: 'MQTT spoken',
  shellBanner: 'first line as a shell prints or takes it',
  ircWords: 'IRC lines in the payload',
  sipScanner: 'SIP request of a scanner',
  reflectedAnswer: 'answer that nobody asked for',
  amplifyingRequest: 'small question that has a large answer',
  sqlResolutionOverflow: 'overlong question to the SQL Server resolution service',
  rawBinary: 'binary of no known protocol from its first byte on',
  executableBytes: 'Windows program in the payload',
  compressedBehindHeader: 'compressed data (zlib) behind a short header',
};

export const PROTOCOL_PHRASES: Phrases = {
  ...Object.fromEntries(Object.entries(FLAGS).map(([name, words]) => [name, flag(words, `no ${words}`)])),
  sameBytesBack: flag('the same bytes sent back', 'other bytes sent back, or none'),
  webPortOther: flag('neither HTTP nor TLS on a web port', 'nothing foreign on a web port'),
  tlsPortOther: flag('something other than TLS on a TLS port', 'nothing foreign on a TLS port'),
  shellWords: counter('pattern of a shell session', 'patterns of a shell session'),
  longestByteRun: {
    text: (value) => `one byte value up to ${count(value, 'time', 'times')} in a row in the payload`,
    unit: formatNumber,
  },
  noOperations: counter(
    'no-operation instruction (0x90) in a row in the payload',
    'no-operation instructions (0x90) in a row in the payload',
  ),
  sameStartBytes: {
    text: (value) =>
      value > 0
        ? `both sides begin with the same ${count(value, 'byte', 'bytes')}`
        : 'the two sides begin with different bytes',
    unit: formatNumber,
  },
};
