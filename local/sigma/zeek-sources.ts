// sigma: Zeek's logs (docs.zeek.org/en/master/logs), as far as a flow document says the same.

import type { SigmaSource } from './sigma-source.ts';

const CONNECTION_ID = {
  'id.orig_h': 'source.ip',
  'id.orig_p': 'source.port',
  'id.resp_h': 'destination.ip',
  'id.resp_p': 'destination.port',
} as const;
const NO_CALLS = 'RPC calls are not decoded; ADMIN$ and the service manager are among smartids.reasons';

function zeek(service: string, source: Omit<SigmaSource, 'logsource' | 'missing'> & Partial<SigmaSource>): SigmaSource {
  return {
    missing: {},
    ...source,
    logsource: { product: 'zeek', service },
    fields: { ...CONNECTION_ID, ...source.fields },
  };
}

export const ZEEK_SOURCES: readonly SigmaSource[] = [
  zeek('conn', {
    fields: {
      proto: 'network.transport',
      service: 'network.protocol',
      conn_state: 'smartids.flow.state',
      community_id: 'network.community_id',
      orig_bytes: 'smartids.flow.source.payload_bytes',
      resp_bytes: 'smartids.flow.destination.payload_bytes',
      orig_pkts: 'source.packets',
      resp_pkts: 'destination.packets',
      vlan: 'network.vlan.id',
    },
    missing: {
      duration: 'Zeek counts seconds, ECS and our documents nanoseconds',
      history: "Zeek's history of a connection is not kept",
      local_orig: 'which networks are yours is not known',
      local_resp: 'which networks are yours is not known',
    },
  }),
  zeek('dns', {
    protocol: 'dns',
    fields: {
      proto: 'network.transport',
      trans_id: 'dns.id',
      query: 'dns.question.name',
      qclass_name: 'dns.question.class',
      qtype_name: 'dns.question.type',
      rcode_name: 'dns.response_code',
      answers: 'dns.answers.data',
      TTLs: 'dns.answers.ttl',
    },
    missing: {
      Z: 'the reserved bits are not kept',
      rejected: 'dns.response_code:REFUSED says it',
      rtt: 'not kept',
    },
  }),
  zeek('http', {
    protocol: 'http',
    fields: {
      method: 'http.request.method',
      host: 'url.domain',
      uri: 'url.original',
      referrer: 'http.request.referrer',
      version: 'http.version',
      user_agent: 'user_agent.original',
      username: 'user.name',
      request_body_len: 'http.request.body.bytes',
      response_body_len: 'http.response.body.bytes',
      status_code: 'http.response.status_code',
      orig_mime_types: 'http.request.mime_type',
      resp_mime_types: 'http.response.mime_type',
    },
    missing: {
      client_header_names: 'names of headers are not kept',
      cookie_vars: 'cookies let people in: they are not kept',
      password: 'passwords are not kept',
    },
  }),
  zeek('ssl', {
    protocol: 'tls',
    fields: {
      version: 'tls.version',
      cipher: 'tls.cipher',
      curve: 'tls.curve',
      server_name: 'tls.client.server_name',
      resumed: 'tls.resumed',
      established: 'tls.established',
      next_protocol: 'tls.next_protocol',
      subject: 'tls.server.subject',
      issuer: 'tls.server.issuer',
      ja3: 'tls.client.ja3',
      ja3s: 'tls.server.ja3s',
    },
    values: {
      version: {
        kind: 'map',
        values: { SSLv3: '3.0', TLSv10: '1.0', TLSv11: '1.1', TLSv12: '1.2', TLSv13: '1.3' },
      },
    },
  }),
  zeek('x509', {
    protocol: 'tls',
    fields: {
      'certificate.serial': 'tls.server.x509.serial_number',
      'certificate.subject': 'tls.server.subject',
      'certificate.issuer': 'tls.server.issuer',
      'san.dns': 'tls.server.x509.alternative_names',
    },
    values: {
      'certificate.serial': {
        kind: 'replace',
        expression: '^([0-9A-F](?:[0-9A-F]{2})*)$',
        replacement: '0\\1',
        about: 'whole bytes: `8BB00EE` is `08BB00EE`',
      },
    },
    missing: {
      fingerprint: 'upper case in ECS: tls.server.hash.sha256',
      'certificate.not_valid_before': 'a number in Zeek, a date in ECS: tls.server.not_before',
      'certificate.not_valid_after': 'a number in Zeek, a date in ECS: tls.server.not_after',
    },
  }),
  zeek('smb_files', {
    protocol: 'smb',
    fields: { path: 'smartids.smb.shares', name: 'smartids.smb.files' },
    missing: { action: 'smartids.smb.commands has the commands', size: 'not kept' },
  }),
  zeek('smb_mapping', { protocol: 'smb', fields: { path: 'smartids.smb.shares' } }),
  zeek('kerberos', {
    protocol: 'kerberos',
    fields: {
      request_type: 'smartids.kerberos.messages',
      service: 'smartids.kerberos.service',
      cipher: 'smartids.kerberos.ticket_encryption',
    },
    values: { request_type: { kind: 'map', values: { AS: 'AS-REQ', TGS: 'TGS-REQ' } } },
    missing: { client: 'the realm stands apart: user.name' },
  }),
  zeek('rdp', { protocol: 'rdp', fields: { cookie: 'user.name', client_name: 'host.hostname' } }),
  zeek('ftp', {
    protocol: 'ftp',
    fields: {
      user: 'user.name',
      command: 'smartids.ftp.commands',
      reply_code: 'smartids.ftp.response_codes',
      arg: 'smartids.ftp.files',
    },
    missing: { password: 'passwords are not kept' },
  }),
  zeek('ssh', {
    protocol: 'ssh',
    fields: {
      hassh: 'ssh.client.hassh',
      hasshServer: 'ssh.server.hassh',
      cipher_alg: 'ssh.cipher',
      mac_alg: 'ssh.mac',
      kex_alg: 'ssh.kex_algorithm',
      host_key_alg: 'ssh.host_key_algorithm',
    },
    missing: {
      client: 'the version stands apart: ssh.client.software',
      server: 'the version stands apart: ssh.server.software',
      auth_success: 'encrypted',
    },
  }),
  zeek('dce_rpc', { protocol: 'smb', fields: {}, missing: { operation: NO_CALLS, endpoint: NO_CALLS } }),
];
