// generate: what an SSH connection says up to the point where it is encrypted, and the answers to a login attempt.
import type { Random } from '../random.ts';
import type { Turn } from '../tcp-session.ts';
import { milliseconds } from '../time.ts';
import {
  encodeBanner,
  encodeEncrypted,
  encodeExchangeReply,
  encodeExchangeStart,
  encodeKeyExchangeInit,
  encodeNewKeys,
} from './ssh-message.ts';

export interface SshStyle {
  readonly clientBanner: string;
  readonly serverBanner: string;
  /** How much of the algorithm lists the client offers, 0 to 1. */
  readonly clientBreadth: number;
  readonly rsaHostKey: boolean;
}

/** Banners, key exchange, service request: up to the server's "password, please". */
export function* sshOpening(style: SshStyle, random: Random): Generator<Turn> {
  const client = (bytes: Uint8Array, medianMs: number): Turn => send('client', bytes, medianMs, random);
  const server = (bytes: Uint8Array, medianMs: number): Turn => send('server', bytes, medianMs, random);
  yield client(encodeBanner(style.clientBanner), 0.2);
  yield server(encodeBanner(style.serverBanner), 9);
  yield client(encodeKeyExchangeInit(style.clientBreadth, random), 0.4);
  yield server(encodeKeyExchangeInit(0.8, random), 0.6);
  yield client(encodeExchangeStart(random), 0.6);
  yield server(encodeExchangeReply(style.rsaHostKey, random), 4);
  yield client(encodeNewKeys(random), 0.9);
  yield client(encodeEncrypted(44, random), 40);
  yield server(encodeEncrypted(44, random), 0.2);
  yield client(encodeEncrypted(random.pick([60, 60, 68, 76]), random), 0.5);
  yield server(encodeEncrypted(52, random), 1.2);
}

/** One password and the server's considered "no". */
export function* sshRefusedPassword(waitMs: number, random: Random): Generator<Turn> {
  yield send('client', encodeEncrypted(random.pick([76, 84, 84, 84, 92, 148]), random), waitMs, random);
  // Authentication modules hold a wrong password back for about two seconds.
  yield send('server', encodeEncrypted(52, random), random.around(2300, 0.12), random);
}

export function send(from: 'client' | 'server', bytes: Uint8Array, medianMs: number, random: Random): Turn {
  return { kind: 'data', from, bytes, waitNs: milliseconds(random.around(medianMs, 0.4)) };
}
