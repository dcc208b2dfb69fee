// app: a ServerHello, as far as its bytes go (RFC 8446 §4.1.3).

import { ByteReader } from './byte-reader.ts';
import { extensionTypes, isKnownVersion, readCodes, readFirstProtocol, TLS_1_3 } from './tls-codes.ts';
import { isRetryRandom } from './tls-records.ts';

export interface ServerHello {
  readonly legacyVersion: number;
  /** The version agreed on. */
  readonly version: number;
  readonly sessionId: Uint8Array;
  readonly cipher: number;
  /** Types in the order sent. */
  readonly extensions: readonly number[];
  /** The protocol chosen in clear; in TLS 1.3 it is encrypted. */
  readonly protocol: Uint8Array | undefined;
  /** The group of the server's key share (TLS 1.3). */
  readonly group: number | undefined;
  /** A HelloRetryRequest: another hello of each side follows. */
  readonly isRetry: boolean;
  readonly isWhole: boolean;
}

const RANDOM_BYTES = 32;
const EARLY_DRAFT = 0x7f;
/** First byte of theirs, and of nobody else's. */
const CIPHERS_OF_1_3 = 0x13;
const NO_BYTES = new Uint8Array();

/** @param body the handshake message behind its header, cut where the capture cut it. */
export function decodeServerHello(body: Uint8Array, declaredLength: number): ServerHello | undefined {
  const reader = new ByteReader(body, 0, declaredLength);
  const legacyVersion = reader.number(2);
  const random = reader.take(RANDOM_BYTES);
  if (legacyVersion === undefined || random === undefined || !isKnownVersion(legacyVersion)) return undefined;
  // Before draft 22 of TLS 1.3 there was neither session id nor compression method.
  const isEarlyDraft = legacyVersion >> 8 === EARLY_DRAFT;
  const sessionId = isEarlyDraft ? NO_BYTES : reader.rest(reader.number(1) ?? 0);
  const cipher = reader.number(2);
  if (!isEarlyDraft) reader.skip(1);
  if (cipher === undefined) return undefined;
  const extensions: number[] = [];
  // Cipher suites of TLS 1.3 say so, also where the extension that does was cut off.
  let version = cipher >> 8 === CIPHERS_OF_1_3 ? Math.max(legacyVersion, TLS_1_3) : legacyVersion;
  let protocol: Uint8Array | undefined;
  let group: number | undefined;
  const list = reader.remaining > 0 ? reader.vector(2) : reader;
  while (list.remaining > 0) {
    const type = list.number(2);
    const extension = list.vector(2);
    if (type === undefined || list.isPastEnd) break;
    extensions.push(type);
    if (type === extensionTypes.versions) version = extension.number(2) ?? version;
    else if (type === extensionTypes.protocols) protocol ??= readFirstProtocol(extension);
    else if (type === extensionTypes.keyShare) group = readCodes(extension, 2)[0];
  }
  const isWhole = !reader.isPastEnd && !list.isPastEnd && body.length >= declaredLength;
  const isRetry = isRetryRandom(random);
  return { legacyVersion, version, sessionId, cipher, extensions, protocol, group, isRetry, isWhole };
}
