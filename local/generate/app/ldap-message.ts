// generate: LDAP searches and their entries, https://www.rfc-editor.org/rfc/rfc4511#section-4.5.
import { joinBytes, textBytes } from '../bytes/text.ts';
import type { Random } from '../random.ts';

/** Any object below the root, all of its attributes. */
export function ldapSearch(message: number): Uint8Array {
  const scope = joinBytes([node(4), node(10, Uint8Array.of(0)), node(10, Uint8Array.of(0))]);
  const limits = joinBytes([node(2, Uint8Array.of(0)), node(2, Uint8Array.of(0)), node(1, Uint8Array.of(0))]);
  const filter = node(0x87, textBytes('objectclass'));
  return node(0x30, node(2, Uint8Array.of(message & 127)), node(0x63, scope, limits, filter, node(0x30)));
}

/** One entry with attributes of some `length` bytes together, and the word that there are no more. */
export function ldapEntry(message: number, length: number, random: Random): Uint8Array {
  const attributes: Uint8Array[] = [];
  for (let left = length; left > 0; ) {
    const value = textBytes(random.text(Math.min(left, random.integer(8, 120))));
    const name = random.pick(['namingContexts', 'supportedControl', 'dnsHostName', 'serverName', 'memberOf', 'cn']);
    attributes.push(node(0x30, node(4, textBytes(name)), node(0x31, node(4, value))));
    left -= value.length + name.length + 8;
  }
  const id = node(2, Uint8Array.of(message & 127));
  const entry = node(0x30, id, node(0x64, node(4, textBytes('DC=corp,DC=example')), node(0x30, ...attributes)));
  return joinBytes([entry, node(0x30, id, node(0x65, node(10, Uint8Array.of(0)), node(4), node(4)))]);
}

function node(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const body = joinBytes(contents);
  const { length } = body;
  const head = length < 128 ? [length] : [0x82, length >>> 8, length & 0xff];
  return joinBytes([Uint8Array.of(tag, ...head), body]);
}
