// real: which of our application facts are compared, and tshark's field of the same meaning.

export interface ApplicationField {
  /** Dotted name in the flow's document. */
  readonly ours: string;
  readonly tshark: string;
}

export const APPLICATION_FIELDS: readonly ApplicationField[] = [
  { ours: 'http.request.method', tshark: 'http.request.method' },
  { ours: 'url.domain', tshark: 'http.host' },
  { ours: 'url.original', tshark: 'http.request.uri' },
  { ours: 'user_agent.original', tshark: 'http.user_agent' },
  { ours: 'http.response.status_code', tshark: 'http.response.code' },
  { ours: 'tls.client.server_name', tshark: 'tls.handshake.extensions_server_name' },
  { ours: 'tls.client.ja3', tshark: 'tls.handshake.ja3' },
  { ours: 'tls.server.ja3s', tshark: 'tls.handshake.ja3s' },
  { ours: 'dns.question.name', tshark: 'dns.qry.name' },
  { ours: 'dns.response_code', tshark: 'dns.flags.rcode' },
  { ours: 'smartids.ssh.client.banner', tshark: 'ssh.protocol' },
];
