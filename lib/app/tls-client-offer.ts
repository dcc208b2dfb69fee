// app: what a TLS client offers, the same in each of its hellos, and the fingerprints of it (RFC 8446 §4.1.2, RFC 7301 §3.1).

import { ByteReader } from './byte-reader.ts';
import { BytesCache } from './bytes-cache.ts';
import { clearText } from './clear-text.ts';
import { ja3Of } from './ja3.ts';
import { ja4Of } from './ja4.ts';
import { MAX_KNOWN_OFFER_BYTES, MAX_KNOWN_OFFERS, MAX_NAME } from './limits.ts';
import { extensionTypes, offeredVersion, readCodes } from './tls-codes.ts';

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

/** An offer and what follows from it alone. */
export interface KnownOffer {
  readonly offer: ClientOffer;
  /** The highest version offered. */
  readonly version: number;
  readonly protocol: string | undefined;
  readonly ja3: string;
  /** Over TLS and over QUIC. */
  readonly ja4: { readonly t: string; readonly q: string };
}

const OFFERS = new BytesCache<KnownOffer>(MAX_KNOWN_OFFERS, MAX_KNOWN_OFFER_BYTES);

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
export function readOffer(bytes: Uint8Array): KnownOffer {
  return OFFERS.get(bytes, knownOffer);
}

function knownOffer(bytes: Uint8Array): KnownOffer {
  const offer = decodeOffer(bytes);
  const overTls = ja4Of(offer, 't');
  // Only the first letter tells them apart.
  const ja4 = { t: overTls, q: `q${overTls.slice(1)}` };
  const protocol = offer.protocol && clearText(offer.protocol, MAX_NAME);
  return { offer, version: offeredVersion(offer), protocol, ja3: ja3Of(offer), ja4 };
}

function decodeOffer(bytes: Uint8Array): ClientOffer {
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

/** The first name of a protocol list, in a ClientHello or a ServerHello. */
export function readFirstProtocol(extension: ByteReader): Uint8Array | undefined {
  const list = extension.vector(2);
  return list.take(list.number(1) ?? 0);
}
