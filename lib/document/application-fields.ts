// document: what the application layer says of a flow, under the names ECS has for it.

import { type FieldTable, field, MANY, PATTERNED, prefixedFields } from './field.ts';

/** A certificate's dates may lie beyond what nanoseconds can count. */
const CERTIFICATE = {
  subject: field('keyword', 'Whom the certificate names', 'CN=www.example.org', PATTERNED),
  issuer: field('keyword', 'Who issued it', 'CN=Example CA', PATTERNED),
  not_before: field('date', 'Valid from', '2026-01-01T00:00:00Z'),
  not_after: field('date', 'Valid until', '2027-01-01T00:00:00Z'),
  'hash.sha1': field('keyword', 'Fingerprint, where the whole certificate was seen', 'DA39A3EE…'),
  'hash.sha256': field('keyword', 'Fingerprint, where the whole certificate was seen', 'E3B0C442…'),
  'x509.serial_number': field('keyword', 'Serial number in hexadecimal', '8BB00EE'),
  'x509.alternative_names': field('keyword', 'Names and addresses it also holds for', 'www.example.org', MANY),
  'x509.subject': field('stored', 'Whom it names, by parts', '{…}'),
  'x509.issuer': field('stored', 'Who issued it, by parts', '{…}'),
  'x509.not_before': field('stored', 'Valid from', '2026-01-01T00:00:00Z'),
  'x509.not_after': field('stored', 'Valid until', '2027-01-01T00:00:00Z'),
} satisfies FieldTable;

const SSH_SIDE = {
  software: field('keyword', 'Software version', 'OpenSSH_9.6'),
  comments: field('keyword', 'What follows it, often the distribution', 'Debian-3'),
  hassh: field('keyword', 'Fingerprint of what it offers (HASSH)', 'ec7378c1a92f5a8dde7e8b7a1ddf33d1'),
} satisfies FieldTable;

const HTTP = {
  'http.version': field('keyword', 'HTTP version', '1.1'),
  'http.request.method': field('keyword', "First request's method", 'POST'),
  'http.request.referrer': field('keyword', "First request's Referer", 'http://www.example.org/', PATTERNED),
  'http.request.mime_type': field('keyword', "First request's media type", 'application/json'),
  'http.request.body.bytes': field('long', 'Length of its content as its header tells it', 27),
  'http.response.status_code': field('long', "First response's status", 404),
  'http.response.mime_type': field('keyword', "First response's media type", 'text/html'),
  'http.response.body.bytes': field('long', 'Length of its content as its header tells it', 1234),
  'url.original': field('keyword', "First request's target as sent, passwords masked", '/login.php?user=a', PATTERNED),
  'url.scheme': field('keyword', 'Scheme, where the target is absolute', 'http'),
  'url.username': field('keyword', 'User in the target', 'admin'),
  'url.domain': field('keyword', "First request's Host", 'www.example.org', PATTERNED),
  'url.port': field('long', 'Port of the Host', 8080),
  'url.path': field('keyword', 'The part before the question mark', '/login.php', PATTERNED),
  'url.query': field('keyword', 'The part behind the question mark', 'user=a', PATTERNED),
  'user_agent.original': field('keyword', "First request's User-Agent", 'curl/8.5.0', PATTERNED),
} satisfies FieldTable;

