// app: what the first bytes of a TLS handshake say in clear: ClientHello and ServerHello (RFC 8446 §4.1, RFC 6066 §3, RFC 7301).

import { type ByteReader, createByteReader } from './byte-reader.ts';

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
const CLIENT_HELLO = 1;
const SERVER_HELLO = 2;
const EXTENSION_SERVER_NAME = 0;
const EXTENSION_ALPN = 16;
const EXTENSION_SUPPORTED_VERSIONS = 43;

const VERSIONS: ReadonlyMap<number, string> = new Map([
  [0x0300, '3.0'],
  [0x0301, '1.0'],
  [0x0302, '1.1'],
  [0x0303, '1.2'],
  [0x0304, '1.3'],
]);
/** From old to new; SSL 3.0 is older than every TLS. */
const VERSION_CODES: readonly number[] = [...VERSIONS.keys()];

/** A reader behind the handshake header and the hello's version and random, with that version; undefined for anything else. */
function openHello(bytes: Uint8Array, type: number): { reader: ByteReader; version: number } | undefined {
  const reader = createByteReader(bytes);
  if (reader.number(1) !== HANDSHAKE || reader.number(1) !== 3) return undefined;
  reader.take(3);
  if (reader.number(1) !== type) return undefined;
  reader.take(3);
  const version = reader.number(2);
  const random = reader.take(32);
  return version === undefined || random === undefined || !VERSIONS.has(version) ? undefined : { reader, version };
}

/** The extensions that were kept, the last one cut off where the bytes end. */
function readExtensions(reader: ByteReader): ReadonlyMap<number, Uint8Array> {
  const extensions = new Map<number, Uint8Array>();
  reader.take(2);
  for (;;) {
    const type = reader.number(2);
    const length = reader.number(2);
    if (type === undefined || length === undefined) return extensions;
    const body = reader.take(length);
    if (body === undefined) return extensions;
    extensions.set(type, body);
  }
}

function printable(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined || bytes.length === 0) return undefined;
  const text = Buffer.from(bytes).toString('latin1');
  return /^[\x21-\x7e]+$/.test(text) ? text : undefined;
}

function readServerName(body: Uint8Array | undefined): string | undefined {
  const reader = createByteReader(body ?? new Uint8Array());
  reader.take(2);
  if (reader.number(1) !== 0) return undefined;
  return printable(reader.take(reader.number(2) ?? 0))?.toLowerCase();
}

function readProtocol(body: Uint8Array | undefined): string | undefined {
  const reader = createByteReader(body ?? new Uint8Array());
  reader.take(2);
  return printable(reader.take(reader.number(1) ?? 0));
}

/** Highest of the versions we know in a client's list (GREASE values are none of them). */
function highestVersion(body: Uint8Array | undefined): number | undefined {
  const reader = createByteReader(body ?? new Uint8Array());
  const count = (reader.number(1) ?? 0) / 2;
  let best = -1;
  for (let i = 0; i < count; i += 1) best = Math.max(best, VERSION_CODES.indexOf(reader.number(2) ?? 0));
  return VERSION_CODES[best];
}

export function decodeClientHello(bytes: Uint8Array): ClientHello | undefined {
  const hello = openHello(bytes, CLIENT_HELLO);
  if (hello === undefined) return undefined;
  const { reader } = hello;
  reader.take(reader.number(1) ?? 0);
  reader.take(reader.number(2) ?? 0);
  reader.take(reader.number(1) ?? 0);
  const extensions = readExtensions(reader);
  const version = highestVersion(extensions.get(EXTENSION_SUPPORTED_VERSIONS)) ?? hello.version;
  return {
    version: VERSIONS.get(version) ?? '1.2',
    serverName: readServerName(extensions.get(EXTENSION_SERVER_NAME)),
    nextProtocol: readProtocol(extensions.get(EXTENSION_ALPN)),
  };
}

export function decodeServerHello(bytes: Uint8Array): ServerHello | undefined {
  const hello = openHello(bytes, SERVER_HELLO);
  if (hello === undefined) return undefined;
  const { reader } = hello;
  reader.take(reader.number(1) ?? 0);
  const cipher = reader.number(2);
  reader.take(1);
  if (cipher === undefined) return undefined;
  const extensions = readExtensions(reader);
  const chosen = createByteReader(extensions.get(EXTENSION_SUPPORTED_VERSIONS) ?? new Uint8Array()).number(2);
  return {
    version: VERSIONS.get(chosen ?? hello.version) ?? '1.2',
    cipher: `0x${cipher.toString(16).toUpperCase().padStart(4, '0')}`,
    nextProtocol: readProtocol(extensions.get(EXTENSION_ALPN)),
  };
}
