// golden: rules in Sigma's words, one a log source, and which of the documents beside them they are about.

export interface SigmaCase {
  /** YAML, as a rule file has it. */
  readonly rule: string;
  /** Names in DOCUMENTS; or why the rule cannot be answered. */
  readonly finds: readonly string[] | RegExp;
}

function rule(title: string, logsource: string, detection: string): string {
  return `title: ${title}\nlogsource: { ${logsource} }\ndetection:\n${detection.replaceAll(/^/gm, '  ')}\n`;
}

/** Parts of flow documents; the rest of one does not matter here. */
export const DOCUMENTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  txt: {
    network: { protocol: 'dns', transport: 'udp' },
    destination: { ip: '192.0.2.53', port: 53 },
    dns: {
      ...{
        id: '7',
        response_code: 'NOERROR',
        header_flags: ['RD', 'RA'],
        question: { name: 'a.example.org', type: 'TXT' },
      },
      answers: [{ type: 'TXT', data: 'x; IEX (New-Object Net.WebClient)', ttl: 60 }],
    },
  },
  tor: {
    network: { protocol: 'dns', transport: 'udp' },
    dns: { id: '8', response_code: 'NXDOMAIN', question: { name: 'x.tor2web.example', type: 'A' } },
  },
  download: {
    network: { protocol: 'http', transport: 'tcp' },
    url: { domain: 'cheap.top', original: '/a/setup.exe?b=c', path: '/a/setup.exe', query: 'b=c' },
    http: {
      ...{ version: '1.1', request: { method: 'GET', body: { bytes: 0 } } },
      response: { status_code: 200, mime_type: 'application/x-dosexec' },
    },
    user_agent: { original: 'sqlmap/1.8' },
  },
  page: {
    network: { protocol: 'http', transport: 'tcp' },
    url: { domain: 'www.example.org', original: '/', path: '/' },
    http: { version: '1.1', request: { method: 'GET' }, response: { status_code: 200, mime_type: 'text/html' } },
    user_agent: { original: 'Mozilla/5.0' },
  },
  outside: { network: { protocol: 'rdp' }, source: { ip: '203.0.113.9' }, destination: { ip: '10.0.0.4', port: 3389 } },
  inside: { network: { protocol: 'rdp' }, source: { ip: '10.0.0.9' }, destination: { ip: '10.0.0.4', port: 3389 } },
  roast: {
    network: { protocol: 'kerberos' },
    smartids: { kerberos: { messages: ['TGS-REQ', 'TGS-REP'], service: 'MSSQLSvc/db', ticket_encryption: 'rc4-hmac' } },
  },
  beacon: { network: { protocol: 'tls' }, tls: { version: '1.2', server: { x509: { serial_number: '08BB00EE' } } } },
  newer: { network: { protocol: 'tls' }, tls: { version: '1.3', client: { server_name: 'www.example.org' } } },
  psexec: {
    network: { protocol: 'smb' },
    smartids: { smb: { shares: ['\\\\10.0.0.4\\IPC$'], files: ['svcctl', 'RemCom_stdin-stdin'] } },
  },
  ftp: {
    ...{ network: { protocol: 'ftp' }, destination: { port: 21 }, user: { name: 'admin' } },
    smartids: { ftp: { commands: ['USER', 'PASS', 'STOR'], response_codes: [230] } },
  },
  unanswered: {
    ...{ network: { transport: 'tcp' }, source: { ip: '10.0.0.7', bytes: 60, packets: 1 }, destination: { port: 445 } },
    smartids: { flow: { state: 'S0', source: { payload_bytes: 0 } } },
  },
};

