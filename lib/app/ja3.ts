// app: JA3 and JA3S, the MD5 fingerprints of what client and server say in their hellos (github.com/salesforce/ja3).

import { hash } from 'node:crypto';
import type { ClientHello } from './tls-client-hello.ts';
import { isGrease } from './tls-codes.ts';
import type { ServerHello } from './tls-server-hello.ts';

/** Decimal codes with `-` between them, GREASE left out. */
function codes(list: readonly number[]): string {
  let text = '';
  for (const code of list) if (!isGrease(code)) text += text === '' ? code : `-${code}`;
  return text;
}

/** `version,ciphers,extensions,groups,point formats` */
export function ja3Text(hello: ClientHello): string {
  const { legacyVersion, ciphers, extensions, groups, pointFormats } = hello;
  return `${legacyVersion},${codes(ciphers)},${codes(extensions)},${codes(groups)},${pointFormats.join('-')}`;
}

/** `version,cipher,extensions` */
export function ja3sText({ legacyVersion, cipher, extensions }: ServerHello): string {
  return `${legacyVersion},${cipher},${extensions.join('-')}`;
}

export function ja3Of(hello: ClientHello): string {
  return hash('md5', ja3Text(hello), 'hex');
}

export function ja3sOf(hello: ServerHello): string {
  return hash('md5', ja3sText(hello), 'hex');
}
