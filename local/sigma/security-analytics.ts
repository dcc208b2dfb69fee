// sigma: OpenSearch Security Analytics, log type `network`: its detectors look for a Sigma rule's field under an ECS name.
// https://docs.opensearch.org/latest/security-analytics/log-types-reference/network/

/** A rule's field → where the detector looks. */
export const NETWORK_LOG_TYPE: Readonly<Record<string, string>> = {
  src_ip: 'source.ip',
  dst_ip: 'destination.ip',
  dst_port: 'destination.port',
  'id.orig_h': 'id.orig_h',
  'id.resp_h': 'id.resp_h',
  'id.resp_p': 'id.resp_p',
  creationTime: 'timestamp',
  method: 'http.request.method',
  uri: 'url.path',
  'c-uri': 'url.path',
  user_agent: 'user_agent.name',
  'c-useragent': 'user_agent.name',
  status_code: 'http.response.status_code',
  request_body_len: 'http.request.body.bytes',
  resp_mime_types: 'zeek.http.resp_mime_types',
  client_header_names: 'zeek.http.client_header_names',
  query: 'zeek.dns.query',
  answers: 'zeek.dns.answers',
  qtype_name: 'zeek.dns.qtype_name',
  rejected: 'rejected',
  Z: 'Z-flag',
  cipher: 'zeek.kerberos.cipher',
  request_type: 'zeek.kerberos.request_type',
  service: 'service',
  name: 'zeek.smb_files.name',
  path: 'zeek.smb_files.path',
  operation: 'zeek.dce_rpc.operation',
  endpoint: 'zeek.dce_rpc.endpoint',
  'zeek.dce_rpc.endpoint': 'zeek.dce_rpc.endpoint',
  'certificate.serial': 'zeek.x509.certificate.serial',
  action: 'netflow.firewall_event',
  blocked: 'blocked-flag',
};

/** Names without an answer in our documents: a rule that needs one of them finds nothing. */
export const UNANSWERED: Readonly<Record<string, string>> = {
  'zeek.http.client_header_names': 'names of headers are not kept',
  'zeek.kerberos.request_type': 'rules write AS and TGS, smartids.kerberos.messages AS-REQ and TGS-REQ',
  'zeek.dce_rpc.operation': 'RPC calls are not decoded',
  'zeek.dce_rpc.endpoint': 'RPC calls are not decoded',
  'netflow.firewall_event': 'a capture does not know what a firewall did',
  'blocked-flag': 'a capture does not know what a firewall did',
  'Z-flag': "DNS' reserved bits are not kept",
  rejected: 'dns.response_code:REFUSED says it',
  service: 'means a Kerberos service in one rule and a protocol in another',
};
