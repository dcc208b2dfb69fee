// app: the keys of QUIC's Initial packets, which anyone who saw the first one can derive (RFC 9001 §5.2, RFC 9369 §3.3).

import { createHmac } from 'node:crypto';

export interface QuicVersion {
  readonly name: string;
  readonly salt: Buffer;
  /** Before `key`, `iv` and `hp` in the labels. */
  readonly label: 'quic' | 'quicv2';
  /** The two bits of a long header that say Initial. */
  readonly initialType: number;
}

export interface QuicKeys {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  readonly headerKey: Uint8Array;
}

const SALT_1 = Buffer.from('38762cf7f55934b34d179ae6a4c80cadccbb7f0a', 'hex');
const SALT_2 = Buffer.from('0dede3def700a6db819381be6e269dcbf9bd2ed9', 'hex');
const SALT_DRAFT_29 = Buffer.from('afbfec289993d24c9e9786f19c6111e04390a899', 'hex');
const SECRET_BYTES = 32;
const KEY_BYTES = 16;
const IV_BYTES = 12;

function draft(number: number, salt: Buffer): readonly [number, QuicVersion] {
  return [0xff000000 + number, { name: `draft-${number}`, salt, label: 'quic', initialType: 0 }];
}

const VERSIONS: ReadonlyMap<number, QuicVersion> = new Map([
  [0x00000001, { name: '1', salt: SALT_1, label: 'quic', initialType: 0 }],
  [0x6b3343cf, { name: '2', salt: SALT_2, label: 'quicv2', initialType: 1 }],
  draft(29, SALT_DRAFT_29),
  draft(30, SALT_DRAFT_29),
  draft(31, SALT_DRAFT_29),
  draft(32, SALT_DRAFT_29),
  draft(33, SALT_1),
  draft(34, SALT_1),
]);

export function quicVersion(code: number): QuicVersion | undefined {
  return VERSIONS.get(code);
}

/** HkdfLabel of TLS 1.3 without a context (RFC 8446 §7.1). */
function hkdfLabel(label: string, length: number): Buffer {
  const full = `tls13 ${label}`;
  return Buffer.concat([Buffer.of(0, length, full.length), Buffer.from(full, 'latin1'), Buffer.of(0)]);
}

/** HKDF-Expand up to one hash's length is a single HMAC (RFC 5869 §2.3). */
function expand(secret: Uint8Array, label: string, length: number): Uint8Array {
  return hmac(secret, Buffer.concat([hkdfLabel(label, length), Buffer.of(1)])).subarray(0, length);
}

function hmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  return createHmac('sha256', key).update(message).digest();
}

/** @param connectionId the Destination Connection ID of the client's first Initial. */
export function initialKeys(version: QuicVersion, connectionId: Uint8Array, side: 'client' | 'server'): QuicKeys {
  // HKDF-Extract is a single HMAC too.
  const initial = hmac(version.salt, connectionId);
  const secret = expand(initial, side === 'client' ? 'client in' : 'server in', SECRET_BYTES);
  return {
    key: expand(secret, `${version.label} key`, KEY_BYTES),
    iv: expand(secret, `${version.label} iv`, IV_BYTES),
    headerKey: expand(secret, `${version.label} hp`, KEY_BYTES),
  };
}
