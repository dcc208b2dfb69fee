// app: the algorithms that one side of SSH offers (RFC 4253 §7.1).

import { ByteReader } from './byte-reader.ts';
import { MAX_SSH_PACKET_BYTES } from './limits.ts';

/** Comma-separated names, most wanted first, as sent. */
export interface KeyExchange {
  readonly kex: string;
  readonly hostKey: string;
  readonly encryptionToServer: string;
  readonly encryptionToClient: string;
  readonly macToServer: string;
  readonly macToClient: string;
  readonly compressionToServer: string;
  readonly compressionToClient: string;
}

const KEXINIT = 20;
const COOKIE_BYTES = 16;
const LISTS = 8;

/** @param at where the first packet behind the identification line begins; undefined unless all lists are there. */
export function decodeKeyExchange(bytes: Uint8Array, at: number): KeyExchange | undefined {
  const reader = new ByteReader(bytes, at);
  const length = reader.number(4);
  if (length === undefined || length > MAX_SSH_PACKET_BYTES) return undefined;
  reader.skip(1);
  if (reader.number(1) !== KEXINIT || !reader.skip(COOKIE_BYTES)) return undefined;
  const lists: string[] = [];
  for (let i = 0; i < LISTS; i += 1) {
    const list = reader.take(reader.number(4) ?? 0);
    if (list === undefined || reader.isPastEnd || reader.at > at + 4 + length) return undefined;
    lists.push(Buffer.from(list.buffer, list.byteOffset, list.byteLength).toString('latin1'));
  }
  const [kex = '', hostKey = '', encryptionToServer = '', encryptionToClient = '', ...others] = lists;
  const [macToServer = '', macToClient = '', compressionToServer = '', compressionToClient = ''] = others;
  return {
    ...{ kex, hostKey, encryptionToServer, encryptionToClient },
    ...{ macToServer, macToClient, compressionToServer, compressionToClient },
  };
}

/** The client's first that the server has too; where only one side was seen, its first. */
export function agreedName(client: string | undefined, server: string | undefined): string | undefined {
  if (client === undefined || server === undefined) return firstName(client ?? server);
  const known = new Set(server.split(','));
  return client.split(',').find((name) => name !== '' && known.has(name));
}

function firstName(list: string | undefined): string | undefined {
  const [first] = (list ?? '').split(',', 1);
  return first === '' ? undefined : first;
}
