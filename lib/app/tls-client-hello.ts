// app: a ClientHello, as far as its bytes go (RFC 8446 §4.1.2, RFC 6066 §3, RFC 7301 §3.1).

import { ByteReader } from './byte-reader.ts';
import { clearText } from './clear-text.ts';
import { MAX_NAME } from './limits.ts';
import { extensionTypes, isGrease, isKnownVersion, readCodes } from './tls-codes.ts';

export interface ClientHello {
  /** The version field; who offers TLS 1.3 says 1.2 here. */
  readonly legacyVersion: number;
  readonly sessionId: Uint8Array;
  readonly ciphers: readonly number[];
  /** Types in the order sent, GREASE among them, as all lists here. */
  readonly extensions: readonly number[];
  readonly versions: readonly number[];
  readonly groups: readonly number[];
  readonly pointFormats: readonly number[];
  readonly signatureAlgorithms: readonly number[];
  readonly serverName: string | undefined;
  /** The first protocol offered (ALPN). */
  readonly protocol: Uint8Array | undefined;
  /** False where the bytes end before the hello does: its lists are short, fingerprints would be of another hello. */
  readonly isWhole: boolean;
}

const RANDOM_BYTES = 32;
const HOST_NAME = 0;

/** @param body the handshake message behind its header, cut where the capture cut it. */
export function decodeClientHello(body: Uint8Array, declaredLength: number): ClientHello | undefined {
  const reader = new ByteReader(body, 0, declaredLength);
  const legacyVersion = reader.number(2);
  if (legacyVersion === undefined || !isKnownVersion(legacyVersion) || !reader.skip(RANDOM_BYTES)) return undefined;
  const sessionId = reader.rest(reader.number(1) ?? 0);
  const ciphers = readCodes(reader.vector(2), 2);
  reader.skip(reader.number(1) ?? 0);
  const hello = {
    legacyVersion,
    sessionId,
    ciphers,
    extensions: [] as number[],
    versions: [] as readonly number[],
    groups: [] as readonly number[],
    pointFormats: [] as readonly number[],
    signatureAlgorithms: [] as readonly number[],
    serverName: undefined as string | undefined,
    protocol: undefined as Uint8Array | undefined,
    isWhole: !reader.isPastEnd,
  };
  if (reader.isPastEnd || reader.remaining === 0)
    return { ...hello, isWhole: isAllThere(reader, body, declaredLength) };
  const list = reader.vector(2);
  while (list.remaining > 0) {
    const type = list.number(2);
    const extension = list.vector(2);
    if (type === undefined || list.isPastEnd) break;
    hello.extensions.push(type);
    if (type === extensionTypes.serverName) hello.serverName ??= readServerName(extension);
    else if (type === extensionTypes.protocols) hello.protocol ??= readFirstProtocol(extension);
    else if (type === extensionTypes.versions) hello.versions = readCodes(extension.vector(1), 2);
    else if (type === extensionTypes.groups) hello.groups = readCodes(extension.vector(2), 2);
    else if (type === extensionTypes.pointFormats) hello.pointFormats = readCodes(extension.vector(1), 1);
    else if (type === extensionTypes.signatureAlgorithms) hello.signatureAlgorithms = readCodes(extension.vector(2), 2);
  }
  hello.isWhole = isAllThere(reader, body, declaredLength) && !list.isPastEnd;
  return hello;
}

function isAllThere(reader: ByteReader, body: Uint8Array, declaredLength: number): boolean {
  return !reader.isPastEnd && body.length >= declaredLength;
}

function readServerName(extension: ByteReader): string | undefined {
  const list = extension.vector(2);
  if (list.number(1) !== HOST_NAME) return undefined;
  const name = list.take(list.number(2) ?? 0);
  return name && clearText(name, MAX_NAME)?.toLowerCase();
}

/** The first name of a protocol list, in a ClientHello or a ServerHello. */
export function readFirstProtocol(extension: ByteReader): Uint8Array | undefined {
  const list = extension.vector(2);
  return list.take(list.number(1) ?? 0);
}

/** The highest version offered. */
export function offeredVersion({ versions, legacyVersion }: ClientHello): number {
  let highest = -1;
  for (const version of versions) if (!isGrease(version) && version > highest) highest = version;
  return highest < 0 ? legacyVersion : highest;
}
