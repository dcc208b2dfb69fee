// app: the code points of TLS that more than one of its readers knows (IANA TLS Parameters).

import type { ByteReader } from './byte-reader.ts';

export const extensionTypes = {
  serverName: 0,
  groups: 10,
  pointFormats: 11,
  signatureAlgorithms: 13,
  protocols: 16,
  preSharedKey: 41,
  versions: 43,
  keyShare: 51,
} as const;

export const handshakeTypes = {
  clientHello: 1,
  serverHello: 2,
  certificate: 11,
  serverKeyExchange: 12,
} as const;

export const TLS_1_2 = 0x0303;
export const TLS_1_3 = 0x0304;

const VERSIONS: ReadonlyMap<number, string> = new Map([
  [0x0002, '2.0'],
  [0x0300, '3.0'],
  [0x0301, '1.0'],
  [0x0302, '1.1'],
  [TLS_1_2, '1.2'],
  [TLS_1_3, '1.3'],
]);
/** The drafts of TLS 1.3 and the ones Facebook tried (0xfb17, …). */
const DRAFT_BYTES: ReadonlySet<number> = new Set([0x7f, 0x7e, 0xfb]);

const GROUPS: ReadonlyMap<number, string> = new Map([
  [19, 'secp192r1'],
  [21, 'secp224r1'],
  [22, 'secp256k1'],
  [23, 'secp256r1'],
  [24, 'secp384r1'],
  [25, 'secp521r1'],
  [26, 'brainpoolP256r1'],
  [27, 'brainpoolP384r1'],
  [28, 'brainpoolP512r1'],
  [29, 'x25519'],
  [30, 'x448'],
  [41, 'curveSM2'],
  [256, 'ffdhe2048'],
  [257, 'ffdhe3072'],
  [258, 'ffdhe4096'],
  [259, 'ffdhe6144'],
  [260, 'ffdhe8192'],
  [512, 'MLKEM512'],
  [513, 'MLKEM768'],
  [514, 'MLKEM1024'],
  [4587, 'SecP256r1MLKEM768'],
  [4588, 'X25519MLKEM768'],
  [4589, 'SecP384r1MLKEM1024'],
  [0x6399, 'X25519Kyber768Draft00'],
]);

/** As ECS writes it: `1.2`, and `3.0` for SSL 3.0. */
export function versionText(version: number): string | undefined {
  return VERSIONS.get(version) ?? (DRAFT_BYTES.has(version >> 8) ? '1.3' : undefined);
}

export function isKnownVersion(version: number): boolean {
  return versionText(version) !== undefined;
}

export function groupName(group: number): string | undefined {
  return GROUPS.get(group);
}

/** A value sent to be ignored (RFC 8701 §2). */
export function isGrease(code: number): boolean {
  return (code & 0x0f0f) === 0x0a0a && code >> 8 === (code & 0xff);
}

/** All numbers of `bytes` bytes in what is left. */
export function readCodes(reader: ByteReader, bytes: 1 | 2): readonly number[] {
  const codes: number[] = [];
  while (reader.remaining >= bytes) codes.push(reader.number(bytes) ?? 0);
  return codes;
}

interface OfferedVersions {
  readonly versions: readonly number[];
  readonly legacyVersion: number;
}

/** The highest version a client offers. */
export function offeredVersion({ versions, legacyVersion }: OfferedVersions): number {
  let highest = -1;
  for (const version of versions) if (!isGrease(version) && version > highest) highest = version;
  return highest < 0 ? legacyVersion : highest;
}

/** The first name of a protocol list, in a ClientHello or a ServerHello. */
export function readFirstProtocol(extension: ByteReader): Uint8Array | undefined {
  const list = extension.vector(2);
  return list.take(list.number(1) ?? 0);
}
