// document: the fields of single protocols that ECS has no names for, each below `smartids.<protocol>`; of the rarer ones the whole is kept, not searched: an index has room for 300 fields.

import { type FieldTable, field, prefixedFields } from './field.ts';

const CREDENTIALS_SEEN = field('boolean', 'A password or the like went over the line in clear; it is not kept', true);
const COMMANDS = (example: string) => field('keyword', 'What the client asked for, once each', example);
const REPLY_CODES = field('long', "The server's reply codes, once each", 230);

const FILES_AND_MAIL: FieldTable = {
  ...prefixedFields('smartids.ftp.', {
    banner: field('wildcard', "The server's greeting", 'vsFTPd 3.0.5'),
    commands: COMMANDS('STOR'),
    response_codes: REPLY_CODES,
    files: field('wildcard', 'Files asked for', 'backup.zip'),
    users: field('keyword', 'Users who tried to log in', 'admin'),
    credentials_seen: CREDENTIALS_SEEN,
    login_failures: field('long', 'Logins the server refused', 3),
  }),
  ...prefixedFields('smartids.smtp.', {
    banner: field('wildcard', "The server's greeting", 'mail.example.org ESMTP'),
    helo: field('keyword', 'What the client calls itself', 'client.example.org'),
    commands: COMMANDS('MAIL'),
    response_codes: REPLY_CODES,
    auth_method: field('keyword', 'How the client logs in', 'LOGIN'),
    credentials_seen: CREDENTIALS_SEEN,
    starttls: field('boolean', 'The client asked for TLS', true),
  }),
  'smartids.pop3': field('stored', 'Commands, and whether credentials were seen', '{…}'),
  'smartids.imap': field('stored', 'Commands, and whether credentials were seen', '{…}'),
  'smartids.tftp.operation': field('keyword', 'read or write', 'read'),
  ...prefixedFields('smartids.smb.', {
    version: field('long', 'SMB 1, or 2 (which includes 3)', 2),
    dialect: field('keyword', 'Dialect agreed on', '3.1.1'),
    commands: COMMANDS('TREE_CONNECT'),
    shares: field('wildcard', 'Shares asked for', '\\\\server\\ipc$'),
    files: field('wildcard', 'Files and pipes asked for', 'svcctl'),
    statuses: field('keyword', 'What the server answered', 'STATUS_ACCESS_DENIED'),
    native_os: field('keyword', "The client's system, as it says", 'Windows 5.1'),
    server_name: field('keyword', "The server's name", 'FILES'),
    server_domain: field('keyword', "The server's domain", 'EXAMPLE'),
    called_name: field('keyword', 'NetBIOS name that was called', '*SMBSERVER'),
    encrypted: field('boolean', 'The messages are encrypted', true),
    compressed: field('boolean', 'The messages are compressed', true),
  }),
};

const DIRECTORIES_AND_DESKTOPS: FieldTable = {
  ...prefixedFields('smartids.kerberos.', {
    messages: field('keyword', 'Messages seen, once each', 'AS-REQ'),
    realm: field('keyword', 'Realm', 'EXAMPLE.ORG'),
    service: field('keyword', 'Service that was asked for', 'krbtgt/EXAMPLE.ORG'),
    error: field('keyword', 'What went wrong', 'KDC_ERR_PREAUTH_REQUIRED'),
    encryption_types: field('keyword', 'Offered by the client, first choice first', 'aes256-cts-hmac-sha1-96'),
    ticket_encryption: field('keyword', "The ticket's encryption", 'rc4-hmac'),
  }),
  ...prefixedFields('smartids.ldap.', {
    operations: COMMANDS('bindRequest'),
    search_bases: field('wildcard', 'Where was searched', 'dc=example,dc=org'),
    result_codes: field('long', "The server's results, once each", 49),
    credentials_seen: CREDENTIALS_SEEN,
  }),
  ...prefixedFields('smartids.rdp.', {
    cookie: field('keyword', 'Routing cookie', 'mstshash=admin'),
    requested_protocols: field('keyword', 'Security the client offers', 'credssp'),
    selected_protocol: field('keyword', 'Security the server chose', 'tls'),
    failure: field('keyword', 'Why the server refused', 'SSL_REQUIRED_BY_SERVER'),
    client_build: field('long', "The client's build", 19041),
    keyboard_layout: field('keyword', "The client's keyboard", '0x00000409'),
  }),
  'smartids.vnc': field('stored', 'Versions and ways to log in', '{…}'),
  'smartids.telnet.credentials_seen': CREDENTIALS_SEEN,
};

