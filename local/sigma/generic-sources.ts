// sigma: log sources without a product: what firewalls, proxies, web and DNS servers write down, seen on the wire.

import type { SigmaSource } from './sigma-source.ts';

const NO_VERDICT = 'a capture does not know what a firewall did';
const ENDPOINTS = {
  src_ip: 'source.ip',
  src_port: 'source.port',
  dst_ip: 'destination.ip',
  dst_port: 'destination.port',
} as const;

/** W3C names; `cs` is what the client sent, `sc` what the server did. */
const WEB = {
  'cs-host': 'url.domain',
  'cs-method': 'http.request.method',
  'cs-referer': 'http.request.referrer',
  'cs-referrer': 'http.request.referrer',
  'cs-version': 'http.version',
  'cs-user-agent': 'user_agent.original',
  'cs-bytes': 'http.request.body.bytes',
  'sc-bytes': 'http.response.body.bytes',
  'sc-status': 'http.response.status_code',
} as const;
const WEB_VALUES = {
  'cs-version': { kind: 'map', values: { 'HTTP/1.0': '1.0', 'HTTP/1.1': '1.1' } },
} as const satisfies SigmaSource['values'];
const NO_COOKIES = { 'cs-cookie': 'cookies let people in: they are not kept' };

/** Sigma 2.1's own names are ECS' with these differences. */
const CONNECTION = [
  ...['network.type', 'network.transport', 'network.protocol', 'network.community_id'],
  ...['source.ip', 'source.port', 'source.bytes', 'source.packets'],
  ...['destination.ip', 'destination.port', 'destination.bytes', 'destination.packets'],
];
const NETWORK_DNS = [
  ...['source.ip', 'source.port', 'destination.ip', 'destination.port', 'network.community_id', 'dns.id'],
  ...['dns.question.name', 'dns.question.type', 'dns.question.class'],
  ...['dns.answers.name', 'dns.answers.type', 'dns.answers.class', 'dns.answers.data', 'dns.answers.ttl'],
];

function unchanged(names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, name]));
}

export const GENERIC_SOURCES: readonly SigmaSource[] = [
  {
    logsource: { category: 'network', service: 'connection' },
    fields: { ...unchanged(CONNECTION), 'network.state': 'smartids.flow.state' },
    missing: {
      'event.duration': 'Sigma counts seconds, ECS and our documents nanoseconds',
      'network.history': "Zeek's history of a connection is not kept",
    },
  },
  {
    logsource: { category: 'network', service: 'dns' },
    protocol: 'dns',
    fields: {
      ...unchanged(NETWORK_DNS),
      'dns.header.flags': 'dns.header_flags',
      'dns.response.code': 'dns.response_code',
    },
    missing: {},
  },
  {
    logsource: { category: 'firewall' },
    fields: { ...ENDPOINTS, username: 'user.name' },
    missing: { action: NO_VERDICT, blocked: NO_VERDICT, message_size: 'a log of messages; flows have source.bytes' },
  },
  {
    logsource: { category: 'dns' },
    protocol: 'dns',
    fields: {
      ...ENDPOINTS,
      query: 'dns.question.name',
      record_type: 'dns.question.type',
      answer: 'dns.answers.data',
    },
    missing: {
      parent_domain: 'names are not split: dns.question.name with a wildcard',
      question_length: 'not kept',
    },
  },
  {
    logsource: { category: 'proxy' },
    protocol: 'http',
    fields: {
      ...ENDPOINTS,
      ...WEB,
      'r-dns': 'url.domain',
      'c-uri': 'url.original',
      'c-uri-query': 'url.query',
      'c-uri-stem': 'url.path',
      'c-useragent': 'user_agent.original',
    },
    values: WEB_VALUES,
    missing: { ...NO_COOKIES, 'c-uri-extension': 'not split: url.path with a wildcard' },
  },
  {
    logsource: { category: 'webserver' },
    protocol: 'http',
    fields: {
      ...WEB,
      'c-ip': 'source.ip',
      's-ip': 'destination.ip',
      's-port': 'destination.port',
      'cs-username': 'user.name',
      'cs-uri': 'url.original',
      'cs-uri-stem': 'url.path',
      'cs-uri-query': 'url.query',
    },
    values: WEB_VALUES,
    missing: {
      ...NO_COOKIES,
      's-sitename': "a server's own name for itself",
      's-computername': "a server's own name for itself",
      'c-win32-status': "a server's own status",
      'time-taken': 'not kept by request',
    },
  },
];
