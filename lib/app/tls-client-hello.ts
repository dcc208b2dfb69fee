// app: a ClientHello, as far as its bytes go (RFC 8446 §4.1.2, RFC 6066 §3).

import { ByteReader } from './byte-reader.ts';
import { clearText } from './clear-text.ts';
import { MAX_NAME } from './limits.ts';
import { isOffer } from './tls-client-offer.ts';
import { extensionTypes, isKnownVersion } from './tls-codes.ts';
import { type KnownOffer, readOffer } from './tls-known-offer.ts';

export interface ClientHello {
  readonly sessionId: Uint8Array;
  readonly offered: KnownOffer;
  readonly serverName: string | undefined;
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
  const offer = new OfferBytes(body);
  offer.addNumber(legacyVersion);
  const sessionId = reader.rest(reader.number(1) ?? 0);
  const ciphersLength = reader.number(2) ?? 0;
  offer.addVector(reader.at, Math.min(ciphersLength, reader.remaining));
  reader.skip(ciphersLength);
  reader.skip(reader.number(1) ?? 0);
  if (reader.isPastEnd || reader.remaining === 0) {
    const isWhole = isAllThere(reader, body, declaredLength);
    return { sessionId, offered: readOffer(offer.bytes), serverName: undefined, isWhole };
  }
  const list = reader.vector(2);
  let serverName: string | undefined;
  while (list.remaining > 0) {
    const type = list.number(2);
    const length = list.number(2) ?? 0;
    const start = list.at;
    list.skip(length);
    if (type === undefined || list.isPastEnd) break;
    offer.addNumber(type);
    offer.addVector(start, isOffer(type) ? length : 0);
    if (type === extensionTypes.serverName) serverName ??= readServerName(new ByteReader(body, start, start + length));
  }
  const isWhole = isAllThere(reader, body, declaredLength) && !list.isPastEnd;
  return { sessionId, offered: readOffer(offer.bytes), serverName, isWhole };
}

/** Memory of the offer that is being read; longer ones get their own. */
const SCRATCH = new Uint8Array(4096);

/** Gathers the pieces of a hello that are the same in all hellos of its client. */
class OfferBytes {
  readonly #hello: Uint8Array;
  readonly #to: Uint8Array;
  #length = 0;

  constructor(hello: Uint8Array) {
    this.#hello = hello;
    this.#to = hello.length < SCRATCH.length ? SCRATCH : new Uint8Array(hello.length);
  }

  get bytes(): Uint8Array {
    return this.#to.subarray(0, this.#length);
  }

  /** A number of two bytes. */
  addNumber(value: number): void {
    this.#to[this.#length] = value >> 8;
    this.#to[this.#length + 1] = value;
    this.#length += 2;
  }

  /** `length` bytes of the hello behind their length. */
  addVector(start: number, length: number): void {
    this.addNumber(length);
    const hello = this.#hello;
    const to = this.#to;
    let at = this.#length;
    for (let from = start; from < start + length; from += 1) to[at++] = hello[from] ?? 0;
    this.#length = at;
  }
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