const SERVICES: FieldTable = {
  ...prefixedFields('smartids.dns.', {
    queries: field('long', 'Queries in the first bytes', 2),
    responses: field('long', 'Responses in the first bytes', 2),
    other_names: field('wildcard', 'Names asked for beyond the first', 'mail.example.org'),
    longest_name: field('long', 'Characters of the longest name', 64),
    edns: field('stored', 'What the message says of itself in EDNS', '{…}'),
  }),
  ...prefixedFields('smartids.dhcp.', {
    message_types: field('keyword', 'Messages seen, once each', 'DISCOVER'),
    client_mac: field('keyword', "The client's MAC address", '02-00-00-00-00-01'),
    vendor_class: field('keyword', 'Vendor class', 'MSFT 5.0'),
    requested_ip: field('ip', 'Address the client asked for', '10.0.0.5'),
    assigned_ip: field('ip', 'Address the server gave', '10.0.0.5'),
    server_ip: field('ip', "The server's address", '10.0.0.1'),
    domain: field('keyword', 'Domain the server gave', 'example.org'),
    fqdn: field('keyword', "The client's full name", 'host.example.org'),
    lease_seconds: field('long', 'How long the address may be kept', 3600),
    parameters: field('keyword', 'Options asked for, in order: tells systems apart', '1,3,6,15'),
  }),
  'smartids.ntp': field('stored', 'Version, modes, stratum', '{…}'),
  ...prefixedFields('smartids.snmp.', {
    version: field('keyword', 'SNMP version', '2c'),
    operations: COMMANDS('get-request'),
    object_ids: field('keyword', 'Objects asked for', '1.3.6.1.2.1.1.1.0'),
    credentials_seen: CREDENTIALS_SEEN,
  }),
  ...prefixedFields('smartids.sip.', {
    method: field('keyword', "First request's method", 'REGISTER'),
    uri: field('wildcard', "First request's target", 'sip:example.org'),
    status_code: field('long', "First response's status", 401),
    from: field('wildcard', 'From', 'sip:100@example.org'),
    to: field('wildcard', 'To', 'sip:200@example.org'),
    call_id: field('keyword', 'Call-ID', 'a84b4c76e66710'),
    server: field('keyword', "The server's software", 'Asterisk PBX'),
    credentials_seen: CREDENTIALS_SEEN,
  }),
  'smartids.irc': field('stored', 'Nick name, channels, commands', '{…}'),
  'smartids.bittorrent': field('stored', 'What is shared, by which software', '{…}'),
};

const DATABASES: FieldTable = {
  ...prefixedFields('smartids.redis.', { commands: COMMANDS('CONFIG'), credentials_seen: CREDENTIALS_SEEN }),
  'smartids.postgresql': field('stored', 'Database, client, TLS', '{…}'),
  'smartids.mysql': field('stored', 'Version, TLS, errors', '{…}'),
};

const CONTROL: FieldTable = {
  ...prefixedFields('smartids.mqtt.', {
    version: field('keyword', 'MQTT version', '3.1.1'),
    client_id: field('keyword', "The client's identifier", 'sensor-7'),
    commands: COMMANDS('PUBLISH'),
    published_topics: field('wildcard', 'Topics published to', 'home/door'),
    subscribed_topics: field('wildcard', 'Topics subscribed to', '#'),
    return_code: field('long', "The server's answer to the connection", 5),
    credentials_seen: CREDENTIALS_SEEN,
  }),
  ...prefixedFields('smartids.modbus.', {
    units: field('long', 'Units spoken to', 1),
    functions: field('keyword', 'Functions asked for', 'WRITE_SINGLE_COIL'),
    exceptions: field('keyword', 'Exceptions answered', 'ILLEGAL_DATA_ADDRESS'),
  }),
  ...prefixedFields('smartids.dnp3.', {
    source: field('long', 'Link address of the sender', 3),
    destination: field('long', 'Link address of the receiver', 4),
    functions: field('keyword', 'Functions asked for', 'COLD_RESTART'),
    indications: field('keyword', 'Internal indications of a response', 'DEVICE_RESTART'),
  }),
  ...prefixedFields('smartids.s7comm.', {
    message_types: field('keyword', 'Kinds of messages', 'job'),
    functions: field('keyword', 'Functions asked for', 'PLC_STOP'),
    errors: field('keyword', 'Errors answered', '0x8104'),
    source_tsap: field('keyword', 'Calling transport selector', '01.00'),
    destination_tsap: field('keyword', 'Called transport selector', '01.02'),
  }),
};

export const PROTOCOL_FIELDS: FieldTable = {
  ...prefixedFields('smartids.http.', {
    host: field('wildcard', "First request's Host as sent", 'www.example.org:8080'),
    server: field('wildcard', "The server's software", 'nginx/1.25'),
    upgrade: field('keyword', 'What the connection is to become', 'websocket'),
    credentials_seen: CREDENTIALS_SEEN,
    requests: field('long', 'Requests in the first bytes', 1),
  }),
  'smartids.tls.alert': field('keyword', 'Alert sent in clear', 'handshake_failure'),
  'smartids.quic.version': field('keyword', 'QUIC version', '1'),
  ...FILES_AND_MAIL,
  ...DIRECTORIES_AND_DESKTOPS,
  ...SERVICES,
  ...DATABASES,
  ...CONTROL,
};
