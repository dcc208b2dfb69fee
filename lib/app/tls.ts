// app: a TLS conversation under its ECS names: what both hellos and the certificates say in clear (RFC 8446, RFC 5246).

import { clearText } from './clear-text.ts';
import { type Conversation, firstPiece, type SideHead } from './conversation.ts';
import { ja3sOf } from './ja3.ts';
import type { Ja4Transport } from './ja4.ts';
import { MAX_NAME } from './limits.ts';
import { alertName } from './tls-alerts.ts';
import { cipherName } from './tls-cipher-names.ts';
import type { ClientHello } from './tls-client-hello.ts';
import { extensionTypes, groupName, TLS_1_3, versionText } from './tls-codes.ts';
import type { ServerHello } from './tls-server-hello.ts';
import { type HandshakeFacts, readTlsSide, type TlsSide } from './tls-side.ts';
import { version2Hello } from './tls-v2-hello.ts';
import type { CertificateFields } from './x509-certificate.ts';

export interface TlsFields {
  readonly version: string | undefined;
  readonly version_protocol: 'tls' | 'ssl';
  readonly cipher: string | undefined;
  readonly curve: string | undefined;
  /** Chosen in clear, else the first offered where the choice is encrypted or was not seen. */
  readonly next_protocol: string | undefined;
  /** Both sides went on encrypted; false where one refused in clear; undefined where that was not seen. */
  readonly established: boolean | undefined;
  readonly resumed: boolean | undefined;
  readonly client: TlsClientFields | undefined;
  readonly server: TlsServerFields | undefined;
}

export interface TlsClientFields extends Partial<CertificateFields> {
  readonly server_name: string | undefined;
  readonly ja3: string | undefined;
  /** ECS has no name for it yet. */
  readonly ja4: string | undefined;
}

export interface TlsServerFields extends Partial<CertificateFields> {
  readonly ja3s: string | undefined;
}

export interface TlsFacts {
  readonly network: { readonly protocol: 'tls' };
  readonly tls: TlsFields;
  readonly smartids: { readonly tls: { readonly alert: string } } | undefined;
}

const SSL_3 = 0x0300;
/** The shortest Finished of TLS 1.3 with its type and tag; an encrypted alert is shorter. */
const MIN_FINISHED_BYTES = 4 + 32 + 1 + 16;

/** Whichever side was seen first is the client where its bytes say so. */
export function dissectTls({ transport, client, server }: Conversation): TlsFacts | undefined {
  if (transport !== 'tcp') return undefined;
  return readSides(client, server) ?? readSides(server, client);
}

function readSides(client: SideHead, server: SideHead): TlsFacts | undefined {
  const clientBytes = firstPiece(client);
  const clientSide = readTlsSide(clientBytes);
  const serverSide = readTlsSide(firstPiece(server));
  const version2 = clientSide === undefined ? version2Hello(clientBytes) : undefined;
  const clientHello = clientSide?.clientHello;
  const serverHello = serverSide?.serverHello;
  if (clientHello === undefined && serverHello === undefined && version2 === undefined) return undefined;
  const alert = serverSide?.alert ?? clientSide?.alert;
  const version = serverHello?.version ?? clientHello?.offered.version ?? version2;
  return {
    network: { protocol: 'tls' },
    tls: {
      ...helloFields({ client: clientSide, server: serverSide, transport: 't' }),
      version: version === undefined ? undefined : versionText(version),
      version_protocol: version !== undefined && version <= SSL_3 ? 'ssl' : 'tls',
      established: isEstablished(clientSide, serverSide, alert),
      resumed: serverHello && isResumed(clientHello, serverHello),
    },
    smartids: alert === undefined ? undefined : { tls: { alert: alertName(alert) } },
  };
}

export interface Hellos {
  readonly client: HandshakeFacts | undefined;
  readonly server: HandshakeFacts | undefined;
  readonly transport: Ja4Transport;
}

/** What the handshake messages alone say; QUIC carries the same ones. */
export function helloFields({
  client,
  server,
  transport,
}: Hellos): Pick<TlsFields, 'cipher' | 'curve' | 'next_protocol' | 'client' | 'server'> {
  const clientHello = client?.clientHello;
  const serverHello = server?.serverHello;
  const group = serverHello?.group ?? server?.group;
  return {
    cipher: serverHello && cipherName(serverHello.cipher),
    curve: group === undefined ? undefined : groupName(group),
    next_protocol: nextProtocol(clientHello, serverHello),
    client: clientHello && clientFields(clientHello, client?.certificate, transport),
    server: serverHello && serverFields(serverHello, server?.certificate),
  };
}

function clientFields(
  hello: ClientHello,
  certificate: CertificateFields | undefined,
  transport: Ja4Transport,
): TlsClientFields {
  return {
    server_name: hello.serverName,
    ja3: hello.isWhole ? hello.offered.ja3 : undefined,
    ja4: hello.isWhole ? hello.offered.ja4[transport] : undefined,
    ...certificate,
  };
}

function serverFields(hello: ServerHello, certificate: CertificateFields | undefined): TlsServerFields {
  return { ja3s: hello.isWhole && !hello.isRetry ? ja3sOf(hello) : undefined, ...certificate };
}

function nextProtocol(client: ClientHello | undefined, server: ServerHello | undefined): string | undefined {
  const chosen = server?.protocol;
  const isDecidedInClear = server?.isWhole === true && server.version < TLS_1_3;
  if (chosen !== undefined) return clearText(chosen, MAX_NAME);
  return isDecidedInClear ? undefined : client?.offered.protocol;
}

function isEstablished(
  client: TlsSide | undefined,
  server: TlsSide | undefined,
  alert: number | undefined,
): boolean | undefined {
  if (alert !== undefined) return false;
  const hello = server?.serverHello;
  if (client === undefined || server === undefined || hello === undefined || hello.isRetry) return undefined;
  if (server.firstEncryptedLength === undefined) return undefined;
  if (hello.version >= TLS_1_3) return (client.firstEncryptedLength ?? 0) >= MIN_FINISHED_BYTES ? true : undefined;
  const bothChanged = client.changedCipher && server.changedCipher;
  return bothChanged && client.firstEncryptedLength !== undefined ? true : undefined;
}

/** By a session the server took up again (RFC 5246 §7.4.1.3), or a key shared before (RFC 8446 §4.2.11). */
function isResumed(client: ClientHello | undefined, server: ServerHello): boolean | undefined {
  if (server.isRetry || !server.isWhole) return undefined;
  if (server.version >= TLS_1_3) return server.extensions.includes(extensionTypes.preSharedKey);
  if (client === undefined) return undefined;
  return server.sessionId.length > 0 && Buffer.from(server.sessionId).equals(client.sessionId);
}
