// app: JA3 and JA3S, the MD5 fingerprints of what client and server say in their hellos (github.com/salesforce/ja3).

import { hash } from 'node:crypto';
import { MAX_KNOWN_OFFERS } from './limits.ts';
import type { ClientOffer } from './tls-client-offer.ts';
import { isGrease } from './tls-codes.ts';
import type { ServerHello } from './tls-server-hello.ts';

/** Decimal codes with `-` between them, GREASE left out. */
function codes(list: readonly number[]): string {
  let text = '';
  for (const code of list) if (!isGrease(code)) text += text === '' ? code : `-${code}`;
  return text;
}

/** `version,ciphers,extensions,groups,point formats` */
export function ja3Text(offer: ClientOffer): string {
  const { legacyVersion, ciphers, extensions, groups, pointFormats } = offer;
  return `${legacyVersion},${codes(ciphers)},${codes(extensions)},${codes(groups)},${pointFormats.join('-')}`;
}

/** `version,cipher,extensions` */
export function ja3sText({ legacyVersion, cipher, extensions }: ServerHello): string {
  return `${legacyVersion},${cipher},${extensions.join('-')}`;
}

export function ja3Of(offer: ClientOffer): string {
  return hash('md5', ja3Text(offer), 'hex');
}

/** Of the texts seen lately: servers answer in few ways. */
const KNOWN = new Map<string, string>();
const MAX_KNOWN_TEXT = 256;

export function ja3sOf(hello: ServerHello): string {
  const text = ja3sText(hello);
  const known = KNOWN.get(text);
  if (known !== undefined) return known;
  const fingerprint = hash('md5', text, 'hex');
  if (KNOWN.size >= MAX_KNOWN_OFFERS) KNOWN.clear();
  if (text.length <= MAX_KNOWN_TEXT) KNOWN.set(text, fingerprint);
  return fingerprint;
}
