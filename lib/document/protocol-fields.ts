// document: what single protocols say that ECS has no names for, each below `smartids.<protocol>`: returned with its flow, but for FTP not searched, since the embedded index pays for every field of every flow.

import { type FieldTable, field, prefixedFields } from './field.ts';

/** By protocol: what its member holds. */
const STORED = {
  bittorrent: 'What is shared, by which software',
  dhcp: 'Messages, client, addresses, lease',
  dnp3: 'Link addresses, functions, indications',
  dns: 'Messages in the first bytes, other names, EDNS',
  http: 'Host as sent, server software, upgrade, whether credentials were seen, requests',
  imap: 'Commands, and whether credentials were seen',
  irc: 'Nick name, channels, commands',
  kerberos: 'Messages, realm, service, error, encryption',
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
  smb: 'Dialect, commands, shares, files, statuses, names',
  smtp: 'Greeting, commands, replies, logging in',
  snmp: 'Version, operations, objects',
  telnet: 'Whether credentials were seen',
  tftp: 'Operation',
  tls: 'Alert sent in clear',
  vnc: 'Versions and ways to log in',
} as const;

export const PROTOCOL_FIELDS: FieldTable = {
  ...prefixedFields(
    'smartids.',
    Object.fromEntries(Object.entries(STORED).map(([name, about]) => [name, field('stored', about, '{…}')])),
  ),
  ...prefixedFields('smartids.ftp.', {
    banner: field('wildcard', "The server's greeting", 'vsFTPd 3.0.5'),
    commands: field('keyword', 'What the client asked for, once each', 'STOR'),
    response_codes: field('long', "The server's reply codes, once each", 230),
    files: field('wildcard', 'Files asked for', 'backup.zip'),
    users: field('keyword', 'Users who tried to log in', 'admin'),
    credentials_seen: field('boolean', 'A password went over the line in clear; it is not kept', true),
    login_failures: field('long', 'Logins the server refused', 3),
  }),
};
