// document: application facts under their ECS names.

import type { AppFacts } from '../app/app-facts.ts';
import type { DnsMessage } from '../app/dns.ts';

export interface ApplicationFields {
  readonly http: HttpFields | undefined;
  readonly url: UrlFields | undefined;
  readonly user_agent: { readonly original: string } | undefined;
  readonly dns: DnsFields | undefined;
  readonly tls: TlsFields | undefined;
  readonly ssh: SshFields | undefined;
}

interface HttpFields {
  readonly version: string | undefined;
  readonly request: { readonly method: string } | undefined;
  readonly response: { readonly status_code: number; readonly mime_type: string | undefined } | undefined;
}

interface UrlFields {
  readonly original: string;
  readonly path: string | undefined;
  readonly query: string | undefined;
  readonly domain: string | undefined;
}

interface DnsFields {
  readonly id: string;
  readonly type: 'query' | 'answer';
  readonly op_code: string;
  readonly response_code: string | undefined;
  readonly header_flags: readonly string[];
  readonly question: DnsMessage['question'];
  readonly answers_count: number | undefined;
}

interface TlsFields {
  readonly version: string | undefined;
  readonly version_protocol: 'tls' | 'ssl';
  readonly cipher: string | undefined;
  readonly next_protocol: string | undefined;
  readonly client: { readonly server_name: string } | undefined;
}

interface SshFields {
  readonly version: string | undefined;
  readonly client: { readonly software: string } | undefined;
  readonly server: { readonly software: string } | undefined;
}

function httpFields({ httpRequest, httpResponse }: AppFacts): HttpFields | undefined {
  if (httpRequest === undefined && httpResponse === undefined) return undefined;
  return {
    version: httpRequest?.version ?? httpResponse?.version,
    request: httpRequest && { method: httpRequest.method },
    response: httpResponse && { status_code: httpResponse.status, mime_type: httpResponse.mimeType },
  };
}

/** `host:port` and `[v6]:port` without the port. */
function domainOf(host: string | undefined): string | undefined {
  return host?.replace(/:\d{1,5}$/, '');
}

function urlFields({ httpRequest }: AppFacts): UrlFields | undefined {
  if (httpRequest === undefined) return undefined;
  const { target, host } = httpRequest;
  const question = target.indexOf('?');
  const path = question < 0 ? target : target.slice(0, question);
  return {
    original: target,
    path: path.startsWith('/') ? path : undefined,
    query: question < 0 ? undefined : target.slice(question + 1),
    domain: domainOf(host),
  };
}

function dnsFields({ dnsQuery, dnsAnswer }: AppFacts): DnsFields | undefined {
  const message = dnsAnswer ?? dnsQuery;
  if (message === undefined) return undefined;
  return {
    id: String(message.id),
    type: message.response ? 'answer' : 'query',
    op_code: message.opCode,
    response_code: message.response ? message.responseCode : undefined,
    header_flags: message.headerFlags,
    question: message.question,
    answers_count: message.response ? message.answers : undefined,
  };
}

function tlsFields({ clientHello, serverHello }: AppFacts): TlsFields | undefined {
  if (clientHello === undefined && serverHello === undefined) return undefined;
  const version = serverHello?.version ?? clientHello?.version;
  const serverName = clientHello?.serverName;
  return {
    version,
    version_protocol: version === '3.0' ? 'ssl' : 'tls',
    cipher: serverHello?.cipher,
    next_protocol: serverHello?.nextProtocol ?? clientHello?.nextProtocol,
    client: serverName === undefined ? undefined : { server_name: serverName },
  };
}

function sshFields({ clientSsh, serverSsh }: AppFacts): SshFields | undefined {
  if (clientSsh === undefined && serverSsh === undefined) return undefined;
  return {
    version: clientSsh?.protocolVersion ?? serverSsh?.protocolVersion,
    client: clientSsh && { software: clientSsh.software },
    server: serverSsh && { software: serverSsh.software },
  };
}

export function applicationFields(facts: AppFacts): ApplicationFields {
  const userAgent = facts.httpRequest?.userAgent;
  return {
    http: httpFields(facts),
    url: urlFields(facts),
    user_agent: userAgent === undefined ? undefined : { original: userAgent },
    dns: dnsFields(facts),
    tls: tlsFields(facts),
    ssh: sshFields(facts),
  };
}

/** Names of hosts seen, once each; undefined where there are none. */
export function relatedHosts(facts: AppFacts): readonly string[] | undefined {
  const names = [
    domainOf(facts.httpRequest?.host),
    facts.clientHello?.serverName,
    (facts.dnsAnswer ?? facts.dnsQuery)?.question.name,
  ];
  const hosts = [...new Set(names.filter((name) => name !== undefined))];
  return hosts.length === 0 ? undefined : hosts;
}
