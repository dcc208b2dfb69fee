// test support: QUIC Initial packets protected with given keys (RFC 9001 §5).
import { createCipheriv } from 'node:crypto';
import { hex } from './tls-bytes.ts';

export interface Keys {
  readonly key: string;
  readonly iv: string;
  readonly hp: string;
}

/** @param header with the packet number at its end, unprotected; its length field already fits. */
export function protect(header: Buffer, payload: Uint8Array, keys: Keys): Buffer {
  const numberBytes = ((header[0] ?? 0) & 3) + 1;
  const nonce = hex(keys.iv);
  for (let i = 1; i <= numberBytes; i += 1) {
    const at = nonce.length - i;
    nonce[at] = (nonce[at] ?? 0) ^ (header[header.length - i] ?? 0);
  }
  const cipher = createCipheriv('aes-128-gcm', hex(keys.key), nonce);
  cipher.setAAD(header);
  const sealed = Buffer.concat([cipher.update(payload), cipher.final(), cipher.getAuthTag()]);
  const sample = sealed.subarray(4 - numberBytes, 20 - numberBytes);
  const mask = createCipheriv('aes-128-ecb', hex(keys.hp), null).update(sample);
  const hidden = Buffer.from(header);
  hidden[0] = (hidden[0] ?? 0) ^ ((mask[0] ?? 0) & 0x0f);
  for (let i = 0; i < numberBytes; i += 1) {
    const at = hidden.length - numberBytes + i;
    hidden[at] = (hidden[at] ?? 0) ^ (mask[1 + i] ?? 0);
  }
  return Buffer.concat([hidden, sealed]);
}

/** A CRYPTO frame. */
export function crypto(offset: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(6), varint(offset), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  return Buffer.of(0x40 | (value >> 8), value & 0xff);
}

export interface InitialParts {
  readonly version: number;
  readonly type?: number;
  readonly destinationId: Uint8Array;
  readonly token?: Uint8Array;
  readonly number: number;
  readonly frames: Uint8Array;
}

export function initial(parts: InitialParts, keys: Keys): Buffer {
  const { version, type = 0, destinationId, token = Buffer.of(), number, frames } = parts;
  const start = Buffer.alloc(5);
  start[0] = 0xc0 | (type << 4);
  start.writeUInt32BE(version, 1);
  const ids = Buffer.concat([
    Buffer.of(destinationId.length),
    destinationId,
    Buffer.of(0),
    varint(token.length),
    token,
  ]);
  return protect(Buffer.concat([start, ids, varint(1 + frames.length + 16), Buffer.of(number)]), frames, keys);
}

export function udp(client: readonly Uint8Array[], server: readonly Uint8Array[] = []) {
  return {
    transport: 'udp',
    client: { port: 50_000, pieces: client, isWhole: true },
    server: { port: 443, pieces: server, isWhole: true },
  } as const;
}
