// app: the ClientHello of SSL 2.0, which clients of SSL 3.0 and TLS 1.0 also sent (RFC 5246 appendix E.2).

import { uint8, uint16 } from './integers.ts';
import { isKnownVersion } from './tls-codes.ts';

const CLIENT_HELLO = 1;
const CIPHER_BYTES = 3;
const FIXED_BYTES = 9;
const HEADER_BYTES = 2;

/** The version it offers; undefined for anything else. */
export function version2Hello(bytes: Uint8Array): number | undefined {
  const header = uint16(bytes, 0);
  if ((header & 0x8000) === 0 || uint8(bytes, HEADER_BYTES) !== CLIENT_HELLO) return undefined;
  const version = uint16(bytes, 3);
  const [ciphers, session, challenge] = [uint16(bytes, 5), uint16(bytes, 7), uint16(bytes, 9)];
  if (!isKnownVersion(version) || ciphers <= 0 || ciphers % CIPHER_BYTES !== 0) return undefined;
  if ((session !== 0 && session !== 16) || challenge < 16 || challenge > 32) return undefined;
  return (header & 0x7fff) === FIXED_BYTES + ciphers + session + challenge ? version : undefined;
}
