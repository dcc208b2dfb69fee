// generate: TLS connections of any make as turns: with or without a server's name, 1.2 and 1.3, and what is said inside.
import { joinBytes } from '../bytes/text.ts';
import type { Random } from '../random.ts';
import type { Turn } from '../tcp-session.ts';
import { encodeCertificate } from './certificate.ts';
import {
  applicationData,
  changeCipherSpec,
  cipherSets,
  encodeClientFlight12,
  encodeClientHello,
  encodeFinished,
  encodeServerFlight12,
  encodeServerFlight13,
} from './tls-record.ts';
import { say } from './turns.ts';

export interface TlsHabits {
  readonly version13: boolean;
  readonly style: keyof typeof cipherSets;
  readonly serverName: string | undefined;
  readonly alpn: readonly string[];
  /** Whom the certificate is for, where it is seen. */
  readonly subject: string;
  readonly issuer: string;
  readonly keepsSessionId: boolean;
}

export function pickTlsHabits(serverName: string | undefined, random: Random): TlsHabits {
  const style = random.pick(['chrome', 'firefox', 'program', 'program', 'older']);
  const version13 = style !== 'older' && random.chance(0.6);
  const selfMade = serverName === undefined && random.chance(0.6);
  const subject =
    serverName ?? random.pick(['localhost', `www.${random.text(10)}.example`, random.text(8), 'example.com.example']);
  return {
    version13,
    style,
    serverName,
    alpn:
      serverName === undefined
        ? random.pick([[], [], ['http/1.1']])
        : random.pick([['h2', 'http/1.1'], ['http/1.1'], []]),
    subject,
    issuer: selfMade ? subject : 'Example Issuing CA 1',
    keepsSessionId: random.chance(0.8),
  };
}

export function* tlsOpening(habits: TlsHabits, random: Random): Generator<Turn> {
  const { alpn, serverName, style, version13 } = habits;
  const sessionId = version13 && habits.keepsSessionId ? random.bytes(32) : new Uint8Array(0);
  const offer = {
    serverName,
    alpn,
    ciphers: cipherSets[style],
    grease: style === 'chrome',
    offersTls13: version13,
    sessionId,
  };
  yield say('client', encodeClientHello(offer, random), 0.6, random);
  if (version13) {
    const hidden = Math.floor(random.around(2200, 0.5));
    yield say(
      'server',
      encodeServerFlight13(sessionId, random.pick([0x1301, 0x1302, 0x1303]), hidden, random),
      2,
      random,
    );
    yield say('client', joinBytes([changeCipherSpec(), applicationData(53, random)]), 0.8, random);
    return;
  }
  const certificates = [encodeCertificate(habits.subject, habits.issuer, random)];
  if (habits.issuer !== habits.subject) certificates.push(encodeCertificate(habits.issuer, 'Example Root CA', random));
  const flight = encodeServerFlight12(random.pick([0xc02f, 0xc030, 0x9c]), alpn[0], certificates, random);
  yield say('server', flight, 3, random);
  yield say('client', encodeClientFlight12(random), 1.2, random);
  yield say('server', encodeFinished(random), 1, random);
}

export function encrypted(from: 'client' | 'server', length: number, medianMs: number, random: Random): Turn {
  return say(from, applicationData(Math.max(1, Math.floor(length)) + 17, random), medianMs, random);
}