const DNS = {
  'dns.id': field('keyword', 'DNS message id', '4711'),
  'dns.type': field('keyword', 'query, or answer where one was seen', 'answer'),
  'dns.op_code': field('keyword', 'DNS operation', 'QUERY'),
  'dns.response_code': field('keyword', 'What the server answered', 'NXDOMAIN'),
  'dns.header_flags': field('keyword', 'AA, TC, RD, RA', 'RD', MANY),
  'dns.question.name': field('keyword', 'Name that was asked for', 'www.example.org', PATTERNED),
  'dns.question.type': field('keyword', 'Record type that was asked for', 'AAAA'),
  'dns.question.class': field('keyword', 'Class that was asked for', 'IN'),
  'dns.answers_count': field('long', 'Answers as the header counts them', 2),
  'dns.answers.name': field('keyword', 'Names the answers are about', 'www.example.org', PATTERNED),
  'dns.answers.type': field('keyword', 'Record types of the answers', 'A'),
  'dns.answers.class': field('keyword', 'Classes of the answers', 'IN'),
  'dns.answers.ttl': field('long', 'Seconds the answers may be kept', 300),
  'dns.answers.data': field('keyword', 'What the answers say', '192.0.2.1', PATTERNED),
  'dns.resolved_ip': field('ip', 'Addresses in the answers', '192.0.2.1', MANY),
} satisfies FieldTable;

const TLS = {
  'tls.version': field('keyword', 'Version agreed on, or offered where no answer was seen', '1.3'),
  'tls.version_protocol': field('keyword', 'tls or ssl', 'tls'),
  'tls.cipher': field('keyword', 'Cipher suite the server chose', 'TLS_AES_128_GCM_SHA256'),
  'tls.curve': field('keyword', 'Group of the key exchange', 'x25519'),
  'tls.next_protocol': field('keyword', 'ALPN: chosen, or first offered', 'h2'),
  'tls.established': field('boolean', 'Both sides went on encrypted', true),
  'tls.resumed': field('boolean', 'An earlier session was taken up again', true),
  'tls.client.server_name': field('keyword', 'Server name in the ClientHello', 'www.example.org', PATTERNED),
  'tls.client.ja3': field('keyword', 'Fingerprint of the ClientHello (JA3)', 'ada70206e40642a3e4461f35503241d5'),
  'tls.client.ja4': field('keyword', 'Fingerprint of the ClientHello (JA4)', 't13d1516h2_8daaf6152771_e5627efa2ab1'),
  'tls.server.ja3s': field('keyword', 'Fingerprint of the ServerHello (JA3S)', 'eb1d94daa7e0344597e756a1fb6e7054'),
  ...prefixedFields('tls.server.', CERTIFICATE),
  ...prefixedFields('tls.client.', CERTIFICATE),
} satisfies FieldTable;

export const APPLICATION_FIELDS = {
  ...HTTP,
  ...DNS,
  ...TLS,
  'ssh.version': field('keyword', 'Protocol version', '2.0'),
  ...prefixedFields('ssh.client.', SSH_SIDE),
  ...prefixedFields('ssh.server.', SSH_SIDE),
  'ssh.kex_algorithm': field('keyword', 'Key exchange agreed on', 'curve25519-sha256'),
  'ssh.host_key_algorithm': field('keyword', 'Host key algorithm agreed on', 'ssh-ed25519'),
  'ssh.cipher': field('keyword', 'Cipher from client to server', 'aes256-gcm@openssh.com'),
  'ssh.mac': field('keyword', 'MAC from client to server', 'hmac-sha2-256'),
  'user.name': field('keyword', 'User who logs in or asks', 'admin'),
  'user.domain': field('keyword', "The user's domain", 'EXAMPLE'),
  'host.hostname': field('keyword', "The client's own name", 'WORKSTATION7'),
  'file.name': field('keyword', 'First file asked for', 'backup.zip', PATTERNED),
  'file.path': field('keyword', 'Its path', '/srv/backup.zip', PATTERNED),
  'email.from.address': field('keyword', 'Sender', 'a@example.org', MANY),
  'email.to.address': field('keyword', 'Receivers', 'b@example.org', MANY),
  'email.subject': field('keyword', 'Subject', 'Invoice', PATTERNED),
  'email.message_id': field('keyword', 'Message-ID', '<1@example.org>'),
  'email.x_mailer': field('keyword', "The sender's software", 'Thunderbird'),
  'email.attachments.file.name': field('keyword', 'Names of attached files', 'invoice.zip', PATTERNED),
} satisfies FieldTable;
