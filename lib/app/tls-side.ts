// app: what one side of a TLS conversation said in clear: its hello, its certificate, whether it went on encrypted.

import { BytesCache } from './bytes-cache.ts';
import { uint16, uint24 } from './integers.ts';
import { MAX_KNOWN_CERTIFICATE_BYTES, MAX_KNOWN_CERTIFICATES, MAX_MESSAGES } from './limits.ts';
import { type ClientHello, decodeClientHello } from './tls-client-hello.ts';
import { handshakeTypes } from './tls-codes.ts';
import { readTlsStream, type TlsStream } from './tls-records.ts';
import { decodeServerHello, type ServerHello } from './tls-server-hello.ts';
import { type CertificateFields, decodeCertificate } from './x509-certificate.ts';

export interface TlsSide extends TlsStream {
  readonly clientHello: ClientHello | undefined;
  /** The last one: one that asks for another ClientHello gives way to the one that follows. */
  readonly serverHello: ServerHello | undefined;
  /** The side's own certificate, the first of the chain; in TLS 1.3 it is encrypted. */
  readonly certificate: CertificateFields | undefined;
  /** The curve of a key exchange before TLS 1.3 (RFC 8422 §5.4). */
  readonly group: number | undefined;
}

/** What the handshake messages hold, wherever they were carried. */
export type HandshakeFacts = Pick<TlsSide, 'clientHello' | 'serverHello' | 'certificate' | 'group'>;

const HEADER_BYTES = 4;
const NAMED_CURVE = 3;
const CHAIN_LENGTHS_BYTES = 6;

/** @returns undefined for bytes that begin with no TLS record of a handshake. */
export function readTlsSide(bytes: Uint8Array): TlsSide | undefined {
  const stream = readTlsStream(bytes);
  return stream && { ...stream, ...readHandshake(stream.handshake) };
}

/** @param bytes handshake messages, the last one perhaps cut. */
export function readHandshake(bytes: Uint8Array): HandshakeFacts {
  let clientHello: ClientHello | undefined;
  let serverHello: ServerHello | undefined;
  let certificate: CertificateFields | undefined;
  let group: number | undefined;
  let at = 0;
  for (let messages = 0; messages < MAX_MESSAGES && at + HEADER_BYTES <= bytes.length; messages += 1) {
    const type = bytes[at];
    const length = uint24(bytes, at + 1);
    at += HEADER_BYTES;
    const body = bytes.subarray(at, at + length);
    if (type === handshakeTypes.clientHello) clientHello ??= decodeClientHello(body, length);
    else if (type === handshakeTypes.serverHello) serverHello = decodeServerHello(body, length) ?? serverHello;
    else if (type === handshakeTypes.certificate) certificate ??= firstCertificate(body);
    else if (type === handshakeTypes.serverKeyExchange && body[0] === NAMED_CURVE) group = uint16(body, 1);
    at += length;
  }
  return { clientHello, serverHello, certificate, group };
}

const CERTIFICATES = new BytesCache<CertificateFields | undefined>(MAX_KNOWN_CERTIFICATES, MAX_KNOWN_CERTIFICATE_BYTES);

/** Behind the chain's length and its own. */
function firstCertificate(body: Uint8Array): CertificateFields | undefined {
  const length = uint24(body, CHAIN_LENGTHS_BYTES / 2);
  if (length <= 0) return undefined;
  const bytes = body.subarray(CHAIN_LENGTHS_BYTES, CHAIN_LENGTHS_BYTES + length);
  return bytes.length < length ? decodeCertificate(bytes, length) : CERTIFICATES.get(bytes, decodeWholeCertificate);
}

function decodeWholeCertificate(bytes: Uint8Array): CertificateFields | undefined {
  return decodeCertificate(bytes, bytes.length);
}
