// app: one side's TLS records up to where it encrypts: its handshake messages joined (RFC 8446 §5.1, RFC 5246 §6.2.1).

import { uint8, uint24 } from './integers.ts';
import { MAX_MESSAGES } from './limits.ts';

export interface TlsStream {
  /** The handshake messages sent in clear, without record headers; a view where one record holds them all. */
  readonly handshake: Uint8Array;
  /** Description of the first fatal alert sent in clear. */
  readonly alert: number | undefined;
  readonly changedCipher: boolean;
  /** Length of the first record that cannot be read: application data, or a handshake behind a change of cipher. */
  readonly firstEncryptedLength: number | undefined;
}

const CHANGE_CIPHER_SPEC = 20;
const ALERT = 21;
export const TLS_HANDSHAKE = 22;
const APPLICATION_DATA = 23;
const FATAL = 2;
export const TLS_HEADER_BYTES = 5;
/** 2^14 and the largest expansion (RFC 5246 §6.2.3). */
const MAX_FRAGMENT_BYTES = 16_384 + 2048;
const HELLO_REQUEST_BYTES = 6;
const HELLO_RETRY_RANDOM = Buffer.from('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c', 'hex');

/** Does a record of this kind and length begin here? Refuses at the first byte that cannot be. */
export function isTlsRecord(bytes: Uint8Array, at: number): boolean {
  const type = bytes[at] ?? 0;
  if (type < CHANGE_CIPHER_SPEC || type > APPLICATION_DATA) return false;
  if (bytes[at + 1] !== 3 || (bytes[at + 2] ?? 5) > 4 || at + TLS_HEADER_BYTES > bytes.length) return false;
  return tlsFragmentLength(bytes, at) <= MAX_FRAGMENT_BYTES;
}

/** Encrypted in any case. */
export function isTlsApplicationData(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === APPLICATION_DATA;
}

export function tlsFragmentLength(bytes: Uint8Array, at: number): number {
  return ((bytes[at + 3] ?? 0) << 8) | (bytes[at + 4] ?? 0);
}

/** @returns undefined where the bytes do not begin with a handshake or an alert. */
export function readTlsStream(bytes: Uint8Array): TlsStream | undefined {
  if (!isTlsRecord(bytes, 0) || (bytes[0] !== TLS_HANDSHAKE && bytes[0] !== ALERT)) return undefined;
  const fragments: Uint8Array[] = [];
  let alert: number | undefined;
  let changedCipher = false;
  let firstEncryptedLength: number | undefined;
  let at = 0;
  for (let records = 0; records < MAX_MESSAGES && isTlsRecord(bytes, at); records += 1) {
    const type = bytes[at];
    const length = tlsFragmentLength(bytes, at);
    const start = at + TLS_HEADER_BYTES;
    // A retried hello of TLS 1.3 goes on in clear behind its dummy change of cipher (RFC 8446 §4.1.4).
    const isClear = !changedCipher || isHello(bytes, start, length, fragments[0]);
    if (type === APPLICATION_DATA || (type === TLS_HANDSHAKE && !isClear)) {
      firstEncryptedLength = length;
      break;
    }
    if (type === TLS_HANDSHAKE) fragments.push(bytes.subarray(start, start + length));
    else if (type === CHANGE_CIPHER_SPEC) changedCipher = true;
    else if (!changedCipher && length === 2 && bytes[start] === FATAL) alert ??= bytes[start + 1];
    at = start + length;
  }
  const [first] = fragments;
  const handshake = fragments.length === 1 && first !== undefined ? first : Buffer.concat(fragments);
  return { handshake, alert, changedCipher, firstEncryptedLength };
}

/** Is this another hello of the kind that came first? An encrypted message is one by chance in 2^31. */
function isHello(bytes: Uint8Array, at: number, length: number, first: Uint8Array | undefined): boolean {
  if (first === undefined || Math.min(length, bytes.length - at) < HELLO_REQUEST_BYTES) return false;
  const bodyBytes = uint24(bytes, at + 1);
  const begins = bytes[at] === first[0] && bytes[at + 4] === 3 && uint8(bytes, at + 5) <= 4;
  return begins && bodyBytes < MAX_FRAGMENT_BYTES;
}

/** The random of a ServerHello that asks for another ClientHello (RFC 8446 §4.1.3). */
export function isRetryRandom(random: Uint8Array): boolean {
  return random.length === HELLO_RETRY_RANDOM.length && HELLO_RETRY_RANDOM.equals(random);
}