export const SIGMA_CASES: Readonly<Record<string, SigmaCase>> = {
  'network/connection': {
    rule: rule(
      'half open',
      'category: network, service: connection',
      'a: { network.state: S0, "source.bytes|lt": 1000, network.transport: tcp }\ncondition: a',
    ),
    finds: ['unanswered'],
  },
  'network/connection, by duration': {
    rule: rule('long', 'category: network, service: connection', 'a: { "event.duration|gt": 60 }\ncondition: a'),
    finds: /event\.duration: Sigma counts seconds/,
  },
  'network/dns': {
    rule: rule(
      'refused',
      'category: network, service: dns',
      'a: { dns.response.code: NXDOMAIN }\nb: { dns.header.flags: RD }\ncondition: a or b',
    ),
    finds: ['tor', 'txt'],
  },
  firewall: {
    rule: rule('clear text', 'category: firewall', 'a: { dst_port: [21, 23, 445] }\ncondition: a'),
    finds: ['ftp', 'unanswered'],
  },
  'firewall, by verdict': {
    rule: rule('let in', 'category: firewall', 'a: { dst_port: 21, action: accept }\ncondition: a'),
    finds: /action: a capture does not know/,
  },
  dns: {
    rule: rule(
      'commands in answers',
      'category: dns',
      'a: { record_type: TXT, "answer|contains": ["IEX", "cmd.exe"] }\ncondition: a',
    ),
    finds: ['txt'],
  },
  proxy: {
    rule: rule(
      'a tool',
      'category: proxy',
      'a: { "c-useragent|contains": sqlmap, cs-version: HTTP/1.1, "c-uri|re": ".*setup.*" }\ncondition: a',
    ),
    finds: ['download'],
  },
  webserver: {
    rule: rule(
      'a page',
      'category: webserver',
      'a: { sc-status: 200, cs-method: GET }\nb: { "cs-uri-query|contains": "b=" }\ncondition: a and not b',
    ),
    finds: ['page'],
  },
  'zeek/conn': {
    rule: rule(
      'no payload',
      'product: zeek, service: conn',
      'a: { conn_state: S0, orig_bytes: 0, proto: tcp }\ncondition: a',
    ),
    finds: ['unanswered'],
  },
  'zeek/dns': {
    rule: rule('tor', 'product: zeek, service: dns', 'a: { query: ["*.tor2web.*", "*.onion.*"] }\ncondition: a'),
    finds: ['tor'],
  },
  'zeek/dns, by reserved bits': {
    rule: rule('bits', 'product: zeek, service: dns', 'a: { Z: 1 }\ncondition: not a'),
    finds: /Z: the reserved bits/,
  },
  'zeek/http': {
    rule: rule(
      'executables',
      'product: zeek, service: http',
      'a: { "host|endswith": [".xyz", ".top"] }\nb: { "uri|contains": ".exe" }\nc: { resp_mime_types: application/x-dosexec }\ncondition: a and (b or c)',
    ),
    finds: ['download'],
  },
  'zeek/ssl': {
    rule: rule('old', 'product: zeek, service: ssl', 'a: { version: [SSLv3, TLSv10, TLSv12] }\ncondition: a'),
    finds: ['beacon'],
  },
  'zeek/x509': {
    rule: rule(
      'a known serial number',
      'product: zeek, service: x509',
      'a: { certificate.serial: 8BB00EE }\ncondition: a',
    ),
    finds: ['beacon'],
  },
  'zeek/smb_files': {
    rule: rule(
      'pipes',
      'product: zeek, service: smb_files',
      'a: { "path|contains|all": [\'\\\\\', \'\\IPC$\'], "name|endswith": ["-stdin", "-stdout"] }\ncondition: a',
    ),
    finds: ['psexec'],
  },
  'zeek/smb_mapping': {
    rule: rule('a share', 'product: zeek, service: smb_mapping', 'a: { "path|endswith": \'\\IPC$\' }\ncondition: a'),
    finds: ['psexec'],
  },
  'zeek/kerberos': {
    rule: rule(
      'weak tickets',
      'product: zeek, service: kerberos',
      'a: { request_type: TGS, cipher: rc4-hmac }\nb: { "service|startswith": $ }\ncondition: a and not b',
    ),
    finds: ['roast'],
  },
  'zeek/rdp': {
    rule: rule(
      'from outside',
      'product: zeek, service: rdp',
      'a: { "id.orig_h|cidr": ["10.0.0.0/8", "fc00::/7"] }\ncondition: not a',
    ),
    finds: ['outside'],
  },
  'zeek/ftp': {
    rule: rule(
      'uploads',
      'product: zeek, service: ftp',
      'a: { user: admin, command: STOR, reply_code: 230 }\ncondition: a',
    ),
    finds: ['ftp'],
  },
  'zeek/ssh, by success': {
    rule: rule('logged in', 'product: zeek, service: ssh', 'a: { auth_success: true }\ncondition: a'),
    finds: /auth_success: encrypted/,
  },
  'zeek/dce_rpc': {
    rule: rule(
      'calls',
      'product: zeek, service: dce_rpc',
      'a: { operation: SamrEnumerateDomainsInSamServer }\ncondition: a',
    ),
    finds: /operation: RPC calls are not decoded/,
  },
  'a field of nobody': {
    rule: rule('none', 'product: zeek, service: http', 'a: { flavour: sweet }\ncondition: a'),
    finds: /no name for/,
  },
  windows: {
    rule: rule('a process', 'product: windows, service: security', 'a: { EventID: 1 }\ncondition: a'),
    finds: /sees network traffic/,
  },
};
