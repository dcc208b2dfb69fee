// real: which of our application facts are compared, and tshark's fields of the same meaning.
import { dnsResponseCode } from '../../lib/app/dns-codes.ts';
import { cipherName } from '../../lib/app/tls-cipher-names.ts';
import { versionText } from '../../lib/app/tls-codes.ts';
import type { TsharkRow } from './tshark-row.ts';

export interface ApplicationField {
  /** Dotted name in the flow's facts; through lists. */
  readonly ours: string;
  /** Any of their values is as good. */
  readonly tshark: readonly string[];
  /** Our form of their value; undefined where it says nothing. */
  readonly read?: (value: string) => string | undefined;
  /** What of a value of either is compared. */
  readonly compare?: (value: string) => string;
  /** Which of tshark's rows we must have an answer to: of several messages we keep some facts of the first alone. */
  readonly isDue?: (row: TsharkRow, rows: readonly TsharkRow[]) => boolean;
  /** True where tshark's fields hold more than this one thing: what only tshark says proves nothing. */
  readonly isAmong?: boolean;
  /** Only of flows that speak one of these. */
  readonly protocols?: readonly string[];
}

function lowerCase(value: string): string {
  return value.toLowerCase();
}

/** `www.example.org:8080`, `[::1]:80`, `user@host`, `http://host/`; a path has none. */
function hostOf(value: string): string | undefined {
  if (value.startsWith('/')) return undefined;
  const authority = value.replace(/^\w+:\/\//, '').replace(/\/.*$/s, '');
  const place = authority.slice(authority.lastIndexOf('@') + 1).trim();
  const host = /^\[([^\]]*)\]/.exec(place)?.[1] ?? place.replace(/:.*$/s, '');
  return host === '' ? undefined : host.toLowerCase();
}

/** tshark leaves leading zeros out. */
function serialNumber(value: string): string {
  return value.replaceAll(':', '').replace(/^0x/, '').replace(/^0+/, '').toUpperCase();
}

/** What it prints where a string is empty. */
function notNull(value: string): string | undefined {
  return value === 'NULL' ? undefined : value;
}

/** tshark knows SMTP's commands by four letters. */
function fourLetters(value: string): string {
  return value.slice(0, 4).toUpperCase();
}

function upperCase(value: string): string {
  return value.toUpperCase();
}

/** `<Root>`, and what it says of a name that it cannot read. */
function dnsName(value: string): string | undefined {
  if (value.toLowerCase() === '<root>') return '.';
  return value.startsWith('<') ? undefined : value;
}

function isFirstRequest(row: TsharkRow, rows: readonly TsharkRow[]): boolean {
  return row === rows.find((other) => other.first('http.request.method') !== undefined);
}

function hasAnswers(row: TsharkRow): boolean {
  return row.all('dns.count.answers').some((count) => Number(count) > 0);
}

/** `SSH-2.0-OpenSSH_9.6 Debian-3` */
function softwareOf(banner: string): string | undefined {
  return /^SSH-[^-]+-(\S+)/.exec(banner)?.[1];
}

const MODBUS: Readonly<Record<number, string>> = {
  1: 'READ_COILS',
  2: 'READ_DISCRETE_INPUTS',
  3: 'READ_HOLDING_REGISTERS',
  4: 'READ_INPUT_REGISTERS',
  5: 'WRITE_SINGLE_COIL',
  6: 'WRITE_SINGLE_REGISTER',
  8: 'DIAGNOSTICS',
  15: 'WRITE_MULTIPLE_COILS',
  16: 'WRITE_MULTIPLE_REGISTERS',
  17: 'REPORT_SERVER_ID',
  20: 'READ_FILE_RECORD',
  22: 'MASK_WRITE_REGISTER',
  23: 'READ_WRITE_MULTIPLE_REGISTERS',
  43: 'ENCAPSULATED_INTERFACE_TRANSPORT',
  90: 'UNITY',
};
/** IEEE 1815, by code; answers from 129 on. */
const DNP3: readonly string[] = [
  ...['CONFIRM', 'READ', 'WRITE', 'SELECT', 'OPERATE', 'DIRECT_OPERATE', 'DIRECT_OPERATE_NR', 'IMMED_FREEZE'],
  ...['IMMED_FREEZE_NR', 'FREEZE_CLEAR', 'FREEZE_CLEAR_NR', 'FREEZE_AT_TIME', 'FREEZE_AT_TIME_NR', 'COLD_RESTART'],
  ...['WARM_RESTART', 'INITIALIZE_DATA', 'INITIALIZE_APPL', 'START_APPL', 'STOP_APPL', 'SAVE_CONFIG'],
  ...['ENABLE_UNSOLICITED', 'DISABLE_UNSOLICITED', 'ASSIGN_CLASS', 'DELAY_MEASURE', 'RECORD_CURRENT_TIME'],
  ...['OPEN_FILE', 'CLOSE_FILE', 'DELETE_FILE', 'GET_FILE_INFO', 'AUTHENTICATE_FILE', 'ABORT_FILE'],
];
const DNP3_ANSWERS: readonly string[] = ['RESPONSE', 'UNSOLICITED_RESPONSE', 'AUTHENTICATE_RESP'];
function dnp3Function(value: string): string {
  const code = Number(value);
  return DNP3[code] ?? DNP3_ANSWERS[code - 129] ?? `FUNCTION_${code}`;
}
const S7COMM: Readonly<Record<number, string>> = {
  4: 'read_var',
  5: 'write_var',
  26: 'request_download',
  27: 'download_block',
  28: 'download_ended',
  29: 'start_upload',
  30: 'upload',
  31: 'end_upload',
  40: 'plc_control',
  41: 'plc_stop',
  240: 'setup_communication',
};

