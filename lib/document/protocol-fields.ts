// document: what single protocols say that ECS has no names for, each below `smartids.<protocol>`: returned with its flow, and searched where a hunt asks for it (FTP, SMB, Kerberos); the embedded index pays for every field that is.

import { type Field, type FieldTable, field, MANY, PATTERNED, PATTERNED_MANY, prefixedFields } from './field.ts';

/** By protocol: what its member holds. */
const STORED = {
  bittorrent: 'What is shared, by which software',
  dhcp: 'Messages, client, addresses, lease',
  dnp3: 'Link addresses, functions, indications',
  dns: 'Messages in the first bytes, other names, EDNS',
  http: 'Host as sent, server software, upgrade, whether credentials were seen, requests',
  imap: 'Commands, and whether credentials were seen',
  irc: 'Nick name, channels, commands',
  ldap: 'Operations, search bases, results',
  modbus: 'Units, functions, exceptions',
  mqtt: 'Client, commands, topics',
  mysql: 'Version, TLS, errors',
  ntp: 'Version, modes, stratum',
  pop3: 'Commands, and whether credentials were seen',
  postgresql: 'Database, client, TLS',
  quic: 'Version',
  rdp: 'Cookie, security asked for and chosen, client',
  redis: 'Commands',
  s7comm: 'Messages, functions, errors',
  sip: 'Method, target, status, parties',
  smtp: 'Greeting, commands, replies, logging in',
  snmp: 'Version, operations, objects',
  telnet: 'Whether credentials were seen',
  tftp: 'Operation',
  tls: 'Alert sent in clear',
  vnc: 'Versions and ways to log in',
} as const;

function storedFields<const T extends Readonly<Record<string, string>>>(abouts: T) {
  const entries = Object.entries(abouts).map(([name, about]) => [name, field('stored', about, '{…}')]);
  return Object.fromEntries(entries) as { readonly [K in keyof T]: Field & { readonly type: 'stored' } }; // one each
}

const FTP = {
  banner: field('keyword', "The server's greeting", 'vsFTPd 3.0.5', PATTERNED),
  commands: field('keyword', 'What the client asked for, once each', 'STOR', MANY),
  response_codes: field('long', "The server's reply codes, once each", 230, MANY),
  files: field('keyword', 'Files asked for', 'backup.zip', PATTERNED_MANY),
  users: field('keyword', 'Users who tried to log in', 'admin', MANY),
  credentials_seen: field('boolean', 'A password went over the line in clear; it is not kept', true),
  login_failures: field('long', 'Logins the server refused', 3),
};

const SMB = {
  dialect: field('keyword', 'Dialect agreed on', '3.1.1'),
  commands: field('keyword', 'Commands, once each', 'TREE_CONNECT', MANY),
  shares: field('keyword', 'Shares connected to', '\\\\\\\\10.0.0.9\\\\ADMIN$', PATTERNED_MANY),
  files: field('keyword', 'Files and pipes opened', 'svcctl', PATTERNED_MANY),
  statuses: field('keyword', 'What the server refused, once each', 'STATUS_ACCESS_DENIED', MANY),
  ...storedFields({
    version: '1, or 2 for all later ones',
    native_os: "The server's system, where SMB 1 told it",
    server_name: "The server's name",
    server_domain: "The server's domain",
    called_name: 'NetBIOS name that was called',
    encrypted: 'Messages were encrypted',
    compressed: 'Messages were compressed',
  }),
};

const KERBEROS = {
  messages: field('keyword', 'Messages, once each', 'TGS-REQ', MANY),
  service: field('keyword', 'Service a ticket was asked for', 'cifs/server.example.org'),
  error: field('keyword', 'What the server refused', 'KDC_ERR_PREAUTH_FAILED'),
  ticket_encryption: field('keyword', "The ticket's encryption", 'rc4-hmac'),
  ...storedFields({ realm: 'Realm', encryption_types: 'What the client offered, first choice first' }),
};

export const PROTOCOL_FIELDS = {
  ...prefixedFields('smartids.', storedFields(STORED)),
  ...prefixedFields('smartids.ftp.', FTP),
  ...prefixedFields('smartids.smb.', SMB),
  ...prefixedFields('smartids.kerberos.', KERBEROS),
} satisfies FieldTable;
