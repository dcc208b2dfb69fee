// document: other tools' names of our fields, which the index takes beside ours: as field aliases they cost a document nothing.
// Sigma 2.1, taxonomy "Network category"; OpenSearch Security Analytics, log type `network` (its network_logtype.json).

import type { DocumentKind } from './document-kind.ts';

export interface FieldAlias {
  /** The field that it stands for. */
  readonly path: string;
  /** Whose name it is. */
  readonly of: 'Sigma' | 'Security Analytics' | 'Zeek';
}

export type AliasTable = Readonly<Record<string, FieldAlias>>;

/** Detectors of Security Analytics need the time under this name. */
const TIMESTAMP: AliasTable = { timestamp: { path: '@timestamp', of: 'Security Analytics' } };

const FLOW_ALIASES: AliasTable = {
  ...TIMESTAMP,
  'network.state': { path: 'smartids.flow.state', of: 'Sigma' },
  'dns.header.flags': { path: 'dns.header_flags', of: 'Sigma' },
  'dns.response.code': { path: 'dns.response_code', of: 'Sigma' },
  'id.orig_h': { path: 'source.ip', of: 'Zeek' },
  'id.orig_p': { path: 'source.port', of: 'Zeek' },
  'id.resp_h': { path: 'destination.ip', of: 'Zeek' },
  'id.resp_p': { path: 'destination.port', of: 'Zeek' },
  'user_agent.name': { path: 'user_agent.original', of: 'Security Analytics' },
  'zeek.dns.query': { path: 'dns.question.name', of: 'Security Analytics' },
  'zeek.dns.answers': { path: 'dns.answers.data', of: 'Security Analytics' },
  'zeek.dns.qtype_name': { path: 'dns.question.type', of: 'Security Analytics' },
  'zeek.http.resp_mime_types': { path: 'http.response.mime_type', of: 'Security Analytics' },
  'zeek.kerberos.cipher': { path: 'smartids.kerberos.ticket_encryption', of: 'Security Analytics' },
  'zeek.smb_files.name': { path: 'smartids.smb.files', of: 'Security Analytics' },
  'zeek.smb_files.path': { path: 'smartids.smb.shares', of: 'Security Analytics' },
  'zeek.x509.certificate.serial': { path: 'tls.server.x509.serial_number', of: 'Security Analytics' },
};

export const FIELD_ALIASES: Readonly<Record<DocumentKind, AliasTable>> = {
  flows: FLOW_ALIASES,
  packets: TIMESTAMP,
  alerts: TIMESTAMP,
  dumps: {},
  progress: {},
};