/** DNS names are compared without the case that resolvers mix in. */
const DNS = ['dns', 'mdns', 'llmnr'] as const;

export const APPLICATION_FIELDS: readonly ApplicationField[] = [
  { ours: 'http.request.method', tshark: ['http.request.method'], protocols: ['http'] },
  {
    ours: 'url.domain',
    tshark: ['http.host', 'http.request.uri'],
    read: hostOf,
    protocols: ['http'],
    isAmong: true,
  },
  { ours: 'smartids.http.host', tshark: ['http.host'], isDue: isFirstRequest, protocols: ['http'] },
  { ours: 'url.original', tshark: ['http.request.uri'], isDue: isFirstRequest, protocols: ['http'] },
  { ours: 'user_agent.original', tshark: ['http.user_agent'], isDue: isFirstRequest, protocols: ['http'] },
  { ours: 'http.request.referrer', tshark: ['http.referer'], isDue: isFirstRequest, protocols: ['http'] },
  { ours: 'http.response.status_code', tshark: ['http.response.code'], protocols: ['http'] },
  { ours: 'smartids.http.server', tshark: ['http.server'], protocols: ['http'] },

  { ours: 'tls.client.server_name', tshark: ['tls.handshake.extensions_server_name'], compare: lowerCase },
  { ours: 'tls.client.ja3', tshark: ['tls.handshake.ja3'] },
  { ours: 'tls.server.ja3s', tshark: ['tls.handshake.ja3s'] },
  { ours: 'tls.next_protocol', tshark: ['tls.handshake.extensions_alpn_str'], isAmong: true },
  {
    ours: 'tls.version',
    tshark: ['tls.handshake.version', 'tls.handshake.extensions.supported_version', 'tls.record.version'],
    read: (value) => versionText(Number(value)),
    isAmong: true,
  },
  {
    ours: 'tls.cipher',
    tshark: ['tls.handshake.ciphersuite'],
    read: (value) => cipherName(Number(value)),
    isAmong: true,
  },
  ...(['client', 'server'] as const).flatMap((side) => [
    { ours: `tls.${side}.x509.serial_number`, tshark: ['x509af.serialNumber'], compare: serialNumber, isAmong: true },
    ...['subject', 'issuer'].flatMap((whose) =>
      ['common_name', 'organization', 'country'].map((part) => ({
        ours: `tls.${side}.x509.${whose}.${part}`,
        tshark: ['x509sat.uTF8String', 'x509sat.printableString', 'x509sat.teletexString', 'x509sat.CountryName'],
        isAmong: true,
      })),
    ),
  ]),
  { ours: 'tls.server.x509.alternative_names', tshark: ['x509ce.dNSName'], isAmong: true },

  { ours: 'dns.question.name', tshark: ['dns.qry.name'], read: dnsName, compare: lowerCase, protocols: DNS },
  { ours: 'dns.resolved_ip', tshark: ['dns.a', 'dns.aaaa'], isDue: hasAnswers, protocols: DNS },
  {
    ours: 'dns.response_code',
    tshark: ['dns.flags.rcode'],
    read: (value) => dnsResponseCode(Number(value)),
    protocols: DNS,
  },

  ...['ssh.client.software', 'ssh.server.software'].map((ours) => ({
    ours,
    tshark: ['ssh.protocol'],
    read: softwareOf,
    protocols: ['ssh'],
    isAmong: true,
  })),
  { ours: 'ssh.client.hassh', tshark: ['ssh.kex.hassh'], protocols: ['ssh'] },
  { ours: 'ssh.server.hassh', tshark: ['ssh.kex.hasshserver'], protocols: ['ssh'] },

  { ours: 'smartids.ftp.commands', tshark: ['ftp.request.command'], compare: upperCase, protocols: ['ftp'] },
  { ours: 'user.name', tshark: ['ftp.request.arg'], protocols: ['ftp'], isAmong: true },
  { ours: 'smartids.ftp.response_codes', tshark: ['ftp.response.code'], protocols: ['ftp'] },
  { ours: 'smartids.smtp.commands', tshark: ['smtp.req.command'], compare: fourLetters, protocols: ['smtp'] },
  { ours: 'smartids.smtp.helo', tshark: ['smtp.req.parameter'], protocols: ['smtp'], isAmong: true },
  { ours: 'smartids.smtp.response_codes', tshark: ['smtp.response.code'], protocols: ['smtp'] },
  { ours: 'smartids.pop3.commands', tshark: ['pop.request.command'], compare: upperCase, protocols: ['pop3'] },
  { ours: 'smartids.irc.commands', tshark: ['irc.request.command'], compare: upperCase, protocols: ['irc'] },

  { ours: 'smartids.smb.files', tshark: ['smb2.filename', 'smb.file'], protocols: ['smb'] },
  { ours: 'smartids.smb.shares', tshark: ['smb2.tree', 'smb.path'], protocols: ['smb'] },
  { ours: 'user.name', tshark: ['ntlmssp.auth.username', 'smb.account'], read: notNull, protocols: ['smb'] },
  {
    ours: 'user.domain',
    tshark: ['ntlmssp.auth.domain', 'smb.primary_domain'],
    read: notNull,
    protocols: ['smb'],
    isAmong: true,
  },
  { ours: 'host.hostname', tshark: ['ntlmssp.auth.hostname'], read: notNull, protocols: ['smb'] },
  { ours: 'smartids.kerberos.realm', tshark: ['kerberos.realm', 'kerberos.crealm'], protocols: ['kerberos'] },
  { ours: 'user.name', tshark: ['kerberos.CNameString'], protocols: ['kerberos'] },
  { ours: 'user.name', tshark: ['ldap.name', 'ntlmssp.auth.username'], protocols: ['ldap'], isAmong: true },

  { ours: 'host.hostname', tshark: ['dhcp.option.hostname'], protocols: ['dhcp'] },
  { ours: 'smartids.mqtt.client_id', tshark: ['mqtt.clientid'], protocols: ['mqtt'] },
  { ours: 'user.name', tshark: ['mqtt.username'], protocols: ['mqtt'] },
  { ours: 'smartids.mqtt.published_topics', tshark: ['mqtt.topic'], protocols: ['mqtt'], isAmong: true },
  {
    ours: 'smartids.modbus.functions',
    tshark: ['modbus.func_code'],
    read: (value) => MODBUS[Number(value)] ?? `FUNCTION_${value}`,
    protocols: ['modbus'],
  },
  {
    ours: 'smartids.dnp3.functions',
    tshark: ['dnp3.al.func'],
    read: dnp3Function,
    protocols: ['dnp3'],
  },
  {
    ours: 'smartids.s7comm.functions',
    tshark: ['s7comm.param.func'],
    read: (value) => S7COMM[Number(value)],
    protocols: ['s7comm'],
  },
  {
    ours: 'smartids.rdp.cookie',
    tshark: ['rdp.rt_cookie'],
    read: (value) => value.replace(/^Cookie: /, ''),
    protocols: ['rdp'],
  },
  { ours: 'user.name', tshark: ['mysql.user'], protocols: ['mysql'] },
  { ours: 'smartids.mysql.server_version', tshark: ['mysql.version'], protocols: ['mysql'] },
  { ours: 'smartids.sip.method', tshark: ['sip.Method'], protocols: ['sip'] },
  { ours: 'smartids.sip.uri', tshark: ['sip.r-uri'], protocols: ['sip'] },
  { ours: 'file.path', tshark: ['tftp.source_file', 'tftp.destination_file'], protocols: ['tftp'] },
];

export const APPLICATION_TSHARK_FIELDS: readonly string[] = [
  ...new Set([
    ...APPLICATION_FIELDS.flatMap(({ tshark }) => tshark),
    ...['answers', 'auth_rr', 'add_rr'].map((section) => `dns.count.${section}`),
    'tls.handshake.random',
  ]),
];
