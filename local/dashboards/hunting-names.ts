// dashboards: what to hunt for in what was said: TLS, DNS, HTTP, SSH, and logging in within a Windows network or in clear.

import { count, metric, terms } from './aggregation.ts';
import { ring, table } from './visualization.ts';

const SOURCES = metric('cardinality', 'source.ip', 'Sources');
const DESTINATIONS = metric('cardinality', 'destination.ip', 'Destinations');
const SENT = metric('sum', 'source.bytes', 'Sent');

export const JA4 = table(
  {
    ...{ id: 'ja4', title: 'Rare TLS clients (JA4, JA3)', metrics: [count(), SOURCES, DESTINATIONS] },
    about: 'A fingerprint that one machine has is a program that one machine has',
  },
  terms('tls.client.ja4', 'JA4', { size: 20, rarestFirst: true }),
  terms('tls.client.ja3', 'JA3', { size: 1 }),
  terms('tls.client.server_name', 'Server name', { size: 1, without: 'none' }),
);
export const SERVER_NAMES = table(
  { id: 'server-names', title: 'Rare TLS server names', metrics: [count(), SOURCES, SENT] },
  terms('tls.client.server_name', 'Server name', { size: 25, rarestFirst: true }),
  terms('destination.ip', 'Destination', { size: 1 }),
);
export const CERTIFICATES = table(
  {
    ...{ id: 'certificates', title: 'Certificates', metrics: [count(), DESTINATIONS] },
    about: 'A certificate that says itself who it is has the same name twice',
  },
  terms('tls.server.issuer', 'Issuer', { size: 15, rarestFirst: true }),
  terms('tls.server.subject', 'Subject', { size: 2 }),
);
export const TLS_VERSIONS = ring(
  { id: 'tls-versions', title: 'TLS versions', metrics: [count()] },
  terms('tls.version', 'Version', { size: 6 }),
);
export const NAMES = table(
  { id: 'dns-names', title: 'Names that were asked for', metrics: [count(), SOURCES] },
  terms('dns.question.name', 'Name', { size: 25 }),
  terms('dns.question.type', 'Type', { size: 3 }),
);
export const RARE_NAMES = table(
  { id: 'rare-dns-names', title: 'Rare names', metrics: [count(), SOURCES] },
  terms('dns.question.name', 'Name', { size: 25, rarestFirst: true }),
  terms('dns.response_code', 'Answer', { size: 1, without: 'none' }),
);
export const DNS_ANSWERS = ring(
  { id: 'dns-answers', title: 'DNS: types and answers', metrics: [count()] },
  terms('dns.question.type', 'Type', { size: 8 }),
  terms('dns.response_code', 'Answer', { size: 5 }),
);
export const DNS_CLIENTS = table(
  {
    ...{ id: 'dns-clients', title: 'Who asks for most names' },
    about: 'Many different names below one domain, or answers that are larger than questions, can be a tunnel',
    query: 'network.protocol:dns',
    metrics: [
      metric('cardinality', 'dns.question.name', 'Names'),
      count(),
      SENT,
      metric('sum', 'destination.bytes', 'Received'),
    ],
  },
  terms('source.ip', 'Client', { size: 15 }),
  terms('destination.ip', 'Server', { size: 2 }),
);
export const USER_AGENTS = table(
  { id: 'user-agents', title: 'Rare user agents', metrics: [count(), SOURCES, DESTINATIONS] },
  terms('user_agent.original', 'User agent', { size: 25, rarestFirst: true }),
);
export const HTTP_ANSWERS = ring(
  { id: 'http-answers', title: 'HTTP: methods and answers', metrics: [count()] },
  terms('http.request.method', 'Method', { size: 8 }),
  terms('http.response.status_code', 'Status', { size: 6 }),
);
export const HTTP_HOSTS = table(
  { id: 'http-hosts', title: 'Rare hosts and their paths', metrics: [count(), SOURCES, SENT] },
  terms('url.domain', 'Host', { size: 20, rarestFirst: true }),
  terms('url.path', 'Path', { size: 2 }),
);
export const SSH_SOFTWARE = table(
  { id: 'ssh-software', title: 'SSH', metrics: [count(), SOURCES, DESTINATIONS] },
  terms('ssh.client.hassh', 'HASSH', { size: 15, rarestFirst: true }),
  terms('ssh.client.software', 'Client', { size: 2 }),
  terms('ssh.server.software', 'Server', { size: 2, without: 'none' }),
);
export const SHARES = table(
  { id: 'smb', title: 'SMB: shares and files', metrics: [count(), SOURCES] },
  terms('smartids.smb.shares', 'Share', { size: 10 }),
  terms('smartids.smb.files', 'File or pipe', { size: 5, without: 'none' }),
);
export const TICKETS = table(
  { id: 'kerberos', title: 'Kerberos: tickets', metrics: [count(), SOURCES] },
  terms('smartids.kerberos.ticket_encryption', 'Encryption', { size: 5 }),
  terms('smartids.kerberos.service', 'Service', { size: 10 }),
);
export const USERS = table(
  { id: 'users', title: 'User names in clear', metrics: [count(), SOURCES, DESTINATIONS] },
  terms('network.protocol', 'Protocol', { size: 8 }),
  terms('user.name', 'User', { size: 10 }),
);
