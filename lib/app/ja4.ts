// app: JA4, the fingerprint of a TLS client (FoxIO, technical_details/JA4.md, BSD 3-Clause; no other of its family is here).

import { hash } from 'node:crypto';
import type { ClientOffer } from './tls-client-offer.ts';
import { extensionTypes, isGrease, offeredVersion } from './tls-codes.ts';

/** TLS over TCP, or QUIC. */
export type Ja4Transport = 't' | 'q';

const NOTHING = '000000000000';
const HASH_DIGITS = 12;
const MAX_COUNT = 99;

const VERSIONS: ReadonlyMap<number, string> = new Map([
  [0x0002, 's2'],
  [0x0300, 's3'],
  [0x0301, '10'],
  [0x0302, '11'],
  [0x0303, '12'],
  [0x0304, '13'],
]);

const HEX_BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function hexCode(code: number): string {
  return `${HEX_BYTES[code >> 8]}${HEX_BYTES[code & 0xff]}`;
}

function hexCodes(codes: readonly number[]): string {
  let text = '';
  for (const code of codes) text += text === '' ? hexCode(code) : `,${hexCode(code)}`;
  return text;
}

function digest(text: string): string {
  return text === '' ? NOTHING : hash('sha256', text, 'hex').slice(0, HASH_DIGITS);
}

function twoDigits(count: number): string {
  return String(Math.min(count, MAX_COUNT)).padStart(2, '0');
}

function isAlphanumeric(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}

/** First and last character of the first protocol; of its hexadecimal digits where either is no letter or digit. */
function protocolMark(protocol: Uint8Array | undefined): string {
  const first = protocol?.[0];
  const last = protocol?.at(-1);
  if (first === undefined || last === undefined) return '00';
  if (isAlphanumeric(first) && isAlphanumeric(last)) return String.fromCharCode(first, last);
  return `${HEX_BYTES[first]?.[0]}${HEX_BYTES[last]?.[1]}`;
}

/** Codes without GREASE, in ascending order. */
function sorted(codes: readonly number[]): readonly number[] {
  return codes.filter((code) => !isGrease(code)).sort((a, b) => a - b);
}

/** The three parts before they are hashed, as JA4_r writes them. */
export function ja4Parts(offer: ClientOffer, transport: Ja4Transport): readonly [string, string, string] {
  const ciphers = sorted(offer.ciphers);
  const extensions = sorted(offer.extensions);
  const hidden: readonly number[] = [extensionTypes.serverName, extensionTypes.protocols];
  const listed = hexCodes(extensions.filter((type) => !hidden.includes(type)));
  const algorithms = hexCodes(offer.signatureAlgorithms.filter((code) => !isGrease(code)));
  const version = VERSIONS.get(offeredVersion(offer)) ?? '00';
  const name = offer.extensions.includes(extensionTypes.serverName) ? 'd' : 'i';
  const counts = `${twoDigits(ciphers.length)}${twoDigits(extensions.length)}`;
  return [
    `${transport}${version}${name}${counts}${protocolMark(offer.protocol)}`,
    hexCodes(ciphers),
    algorithms === '' ? listed : `${listed}_${algorithms}`,
  ];
}

export function ja4Of(offer: ClientOffer, transport: Ja4Transport): string {
  const [start, ciphers, extensions] = ja4Parts(offer, transport);
  return `${start}_${digest(ciphers)}_${digest(extensions)}`;
}
