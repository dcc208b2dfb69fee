// app: HASSH and HASSHServer, the MD5 fingerprints of the algorithms an SSH side offers (github.com/salesforce/hassh).

import { hash } from 'node:crypto';
import type { KeyExchange } from './ssh-key-exchange.ts';

/** Of a client. */
export function hasshOf({ kex, encryptionToServer, macToServer, compressionToServer }: KeyExchange): string {
  return md5([kex, encryptionToServer, macToServer, compressionToServer]);
}

/** Of a server. */
export function hasshServerOf({ kex, encryptionToClient, macToClient, compressionToClient }: KeyExchange): string {
  return md5([kex, encryptionToClient, macToClient, compressionToClient]);
}

/** The lists' very bytes: they were read as Latin-1. */
function md5(lists: readonly string[]): string {
  return hash('md5', Buffer.from(lists.join(';'), 'latin1'), 'hex');
}
