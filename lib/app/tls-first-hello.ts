// app: the hello in a single packet's bytes, for `app-facts.ts`, which reads packets without their streams.

import { clearText } from './clear-text.ts';
import { uint24 } from './integers.ts';
import { MAX_NAME } from './limits.ts';
import { decodeClientHello as readClientHello } from './tls-client-hello.ts';
import { handshakeTypes, isGrease, versionText } from './tls-codes.ts';
import { decodeServerHello as readServerHello } from './tls-server-hello.ts';

export interface ClientHello {
  /** Highest version offered, as `1.2`. */
  readonly version: string;
  readonly serverName: string | undefined;
  /** First protocol offered (ALPN). */
  readonly nextProtocol: string | undefined;
}

export interface ServerHello {
  readonly version: string;
  /** Chosen cipher suite, as `0x1301`. */
  readonly cipher: string;
  readonly nextProtocol: string | undefined;
}

const HANDSHAKE = 22;
const RECORD_HEADER_BYTES = 5;
const BODY_AT = RECORD_HEADER_BYTES + 4;
const PLAIN = /^[\x21-\x7e]+$/;

function bodyOf(bytes: Uint8Array, type: number): Uint8Array | undefined {
  if (bytes[0] !== HANDSHAKE || bytes[1] !== 3 || bytes[RECORD_HEADER_BYTES] !== type) return undefined;
  return bytes.subarray(BODY_AT, BODY_AT + Math.max(0, uint24(bytes, RECORD_HEADER_BYTES + 1)));
}

function plain(text: string | undefined): string | undefined {
  return text !== undefined && PLAIN.test(text) ? text : undefined;
}

function protocolText(protocol: Uint8Array | undefined): string | undefined {
  return protocol && plain(clearText(protocol, MAX_NAME));
}

export function decodeClientHello(bytes: Uint8Array): ClientHello | undefined {
  const body = bodyOf(bytes, handshakeTypes.clientHello);
  const hello = body && readClientHello(body, body.length);
  if (hello === undefined) return undefined;
  const known = hello.versions.filter((version) => !isGrease(version) && versionText(version) !== undefined);
  const version = known.length === 0 ? hello.legacyVersion : Math.max(...known);
  return {
    version: versionText(version) ?? '1.2',
    serverName: plain(hello.serverName),
    nextProtocol: protocolText(hello.protocol),
  };
}

export function decodeServerHello(bytes: Uint8Array): ServerHello | undefined {
  const body = bodyOf(bytes, handshakeTypes.serverHello);
  const hello = body && readServerHello(body, body.length);
  if (hello === undefined) return undefined;
  return {
    version: versionText(hello.version) ?? '1.2',
    cipher: `0x${hello.cipher.toString(16).toUpperCase().padStart(4, '0')}`,
    nextProtocol: protocolText(hello.protocol),
  };
}
