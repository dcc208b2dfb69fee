// model: features of a TLS ClientHello's and ServerHello's first bytes (RFC 8446 §4.1), as far as they are kept.

import { ADDRESS_LOOKUP, chosenLabel, DYNAMIC_ZONE, RARE_ZONE } from './name-words.ts';
import { flag, payloadFeatures } from './payload-features.ts';
import type { PayloadView } from './payload-view.ts';
import { consonantRun, textEntropy } from './text-measures.ts';

const HANDSHAKE = 22;
const ALERT = 21;
const APPLICATION_DATA = 23;
const CLIENT_HELLO = 1;
const SERVER_HELLO = 2;
const MAJOR = 3;
const TLS10 = 0x0301;
const SESSION_ID_AT = 43;
const EXTENSION_SERVER_NAME = 0;
const EXTENSION_ALPN = 16;
const GREASE = 0x0a0a;
/** RC4, DES, 3DES, export and null suites (IANA TLS Cipher Suites 0x0001 – 0x001b; 3DES with ECDHE). */
const OLD_SUITES = new Set([
  ...Array.from({ length: 0x1b }, (_, k) => k + 1),
  ...[0xc002, 0xc003, 0xc007, 0xc008, 0xc011, 0xc012],
]);

/** What a ClientHello says, as far as it is kept. */
interface Hello {
  old: boolean;
  ciphers: number;
  grease: boolean;
  /** 1 seen, 0 the extensions end without it, -1 they are cut before their end. */
  serverName: number;
  /** As far as it is kept. */
  name: string;
  alpn: boolean;
  extensions: number;
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function isGrease(value: number): boolean {
  return (value & 0x0f0f) === GREASE && value >> 8 === (value & 0xff);
}

function readHello(bytes: Uint8Array): Hello {
  const hello: Hello = {
    old: word(bytes, 9) <= TLS10,
    ciphers: 0,
    grease: false,
    serverName: -1,
    name: '',
    alpn: false,
    extensions: 0,
  };
  let at = SESSION_ID_AT + 1 + (bytes[SESSION_ID_AT] ?? 0);
  const suites = word(bytes, at);
  hello.ciphers = suites / 2;
  for (let k = 0; k < suites && at + 2 + k + 1 < bytes.length; k += 2)
    if (isGrease(word(bytes, at + 2 + k))) hello.grease = true;
  at += 2 + suites;
  at += 1 + (bytes[at] ?? 0);
  const recordEnd = 5 + word(bytes, 3);
  if (at + 2 > bytes.length) {
    if (at + 2 > recordEnd && recordEnd <= bytes.length) hello.serverName = 0;
    return hello;
  }
  const end = at + 2 + word(bytes, at);
  at += 2;
  while (at + 4 <= bytes.length && at < end) {
    const type = word(bytes, at);
    hello.extensions += 1;
    if (type === EXTENSION_SERVER_NAME) {
      hello.serverName = 1;
      // List length, type of name, length, name (RFC 6066 §3).
      hello.name = Buffer.from(bytes.subarray(at + 9, at + 9 + word(bytes, at + 7)))
        .toString('latin1')
        .toLowerCase();
    }
    if (type === EXTENSION_ALPN) hello.alpn = true;
    if (isGrease(type)) hello.grease = true;
    at += 4 + word(bytes, at + 2);
  }
  if (at >= end && hello.serverName < 0) hello.serverName = 0;
  return hello;
}

function isHandshake(bytes: Uint8Array, type: number): boolean {
  return bytes[0] === HANDSHAKE && bytes[1] === MAJOR && bytes[5] === type;
}

interface Tls {
  readonly client: Uint8Array;
  readonly server: Uint8Array;
  readonly hello: Hello | undefined;
  readonly isServerHello: boolean;
  readonly name: string;
  /** The part of the name that was chosen. */
  readonly label: string;
}

/** Every record says the major version of SSL 3.0 and TLS in its second byte (RFC 8446 §5.1). */
function read({ source, destination }: PayloadView): Tls | undefined {
  const client = source.first;
  const server = destination.first;
  if (client[1] !== MAJOR && server[1] !== MAJOR) return undefined;
  const hello = isHandshake(client, CLIENT_HELLO) ? readHello(client) : undefined;
  const name = hello?.name ?? '';
  return { client, server, hello, isServerHello: isHandshake(server, SERVER_HELLO), name, label: chosenLabel(name) };
}

/** All 0 where there is no TLS. */
export const TLS_HELLO = payloadFeatures<Tls>(read, {
  tlsClientHello: ({ hello }) => flag(hello !== undefined),
  tlsOldClient: ({ hello }) => flag(hello?.old === true),
  tlsCiphers: ({ hello }) => hello?.ciphers ?? 0,
  tlsGrease: ({ hello }) => flag(hello?.grease === true),
  tlsServerName: ({ hello }) => flag(hello?.serverName === 1),
  tlsNoServerName: ({ hello }) => flag(hello?.serverName === 0),
  tlsAlpn: ({ hello }) => flag(hello?.alpn === true),
  tlsExtensions: ({ hello }) => hello?.extensions ?? 0,
  tlsServerHello: ({ isServerHello }) => flag(isServerHello),
  tlsOldServer: ({ server, isServerHello }) => flag(isServerHello && word(server, 9) <= TLS10),
  tlsOldSuite: ({ server, isServerHello }) =>
    flag(isServerHello && OLD_SUITES.has(word(server, SESSION_ID_AT + 1 + (server[SESSION_ID_AT] ?? 0)))),
  tlsAlert: ({ server }) => flag(server[0] === ALERT && server[1] === MAJOR),
  tlsMidstream: ({ client }) => flag(client[0] === APPLICATION_DATA && client[1] === MAJOR),
  tlsNameEntropy: ({ label }) => textEntropy(label),
  tlsNameConsonants: ({ label }) => consonantRun(label),
  tlsNameRareZone: ({ name }) => flag(RARE_ZONE.test(name)),
  tlsNameDynamicZone: ({ name }) => flag(DYNAMIC_ZONE.test(name)),
  tlsNameAddressLookup: ({ name }) => flag(ADDRESS_LOOKUP.test(name)),
});
