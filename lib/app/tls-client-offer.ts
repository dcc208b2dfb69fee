// app: what a TLS client offers, the same in each of its hellos (RFC 8446 §4.1.2, RFC 7301 §3.1).

import { ByteReader } from './byte-reader.ts';
import { extensionTypes, readCodes, readFirstProtocol } from './tls-codes.ts';

export interface ClientOffer {
  /** The version field; who offers TLS 1.3 says 1.2 here. */
  readonly legacyVersion: number;
  readonly ciphers: readonly number[];
  /** Types in the order sent, GREASE among them, as all lists here. */
  readonly extensions: readonly number[];
  readonly versions: readonly number[];
  readonly groups: readonly number[];
  readonly pointFormats: readonly number[];
  readonly signatureAlgorithms: readonly number[];
  /** The first protocol offered (ALPN). */
  readonly protocol: Uint8Array | undefined;
}

/** Extensions whose content is part of the offer; of the others it is their type. */
export function isOffer(type: number): boolean {
  return (
    type === extensionTypes.protocols ||
    type === extensionTypes.versions ||
    type === extensionTypes.groups ||
    type === extensionTypes.pointFormats ||
    type === extensionTypes.signatureAlgorithms
  );
}

/**
 * @param bytes the version, the ciphers behind their length, and the extensions, each type with its length and content,
 *   as in the hello; of those that are no offer without content.
 */
export function decodeOffer(bytes: Uint8Array): ClientOffer {
  const list = new ByteReader(bytes);
  const offer = {
    legacyVersion: list.number(2) ?? 0,
    ciphers: readCodes(list.vector(2), 2),
    extensions: [] as number[],
    versions: [] as readonly number[],
    groups: [] as readonly number[],
    pointFormats: [] as readonly number[],
    signatureAlgorithms: [] as readonly number[],
    protocol: undefined as Uint8Array | undefined,
  };
  while (list.remaining > 0) {
    const type = list.number(2) ?? 0;
    const extension = list.vector(2);
    offer.extensions.push(type);
    if (type === extensionTypes.protocols) offer.protocol ??= readFirstProtocol(extension)?.slice();
    else if (type === extensionTypes.versions) offer.versions = readCodes(extension.vector(1), 2);
    else if (type === extensionTypes.groups) offer.groups = readCodes(extension.vector(2), 2);
    else if (type === extensionTypes.pointFormats) offer.pointFormats = readCodes(extension.vector(1), 1);
    else if (type === extensionTypes.signatureAlgorithms) offer.signatureAlgorithms = readCodes(extension.vector(2), 2);
  }
  return offer;
}
